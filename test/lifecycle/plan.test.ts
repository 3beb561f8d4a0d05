/** The plan over the whole registry: it says what the update then does, fails if that fails, and writes nothing. */
import * as fc from "fast-check";
import type { ResourcePlan } from "../../provider/lifecycle/plan/resource-plan";
import { unknownValue } from "../../provider/schema/unknown";
import type { SimulatedDevice } from "../../simulator";
import { acceptedWrites, eachOnDevice } from "../support/on-device";
import { actionCases, advance } from "./action-cases";
import { type Held, MiniEngine } from "./mini-engine";
import { type Life, lives } from "./rack";
import { cases } from "./resource-cases";

let device: SimulatedDevice;

eachOnDevice({}, (bench) => {
  ({ device } = bench);
});

const decoded = ({ requests }: ResourcePlan) => requests.map((request) => decodeURIComponent(request));

async function only(plans: Promise<ResourcePlan[]>): Promise<ResourcePlan> {
  const before = device.journal.writes().length;
  const [found] = await plans;
  expect(device.journal.writes()).toHaveLength(before);
  return found as ResourcePlan;
}

const engineFor = ({ config }: Pick<Life, "config">) =>
  new MiniEngine({ device, ...(config && { config: () => config(device) }) });

describe.each(lives.map((life) => [life.type, life] as const))("%s", (type, life) => {
  test("a plan shows what creating it sends, and sends nothing", async () => {
    life.prepare?.(device);
    const engine = engineFor(life);
    const { failure, ...plan } = await only(engine.plan([{ type, inputs: life.inputs }]));
    expect(failure).toBeUndefined();
    device.journal.clear();
    await engine.create(type, life.inputs);
    expect(decoded({ failure, ...plan })).toEqual(acceptedWrites(device));
    expect(plan.requests.length === 0 || plan.lines.length > 0).toBe(true);
  });

  test("a plan shows what changing it sends, and names what changes", async () => {
    life.prepare?.(device);
    const engine = engineFor(life);
    const held = await engine.create(type, life.inputs);
    advance(device, 60_000);
    if (actionCases.some((action) => action.type === type)) {
      life.prepare?.(device);
    }
    const plan = await only(engine.plan([{ type, inputs: life.changed }], held));
    expect(plan.failure).toBeUndefined();
    const named = changedOnDevice(type, held);
    for (const path of named) {
      expect(plan.lines.join("\n")).toContain(path);
    }
    device.journal.clear();
    await engine.up(held, life.changed);
    expect(decoded(plan)).toEqual(acceptedWrites(device));
  });
});

/** The inputs that the change in the standard case writes. */
function changedOnDevice(type: string, { state }: Held): string[] {
  const life = cases.find((one) => one.type === type);
  const isWritten = (path: string) =>
    !/allowLockout|enforce|protectFromOff|waitForPhysical/.test(path) && state[path] !== life?.changed[path];
  // An outlet's line shows its name and state.
  const isInLine = (path: string) => /^(name|state)$|\.(name|state)$/.test(path) && /^Outlet/.test(type);
  return (life?.changes ?? []).filter((path) => isWritten(path) && !isInLine(path));
}

