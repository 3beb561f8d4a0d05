/** AutoPingItem: elements of an array, without an identity of their own. */
import fc from "fast-check";
import { names, onDevice, writes } from "../support/on-device";

const source = "function restart()\nend\n";
const item = { addresses: ["10.0.0.1"], outlets: [4] };

test("deletes and updates of AutoPing items hit the right element, however the array moves", () =>
  onDevice({}, async ({ device, engine }) => {
    const all = await engine.createAll(
      ["a", "b", "c", "d"].map((address) => ({ type: "AutoPingItem", inputs: { addresses: [address], outlets: [1] } })),
    );
    await engine.destroy(all[0]!, all[2]!);
    expect(device.tree.autoping.items.map(({ addresses }) => addresses[0]).sort()).toEqual(["b", "d"]);
    await engine.up(all[3]!, { addresses: ["d"], outlets: [7] });
    expect(device.tree.autoping.items.find(({ addresses }) => addresses[0] === "d")?.outlets).toEqual([6]);
    expect(device.tree.autoping.items.find(({ addresses }) => addresses[0] === "b")?.outlets).toEqual([0]);
  }));

test("what the device has besides the declared fields survives an update", () =>
  onDevice({}, async ({ device, engine }) => {
    const held = await engine.create("AutoPingItem", item);
    device.tree.autoping.items[0]!.resumption_trial = true;
    await engine.up(held, { ...item, outlets: [5] });
    expect(device.tree.autoping.items[0]).toMatchObject({ outlets: [4], resumption_trial: true });
  }));

test("two items with the same addresses on the device cannot be told apart, and the error says so", () =>
  onDevice({}, async ({ device, engine }) => {
    const held = await engine.create("AutoPingItem", item);
    device.tree.autoping.items.push(structuredClone(device.tree.autoping.items[0]!));
    await expect(engine.refresh(held)).rejects.toThrow(/2 AutoPing items for 10\.0\.0\.1/);
    await expect(engine.destroy(held)).rejects.toThrow(/2 AutoPing items for 10\.0\.0\.1/);
    expect(device.tree.autoping.items).toHaveLength(2);
  }));

test("an item with an unknown function is an error that names the input and not the functions", () =>
  onDevice({}, async ({ device, engine }) => {
    device.changeByHand("script/source", source);
    const create = engine.create("AutoPingItem", { ...item, script: "restrat" });
    await expect(create).rejects.toThrow(/no function of the name in `script`/);
    expect(writes(device)).toEqual([]);
  }));

test.each([0, 1])("the Script of the same program may bring the function, in either order (%d)", (first) =>
  onDevice({}, async ({ device, engine }) => {
    const both = [
      { type: "Script", inputs: { source } },
      { type: "AutoPingItem", inputs: { ...item, script: "restart" } },
    ];
    await engine.createAll(first === 0 ? both : both.reverse());
    expect(device.tree.autoping.items[0]?.script).toBe("restart");
  }),
);

test("an id whose addresses no program could declare is refused at an import, with the reason", () =>
  onDevice({}, async ({ engine }) => {
    await engine.create("AutoPingItem", { addresses: ["host.local", "10.0.0.1"], outlets: [1] });
    await expect(engine.import("AutoPingItem", "default/autoping/10.0.0.1, host.local")).rejects.toThrow(
      /is not an id of AutoPingItem: addresses\[0\] has a blank, a comma or a semicolon in it/,
    );
  }));

test("addresses must not be empty or listed twice", () =>
  onDevice({}, async ({ engine }) => {
    await expect(engine.create("AutoPingItem", { addresses: [] })).rejects.toThrow(/addresses/);
    await expect(engine.create("AutoPingItem", { addresses: ["a", "a"] })).rejects.toThrow(/a is listed twice/);
  }));

test("an item that the device gave up on and switched off is no difference: a refresh warns, and nobody switches it on", () =>
  onDevice({}, async ({ device, engine }) => {
    device.tree.autoping.enabled = true;
    const inputs = { ...item, pingsBeforeEnabling: 0 };
    const held = await engine.create("AutoPingItem", inputs);
    for (let time = 0; time < 6; time += 1) {
      device.ping(0, false);
    }
    expect(device.tree.autoping.items[0]?.enabled).toBe(false);
    device.journal.clear();
    expect(await engine.refresh(held)).toEqual([]);
    expect(await engine.up(held, inputs)).toEqual([]);
    expect(names(await engine.up(held, { ...inputs, outlets: [5] }))).toEqual(["outlets"]);
    expect(device.tree.autoping.items[0]).toMatchObject({ enabled: false, outlets: [4] });
    expect(engine.warnings).toContainEqual(expect.stringMatching(/10\.0\.0\.1 .* keeps it off by itself/));
    expect(names(await engine.up(held, { ...inputs, enabled: false, outlets: [5] }))).toEqual(["enabled"]);
    expect(await engine.refresh(held)).toEqual([]);
    expect(names(await engine.up(held, { ...inputs, outlets: [5] }))).toEqual(["enabled"]);
    expect(device.tree.autoping.items[0]).toMatchObject({ enabled: true, status: { hosts: [{ state: "trial" }] } });
  }));

test("an item that a person switched off is drift, and the next run switches it on", () =>
  onDevice({}, async ({ device, engine }) => {
    const held = await engine.create("AutoPingItem", item);
    device.changeByHand("autoping/items/0/enabled", false);
    expect(names(await engine.refresh(held))).toEqual(["enabled"]);
    await engine.up(held, item);
    expect(device.tree.autoping.items[0]?.enabled).toBe(true);
  }));

