/**
 * What a device has accepted but does not show as sent may exist under any name. Until that is cleared up, no run
 * creates it again or reports it gone, and each error names the ways out.
 */
import { fromEngine, toEngine } from "../../provider/lifecycle/state/engine-form";
import { withoutWrappers } from "../../provider/lifecycle/state/secret-values";
import { definitionOf } from "../../provider/registry";
import type { SimulatedDevice } from "../../simulator";
import { onDevice } from "../support/on-device";
import type { Held, MiniEngine } from "./mini-engine";

interface Life {
  readonly inputs: Record<string, unknown>;
  /** The device's collection; `keptAs` is the key that the device gives the new element. */
  readonly path: string;
  readonly keptAs: string;
  /** Adds an element as somebody else would. */
  readonly other: (device: SimulatedDevice) => void;
  readonly keys: (device: SimulatedDevice) => string[];
  readonly remove: (device: SimulatedDevice, key: string) => void;
}

type Account = SimulatedDevice["tree"]["auth"]["users"][number];
type Item = SimulatedDevice["tree"]["autoping"]["items"][number];

const lives: Readonly<Record<string, Life>> = {
  User: {
    inputs: { name: "fred", password: "pw pw pw", outletAccess: [2] },
    path: "auth/users",
    keptAs: "u_fred",
    other: ({ tree }) => tree.auth.users.push({ ...(tree.auth.users[0] as Account), name: "hand", is_admin: false }),
    keys: ({ tree }) => tree.auth.users.map(({ name }) => name).slice(1),
    remove: ({ tree }, key) => {
      tree.auth.users = tree.auth.users.filter(({ name }) => name !== key);
    },
  },
  AutoPingItem: {
    inputs: { addresses: ["router"], outlets: [1] },
    path: "autoping/items",
    keptAs: "u_router",
    other: ({ tree }) => tree.autoping.items.push({ ...(tree.autoping.items[0] as Item), addresses: ["hand"] }),
    keys: ({ tree }) => tree.autoping.items.map(({ addresses }) => addresses.join()),
    remove: ({ tree }, key) => {
      tree.autoping.items = tree.autoping.items.filter(({ addresses }) => addresses.join() !== key);
    },
  },
};

type Wire = { name?: string; addresses?: string[]; is_allowed?: boolean; outlets?: number[] };

/** Makes the device keep new elements under keys of its own, with other values. Returns a function that ends this. */
const respell = (device: SimulatedDevice, { path }: Life) =>
  device.behaviours.register({
    name: "a name of its own",
    path,
    insert(_context, value, next) {
      const { name, addresses, ...rest } = value as Wire;
      const key = name === undefined ? { addresses: addresses?.map((one) => `u_${one}`) } : { name: `u_${name}` };
      return next({ ...rest, ...key, ...(rest.outlets ? { outlets: [3] } : { is_allowed: false }) } as never);
    },
  });

/** The state that a failed create leaves, as the engine gives it back. */
async function failing(engine: MiniEngine, type: string, inputs: Record<string, unknown>): Promise<Held> {
  const failure = await engine.create(type, inputs).then(
    () => undefined,
    (error: Error & { id?: string; state?: Record<string, never> }) => error,
  );
  expect(String(failure)).toMatch(/was not found after the device accepted/);
  const definition = definitionOf(type) as never;
  const state = fromEngine(definition, withoutWrappers(toEngine(definition, failure?.state as never)) as never);
  return { type, id: failure?.id as string, inputs: engine.check(type, inputs), state };
}

