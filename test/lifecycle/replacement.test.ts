/**
 * A replacement that the user forces, as by a taint: whatever is replaced, in either order, nothing is written, and what
 * was there before and what was generated are still known.
 */
import { resources } from "../../provider/registry";
import { onDevice, writes } from "../support/on-device";
import { type Held, MiniEngine } from "./mini-engine";
import { cases, type LifecycleCase } from "./resource-cases";

const created = new Set(resources.filter(({ family }) => family === "created").map(({ type }) => type));
/** What a device never gives back is no baseline. */
const isLeft = (type: string) => type === "AdminPassword";

/** Inputs with which most is at stake: the baseline is to be restored, and a token is generated. */
function atStake({ type, inputs: { token: _token, ...inputs } }: LifecycleCase): Record<string, unknown> {
  return created.has(type) || isLeft(type) ? inputs : { ...inputs, onDestroy: "restore" };
}

const orders = {
  "deleted first": (engine, held, inputs) => engine.replaceAllInPlace([[held, inputs]], true).then(([one]) => one!),
  "created first": (engine, held, inputs) => engine.renameAfterRefresh(held, inputs),
} satisfies Record<string, (engine: MiniEngine, ...of: Parameters<MiniEngine["replaceInPlace"]>) => Promise<Held>>;

const table = cases.flatMap((life) =>
  Object.entries(orders).map(([order, replace]) => [life.type, order, life, replace] as const),
);

test.each(table)("%s, %s", (_type, _order, life, replace) =>
  onDevice({}, async ({ device }) => {
    life.prepare?.(device);
    const before = structuredClone(device.tree);
    const engine = new MiniEngine({ device, config: () => life.config?.(device) ?? {} });
    const inputs = atStake(life);
    const held = await engine.create(life.type, inputs);
    const during = structuredClone(device.tree);
    device.journal.clear();
    const replaced = await replace(engine, held, inputs);
    expect(writes(device)).toEqual([]);
    expect(device.tree).toEqual(during);
    expect(replaced.state["token"]).toEqual(held.state["token"]);
    expect(await engine.refresh(replaced)).toEqual([]);
    expect(engine.warnings.join("\n")).not.toMatch(/forgotten|a new one is made/);
    await engine.destroy(replaced);
    expect(device.tree).toEqual(isLeft(life.type) ? during : before);
  }),
);
