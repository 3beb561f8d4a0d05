/**
 * An update that ended between its write and the verification: a refresh reads what that update managed, even if the
 * engine still has only the older inputs, so that the baseline can be restored.
 */
import { PartialFailure } from "../../provider/lifecycle/errors/errors";
import type { SimulatedDevice } from "../../simulator";
import { eachOnDevice } from "../support/on-device";
import type { MiniEngine } from "./mini-engine";

let device: SimulatedDevice;
let engine: MiniEngine;

eachOnDevice({}, (bench) => {
  ({ device, engine } = bench);
});

const one = ["Outlet", { number: 3 }, { number: 3, name: "web" }] as const;
const several = ["Outlets", { outlets: { 3: {} } }, { outlets: { 3: { name: "web" } } }] as const;
const relay = ["Relay", { sequenceDelaySeconds: 3 }, { sequenceDelaySeconds: 3, name: "web" }] as const;

test.each([
  [...one, "the native plugin", true],
  [...one, "dynamic providers", false],
  [...several, "the native plugin", true],
  [...several, "dynamic providers", false],
  [...relay, "the native plugin", true],
  [...relay, "dynamic providers", false],
] as const)("%s %j, to be %j, through %s: a refresh lets it be put back", async (type, old, next, _, isTold) => {
  const names = () => JSON.stringify([device.tree.relay.name, device.tree.relay.outlets.map(({ name }) => name)]);
  const before = names();
  const held = await engine.create(type, { ...old, onDestroy: "restore" });
  const declared = held.inputs;
  const place = type === "Relay" ? "relay/name" : "relay/outlets/*/name";
  const connect = device.behaviours.register({
    name: "is cut off by the write",
    path: place,
    write: (_context, value, next) => {
      next(value);
      device.faults.add({ kind: "dropBefore", times: "always" });
    },
  });
  const error = await engine.up(held, { ...next, onDestroy: "restore" }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(PartialFailure);
  expect(names()).toContain("web");
  connect();
  device.faults.clear();
  await engine.refresh(held, isTold ? declared : undefined);
  // What it was to write is there.
  expect(held.state).not.toHaveProperty("unmet");
  await engine.destroy(held);
  expect(names()).toBe(before);
});