describe.each(Object.entries(lives))("%s", (type, life) => {
  const posts = ({ journal }: SimulatedDevice) => journal.writes().filter(({ method }) => method === "POST").length;
  const among = (device: SimulatedDevice) => life.keys(device);

  test(`${type}: as long as something is there that may be it, nothing is made, and it is not gone`, () =>
    onDevice({ dialects: { postAnswer: "204" } }, async ({ device, engine }) => {
      respell(device, life);
      const held = await failing(engine, type, life.inputs);
      const copy = () => structuredClone(held);
      for (const attempt of [
        () => engine.refresh(copy()),
        () => engine.up(copy(), life.inputs, { isForced: true }),
        () => engine.destroy(copy()),
        () =>
          engine.replaceInPlace(copy(), {
            ...life.inputs,
            ...(type === "User" ? { name: "x" } : { addresses: ["x"] }),
          }),
      ]) {
        await expect(attempt()).rejects.toThrow(
          new RegExp(`${held.id} was not found.*new on the device since then: \`${life.keptAs}\`.*pulumi state delete`),
        );
      }
      expect(posts(device)).toBe(1);
      expect(among(device)).toEqual([life.keptAs]);
    }));

  test(`${type}: what the device shows for a moment and then no more is not made again, and not forgotten`, () =>
    onDevice({ dialects: { postAnswer: "204" } }, async ({ device, engine }) => {
      let shown = 0;
      const stop = device.behaviours.register({
        name: "show what is new once, half done",
        path: life.path,
        read(_context, next) {
          const all = next() as Wire[];
          shown += posts(device);
          const others = all.slice(0, all.length - posts(device));
          const begun = all.slice(others.length).map((one) => ({ ...one, is_allowed: false, outlets: [3] }));
          return (shown > 1 ? others : [...others, ...begun]) as never;
        },
      });
      const held = await failing(engine, type, life.inputs);
      expect(posts(device)).toBe(1);
      stop();
      expect(await engine.refresh(held)).toEqual([]);
      expect(await engine.up(held, life.inputs)).toEqual([]);
      expect([posts(device), among(device)]).toEqual([1, [Object.values(life.inputs)[0]].flat()]);
    }));

  test(`${type}: once it was removed by hand, a refresh says that it is gone, and it is made again`, () =>
    onDevice({ dialects: { postAnswer: "204" } }, async ({ device, engine }) => {
      const stop = respell(device, life);
      const held = await failing(engine, type, life.inputs);
      life.remove(device, life.keptAs);
      await expect(engine.up(structuredClone(held), life.inputs, { isForced: true })).rejects.toThrow(/--refresh/);
      expect(await engine.refresh(structuredClone(held))).toBeUndefined();
      await engine.destroy(structuredClone(held));
      stop();
      expect(await engine.refresh(await engine.create(type, life.inputs))).toEqual([]);
      expect(among(device)).toHaveLength(1);
    }));

  test(`${type}: declared as the device keeps it, it is taken over`, () =>
    onDevice({ dialects: { postAnswer: "204" } }, async ({ device, engine }) => {
      respell(device, life);
      const held = await failing(engine, type, life.inputs);
      const named = type === "User" ? { name: life.keptAs } : { addresses: [life.keptAs] };
      const taken = await engine.replaceInPlace(held, { ...life.inputs, ...named, adopt: true });
      expect(await engine.refresh(taken)).toEqual([]);
      expect(posts(device)).toBe(1);
      expect(among(device)).toEqual([life.keptAs]);
    }));

  test(`${type}: what shows later, as it was sent, is it, and from then on anything else may be added`, () =>
    onDevice({ dialects: { postAnswer: "204" } }, async ({ device, engine }) => {
      const stop = respell(device, life);
      const held = await failing(engine, type, life.inputs);
      stop();
      life.remove(device, life.keptAs);
      await engine.create(type, life.inputs);
      expect(await engine.refresh(held)).toEqual([]);
      life.other(device);
      expect(await engine.refresh(held)).toEqual([]);
      expect(held.state).not.toHaveProperty("madeBeside");
      await engine.destroy(held);
      expect(among(device)).toEqual(["hand"]);
    }));

  test(`${type}: another resource of the same state is not what may be it`, () =>
    onDevice({ dialects: { postAnswer: "204" } }, async ({ device, engine }) => {
      const stop = respell(device, life);
      const held = await failing(engine, type, life.inputs);
      stop();
      life.remove(device, life.keptAs);
      const named = type === "User" ? { name: "bob" } : { addresses: ["bob"] };
      const bob = await engine.create(type, { ...life.inputs, ...named });
      expect(await engine.refreshAll([bob, held])).toEqual([[], undefined]);
      expect(await engine.refreshAll([held, bob])).toEqual([undefined, []]);
      await engine.upBeside(bob, held);
      expect(among(device)).toEqual(["bob"]);
    }));
});

test("where this login was not shown what the device had before, only the user can tell", () =>
  onDevice({ dialects: { postAnswer: "204" } }, async ({ device, engine }) => {
    const life = lives["User"] as Life;
    respell(device, life);
    const held = await failing(engine, "User", life.inputs);
    held.state["madeBeside"] = null;
    life.remove(device, life.keptAs);
    await expect(engine.refresh(held)).rejects.toThrow(/does not show to this login.*pulumi state delete/);
    await expect(engine.destroy(held)).rejects.toThrow(/does not show to this login.*pulumi state delete/);
  }));
