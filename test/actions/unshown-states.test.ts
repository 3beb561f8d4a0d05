/** Outlet states of which the device or the login shows only a part: never taken for off, never guessed. */
import { isForbiddenError, isNotSupportedError } from "../../provider/client";
import type { SimulatedDevice } from "../../simulator";
import { advance } from "../lifecycle/action-cases";
import { type Bench, onDevice } from "../support/on-device";
import { writesWithBodies } from "./fixture";

const hide = (device: SimulatedDevice, ...members: string[]) => {
  for (const member of members) {
    device.behaviours.register({ name: `no ${member}`, path: `relay/outlets/*/${member}`, read: () => undefined });
  }
};

/** Does the work with an engine whose token has these scopes, so that it sees parts of containers. */
function byToken(scopes: readonly string[], work: (bench: Bench) => Promise<void>) {
  return onDevice({ dialects: { scopedContainer: "filtered" } }, async ({ device, engine }) => {
    const { state } = await engine.create("ApiClient", { name: "ci", scopes: ["/cred/?access=get", ...scopes] });
    device.journal.clear();
    const login = { "dli:token": String(state["bearer"]), "dli:username": "", "dli:password": "" };
    await work({ device, engine: engine.as(login) });
  });
}

test.each([
  ["transient_state", ["transient_state"]],
  ["transient_state and physical_state", ["transient_state", "physical_state"]],
])("a device that does not show %s has its outlets cycled and switched all the same", (_what, members) =>
  onDevice({}, async ({ device, engine }) => {
    device.switchOutlet(4, false);
    hide(device, ...members);
    expect((await engine.create("OutletCycle", { outlets: [3] })).state["cycled"]).toEqual([3]);
    await expect(engine.create("OutletCycle", { outlets: [4] })).rejects.toThrow(
      /outlet 4 is off, so nothing was cycled/,
    );
    const { state } = await engine.create("OutletCycle", { outlets: "all" });
    expect(state["cycled"]).toEqual(expect.arrayContaining([1, 2, 5]));
    expect(state["cycled"]).not.toContain(4);
  }),
);

test("on a device that shows the relay alone, SwitchOutlets waits for the relay", () =>
  onDevice({}, async ({ device, engine }) => {
    for (const number of [1, 2, 3]) {
      device.switchOutlet(number, false);
    }
    advance(device, 60_000);
    device.tree.relay.sequence_delay = 5;
    hide(device, "transient_state");
    const { state } = await engine.create("SwitchOutlets", { states: { 1: true, 2: true, 3: true } });
    expect(state["switched"]).toEqual([1, 2, 3]);
    await engine.create("SwitchOutlets", { states: { 3: false } });
    expect(device.tree.relay.outlets[2]?.transient_state).toBe(false);
    await engine.create("SwitchOutlets", { states: { 2: false }, persistent: true });
    expect(device.tree.relay.outlets[1]?.state).toBe(false);
  }));

test("an outlet in the middle of a cycle, of which the device shows the relay alone, is switched off for good", () =>
  onDevice({}, async ({ device, engine }) => {
    hide(device, "transient_state");
    await engine.create("OutletCycle", { outlets: [3] });
    const { state } = await engine.create("SwitchOutlets", { states: { 3: false } });
    expect(state["switched"]).toEqual([3]);
    advance(device, 60_000);
    expect(device.tree.relay.outlets[2]?.physical_state).toBe(false);
  }));

test("a token that sees the persistent state alone cycles what is on", () =>
  byToken(
    ["/relay/outlets/all;/state/?access=get", "/relay/outlets/all;/cycle/?access=invoke"],
    async ({ device, engine }) => {
      device.switchOutlet(4, false);
      expect((await engine.create("OutletCycle", { outlets: [3] })).state["cycled"]).toEqual([3]);
      const { state } = await engine.create("OutletCycle", { outlets: "all" });
      expect(state["cycled"]).toEqual([1, 2, 3, 5, 6, 7, 8]);
    },
  ));

test.each([
  ["OutletCycle", { outlets: [3] }],
  ["OutletCycle", { outlets: "all" }],
  ["SwitchOutlets", { states: { 3: false } }],
  ["SwitchOutlets", { states: { 3: false }, persistent: true }],
])("%s %j says which right is missing where no state is shown, and sends nothing", async (type, inputs) => {
  await byToken(
    ["/relay/outlets/all;/name/?access=get", "/relay/?access=invoke,modify"],
    async ({ device, engine }) => {
      const error = await engine.create(type, inputs).catch((thrown: unknown) => thrown);
      expect(String(error)).toMatch(/lacks the scope `\/relay\/outlets\/\d\/(transient_)?state\/\?access=get`/);
      expect(isForbiddenError(error)).toBe(true);
      expect(writesWithBodies(device)).toEqual([]);
    },
  );
  await onDevice({}, async ({ device, engine }) => {
    hide(device, "state", "transient_state", "physical_state");
    const error = await engine.create(type, inputs).catch((thrown: unknown) => thrown);
    expect(String(error)).toMatch(/does not show whether outlet \d is on/);
    expect(isNotSupportedError(error)).toBe(true);
    expect(writesWithBodies(device)).toEqual([]);
  });
});
