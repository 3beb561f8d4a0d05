/**
 * The baseline while a program adds inputs, removes some and declares them again: it is never what the resource itself
 * has written, and a warning names what is not restored at the end.
 */
import { fromEngine, toEngine } from "../../provider/lifecycle/state/engine-form";
import { withoutWrappers } from "../../provider/lifecycle/state/secret-values";
import { definitionOf } from "../../provider/registry";
import type { DialectSettings, Json, SimulatedDevice } from "../../simulator";
import { onDevice } from "../support/on-device";
import type { MiniEngine } from "./mini-engine";

type Inputs = Readonly<Record<string, Json>>;

interface Course {
  readonly type: string;
  /** What the device has in some places before the first program. */
  readonly before: Readonly<Record<string, Json>>;
  /** The inputs of successive programs. */
  readonly programs: readonly Inputs[];
  /** What the device has in the end; default: what it had before. */
  readonly after?: Readonly<Record<string, Json>>;
  readonly warnings?: readonly string[];
  readonly dialects?: Partial<DialectSettings>;
}

const stopped = (what: string) => `${what} stays as it is, because the program has stopped declaring it`;
const unknown = (what: string) => `${what} stays as it is, because no former value of it is known`;
const outlets = (names: Readonly<Record<string, string>>): Inputs => ({
  outlets: Object.fromEntries(Object.entries(names).map(([number, name]) => [number, { name }])),
});
const mqtt = (value: Inputs): Inputs => ({ path: "mqtt", value });
const variables = (value: Inputs): Inputs => ({ path: "script/variables", value });
const absent = { passwordRead: "absent" } as const;
const ours = "counts as what was written last";

const courses: Readonly<Record<string, Course>> = {
  "an input is left out and comes back": {
    type: "Outlet",
    before: { "relay/outlets/0/name": "five" },
    programs: [{ number: 1, name: "one" }, { number: 1 }, { number: 1, name: "cinq" }],
  },
  "an input is left out and comes back two programs later": {
    type: "Outlet",
    before: { "relay/outlets/0/name": "five", "relay/outlets/0/critical": false },
    programs: [
      { number: 1, name: "one" },
      { number: 1 },
      { number: 1, critical: true },
      { number: 1, critical: true, name: "cinq" },
    ],
  },
  "an entry leaves and returns": {
    type: "Outlets",
    before: { "relay/outlets/0/name": "a", "relay/outlets/1/name": "b" },
    programs: [outlets({ 1: "one", 2: "two" }), outlets({ 1: "one" }), outlets({ 1: "one", 2: "zwei" })],
  },
  "an input is left out for good": {
    type: "Relay",
    before: { "relay/name": "DLI Controller", "relay/sequence_delay": 3 },
    programs: [{ name: "Rack 1", sequenceDelaySeconds: 7 }, { sequenceDelaySeconds: 7 }],
    after: { "relay/name": "Rack 1", "relay/sequence_delay": 3 },
    warnings: [stopped("default/relay: name")],
  },
  "an entry is left out for good": {
    type: "Outlets",
    before: { "relay/outlets/0/name": "a", "relay/outlets/1/name": "b" },
    programs: [outlets({ 1: "one", 2: "two" }), outlets({ 1: "one" })],
    after: { "relay/outlets/0/name": "a", "relay/outlets/1/name": "two" },
    warnings: [stopped('default/outlets: outlets["2"].name')],
  },
  "an input is left out that was as before": {
    type: "Relay",
    before: { "relay/name": "DLI Controller" },
    programs: [{ name: "DLI Controller", sequenceDelaySeconds: 7 }, { sequenceDelaySeconds: 7 }],
  },
  "a member is added": {
    type: "Setting",
    before: { "mqtt/broker_port": 1111, "mqtt/topic_root": "old/root" },
    programs: [mqtt({ broker_port: 2222 }), mqtt({ broker_port: 2222, topic_root: "new/root" })],
  },
  "a member further down is added": {
    type: "Setting",
    before: { "config/hostname": "power", "mqtt/broker_port": 1111 },
    programs: [
      { path: "/", value: { mqtt: { enabled: false } } },
      { path: "/", value: { mqtt: { enabled: false, broker_port: 2222 }, config: { hostname: "rack" } } },
    ],
  },
  "a member is left out and comes back": {
    type: "Setting",
    before: { "mqtt/broker_port": 1111, "mqtt/topic_root": "old/root" },
    programs: [
      mqtt({ broker_port: 2222, topic_root: "new/root" }),
      mqtt({ broker_port: 2222 }),
      mqtt({ broker_port: 2222, topic_root: "newer/root" }),
    ],
  },
  "a member is left out for good": {
    type: "Setting",
    before: { "mqtt/broker_port": 1111, "mqtt/topic_root": "old/root" },
    programs: [mqtt({ broker_port: 2222, topic_root: "new/root" }), mqtt({ broker_port: 2222 })],
    after: { "mqtt/broker_port": 1111, "mqtt/topic_root": "new/root" },
    warnings: [stopped("default/settings/mqtt: value.topic_root")],
  },
  "a member that was not there": {
    type: "Setting",
    before: { "script/variables": {} },
    programs: [variables({ foo: 1 })],
    after: { "script/variables": { foo: 1 } },
    warnings: [unknown("default/settings/script/variables: value.foo")],
  },
  "a member that was not there is left out and comes back": {
    type: "Setting",
    before: { "script/variables": { bar: 0 } },
    programs: [variables({ foo: 1, bar: 1 }), variables({ bar: 1 }), variables({ foo: 2, bar: 2 })],
    after: { "script/variables": { foo: 2, bar: 0 } },
    warnings: [unknown("default/settings/script/variables: value.foo")],
  },
  "a member that was not there is left out for good": {
    type: "Setting",
    before: { "script/variables": { bar: 0 } },
    programs: [variables({ foo: 1, bar: 1 }), variables({ bar: 1 }), variables({ bar: 2 })],
    after: { "script/variables": { foo: 1, bar: 0 } },
    warnings: [unknown("default/settings/script/variables: value.foo")],
  },
  "a member that the device does not show": {
    type: "Setting",
    dialects: absent,
    before: { "mqtt/password": "before", "mqtt/broker_port": 1111 },
    programs: [mqtt({ password: "ours", broker_port: 99 })],
    after: { "mqtt/password": "ours", "mqtt/broker_port": 1111 },
    warnings: [ours, unknown("default/settings/mqtt: value.password")],
  },
  "a member that the device does not show is left out and comes back": {
    type: "Setting",
    dialects: absent,
    before: { "mqtt/password": "before", "mqtt/broker_port": 1111 },
    programs: [
      mqtt({ password: "ours", broker_port: 99 }),
      mqtt({ broker_port: 99 }),
      mqtt({ password: "later", broker_port: 99 }),
    ],
    after: { "mqtt/password": "later", "mqtt/broker_port": 1111 },
    warnings: [ours, ours, unknown("default/settings/mqtt: value.password")],
  },
  "a secret of which a member stays names no member": {
    type: "Setting",
    before: { "script/variables": {} },
    programs: [{ ...variables({ foo: 1 }), secret: true }],
    after: { "script/variables": { foo: 1 } },
    warnings: [unknown("default/settings/script/variables: value")],
  },
};