describe("power", () => {
  const number = fc.integer({ min: 1, max: 8 });
  const states = fc
    .dictionary(number.map(String), fc.boolean(), { minKeys: 1, maxKeys: 4 })
    .map((found) => ({ ...found }));
  const step = fc.oneof(
    fc.record({ type: fc.constant("Outlet"), inputs: fc.record({ number, state: fc.boolean() }) }),
    fc.record({ type: fc.constant("SwitchOutlets"), inputs: fc.record({ states, persistent: fc.boolean() }) }),
    fc.record({
      type: fc.constant("OutletCycle"),
      inputs: fc.record({
        outlets: fc.oneof(fc.constant("all"), fc.uniqueArray(number, { minLength: 1, maxLength: 3 })),
      }),
    }),
    fc.record({
      type: fc.constant("Outlets"),
      inputs: states.map((found) => ({
        outlets: Object.fromEntries(Object.entries(found).map(([key, state]) => [key, { state }])),
      })),
    }),
  );
  const isThing = ({ type }: { type: string }) => /^Outlets?$/.test(type);
  const onNow = () => device.tree.relay.outlets.map(({ transient_state: on }) => on);
  const numbers = (is: (index: number) => boolean) => onNow().flatMap((_, index) => (is(index) ? [index + 1] : []));
  const having = ({ outlets }: ResourcePlan, effect: string) =>
    outlets.filter(({ effects }) => effects.some((one) => one === effect)).map((outlet) => outlet.number);

  test("what a plan of any program says loses, gains or cycles its power does, and nothing else", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
        // At most one resource, because two for one outlet are refused for that reason alone.
        fc.array(step, { minLength: 1, maxLength: 4 }).filter((steps) => steps.filter(isThing).length < 2),
        async (initial, steps) => {
          for (const [index, on] of initial.entries()) {
            device.switchOutlet(index + 1, on);
          }
          advance(device, 60_000);
          const engine = new MiniEngine({ device });
          // One step after the other, as for resources that depend on each other.
          const plans = await engine.plan(steps);
          for (const [index, { type, inputs }] of steps.entries()) {
            const plan = plans[index] as ResourcePlan;
            const before = onNow();
            device.journal.clear();
            const error = await engine.create(type, inputs).then(
              () => undefined,
              (thrown: Error) => thrown.message,
            );
            expect(plan.failure === undefined ? undefined : (plan.failure as Error).message).toBe(error);
            const cycled = device.journal
              .writes()
              .flatMap(({ path }) => /outlets\/(\d+)\/cycle/.exec(path)?.[1] ?? [])
              .map((at) => Number(at) + 1);
            advance(device, 60_000);
            const after = onNow();
            expect(having(plan, "loses")).toEqual(numbers((at) => before[at] === true && after[at] === false));
            expect(having(plan, "gains")).toEqual(numbers((at) => before[at] === false && after[at] === true));
            expect(having(plan, "cycles")).toEqual(cycled);
          }
        },
      ),
      { numRuns: 40, endOnFailure: true },
    );
  });
});

test("what happens to outlets is said by their numbers, in whatever order they are switched", async () => {
  device.switchOutlet(1, false);
  device.switchOutlet(6, false);
  // Outlets are switched off first.
  const inputs = { states: { 1: true, 2: false, 6: true }, persistent: true };
  const [plan] = await new MiniEngine({ device }).plan([{ type: "SwitchOutlets", inputs }]);
  expect(plan?.outlets.map(({ number }) => number)).toEqual([1, 2, 6]);
});

describe("what is read and written without anybody between is planned against the device as it is", () => {
  const effects = ({ outlets }: ResourcePlan) => outlets.map(({ number, effects }) => [number, ...effects]);

  test("a reboot may leave off what the recovery mode does not bring back", async () => {
    device.tree.relay.recovery_mode = 0;
    device.switchOutlet(4, false);
    advance(device, 60_000);
    const plan = await only(new MiniEngine({ device }).plan([{ type: "Reboot", inputs: {} }]));
    expect(effects(plan)).toEqual([1, 2, 3, 5, 6, 7, 8].map((number) => [number, "mayLose"]));
  });

  test("an item that gets another outlet may cycle that one", async () => {
    const engine = new MiniEngine({ device });
    const item = { addresses: ["192.0.2.1"], outlets: [1] };
    const held = await engine.create("AutoPingItem", item);
    device.tree.autoping.enabled = true;
    const plan = await only(engine.plan([{ type: "AutoPingItem", inputs: { ...item, outlets: [2] } }], held));
    expect(effects(plan)).toEqual([[2, "mayCycle"]]);
  });
});

test.each(actionCases.map((life) => [life.type, life] as const))(
  "a plan of a new %s shows what it does even if its triggers are not known yet, as they only make it happen again",
  async (type, life) => {
    life.prepare(device);
    const engine = engineFor({});
    const known = await only(engine.plan([{ type, inputs: life.inputs }]));
    const open = await only(engine.plan([{ type, inputs: { ...life.inputs, triggers: [unknownValue] } }]));
    expect(known.requests).not.toEqual([]);
    expect(open).toEqual(known);
  },
);

test("whether an action happens again because of triggers that are not known yet is not said", async () => {
  const engine = engineFor({});
  const held = await engine.create("OutletCycle", { outlets: [1] });
  const plan = await only(
    engine.plan([{ type: "OutletCycle", inputs: { outlets: [1], triggers: unknownValue } }], held),
  );
  expect(plan).toMatchObject({
    isWhole: false,
    requests: [],
    lines: [expect.stringContaining("triggers is known only")],
  });
});
