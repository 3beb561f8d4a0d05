/** The model of AdminPassword, which only the provider changes. */
import fc from "fast-check";
import type { Inputs, ResourceModel } from "../resource-model";
import { noHandChange } from "../resource-model";

export const adminPasswordModel: ResourceModel = {
  type: "AdminPassword",
  inputs: fc.constantFrom("the-next-admin-secret", "one-more-admin-secret").map((password): Inputs => ({ password })),
  claims: () => ["auth/users/admin"],
  declared: (inputs) => new Map([["auth/users/admin/password", inputs["password"] as string]]),
  // A person who changed it would change the configuration too.
  byHand: noHandChange,
};