/** What the device has in these places. */
function found(device: SimulatedDevice, places: readonly string[]): Record<string, unknown> {
  const at = (place: string) =>
    place.split("/").reduce<unknown>((inner, step) => (inner as Record<string, unknown>)[step], device.tree);
  return structuredClone(Object.fromEntries(places.map((place) => [place, at(place)])));
}

const ways = [false, true].flatMap((refreshes) =>
  Object.entries(courses).map(([name, course]) => [name, refreshes ? "with" : "without", course] as const),
);

test.each(ways)("%s, %s refreshes: what was there before is put back, and the rest is said", (_, refreshes, course) =>
  onDevice({ dialects: course.dialects ?? {} }, async ({ device, engine }) => {
    const { type, before, programs, after = before, warnings = [] } = course;
    for (const [place, value] of Object.entries(before)) {
      device.changeByHand(place, value);
    }
    const [first = {}, ...others] = programs.map((inputs) => ({ ...inputs, onDestroy: "restore" }));
    const definition = definitionOf(type)!;
    const held = await engine.create(type, first);
    const keep = () => {
      held.state = fromEngine(definition, withoutWrappers(toEngine(definition, held.state)));
    };
    for (const inputs of others) {
      keep();
      if (refreshes === "with") {
        await engine.refresh(held);
        keep();
      }
      await engine.up(held, inputs);
    }
    keep();
    const planned = await engine.planRemoval(held);
    device.journal.clear();
    await engine.destroy(held);
    expect(found(device, Object.keys(after))).toEqual(after);
    expect(engine.warnings).toEqual(warnings.map((text) => expect.stringContaining(text)));
    // The plan shows exactly the requests that are sent.
    const sent = device.journal.writes().length;
    expect([planned?.lines.length === 0, planned?.requests.length]).toEqual([sent === 0, sent]);
  }),
);

test("what an import has read and the program does not declare is not spoken of", () =>
  onDevice({}, async ({ device, engine }) => {
    for (const [type, id, inputs] of [
      ["Setting", "default/settings/mqtt", mqtt({ broker_port: 99 })],
      ["Outlets", "default/outlets", outlets({ 1: "one" })],
      ["Relay", "default/relay", { name: "Rack 1" }],
    ] as const) {
      const before = structuredClone(device.tree);
      const held = (await engine.import(type, id))!;
      engine.warnings.length = 0;
      await engine.up(held, { ...inputs, onDestroy: "restore" });
      await engine.destroy(held);
      expect([type, engine.warnings]).toEqual([type, []]);
      expect(structuredClone(device.tree)).toEqual(before);
    }
  }));

