/**
 * A resource with `onDestroy: "restore"` leaves the program in the same update in which one of another type, or with
 * another path, takes its place: what the new one declares stands, and only the rest is restored.
 */

import type { Inputs } from "../../provider/lifecycle/state/state";
import type { Json, SimulatedDevice } from "../../simulator";
import { eachOnDevice, writes } from "../support/on-device";
import type { Held, MiniEngine } from "./mini-engine";

type Declared = readonly [type: string, inputs: Record<string, unknown>];

interface Succession {
  readonly old: Declared;
  readonly next: Declared;
  /** What the device has in some places in the end. */
  readonly left: Readonly<Record<string, Json>>;
  readonly warning: RegExp;
}

const outletNames = (names: Record<number, string>) =>
  Object.fromEntries(Object.entries(names).map(([number, name]) => [number, { name }]));

const successions: Record<string, Succession> = {
  "a typed resource by a Setting of the same value": {
    old: ["Relay", { name: "Rack 1" }],
    next: ["Setting", { path: "relay/name", value: "Rack 1" }],
    left: { "relay/name": "Rack 1" },
    warning:
      /^default\/relay is left as it is: another resource of this program has taken it over, and what was there before is forgotten$/,
  },
  "a typed resource by a Setting of another value": {
    old: ["Relay", { name: "Rack 1" }],
    next: ["Setting", { path: "relay/name", value: "Rack 2" }],
    left: { "relay/name": "Rack 2" },
    warning: /^default\/relay is left as it is/,
  },
  "a part of a typed resource by a Setting": {
    old: ["Relay", { name: "Rack 1", sequenceDelaySeconds: 7 }],
    next: ["Setting", { path: "relay/name", value: "Rack 2" }],
    left: { "relay/name": "Rack 2", "relay/sequence_delay": 3 },
    warning:
      /^default\/relay: name stays as it is: another resource of this program has taken it over, and what was there before is forgotten$/,
  },
  "a Setting by the typed resource": {
    old: ["Setting", { path: "relay/name", value: "Rack 1" }],
    next: ["Relay", { name: "Rack 1" }],
    left: { "relay/name": "Rack 1" },
    warning: /^default\/settings\/relay\/name is left as it is/,
  },
  "a Setting by one further up": {
    old: ["Setting", { path: "config/hostname", value: "rack1" }],
    next: ["Setting", { path: "config", value: { hostname: "rack2" } }],
    left: { "config/hostname": "rack2" },
    warning: /^default\/settings\/config\/hostname is left as it is/,
  },
  "a Setting by one further down": {
    old: ["Setting", { path: "config", value: { hostname: "rack1" } }],
    next: ["Setting", { path: "config/hostname", value: "rack1" }],
    left: { "config/hostname": "rack1" },
    warning: /^default\/settings\/config is left as it is/,
  },
  "an Outlet by Outlets": {
    old: ["Outlet", { number: 1, name: "one" }],
    next: ["Outlets", { outlets: outletNames({ 1: "uno" }) }],
    left: { "relay/outlets/0/name": "uno" },
    warning:
      /^default\/outlets\/1 is left as it is: another resource of this program has taken it over, and what was there before is forgotten$/,
  },
  "one outlet of Outlets by an Outlet": {
    old: ["Outlets", { outlets: outletNames({ 1: "one", 2: "two" }) }],
    next: ["Outlet", { number: 1, name: "uno" }],
    left: { "relay/outlets/0/name": "uno", "relay/outlets/1/name": "Outlet 2" },
    warning:
      /^default\/outlets: outlets\["1"\]\.name stays as it is: another resource of this program has taken it over, and what was there before is forgotten$/,
  },
};

let device: SimulatedDevice;
let engine: MiniEngine;

eachOnDevice({}, (bench) => {
  ({ device, engine } = bench);
});

/** What the device has in a place. */
function at(place: string): unknown {
  return place.split("/").reduce<unknown>((inner, step) => (inner as Record<string, unknown>)[step], device.tree);
}

test.each(Object.entries(successions))("%s: only what is left over is put back", async (_, succession) => {
  const { old, next, left, warning } = succession;
  const held = await engine.create(old[0], { ...old[1], onDestroy: "restore" });
  const made = await engine.replace(held, { type: next[0], inputs: next[1] });
  expect(Object.fromEntries(Object.keys(left).map((place) => [place, at(place)]))).toEqual(left);
  expect(engine.warnings).toEqual([expect.stringMatching(warning)]);
  expect(await engine.refresh(made)).toEqual([]);
});

test.each(Object.entries(successions))("%s: a run that has read it says what is forgotten, too", async (_, all) => {
  const { old, next, warning } = all;
  const held = await engine.create(old[0], { ...old[1], onDestroy: "restore" });
  await engine.renameAfterRefresh(held, next[1], next[0]);
  expect(engine.warnings).toEqual([expect.stringMatching(warning)]);
});

test.each(Object.entries(successions))("%s: a plan shows what deleting it sends", async (_, { old, next }) => {
  const held = await engine.create(old[0], { ...old[1], onDestroy: "restore" });
  const successor: Held = { type: next[0], id: "", inputs: next[1] as Inputs, state: {} };
  const planned = await engine.planRemoval(held, [successor]);
  device.journal.clear();
  await engine.remove(held, [successor]);
  const sent = writes(device);
  expect(planned).toMatchObject({ requests: sent });
  expect(planned?.lines.length).toBe(sent.length);
  const later = await engine.planRemoval(held, [successor], "after");
  expect(later?.lines.length).toBe(sent.length);
});

test("an Outlet that is removed only after a later run has found Outlets unchanged: what is forgotten is said then", async () => {
  const held = await engine.create("Outlet", { number: 1, name: "one", onDestroy: "restore" });
  const outlets = { type: "Outlets", inputs: { outlets: outletNames({ 1: "one" }) } };
  await engine.upBeside(await engine.createBeside([], outlets, "before"), held);
  expect(engine.warnings).toEqual([expect.stringMatching(/^default\/outlets\/1 is left as it is.*is forgotten$/)]);
  expect(at("relay/outlets/0/name")).toBe("one");
});

test("a resource that is declared, and perhaps only created again, is not said to be another's", async () => {
  const held = await engine.create("User", { name: "fred", password: "passw0rd" });
  await engine.remove(held, [held]);
  expect(engine.warnings).toEqual(["default/users/fred is left as it is: this program declares it"]);
});

test("nobody else's place: everything is put back", async () => {
  const held = await engine.create("Relay", { name: "Rack 1", onDestroy: "restore" });
  await engine.replace(held, { type: "Setting", inputs: { path: "config/hostname", value: "rack1" } });
  expect(at("relay/name")).toBe("DLI Controller");
  expect(engine.warnings).toEqual([]);
});
