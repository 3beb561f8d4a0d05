/** Settings of lists of objects: undeclared members of their elements stay, or a warning names their loss. */
import fc from "fast-check";
import type { Json } from "../../provider/client";
import { type DialectSettings, dialects, type SimulatedDevice } from "../../simulator";
import { onDevice, writes } from "../support/on-device";
import { until } from "../until";

const path = "notification/sinks";
const sink = (name: string, type = "email") => ({
  name,
  type,
  data: { host: `${name}.example`, password: `pw-${name}` },
});
const declaredSink = (name: string, type = "email") => ({ name, type });
const list = (...names: string[]) => ({ path, value: names.map((name) => declaredSink(name)) });

const dataOf = ({ tree }: SimulatedDevice) =>
  Object.fromEntries(tree.notification.sinks.map(({ name, data }) => [name, (data as { password?: string }).password]));

/** Creates sinks by hand, with more members than the program declares. */
function prepare(device: SimulatedDevice, ...names: string[]): void {
  device.tree.notification.sinks = names.map((name) => sink(name)) as never;
}

test.each(dialects.passwordRead.values)(
  "a renamed element keeps what is not declared, also where it reads as %s",
  (passwordRead) =>
    onDevice({ dialects: { passwordRead } }, async ({ device, engine }) => {
      prepare(device, "one", "two");
      const held = await engine.create("Setting", { ...list("one", "two"), onDestroy: "restore" });
      expect(writes(device)).toEqual([]);
      await engine.up(held, { ...list("one", "zwei"), onDestroy: "restore" });
      expect(writes(device)).toEqual(["PATCH notification/sinks/1/"]);
      expect(dataOf(device)).toEqual({ one: "pw-one", zwei: "pw-two" });
      expect(await engine.refresh(held)).toEqual([]);
      await engine.destroy(held);
      expect(device.tree.notification.sinks).toEqual([sink("one"), sink("two")]);
      expect(engine.warnings).toEqual([]);
    }),
);

test("when an earlier element is removed by hand at that moment, no other one is hit", () =>
  onDevice({}, async ({ device, engine }) => {
    prepare(device, "one", "two", "three");
    const held = await engine.create("Setting", list("one", "two", "three"));
    const { struck } = device.faults;
    device.faults.add({ kind: "hold", method: "GET", path: "notification/", onlyAuthenticated: true });
    const update = engine.up(held, list("one", "zwei", "three"));
    const outcome = update.catch((error: Error) => error.message);
    await until(() => device.faults.struck > struck);
    device.faults.clear();
    device.removeByHand("notification/sinks/0");
    expect(await outcome).toMatch(/the list was changed by somebody else at the same moment/);
    expect(device.journal.writes()[0]?.requestBody).toContain('{"op":"test","path":"/name","value":"two"}');
    expect(device.tree.notification.sinks).toEqual([sink("two"), sink("three")]);
  }));

describe("where a device takes no patch", () => {
  const settings = ["refused", "ignored", "firstOperation"] as const;

  test.each(settings)("nothing is written at the cost of what it does not show, with jsonPatch=%s", (jsonPatch) =>
    onDevice({ dialects: { jsonPatch } }, async ({ device, engine }) => {
      prepare(device, "one", "two");
      const held = await engine.create("Setting", list("one", "two"));
      await expect(engine.up(held, list("one", "zwei"))).rejects.toThrow(
        /would lose what it does not show: notification\/sinks\/0\/data, notification\/sinks\/1\/data\. Declare these/,
      );
      expect(device.tree.notification.sinks).toEqual([sink("one"), sink("two")]);
    }),
  );

  test.each(settings)("the list is written with all that it shows, with jsonPatch=%s", (jsonPatch) =>
    onDevice({ dialects: { jsonPatch, passwordRead: "plain" } }, async ({ device, engine }) => {
      prepare(device, "one", "two");
      const held = await engine.create("Setting", list("one", "two"));
      await engine.up(held, list("one", "zwei"));
      expect(dataOf(device)).toEqual({ one: "pw-one", zwei: "pw-two" });
    }),
  );
});

