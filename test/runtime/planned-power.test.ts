/** What a plan says about the power, over random requests: at least what the gate would refuse, and what happens. */
import * as fc from "fast-check";
import { all, devicePath, elements, ForbiddenError, type Json, type Segment } from "../../provider/client";
import type { WriteRequest } from "../../provider/runtime/gate/effect";
import { powerLoss } from "../../provider/runtime/gate/protected-outlets";
import { PlannedTree } from "../../provider/runtime/rehearsal/planned-tree";
import { powerChanges } from "../../provider/runtime/rehearsal/power";
import { apply, type Tree } from "./request-tree";

const outlet = fc.record({ name: fc.string({ maxLength: 3 }), state: fc.boolean(), transient_state: fc.boolean() });
const trees = fc.record({ relay: fc.record({ outlets: fc.array(outlet, { minLength: 3, maxLength: 3 }) }) });

const index: fc.Arbitrary<Segment> = fc.oneof(
  fc.constantFrom<Segment>("0", "1", "2", "02", all),
  fc.uniqueArray(fc.constantFrom(0, 1, 2), { minLength: 1 }).map((chosen) => elements(...chosen)),
);
const member = fc.constantFrom("name", "state", "transient_state", "cycle_delay");
const places: fc.Arbitrary<Segment[]> = fc.oneof(
  fc.constantFrom<Segment[]>([], ["relay"], ["relay", "outlets"], ["config", "serial"]),
  index.map((at): Segment[] => ["relay", "outlets", at]),
  fc.tuple(index, member).map(([at, name]): Segment[] => ["relay", "outlets", at, name]),
);
const values: fc.Arbitrary<Json> = fc.oneof(
  fc.boolean(),
  outlet,
  fc.constantFrom<Json>("web", null, {}, [], { outlets: [{ state: true }] }, { relay: {} }),
);
const requests: fc.Arbitrary<WriteRequest> = fc.oneof(
  fc.record({ method: fc.constant("PUT" as const), segments: places, value: values }),
  fc.record({ method: fc.constant("DELETE" as const), segments: places }),
  fc.tuple(index, member, values).map(
    ([at, name, value]): WriteRequest => ({
      method: "PATCH",
      segments: ["relay", "outlets", at],
      value: [{ op: "replace", path: `/${name}`, value }],
    }),
  ),
);

/** A login that is shown everything. */
const whole = async () => true;

const readOf = (tree: Tree) => async (path: string) => {
  let part: Json | undefined = tree as Json;
  for (const step of devicePath.parse(path).segments) {
    part = (part as Tree | undefined)?.[String(step)];
  }
  return structuredClone(part ?? null);
};

const isOn = (tree: Tree, number: number): boolean => {
  const list = (tree["relay"] as Tree | undefined)?.["outlets"] as Tree[] | undefined;
  return list?.[number - 1]?.["transient_state"] === true;
};

test("an outlet that the gate would keep the power of is never without a word, and one that goes off is named", async () => {
  await fc.assert(
    fc.asyncProperty(trees, requests, async (tree, request) => {
      const changes = await powerChanges(request, readOf(tree as unknown as Tree), whole);
      const after = apply(structuredClone(tree) as unknown as Tree, request);
      for (const number of [1, 2, 3]) {
        const effects = changes.filter((change) => change.number === number).map(({ effect }) => effect);
        const warns = effects.some((effect) => effect !== undefined && effect !== "gains");
        const wasOn = isOn(tree as unknown as Tree, number);
        if (wasOn && powerLoss(request, number) !== undefined) {
          expect([number, warns]).toEqual([number, true]);
        }
        if (wasOn && !isOn(after, number)) {
          expect([number, warns]).toEqual([number, true]);
        }
      }
    }),
    { numRuns: 2_000 },
  );
});

