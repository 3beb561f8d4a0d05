/** The standard life of every resource: one table over the whole registry, under every dialect of the device. */
import { resources } from "../../provider/registry";
import { manualClock, type SimulatedDevice, startSimulator } from "../../simulator";
import { everyDialect, oncePerDevice } from "./every-dialect";
import { MiniEngine } from "./mini-engine";
import { cases, type LifecycleCase } from "./resource-cases";

const names = (differences: readonly { property: string }[] | undefined) =>
  differences?.map(({ property }) => property).sort();

async function live(device: SimulatedDevice, life: LifecycleCase): Promise<void> {
  life.prepare?.(device);
  const engine = new MiniEngine({ device, config: () => life.config?.(device) ?? {} });

  const held = await engine.create(life.type, life.inputs);
  expect(held.id).toBe(life.id);
  expect(names(await engine.refresh(held))).toEqual([]);
  expect(names(await engine.up(held, life.inputs))).toEqual([]);

  expect(names(await engine.up(held, life.changed))).toEqual([...life.changes].sort());
  expect(names(await engine.refresh(held))).toEqual([]);

  life.drift(device);
  expect(names(await engine.refresh(held))).toEqual([...life.drifted].sort());
  expect(names(await engine.up(held, life.changed))).toEqual([...life.drifted].sort());
  expect(names(await engine.refresh(held))).toEqual([]);

  const imported = await engine.import(life.type, life.id);
  expect(imported).toBeDefined();
  const writesBefore = device.journal.writes().length;
  expect(names(await engine.up(imported!, { ...imported!.inputs, ...life.notImported }))).toEqual(
    Object.keys(life.notImported ?? {}),
  );
  const secretsOnly = life.isConfirmed ? 0 : Object.keys(life.notImported ?? {}).length;
  expect(device.journal.writes()).toHaveLength(writesBefore + secretsOnly);
  if (life.absentId) {
    expect(await engine.import(life.type, life.absentId)).toBeUndefined();
  }

  await engine.destroy(held);
  await engine.destroy(held);
  const definition = resources.find(({ type }) => type === life.type)!;
  const after = await engine.import(life.type, life.id);
  if (definition.family === "created") {
    expect(after).toBeUndefined();
  } else {
    expect(after).toBeDefined();
  }
}

test("every resource of the registry has a case", () => {
  const things = resources.filter(({ family }) => family !== "action");
  expect(cases.map(({ type }) => type).sort()).toEqual(things.map(({ type }) => type).sort());
});

describe.each(cases.map((life) => [life.type, life] as const))("%s", (type, life) => {
  const liveUnder = oncePerDevice(async (settings, onDialect) => {
    const device = await startSimulator({ dialects: settings, clock: manualClock(), ...(onDialect && { onDialect }) });
    try {
      await live(device, life);
    } finally {
      await device.close();
    }
  });

  test(`${type} lives its life`, () => liveUnder({}));

  test.each(everyDialect)(`${type} lives its life with %s`, (_label, settings) => liveUnder(settings));
});
