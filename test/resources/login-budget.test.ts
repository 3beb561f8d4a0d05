/** Users' passwords that a run verifies: how many may be wrong before it stops, and its message then. */
import { LoginLedger } from "../../provider/client";
import type { Difference } from "../../provider/lifecycle/diff/diff";
import type { SimulatedDevice } from "../../simulator";
import { type Held, MiniEngine } from "../lifecycle/mini-engine";
import { names, onDevice } from "../support/on-device";

const users = ["ann", "ben", "cem", "dee", "eva", "fay"];
const inputsOf = (name: string, password = `the word of ${name}`) => ({ name, password, verifyPassword: true });

/** Six users whose passwords are verified, on a device that locks everybody out after three failures. */
function onDeviceWithUsers(
  work: (bench: { device: SimulatedDevice; engine: MiniEngine; all: Held[] }) => Promise<void>,
): Promise<void> {
  return onDevice({ dialects: { lockoutAttempts: 3 } }, async ({ device, engine }) => {
    device.tree.config.lockout_delay_minutes = 5;
    device.tree.config.allow_rest_nonadmin = true;
    const all = await engine.createAll(users.map((name) => ({ type: "User", inputs: inputsOf(name) })));
    expect(device.failedLogins).toBe(0);
    await work({ device, engine, all });
  });
}

const byHand = (device: SimulatedDevice, count: number) => {
  for (const name of users.slice(0, count)) {
    const index = device.tree.auth.users.findIndex((user) => user.name === name);
    device.changeByHand(`auth/users/${index}/password`, "by hand");
  }
};

test.each([0, 1])("a refresh of six users, %i of them changed by hand, says which", (count) =>
  onDeviceWithUsers(async ({ device, engine, all }) => {
    byHand(device, count);
    const found = await engine.refreshAll(all);
    expect(found.map(names)).toEqual(users.map((_, index) => (index < count ? ["password"] : [])));
    expect(device.failedLogins).toBe(count);
  }),
);

test.each([2, 3, 6])(
  "a refresh of six users, %i of them changed by hand, fails twice and says who was not checked",
  (count) =>
    onDeviceWithUsers(async ({ device, engine, all }) => {
      byHand(device, count);
      const outcomes = await engine.refreshOutcomes(all);
      expect(device.failedLogins).toBe(2);
      expect(device.isLockedOut).toBe(false);
      for (const [index, outcome] of outcomes.entries()) {
        if (index < 2) {
          expect(names(outcome as Difference[])).toEqual(["password"]);
        } else {
          expect(outcome).toContain(`the password of user \`${users[index]}\` was not tried`);
        }
      }
    }),
);

test("what a refresh finds wrong is repaired by an up of the same process, which says what it could not verify", () =>
  onDeviceWithUsers(async ({ device, all }) => {
    byHand(device, 2);
    const engine = new MiniEngine({ device, logins: new LoginLedger() });
    await engine.refreshOutcomes(all);
    for (const held of all) {
      await engine.up(held, inputsOf(String(held.inputs["name"])));
    }
    expect(device.tree.auth.users.slice(1).map(({ password }) => password)).toEqual(
      users.map((name) => inputsOf(name).password),
    );
    expect(device.failedLogins).toBe(2);
    expect(engine.warnings).toEqual(
      users
        .slice(0, 2)
        .map((name) =>
          expect.stringContaining(`the new password of user \`${name}\` was sent but could not be tested`),
        ),
    );
  }));

test("six passwords that the program changes are changed without a failed login", () =>
  onDeviceWithUsers(async ({ device, all }) => {
    const engine = new MiniEngine({ device, logins: new LoginLedger() });
    for (const held of all) {
      await engine.up(held, inputsOf(String(held.inputs["name"]), "next"));
    }
    expect(new Set(device.tree.auth.users.slice(1).map(({ password }) => password))).toEqual(new Set(["next"]));
    expect(device.failedLogins).toBe(0);
    expect(engine.warnings).toEqual([]);
  }));
