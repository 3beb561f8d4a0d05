/** What a plan says about deletions is what they then do, in this run or later, and planning writes nothing. */
import * as fc from "fast-check";
import { resources } from "../../provider/registry";
import { inputsOf } from "../../provider/schema/common-inputs";
import type { SimulatedDevice } from "../../simulator";
import { acceptedWrites, eachOnDevice } from "../support/on-device";
import { advance } from "./action-cases";
import { MiniEngine } from "./mini-engine";
import { cases } from "./resource-cases";

let device: SimulatedDevice;

eachOnDevice({}, (bench) => {
  ({ device } = bench);
});

const onNow = () => device.tree.relay.outlets.map(({ transient_state: on }) => on);

/** Every resource, with `onDestroy: restore` if it can restore a baseline. */
const lives = cases
  .filter(({ type }) => type !== "AdminPassword")
  .map((life) => {
    const definition = resources.find(({ type }) => type === life.type);
    const restores = definition !== undefined && Object.hasOwn(inputsOf(definition), "onDestroy");
    return [life.type, { ...life, inputs: { ...life.inputs, ...(restores && { onDestroy: "restore" }) } }] as const;
  });

test.each(lives)("%s: a plan of its removal shows what deleting it sends, and sends nothing", async (type, life) => {
  life.prepare?.(device);
  const config = life.config;
  const engine = new MiniEngine({ device, ...(config && { config: () => config(device) }) });
  const held = await engine.create(type, life.inputs);
  advance(device, 60_000);
  device.journal.clear();
  const { failure, requests = [], lines = [] } = (await engine.planRemoval(held)) ?? {};
  expect(device.journal.writes()).toEqual([]);
  expect(failure).toBeUndefined();
  await engine.destroy(held);
  expect(requests.map((request) => decodeURIComponent(request))).toEqual(acceptedWrites(device));
  expect(lines.length > 0).toBe(requests.length > 0);
});

test.each(["before", "after"] as const)("what the program declares %s it is not said to go", async (order) => {
  device.switchOutlet(3, false);
  const engine = new MiniEngine({ device });
  const held = await engine.create("Outlet", { number: 3, state: true, onDestroy: "restore" });
  const other = await engine.create("Outlets", { outlets: { 4: { name: "x" } } });
  expect(await engine.planRemoval(held, [other], order)).toMatchObject({
    lines: ['outlet 3 "Outlet 3" will lose power: on -> off'],
  });
  const successor = { ...other, inputs: { outlets: { 3: { state: true } } } };
  expect(await engine.planRemoval(held, [successor], order)).toMatchObject({ lines: [], outlets: [], requests: [] });
});

test("a removal that would be refused is said to fail, with the sentence of the update", async () => {
  device.switchOutlet(3, false);
  const engine = new MiniEngine({ device });
  const held = await engine.create("Outlet", { number: 3, state: true, onDestroy: "restore" });
  const careful = new MiniEngine({ device, config: { "dli:protectedOutlets": "3" } });
  const { failure } = (await careful.planRemoval(held)) ?? {};
  expect(failure).toContain("outlet 3 is protected");
  await expect(careful.destroy(held)).rejects.toThrow(failure);
});

test("what was read and is not declared is planned to go, and not once more when the device is changed", async () => {
  device.switchOutlet(3, false);
  const engine = new MiniEngine({ device });
  const held = await engine.create("Outlet", { number: 3, state: true, onDestroy: "restore" });
  expect(await engine.planLeft([held], { changes: false })).toMatchObject([
    { lines: ['outlet 3 "Outlet 3" will lose power: on -> off'] },
  ]);
  expect(await engine.planLeft([held], { changes: true })).toEqual([]);
});

test("what is not declared any more, and puts nothing back, is left to Pulumi to tell, without a look at the device", async () => {
  const engine = new MiniEngine({ device });
  const held = [
    await engine.create("Outlet", { number: 3, name: "kept" }),
    await engine.create("User", { name: "fred", password: "freds password" }),
  ];
  device.journal.clear();
  expect(await engine.planLeft(held, { changes: false })).toEqual([]);
  expect(device.journal.entries).toEqual([]);
});

const number = fc.integer({ min: 1, max: 8 });
const states = fc.dictionary(number.map(String), fc.boolean(), { minKeys: 1, maxKeys: 4 });

test('what `onDestroy: "restore"` will do to the power one day is said when it is declared', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }), states, async (initial, declared) => {
      for (const [index, on] of initial.entries()) {
        device.switchOutlet(index + 1, on);
      }
      advance(device, 60_000);
      const outlets = Object.fromEntries(Object.entries(declared).map(([key, state]) => [key, { state }]));
      const inputs = { outlets, onDestroy: "restore" };
      const engine = new MiniEngine({ device });
      const [look] = await engine.plan([{ type: "Outlets", inputs }]);
      const held = await engine.create("Outlets", inputs);
      const [unchanged] = await engine.plan([{ type: "Outlets", inputs }], held);
      expect(unchanged).toMatchObject({ later: [] });
      advance(device, 60_000);
      const before = onNow();
      await engine.destroy(held);
      advance(device, 60_000);
      const after = onNow();
      const having = (effect: string) =>
        look?.later.filter(({ effects }) => effects.some((one) => one === effect)).map((outlet) => outlet.number);
      const numbers = (is: (index: number) => boolean) => before.flatMap((_, index) => (is(index) ? [index + 1] : []));
      expect(having("loses")).toEqual(numbers((index) => before[index] === true && after[index] === false));
      expect(having("gains")).toEqual(numbers((index) => before[index] === false && after[index] === true));
    }),
    { numRuns: 30, endOnFailure: true },
  );
});

test("the sentence comes with the change that brings it about, and with no other", async () => {
  device.switchOutlet(3, false);
  const engine = new MiniEngine({ device });
  const leaving = { number: 3, state: true };
  const sentence = 'when it is deleted, outlet 3 "Outlet 3" will lose power: on -> off';
  const linesOf = async (inputs: Record<string, unknown>, held?: Parameters<MiniEngine["plan"]>[1]) =>
    (await engine.plan([{ type: "Outlet", inputs }], held))[0]?.lines;
  expect(await linesOf(leaving)).toEqual(['outlet 3 "Outlet 3": off -> on']);
  expect(await linesOf({ ...leaving, onDestroy: "restore" })).toEqual(['outlet 3 "Outlet 3": off -> on', sentence]);
  const held = await engine.create("Outlet", leaving);
  expect(await linesOf({ ...leaving, onDestroy: "restore" }, held)).toEqual([sentence]);
  await engine.up(held, { ...leaving, onDestroy: "restore" });
  expect(await linesOf({ ...leaving, onDestroy: "restore", critical: true }, held)).toEqual([
    "default/outlets/3: critical false -> true",
  ]);
});