test.each([
  ["readsDisabled", true],
  ["readsDisabled", false],
  ["staysEnabled", true],
] as const)("an item on trial is no difference, with autopingTrial=%s and enabled=%s", (autopingTrial, enabled) =>
  onDevice({ dialects: { autopingTrial } }, async ({ device, engine }) => {
    const held = await engine.create("AutoPingItem", item);
    expect(await engine.refresh(held)).toEqual([]);
    expect(await engine.up(held, item)).toEqual([]);
    expect(names(await engine.up(held, { ...item, outlets: [5], enabled }))).toEqual(
      enabled ? ["outlets"] : ["enabled", "outlets"],
    );
    expect(device.tree.autoping.items[0]).toMatchObject({ outlets: [4], enabled });
    expect(await engine.refresh(held)).toEqual([]);
    expect(await engine.up(held, { ...item, outlets: [5], enabled })).toEqual([]);
  }),
);

test("firmware that lacks members is not sent them, and what it has besides is not sent back", () =>
  onDevice(
    { firmware: "1.7.24.0", dialects: { unknownMember: "refused", readonlyMember: "refused" } },
    async (bench) => {
      const { device, engine } = bench;
      const held = await engine.create("AutoPingItem", item);
      expect(device.journal.writes().map(({ requestBody }) => Object.keys(JSON.parse(requestBody)).sort())).toEqual([
        ["addresses", "enabled", "outlets"],
      ]);
      Object.assign(device.tree.autoping.items[0] as object, { more: "than this provider knows" });
      device.journal.clear();
      await engine.up(held, { ...item, outlets: [5], script: "" });
      expect(device.journal.dump()).not.toContain("more");
      expect(await engine.refresh(held)).toEqual([]);
    },
  ));

test("odd elements that are not ours are passed over, and ours are judged member by member", () =>
  onDevice({}, async ({ device, engine }) => {
    const odd = [null, 7, { addresses: 5 }, { outlets: [1] }, "none"];
    const takeBack = device.behaviours.register({
      name: "list odd items too",
      path: "autoping/items",
      read: (_context, next) => [...(next() as object[]), ...odd] as never,
    });
    const held = await engine.create("AutoPingItem", item);
    expect(await engine.refresh(held)).toEqual([]);
    await engine.up(held, { ...item, outlets: [5] });
    expect(device.tree.autoping.items[0]?.outlets).toEqual([4]);
    device.tree.autoping.items[0]!.enabled = "yes" as never;
    await expect(engine.refresh(held)).rejects.toThrow(/GET autoping\/items\/: unexpected response at enabled/);
    device.tree.autoping.items[0]!.enabled = true;
    await engine.destroy(held);
    takeBack();
    expect(device.tree.autoping.items).toEqual([]);
  }));

describe("members that go one by one", () => {
  const anyState = fc.record({
    outlets: fc.constantFrom([3], [4], [3, 4]),
    script: fc.constantFrom("", "restart"),
    enabled: fc.boolean(),
  });

  /** The outcome of an update on a device whose outlet 3 is protected, and the item after each write. */
  async function change(
    jsonPatch: "taken" | "refused" | "ignored",
    [before, after]: readonly [Record<string, unknown>, Record<string, unknown>],
  ) {
    const steps: { outlets: number[]; script: string | null; enabled: boolean }[] = [];
    let failure: string | undefined;
    await onDevice({ dialects: { jsonPatch } }, async ({ device, engine }) => {
      device.changeByHand("script/source", source);
      const held = await engine.create("AutoPingItem", { ...item, ...before });
      device.behaviours.register({
        name: "notes every step",
        path: "autoping/items/*/*",
        write(_context, value, next) {
          next(value);
          steps.push(structuredClone(device.tree.autoping.items[0]!));
        },
      });
      const guarded = engine.as({ "dli:protectedOutlets": "3" });
      await guarded.up(held, { ...item, ...after }).catch((error: Error) => {
        failure = error.message;
      });
    });
    return { failure, steps };
  }

  const cycles = ({ outlets, script, enabled }: { outlets: number[]; script: string | null; enabled: boolean }) =>
    enabled && !script ? outlets : [];

  test.each(["refused", "ignored"] as const)(
    "what the gate admits as one request it admits as several, and nothing in between cycles more, with jsonPatch=%s",
    (jsonPatch) =>
      fc.assert(
        fc.asyncProperty(anyState, anyState, async (before, after) => {
          const whole = await change("taken", [before, after]);
          const parts = await change(jsonPatch, [before, after]);
          if (whole.failure === undefined) {
            expect(parts.failure).toBeUndefined();
          }
          const allowed = [before, after].flatMap((state) =>
            cycles({ ...state, outlets: state.outlets.map((number) => number - 1) }),
          );
          expect(parts.steps.flatMap(cycles).filter((outlet) => !allowed.includes(outlet))).toEqual([]);
        }),
        { numRuns: 40 },
      ),
  );
});

test("a member that older firmware does not have is named before anything is written", () =>
  onDevice({ firmware: "1.7.15.0" }, async ({ device, engine }) => {
    device.behaviours.register({
      name: "older",
      path: "autoping/items/*/pings_before_enabling",
      read: () => undefined,
    });
    const held = await engine.create("AutoPingItem", item);
    device.journal.clear();
    const update = engine.up(held, { ...item, outlets: [5], pingsBeforeEnabling: 3 });
    await expect(update).rejects.toThrow(
      "the AutoPing items of this device have no `pings_before_enabling`. Leave `pingsBeforeEnabling` out for this device",
    );
    expect(writes(device)).toEqual([]);
  }));
