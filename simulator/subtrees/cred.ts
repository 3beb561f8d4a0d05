import { boolean, computed, object, optional, perOutlet, string } from "../schema/nodes";

/** cred/ (device.md 3.9): who asks. Nothing of it is stored. */
export const credSchema = computed(
  object({
    name: optional(string()),
    is_admin: boolean(),
    outlet_access: perOutlet(boolean()),
    agent: string(),
    ip_address: optional(string()),
  }),
);
