/** A policy that remediates changes inputs after their check, so they are checked again before they reach a device. */
import { Devices } from "../../provider/devices/devices";
import { lifecycleOf } from "../../provider/lifecycle";
import { definitionOf } from "../../provider/registry";
import { inputsOf } from "../../provider/schema/common-inputs";
import { unknownValue } from "../../provider/schema/unknown";
import { manualClock, type SimulatedDevice, startSimulator } from "../../simulator";
import { writes } from "../support/on-device";
import { clockOf } from "./device-clock";
import { cases } from "./resource-cases";

let device: SimulatedDevice;
let devices: Devices;

beforeEach(async () => {
  device = await startSimulator({ clock: manualClock() });
  device.switchOutlet(1, true);
  const config: Record<string, string> = { "dli:url": device.url, "dli:password": device.password };
  devices = new Devices({ lookup: (key) => config[key], env: {}, clock: clockOf(device) });
});

afterEach(async () => {
  await devices.close();
  await device.close();
});

/** Inputs that pass the check, and the same as changed by a policy. */
function remediated(type: string, declared: object, policy: object) {
  const lifecycle = lifecycleOf(definitionOf(type)!, devices);
  const { inputs } = lifecycle.declare(lifecycle.check({ ...declared }), { name: type });
  return { lifecycle, inputs, changed: { ...inputs, ...policy } };
}

test.each([
  ["a value of another form", { state: "on" }, /state has to be true or false/],
  ["an input that is none", { colour: "red" }, /colour is not an input of Outlet/],
  ["a contradiction", { protectFromOff: true, state: false }, /must not be switched off/],
])("%s that a policy has put in reaches no device", async (_what, policy, reason) => {
  const { lifecycle, inputs, changed } = remediated("Outlet", { number: 2, name: "web" }, policy);
  await expect(lifecycle.create(changed)).rejects.toThrow(reason);
  const { id, state } = await lifecycle.create(inputs);
  device.journal.clear();
  await expect(lifecycle.update(id, state, changed)).rejects.toThrow(reason);
  expect(writes(device)).toEqual([]);
});

const defaults = cases.flatMap((life) =>
  Object.entries(inputsOf(definitionOf(life.type)!)).flatMap(([name, { default: value, role }]) =>
    value === undefined ? [] : [[name, life.type, { ...life, isManaged: role === "managed" }] as const],
  ),
);

test.each(defaults)(
  "%s, which a policy takes out of %s, has its default or is not managed",
  async (name, type, life) => {
    life.prepare?.(device);
    const { lifecycle, inputs } = remediated(type, life.inputs, {});
    const { [name]: taken, ...rest } = inputs;
    const { id, state } = await lifecycle.create(rest);
    expect(id).toBe(life.id);
    expect(life.isManaged ? (state["managed"] as string[]).includes(name) : state[name]).toEqual(
      !life.isManaged && taken,
    );
    device.journal.clear();
    expect(await lifecycle.update(id, state, rest)).toEqual(state);
    expect(lifecycle.diff(state, rest)).toEqual([]);
    expect(writes(device)).toEqual([]);
  },
);

const declared = cases.flatMap((life) => Object.keys(life.inputs).map((name) => [name, life.type, life] as const));

test.each(declared)("%s of %s that only a later run will know is not written", async (name, type, life) => {
  life.prepare?.(device);
  const { lifecycle, inputs } = remediated(type, life.inputs, {});
  const open = { ...inputs, [name]: unknownValue };
  await expect(lifecycle.create(open)).rejects.toThrow(`${name} is not known yet`);
  await expect(lifecycle.update(life.id, inputs, open)).rejects.toThrow(`${name} is not known yet`);
  expect(device.journal.entries).toEqual([]);
});

test("what a policy protects is protected", async () => {
  const { lifecycle, changed } = remediated("Outlet", { number: 1, name: "web" }, { protectFromOff: true });
  await lifecycle.create(changed);
  const off = remediated("SwitchOutlets", { states: { 1: false } }, {});
  await expect(off.lifecycle.create(off.inputs)).rejects.toThrow(/protected/);
});

test("inputs that come as they were checked are not checked again, so that nothing is said twice", async () => {
  const warnings: string[] = [];
  devices = new Devices({
    lookup: (key) => ({ "dli:url": device.url, "dli:password": device.password })[key],
    env: {},
    clock: clockOf(device),
    warn: (message) => warnings.push(message),
  });
  const secret = { name: "fred", password: "a long password", __secrets: [["name"]] };
  const { lifecycle, inputs } = remediated("User", secret, {});
  await lifecycle.create(Object.fromEntries(Object.entries(inputs).reverse()));
  expect(warnings.filter((text) => text.includes("is given as a secret"))).toHaveLength(1);
});
