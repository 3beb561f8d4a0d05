/** A policy that remediates changes inputs after their check, so they are checked again before they reach a device. */
import { Devices } from "../../provider/devices/devices";
import { lifecycleOf } from "../../provider/lifecycle";
import { definitionOf } from "../../provider/registry";
import { manualClock, type SimulatedDevice, startSimulator } from "../../simulator";
import { writes } from "../resources/support";
import { clockOf } from "./device-clock";

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
