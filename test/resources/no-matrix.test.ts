/** A device that knows no matrix URIs: outlets that go to the same state are switched one after the other. */
import type { SimulatedDevice } from "../../simulator";
import type { MiniEngine } from "../lifecycle/mini-engine";
import { eachOnDevice, writes } from "../support/on-device";

let device: SimulatedDevice;
let engine: MiniEngine;

eachOnDevice({ firmware: "1.7.15.0" }, (bench) => {
  ({ device, engine } = bench);
});

const states = () => device.tree.relay.outlets.slice(0, 4).map(({ transient_state: state }) => state);
const singles = () => writes(device).filter((write) => write.startsWith("PUT") && !write.includes("="));

test.each([
  ["Outlets", { outlets: { 1: { state: false }, 3: { state: false } } }, "state"],
  ["SwitchOutlets", { states: { 1: false, 3: false } }, "transient_state"],
  ["SwitchOutlets", { states: { 1: false, 3: false }, persistent: true }, "state"],
] as const)("%s %j", async (type, inputs, member) => {
  for (const number of [1, 2, 3, 4]) {
    device.switchOutlet(number, true);
  }
  for (const status of [404, 405, 501]) {
    device.faults.add({ kind: "status", status, path: /\/=/, times: "always" });
    await engine.create(type, inputs);
    expect(states()).toEqual([false, true, false, true]);
    device.switchOutlet(1, true);
    device.switchOutlet(3, true);
    device.faults.clear();
  }
  const once = [`PUT relay/outlets/0/${member}/`, `PUT relay/outlets/2/${member}/`];
  expect(singles()).toEqual([...once, ...once, ...once]);
});

test("a matrix URI that is refused for what it writes is not tried again outlet by outlet", async () => {
  device.switchOutlet(1, true);
  device.switchOutlet(3, true);
  device.faults.add({ kind: "status", status: 409, path: /\/=/, times: "always" });
  await expect(engine.create("Outlets", { outlets: { 1: { state: false }, 3: { state: false } } })).rejects.toThrow(
    /\(409\)/,
  );
  expect(states()[0]).toBe(true);
  expect(singles()).toEqual([]);
});
