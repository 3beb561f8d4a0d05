/** The gate's judgement of requests that let AutoPing cycle an outlet, compared with a tree that applies them. */
import * as fc from "fast-check";
import { all, elements, isJsonObject, type Json, type Segment } from "../../provider/client";
import { concernsAutoPing, letsPingCycle } from "../../provider/runtime/gate/auto-ping";
import type { WriteRequest } from "../../provider/runtime/gate/effect";
import { apply, insert, type Left, type Tree } from "./request-tree";

describe("AutoPing", () => {
  const item = (outlets: Json, enabled = true, script = "") => ({ addresses: ["a"], outlets, enabled, script });
  const anyItem = fc.record(
    {
      addresses: fc.constant(["a"]),
      outlets: fc.constantFrom<Json>([0], [0, 1], [1], {}),
      enabled: fc.constantFrom(false, false, true),
      script: fc.constantFrom("", "", "restart"),
      pings_before_enabling: fc.constantFrom(null, null, 0, 5),
    },
    { requiredKeys: ["addresses"] },
  );
  const anyPing = fc.record({
    enabled: fc.constantFrom(true, true, false),
    items: fc.array(anyItem, { maxLength: 3 }),
    pings_before_enabling: fc.constantFrom(0, 0, 5),
  });
  const anyValue = fc.oneof(
    anyItem,
    fc.array(anyItem, { maxLength: 2 }),
    anyPing,
    fc.constantFrom<Json>(
      true,
      true,
      true,
      { enabled: true },
      [0],
      false,
      null,
      "",
      "restart",
      [],
      { script: "" },
      0,
      5,
    ),
  ) as fc.Arbitrary<Json>;
  const below = fc.oneof(
    fc.constantFrom<Segment[]>([], ["enabled"], ["items"], ["pings_before_enabling"]),
    fc
      .tuple(
        fc.constantFrom<Segment>("0", "1", "2", all, elements(0, 1)),
        fc.constantFrom<Segment[]>(
          [],
          [],
          ["outlets"],
          ["enabled"],
          ["enabled"],
          ["script"],
          ["pings_before_enabling"],
        ),
      )
      .map(([at, member]): Segment[] => ["items", at, ...member]),
  );
  const step = fc.constantFrom("items", "0", "1", "-", "outlets", "enabled", "script", "pings_before_enabling");
  const patched = fc.record({
    op: fc.constantFrom("add", "replace", "remove", "move", "copy", "test"),
    path: fc.array(step, { maxLength: 3 }).map((steps) => steps.map((one) => `/${one}`).join("")),
    from: fc.array(step, { maxLength: 2 }).map((steps) => steps.map((one) => `/${one}`).join("")),
    value: anyValue,
  });
  const anyRequest: fc.Arbitrary<WriteRequest> = fc.oneof(
    fc.record({
      method: fc.constantFrom("PUT" as const, "PUT" as const, "DELETE" as const),
      segments: below.map((rest): Segment[] => ["autoping", ...rest]),
      value: anyValue,
    }),
    fc.record({ method: fc.constant("POST" as const), segments: fc.constant(["autoping", "items"]), value: anyValue }),
    fc.record({
      method: fc.constant("PATCH" as const),
      segments: fc.constantFrom<Segment[]>(["autoping"], ["autoping", "items"], ["autoping", "items", "0"]),
      value: fc.array(patched, { maxLength: 3 }) as fc.Arbitrary<Json>,
    }),
  );

  function cycles({ autoping: ping }: Tree, index: number): boolean {
    const list = isJsonObject(ping) ? ping["items"] : undefined;
    if (!isJsonObject(ping) || ping["enabled"] !== true || !Array.isArray(list)) {
      return false;
    }
    return list.some((one) => {
      const { outlets = [], enabled = true, script = "", ...rest } = isJsonObject(one) ? one : {};
      // Nothing answers, so a trial never ends unless it needs no pings.
      const isTried = (rest["pings_before_enabling"] ?? ping["pings_before_enabling"] ?? 5) === 0;
      return Array.isArray(outlets) && outlets.includes(index) && enabled !== false && script === "" && isTried;
    });
  }

  test("whatever lets AutoPing cycle an outlet that it did not cycle before is seen", () => {
    let woken = 0;
    fc.assert(
      fc.property(anyPing, anyRequest, fc.constantFrom<Left>("kept", "fresh"), (ping, sent, left) => {
        const tree = () => structuredClone({ autoping: ping }) as unknown as Tree;
        const isAdded = sent.method === "POST";
        const after = isAdded ? insert(tree(), [...sent.segments, "-"], sent.value as Json) : apply(tree(), sent, left);
        if (cycles(tree(), 0) || !cycles(after, 0)) {
          return true;
        }
        woken += 1;
        return concernsAutoPing(sent) && letsPingCycle(sent, 0, { autoPing: tree()["autoping"], isWhole: true });
      }),
      { numRuns: 40_000 },
    );
    expect(woken).toBeGreaterThan(200);
  });

  /** What a device makes of a request if it ignores the function of an item. */
  function withoutFunctions({ method, segments, value = null }: WriteRequest): WriteRequest[] {
    const rid = (one: Json): Json =>
      Array.isArray(one)
        ? one.map(rid)
        : isJsonObject(one)
          ? Object.fromEntries(
              Object.entries(one).flatMap(([name, inner]) => (name === "script" ? [] : [[name, rid(inner)]])),
            )
          : one;
    if (segments.at(-1) === "script") {
      return [];
    }
    const isOther = (operation: Json) => isJsonObject(operation) && !String(operation["path"]).endsWith("/script");
    const left = method === "PATCH" && Array.isArray(value) ? value.filter(isOther) : value;
    return [{ method, segments, value: rid(left) }];
  }

  test("so it is if the device ignores the function that an item gets with it", () => {
    let woken = 0;
    fc.assert(
      fc.property(anyPing, anyRequest, fc.constantFrom<Left>("kept", "fresh"), (ping, sent, left) => {
        const tree = () => structuredClone({ autoping: ping }) as unknown as Tree;
        const after = withoutFunctions(sent).reduce(
          (before, one) =>
            one.method === "POST"
              ? insert(before, [...one.segments, "-"], one.value as Json)
              : apply(before, one, left),
          tree(),
        );
        if (cycles(tree(), 0) || !cycles(after, 0)) {
          return true;
        }
        woken += 1;
        return concernsAutoPing(sent) && letsPingCycle(sent, 0, { autoPing: tree()["autoping"], isWhole: true });
      }),
      { numRuns: 40_000 },
    );
    expect(woken).toBeGreaterThan(200);
  });

  test("a path in capitals with encoded slashes is judged as the plain one", () => {
    const encoded = (segments: readonly Segment[]) =>
      segments.every((one) => typeof one === "string") ? [segments.join("/").toUpperCase()] : segments;
    fc.assert(
      fc.property(anyPing, anyRequest, (ping, sent) => {
        const same = { ...sent, segments: encoded(sent.segments) };
        expect(concernsAutoPing(same)).toBe(concernsAutoPing(sent));
        expect(letsPingCycle(same, 0, { autoPing: ping as unknown as Json, isWhole: true })).toBe(
          letsPingCycle(sent, 0, { autoPing: ping as unknown as Json, isWhole: true }),
        );
      }),
      { numRuns: 5_000 },
    );
  });

  const of = (method: WriteRequest["method"], segments: Segment[], value?: Json): WriteRequest => ({
    method,
    segments: ["autoping", ...segments],
    value,
  });
  const off = item([0], false);
  const present = { pings_before_enabling: 5 };
  const tried = { ...off, status: { hosts: [{ state: "trial" }] } };
  const itsOwn = { ...item([0]), pings_before_enabling: 5 };

  test.each<[string, WriteRequest, Json]>([
    ["is switched on while an item has it", of("PUT", ["enabled"], true), [item([0])]],
    ["is switched on by a patch", of("PATCH", [], [{ op: "add", path: "/enabled", value: true }]), [item([0])]],
    ["gets an item for it", of("POST", ["items"], item([0])), []],
    ["gets an item for it that is off", of("POST", ["items"], off), []],
    ["gets it for an item", of("PUT", ["items", "0", "outlets"], [1, 0]), [item([1])]],
    ["gets it for an item that is off", of("PUT", ["items", "0"], off), [item([1], false)]],
    ["gets its item switched on", of("PUT", ["items", "1", "enabled"], true), [item([1]), off]],
    ["gets a part of its item", of("PUT", ["items", "0"], { enabled: true }), [off]],
    [
      "gets its item switched on by a patch",
      of("PATCH", ["items", "0"], [{ op: "replace", path: "/enabled", value: true }]),
      [off],
    ],
    ["gets its item without the function", of("PUT", ["items", "0", "script"], ""), [item([0], true, "restart")]],
    ["gets its item resumed", of("POST", ["items", "0", "resume"]), [off]],
    [
      "gets its item switched on where another one stood",
      of(
        "PATCH",
        ["items"],
        [
          { op: "remove", path: "/0" },
          { op: "replace", path: "/0/enabled", value: true },
        ],
      ),
      [item([1]), off],
    ],
    [
      "gets its item switched on while another one gets a function",
      of(
        "PATCH",
        ["items"],
        [
          { op: "replace", path: "/0/enabled", value: true },
          { op: "add", path: "/-", value: { addresses: ["b"], script: "restart" } },
        ],
      ),
      [off],
    ],
    [
      "gets an item that is given it by the next step",
      of(
        "PATCH",
        ["items"],
        [
          { op: "add", path: "/0", value: { enabled: true } },
          { op: "add", path: "/0/outlets", value: [0] },
        ],
      ),
      [],
    ],
    [
      "gets an item whose function the next step takes away",
      of(
        "PATCH",
        ["items"],
        [
          { op: "add", path: "/0", value: item([0], true, "restart") },
          { op: "replace", path: "/0/script", value: "" },
        ],
      ),
      [],
    ],
    ["gets its item on trial, which reads as off", of("PUT", ["enabled"], true), [tried]],
    ["gets its item on trial touched", of("PUT", ["items", "0", "script"], ""), [tried]],
    ["gets a shorter trial", of("PUT", ["pings_before_enabling"], 0), [item([0])]],
    ["gets a trial that is not seen", of("PUT", ["pings_before_enabling"], null), [item([0])]],
    ["gets no trial after a restart", of("PUT", ["resume_without_retrial"], true), [item([0])]],
    ["gets a shorter trial of its item", of("PUT", ["items", "0", "pings_before_enabling"], 4), [itsOwn]],
    ["gets the common trial of its item", of("PUT", ["items", "0", "pings_before_enabling"], null), [itsOwn]],
    ["gets no further trial of its item", of("PUT", ["items", "0", "resumption_trial"], false), [item([0])]],
    ["loses the trial of its item", of("DELETE", ["items", "0", "pings_before_enabling"]), [itsOwn]],
    [
      "gets its item switched on behind a gap in the numbers",
      of("PUT", ["items", "2", "enabled"], true),
      { 0: item([1]), 2: off },
    ],
    ["gets an item switched on that is not shown", of("PUT", ["items", "1", "enabled"], true), [item([1])]],
    [
      "gets one of several switched on that are not shown",
      of("PUT", ["items", elements(0, 1), "enabled"], true),
      [item([1])],
    ],
    ["gets an item switched on whose place is empty", of("PUT", ["items", "1", "enabled"], true), [item([1]), null]],
    ["gets an item with a function that it may ignore", of("POST", ["items"], item([0], true, "restart")), []],
    [
      "gets it for an item together with a function that it may ignore",
      of(
        "PATCH",
        ["items", "0"],
        [
          { op: "replace", path: "/script", value: "restart" },
          { op: "replace", path: "/outlets", value: [0] },
        ],
      ),
      [item([1])],
    ],
    [
      "gets its item switched on together with a function that it may ignore",
      of(
        "PATCH",
        ["items", "0"],
        [
          { op: "replace", path: "/script", value: "restart" },
          { op: "replace", path: "/enabled", value: true },
        ],
      ),
      [off],
    ],
    ["gets its item anew with a function", of("PUT", ["items", "0"], item([0], true, "restart")), [off]],
    ["gets a function taken from an item that is not shown", of("PUT", ["items", "0", "script"], ""), [null]],
    ["gets its item another way", of("PATCH", ["items"], [{ op: "copy", from: "/0", path: "/-" }]), [off]],
  ])("%s: that is seen", (_what, sent, items) => {
    expect(
      concernsAutoPing(sent) &&
        letsPingCycle(sent, 0, { autoPing: { enabled: false, ...present, items }, isWhole: true }),
    ).toBe(true);
  });

  test.each<[string, Json]>([
    ["an object by index", { items: { 0: item([0]) } }],
    ["nothing of items", { enabled: false }],
    ["a reference", { items: { $ref: "items/" } }],
    ["something else", { error: "busy" }],
    ["a text", "login required"],
    ["an empty place", { items: [item([1]), null] }],
    ["an empty table in the place of an item", { items: [item([1]), []] }],
    ["something else in the place of an item", { items: [item([1]), "busy"] }],
    ["an item without outlets", { items: [{ addresses: ["a"], enabled: true, script: "" }] }],
  ])("is not switched on where the device shows %s", (_what, shown) => {
    expect(letsPingCycle(of("PUT", ["enabled"], true), 0, { autoPing: shown, isWhole: true })).toBe(true);
    expect(letsPingCycle(of("PUT", ["enabled"], false), 0, { autoPing: shown, isWhole: true })).toBe(false);
    expect(letsPingCycle(of("PUT", ["items", "7", "enabled"], false), 0, { autoPing: shown, isWhole: true })).toBe(
      false,
    );
  });

  test("is switched on where an empty list is an object", () => {
    expect(letsPingCycle(of("PUT", ["enabled"], true), 0, { autoPing: { items: {} }, isWhole: true })).toBe(false);
  });

  test.each<[string, WriteRequest, Json]>([
    ["is switched off", of("PUT", ["enabled"], false), [item([0])]],
    ["is switched on without an item for it", of("PUT", ["enabled"], true), [item([1]), item({})]],
    ["is switched on while its item is off", of("PUT", ["enabled"], true), [off]],
    ["is switched on while its item has a function", of("PUT", ["enabled"], true), [item([0], true, "restart")]],
    ["gets another interval", of("PUT", ["ping_interval"], 60), [item([0])]],
    ["gets its item switched off", of("PUT", ["items", "0"], off), [item([0])]],
    [
      "gets its item switched off by a patch",
      of("PATCH", ["items"], [{ op: "replace", path: "/0/enabled", value: false }]),
      [item([0])],
    ],
    ["loses its item", of("DELETE", ["items", "0"]), [item([0])]],
    ["loses another item", of("DELETE", ["items", "0"]), [item([1]), item([0])]],
    ["loses it from an item", of("PUT", ["items", "0", "outlets"], [1]), [item([0])]],
    ["gets another item switched on", of("PUT", ["items", "0", "enabled"], true), [item([1]), off]],
    [
      "gets another item switched on behind a gap in the numbers",
      of("PUT", ["items", "2", "enabled"], true),
      { 1: off, 2: item([1], false) },
    ],
    ["gets an item switched off that is not shown", of("PUT", ["items", "1", "enabled"], false), [item([1])]],
    ["gets an item with a function that is off", of("POST", ["items"], item([0], false, "restart")), []],
    ["gets a function for its item", of("PUT", ["items", "0", "script"], "restart"), [item([0])]],
    [
      "gets its item switched on that has a function",
      of("PUT", ["items", "0", "enabled"], true),
      [item([0], false, "restart")],
    ],
    [
      "gets it for an item that has a function",
      of("PUT", ["items", "0", "outlets"], [0]),
      [item([1], true, "restart")],
    ],
    ["gets its item on trial switched off", of("PUT", ["items", "0", "enabled"], false), [tried]],
    ["gets the same trial", of("PUT", ["pings_before_enabling"], 5), [item([0])]],
    ["gets a longer trial", of("PUT", ["pings_before_enabling"], 10), [item([0])]],
    ["gets a shorter trial where its item has its own", of("PUT", ["pings_before_enabling"], 0), [itsOwn]],
    ["gets a shorter trial where its item is off", of("PUT", ["pings_before_enabling"], 0), [off]],
    ["gets a longer trial of its item", of("PUT", ["items", "0", "pings_before_enabling"], 6), [itsOwn]],
    ["gets a further trial of its item", of("PUT", ["items", "0", "resumption_trial"], true), [item([0])]],
    ["gets trials after a restart", of("PUT", ["resume_without_retrial"], false), [item([0])]],
  ])("may be told that it %s", (_what, sent, items) => {
    expect(
      concernsAutoPing(sent) &&
        letsPingCycle(sent, 0, { autoPing: { enabled: true, ...present, items }, isWhole: true }),
    ).toBe(false);
  });
});