describe("elements that come, go or move", () => {
  const links = ["a", "b", "c"].map((name) => ({ href: `/${name}`, description: name.toUpperCase() }));
  const hrefs = (...names: string[]) => ({ path: "config/links", value: names.map((name) => ({ href: `/${name}` })) });

  test.each<[string, string[], string[]]>([
    ["one comes", ["a", "b", "c", "d"], ["A", "B", "C", ""]],
    ["one comes first", ["d", "a", "b", "c"], ["", "A", "B", "C"]],
    ["one goes", ["a", "c"], ["A", "C"]],
    ["they change places", ["c", "a", "b"], ["C", "A", "B"]],
    ["two change places, and one changes", ["b", "a", "d"], ["B", "A", ""]],
    ["one changes", ["a", "x", "c"], ["A", "B", "C"]],
  ])("take what is not declared of them along: %s", (_what, names, descriptions) =>
    onDevice({}, async ({ device, engine }) => {
      device.tree.config.links = structuredClone(links);
      const held = await engine.create("Setting", hrefs("a", "b", "c"));
      await engine.up(held, hrefs(...names));
      expect(device.tree.config.links).toEqual(
        names.map((name, index) => ({ href: `/${name}`, description: descriptions[index] })),
      );
      expect(await engine.refresh(held)).toEqual([]);
    }),
  );

  test.each<[string, string[], string[]]>([
    ["of those that stay", ["one", "two", "three"], ["0/data", "1/data"]],
    ["of one that is no other one for certain", ["two", "eins"], ["1/data", "0/data"]],
    ["of one that stays, while what goes with another is declared", ["two"], ["1/data"]],
  ])("what no read shows is lost, as the plan says: %s", (_what, names, lost) =>
    onDevice({}, async ({ device, engine }) => {
      prepare(device, "one", "two");
      const held = await engine.create("Setting", list("one", "two"));
      await engine.plan([{ type: "Setting", inputs: list(...names) }], held);
      const paths = lost.map((place) => `notification/sinks/${place}`).join(", ");
      const said = expect.stringMatching(new RegExp(`a list is written as a whole.* is lost .*: ${paths}$`));
      expect(engine.warnings).toEqual([said]);
      expect(writes(device)).toEqual([]);
      await engine.up(held, list(...names));
      expect(engine.warnings).toEqual([said, said]);
      expect(engine.warnings.join()).not.toMatch(/pw-|example/);
    }),
  );
});

test.each(["masked", "hashed", "empty", "null"] as const)("what reads as %s is never written back", (passwordRead) =>
  onDevice({ dialects: { passwordRead } }, async ({ device, engine }) => {
    prepare(device, "one", "two");
    const held = await engine.create("Setting", { ...list("one"), onDestroy: "restore" });
    await engine.destroy(held);
    for (const { requestBody } of device.journal.writes()) {
      expect(requestBody).not.toMatch(/\*\*|[0-9a-f]{64}|"data"/);
    }
    expect(device.tree.notification.sinks.map(({ name }) => name)).toEqual(["one", "two"]);
  }),
);

test("whatever list follows another one, no element gets what another one has", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom("one", "two", "three"), { maxLength: 3 }),
      fc.array(fc.constantFrom("one", "two", "three", "four"), { maxLength: 4 }),
      fc.constantFrom<DialectSettings["passwordRead"]>("plain", "masked", "absent"),
      async (before, after, passwordRead) =>
        onDevice({ dialects: { passwordRead } }, async ({ device, engine }) => {
          prepare(device, ...before);
          const held = await engine.create("Setting", list(...before));
          await engine.up(held, list(...after));
          expect(device.tree.notification.sinks.map(({ name }) => name)).toEqual(after);
          for (const [index, { name, data }] of device.tree.notification.sinks.entries()) {
            const { password } = data as { password?: Json };
            // With the same number of sinks, the one in the same place may have been renamed.
            const place = before.length === after.length ? before[index] : name;
            expect([undefined, `pw-${name}`, `pw-${place}`]).toContain(password);
          }
        }),
    ),
    { numRuns: 60 },
  ));