describe("what a request does, outlet by outlet", () => {
  const device: Tree = {
    relay: {
      recovery_mode: 1,
      outlets: [
        { name: "router", state: true, transient_state: true, physical_state: true },
        { name: "nas", state: false, transient_state: false, physical_state: false },
        { name: "web", state: false, transient_state: true, physical_state: true },
      ],
    },
    autoping: { enabled: false, items: [{ outlets: [2], script: "", enabled: true }] },
  };
  const put = (path: string, value: Json): WriteRequest => ({
    method: "PUT",
    segments: devicePath.parse(path).segments,
    value,
  });
  const post = (path: string, value: Json): WriteRequest => ({ ...put(path, value), method: "POST" });
  const item = (...outlets: number[]) => ({ outlets, script: "", enabled: true });

  test.each<[string, WriteRequest, object[]]>([
    ["something else", put("config/hostname", "rack"), []],
    ["a name that it has", put("relay/outlets/0/name", "router"), []],
    ["another name", put("relay/outlets/0/name", "switch"), [{ number: 1, name: "router", renamed: "switch" }]],
    ["a delay", put("relay/outlets/0/cycle_delay", 3), []],
    ["off, to what is on", put("relay/outlets/0/state", false), [{ number: 1, name: "router", effect: "loses" }]],
    ["off, to what is off", put("relay/outlets/1/state", false), []],
    ["on, to what is on", put("relay/outlets/0/state", true), []],
    ["on, to what is off", put("relay/outlets/1/state", true), [{ number: 2, name: "nas", effect: "gains" }]],
    ["neither, to what is on", put("relay/outlets/0/state", null), [{ number: 1, name: "router", effect: "mayLose" }]],
    [
      "off, to all",
      put("relay/outlets/all;/state", false),
      [
        { number: 1, effect: "loses" },
        { number: 3, effect: "loses" },
      ],
    ],
    [
      "a name and off at once",
      put("relay/outlets/0", { name: "switch", state: false }),
      [{ number: 1, renamed: "switch", effect: "loses" }],
    ],
    ["a cycle of what is on", post("relay/outlets/0/cycle", null), [{ number: 1, effect: "cycles" }]],
    ["a cycle of what is off", post("relay/outlets/1/cycle", null), [{ number: 2, effect: "gains" }]],
    [
      "a call that switches two",
      post("relay/set_outlet_transient_states", [
        [
          [0, false],
          [1, true],
        ],
      ]),
      [
        { number: 1, effect: "loses" },
        { number: 2, effect: "gains" },
      ],
    ],
    [
      "an item of AutoPing for one",
      post("autoping/items", item(0)),
      [{ number: 1, name: "router", effect: "mayCycle" }],
    ],
    [
      "an item of AutoPing for two",
      post("autoping/items", item(0, 1)),
      [
        { number: 1, effect: "mayCycle" },
        { number: 2, effect: "mayCycle" },
      ],
    ],
    ["AutoPing switched on", put("autoping/enabled", true), [{ number: 3, name: "web", effect: "mayCycle" }]],
    ["AutoPing switched off", put("autoping/enabled", false), []],
    [
      "a recovery that may leave all off",
      put("relay/recovery_mode", 0),
      [1, 2, 3].map((number) => ({ number, effect: "mayLoseLater" })),
    ],
    ["a recovery that keeps the states", put("relay/recovery_mode", 2), []],
  ])("%s", async (_name, request, expected) => {
    const changes = await powerChanges(request, readOf(device), whole);
    expect(changes).toMatchObject(expected);
    expect(changes).toHaveLength(expected.length);
  });

  test.each<[Json, number[]]>([
    [1, [1, 3]],
    [2, [3]],
    [null, [1, 3]],
  ])("a reboot with the recovery mode %j", async (mode, expected) => {
    const relay = { ...(device["relay"] as Tree), recovery_mode: mode };
    const changes = await powerChanges(post("system/reboot", null), readOf({ ...device, relay }), whole);
    expect(changes.map(({ number, effect }) => [number, effect])).toEqual(
      expected.map((number) => [number, "mayLose"]),
    );
  });

  test("a reboot during a cycle, in which only the relay is off", async () => {
    const cycled = { name: "web", state: false, transient_state: true, physical_state: false };
    const relay = { recovery_mode: 2, outlets: [cycled, { ...cycled, transient_state: false }] };
    const changes = await powerChanges(post("system/reboot", null), readOf({ ...device, relay }), whole);
    expect(changes.map(({ number, effect }) => [number, effect])).toEqual([[1, "mayLose"]]);
  });

  test("AutoPing switched on by a login that may be shown only some of its items", async () => {
    const seesAll = async (path: string) => path !== "autoping/items/";
    const changes = await powerChanges(put("autoping/enabled", true), readOf(device), seesAll);
    expect(changes.map(({ number, effect }) => [number, effect])).toEqual(
      [1, 2, 3].map((number) => [number, "mayCycle"]),
    );
  });

  test("to a login that may not list the outlets, those that the request names", async () => {
    const read = async (path: string) => {
      if (path === "relay/outlets/") {
        throw new ForbiddenError({ message: "no right" });
      }
      return readOf(device)(path);
    };
    const changes = await powerChanges(put("relay/outlets/0/state", false), read, whole);
    expect(changes).toMatchObject([{ number: 1, name: "router", effect: "loses" }]);
  });
});

test("a tree after the requests of a plan is as the device would show it, whichever part is read", () => {
  const shown: (keyof typeof paths)[] = ["relay", "outlets", "outlet", "state"];
  const paths = {
    relay: devicePath("relay"),
    outlets: devicePath("relay", "outlets"),
    outlet: devicePath("relay", "outlets", 1),
    state: devicePath("relay", "outlets", 1, "name"),
  };
  const named = fc.record({
    method: fc.constant("PUT" as const),
    segments: fc
      .tuple(fc.constantFrom<Segment>("0", "1", "2", all), fc.constantFrom("name", "cycle_delay"))
      .map(([at, name]): Segment[] => ["relay", "outlets", at, name]),
    value: fc.constantFrom<Json>("a", "b", 3, null),
  });
  const removed = fc.record({
    method: fc.constant("DELETE" as const),
    segments: fc.constant<Segment[]>(["relay", "outlets", "2"]),
  });
  fc.assert(
    fc.property(
      trees,
      fc.array(fc.oneof(named, named, removed), { maxLength: 4 }),
      fc.constantFrom(...shown),
      (tree, writes, part) => {
        const planned = new PlannedTree();
        let expected = structuredClone(tree) as unknown as Tree;
        for (const request of writes) {
          planned.add(request);
          expected = apply(expected, request);
        }
        const at = (root: Tree) =>
          paths[part].segments.reduce<Json>((value, step) => (value as Tree)[String(step)] ?? null, root as Json);
        expect(planned.at(paths[part], structuredClone(at(tree as unknown as Tree)))).toEqual(at(expected));
      },
    ),
  );
});

test("contacts follow the states that a plan writes", () => {
  const tree = new PlannedTree();
  const now = () =>
    tree.at(devicePath("relay", "outlets"), [{ state: false, transient_state: false, physical_state: false }]);
  tree.add({ method: "PUT", segments: ["relay", "outlets", "0", "state"], value: true });
  expect(now()).toEqual([{ state: true, transient_state: true, physical_state: true }]);
  tree.add({ method: "POST", segments: ["relay", "set_outlet_transient_states"], value: [[[0, false]]] });
  expect(now()).toEqual([{ state: true, transient_state: false, physical_state: false }]);
});
