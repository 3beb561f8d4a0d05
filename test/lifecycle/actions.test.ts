/**
 * The life of every action, under every dialect of the device: it runs once at create, not at a refresh, not at an
 * unchanged `up`, not when another input changes, again when `triggers` change, and destroying does nothing.
 */
import { resources } from "../../provider/registry";
import { type DialectSettings, manualClock, startSimulator } from "../../simulator";
import { type ActionCase, actionCases } from "./action-cases";
import { everyDialect, oncePerDevice } from "./every-dialect";
import { MiniEngine } from "./mini-engine";

async function live(
  settings: Partial<DialectSettings>,
  life: ActionCase,
  onDialect?: (name: keyof DialectSettings) => void,
): Promise<void> {
  const device = await startSimulator({ dialects: settings, clock: manualClock(), ...(onDialect && { onDialect }) });
  try {
    const engine = new MiniEngine({ device });
    life.prepare(device);
    const happenings = life.watch(device);
    const counts = () => [happenings.least, happenings.most];

    const held = await engine.create(life.type, life.inputs);
    expect(counts()).toEqual([1, 1]);
    expect(held.state).toMatchObject(life.outputs);
    life.done(device);

    device.journal.clear();
    expect(await engine.refresh(held)).toEqual([]);
    expect(await engine.up(held, life.inputs)).toEqual([]);
    const other = { ...life.inputs, ...life.otherInput };
    expect((await engine.up(held, other)).map(({ property }) => property)).toEqual(Object.keys(life.otherInput ?? {}));
    expect(device.journal.entries).toEqual([]);
    expect(held.state).toMatchObject({ ...life.outputs, ...life.otherInput });

    life.prepare(device);
    happenings.clear();
    expect((await engine.up(held, { ...life.inputs, triggers: ["again"] })).length).toBeGreaterThan(0);
    expect(counts()).toEqual([1, 1]);
    expect(held.state).toMatchObject(life.outputs);
    life.done(device);
    expect(await engine.up(held, { ...life.inputs, triggers: ["again"] })).toEqual([]);

    device.journal.clear();
    await engine.destroy(held);
    expect(device.journal.entries).toEqual([]);
    await expect(engine.import(life.type, held.id)).rejects.toThrow("is an action and cannot be imported");
    expect(device.failedLogins).toBe(0);
  } finally {
    await device.close();
  }
}

test("every action of the registry has a case", () => {
  const actions = resources.filter(({ family }) => family === "action");
  expect(actionCases.map(({ type }) => type).sort()).toEqual(actions.map(({ type }) => type).sort());
});

describe.each(actionCases.map((life) => [life.type, life] as const))("%s", (type, life) => {
  const liveUnder = oncePerDevice((settings, onDialect) => live(settings, life, onDialect));

  test(`${type} runs once for each set of triggers`, () => liveUnder({}));

  test.each(everyDialect)(`${type} runs once for each set of triggers with %s`, (_label, settings) =>
    liveUnder(settings),
  );
});
