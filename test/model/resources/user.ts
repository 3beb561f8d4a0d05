/** The model of User: an element of an array, with a password that no read shows. */
import fc from "fast-check";
import type { Json } from "../../../provider/client";
import type { SimulatedDevice, UserState } from "../../../simulator";
import { type HandChange, handChange, type Inputs, type ResourceModel, someOf } from "../resource-model";

/** One of these must be encoded in paths. */
const names = ["ann", "bob", "c d/e"];
const passwords = ["first password", 'sec"ond\\{password', "third-password"];
const outletCount = 8;

const place = (inputs: Inputs) => `auth/users/${inputs["name"]}`;

const flags = (access: Json) =>
  Array.from({ length: outletCount }, (_, index) => access === "all" || (access as number[]).includes(index + 1));

export const userModel: ResourceModel = {
  type: "User",
  inputs: fc
    .tuple(
      fc.record({ name: fc.constantFrom(...names), password: fc.constantFrom(...passwords) }),
      someOf({
        isAllowed: [true, false],
        outletAccess: [[], [1], [5, 2], "all"],
        adopt: [true, false],
        verifyPassword: [false, true],
      }),
    )
    .map(([needed, chosen]): Inputs => ({ ...needed, ...chosen })),
  claims: (inputs) => [place(inputs)],
  declared: (inputs) =>
    new Map<string, Json>([
      [`${place(inputs)}/name`, inputs["name"] as Json],
      [`${place(inputs)}/password`, inputs["password"] as Json],
      [`${place(inputs)}/is_allowed`, inputs["isAllowed"] ?? true],
      [`${place(inputs)}/is_admin`, false],
      [`${place(inputs)}/outlet_access`, flags(inputs["outletAccess"] ?? [])],
    ]),
  element: place,
  // The password of an account that may not log in cannot be verified.
  sees: (inputs) => inputs["verifyPassword"] === true && inputs["isAllowed"] !== false,
  byHand: fc.oneof(
    fc.constantFrom(...names).map((name) => added(name)),
    fc.constantFrom(...names).map((name) => handChange(`user ${name} is removed`, (device) => remove(device, name))),
    fc
      .tuple(fc.constantFrom(...names), fc.constantFrom(...passwords, "by hand"))
      .map(([name, password]) => changed(name, "password", password, [`auth/users/${name}/password`])),
    fc
      .tuple(fc.constantFrom(...names), fc.boolean())
      .map(([name, isAllowed]) => changed(name, "is_allowed", isAllowed, [`auth/users/${name}/password`])),
    fc.constantFrom(...names).map((name) => changed(name, "outlet_access", flags([3, 4]))),
    fc.constant(
      handChange("the device lists its users in another order", ({ tree }) => void tree.auth.users.reverse()),
    ),
  ),
};

function added(name: string): HandChange {
  return handChange(
    `user ${name} is added`,
    (device) => {
      const { users } = device.tree.auth;
      if (users.some((user) => user.name === name)) {
        return;
      }
      device.changeByHand(`auth/users/${users.length}`, { name, password: "given by hand" });
    },
    [`auth/users/${name}/password`],
  );
}

function remove(device: SimulatedDevice, name: string): void {
  const index = device.tree.auth.users.findIndex((user) => user.name === name);
  if (index >= 0) {
    device.removeByHand(`auth/users/${index}`);
  }
}

function changed<K extends keyof UserState>(name: string, member: K, value: UserState[K], unseen: string[] = []) {
  return handChange(
    `${String(member)} of user ${name} becomes ${JSON.stringify(value)}`,
    (device) => {
      const user = device.tree.auth.users.find((entry) => entry.name === name);
      if (user) {
        user[member] = value;
      }
    },
    unseen,
  );
}