test("what is left out and belongs to another resource by then is not spoken of", () =>
  onDevice({}, async ({ device, engine }) => {
    const relay = { name: "Rack 1", sequenceDelaySeconds: 7, onDestroy: "restore" };
    const held = await engine.create("Relay", relay);
    await engine.up(held, { sequenceDelaySeconds: 7, onDestroy: "restore" });
    const other = await engine.create("Setting", { path: "relay/name", value: "Rack 2" });
    await engine.remove(held, [other]);
    expect(device.tree.relay).toMatchObject({ name: "Rack 2", sequence_delay: 3 });
    expect(engine.warnings).toEqual([]);
  }));

describe("a setting that the device gets only later", () => {
  const inputs = { path: "mqtt/topic_root", value: "mine", optional: true, onDestroy: "restore" };

  /** Creates the resource while the device lacks the setting, which it has after `upgrade`. */
  async function taken(device: SimulatedDevice, engine: MiniEngine) {
    device.tree.mqtt.topic_root = "factory";
    const others = JSON.stringify({ relay: { $ref: "relay/" }, config: { $ref: "config/" } });
    device.faults.add({ kind: "status", status: 404, path: "mqtt", times: "always" });
    device.faults.add({ kind: "oddAnswer", method: "GET", path: /^\/restapi\/$/, times: "always", body: others });
    const held = await engine.create("Setting", inputs);
    expect(held.state["present"]).toBe(false);
    return { held, upgrade: () => device.faults.clear() };
  }

  test.each([
    ["a refresh", true, false],
    ["an update", false, true],
    ["both", true, true],
    ["neither", false, false],
  ])("is as the device brought it after %s and a destroy", (_, refreshes, updates) =>
    onDevice({}, async ({ device, engine }) => {
      const { held, upgrade } = await taken(device, engine);
      upgrade();
      if (refreshes) {
        await engine.refresh(held);
      }
      if (updates) {
        await engine.up(held, { ...inputs, value: "mine now" });
      }
      device.journal.clear();
      await engine.destroy(held);
      expect(device.tree.mqtt.topic_root).toBe("factory");
      expect(device.journal.writes()).toHaveLength(updates ? 1 : 0);
      expect(engine.warnings).toEqual([]);
    }),
  );

  test("was not there before for a state of an older version either", () =>
    onDevice({}, async ({ device, engine }) => {
      const { held, upgrade } = await taken(device, engine);
      held.state["baseline"] = { value: "mine" };
      upgrade();
      await engine.refresh(held);
      await engine.destroy(held);
      expect(device.tree.mqtt.topic_root).toBe("factory");
    }));

  test("is no more said of while the device lacks it", () =>
    onDevice({}, async ({ device, engine }) => {
      const { held } = await taken(device, engine);
      await engine.destroy(held);
      expect(engine.warnings).toEqual([]);
    }));

  test("and is demanded: the error says what the device lacks, before a refresh and after it", () =>
    onDevice({}, async ({ device, engine }) => {
      const { held } = await taken(device, engine);
      const demanded = { ...inputs, optional: false };
      await expect(engine.up(held, demanded)).rejects.toThrow("this device does not have this setting");
      await engine.refresh(held);
      await expect(engine.up(held, demanded)).rejects.toThrow("this device does not have this setting");
    }));
});

describe("putting back several members that fails halfway", () => {
  const before = { broker_port: 1, topic_root: "old", broker_address: "o.example" };
  const inputs = mqtt({ broker_port: 2, topic_root: "new", broker_address: "n.example" });

  const halfway = (work: (bench: { device: SimulatedDevice; again: () => Promise<void> }) => Promise<void>) =>
    onDevice({ dialects: { jsonPatch: "refused" } }, async ({ device, engine }) => {
      Object.assign(device.tree.mqtt, before);
      const held = await engine.create("Setting", { ...inputs, onDestroy: "restore" });
      device.faults.add({ kind: "status", status: 500, method: "PUT", nth: 2, times: "always" });
      await expect(engine.destroy(held)).rejects.toThrow("500");
      device.faults.clear();
      expect(device.tree.mqtt).toMatchObject({ broker_port: 1, topic_root: "new" });
      await work({ device, again: () => engine.destroy(held) });
    });

  test("is gone on with by the next destroy", () =>
    halfway(async ({ device, again }) => {
      await again();
      expect(device.tree.mqtt).toMatchObject(before);
    }));

  test("is refused where somebody has changed one of them since, which the error names", () =>
    halfway(async ({ device, again }) => {
      device.changeByHand("mqtt/topic_root", "theirs");
      await expect(again()).rejects.toThrow("value.topic_root was changed outside Pulumi since");
      expect(device.tree.mqtt.topic_root).toBe("theirs");
    }));
});

test("a replacement that is created first knows the state that the engine has only compared", () =>
  onDevice({}, async ({ device, engine }) => {
    const token = await engine.create("ApiClient", { name: "ci", scopes: ["/cred/"] });
    const outlet = await engine.create("Outlet", { number: 1, name: "web", onDestroy: "restore" });
    device.journal.clear();
    for (const held of [token, outlet]) {
      const made = await engine.createBeside([held], held, "before");
      expect(made.state).toEqual(held.state);
    }
    expect(device.journal.writes()).toEqual([]);
    expect(engine.warnings).toEqual([]);
  }));
