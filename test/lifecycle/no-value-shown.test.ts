/**
 * No text of a program or a device appears in an error, a warning or a debug line, whatever goes wrong: every input of
 * every resource is tried with a text that occurs nowhere else, and every resource with a third of the faults, which
 * take turns (`TEST_CASES=all`: with each). Names of outlets may appear unless they are secret; so may parts of an id.
 */
import { definitionOf, resources } from "../../provider/registry";
import { marksName } from "../../provider/schema/secrecy";
import { type Json, manualClock, type SimulatedDevice, startSimulator } from "../../simulator";
import { Refusal } from "../../simulator/schema/refusal";
import { adminPassword, type Declared, declared, identifying, markers, prepare } from "../secret-inputs";
import { share } from "../share";
import { type Held, MiniEngine } from "./mini-engine";

/** What the device has been sent in this run. */
const heard: string[] = [];

/** What the device does with every write and every call. */
const obstacles = {
  "takes nothing": (device: SimulatedDevice, path: string) =>
    device.behaviours.register({ name: "deaf", path, write: () => undefined, insert: () => "0" }),
  "takes something else": (device: SimulatedDevice, path: string) =>
    device.behaviours.register({ name: "garbling", path, accept: (_context, value, next) => next(garbled(value)) }),
  "refuses and repeats what it was sent": (device: SimulatedDevice, path: string) => {
    const refuse = (value: Json) => {
      throw new Refusal(409, `no ${JSON.stringify(value)} (${texts(value).join(" / ")}) here`);
    };
    device.behaviours.register({
      name: "talkative",
      path,
      accept: (_context, value) => refuse(value),
      call: (_context, args) => refuse(args),
    });
  },
  "takes it, fails after that and repeats what it was sent before": (device: SimulatedDevice, path: string) => {
    const note = (value: Json) => {
      heard.push(...texts(value));
      return value;
    };
    const fail = () => {
      throw new Refusal(500, `after ${heard.join(" / ")}`);
    };
    device.behaviours.register({
      name: "rambling",
      path,
      accept: (_context, value, next) => next(note(value)),
      read: (_context, next) => (heard.length > 0 ? fail() : next()),
    });
    device.behaviours.register({
      name: `rambling about ${path}`,
      path: "config/serial",
      read: (_context, next) => (heard.length > 0 ? fail() : next()),
    });
  },
} as const;

/** What happens to every write and its response. */
const faults = [
  ["carries it out, and the response is lost", { kind: "dropAfter" }],
  ["does not carry it out, and the response is lost", { kind: "dropBefore" }],
  ["fails", { kind: "status", status: 500 }],
  ["forbids it", { kind: "status", status: 403 }],
  ["answers with garbage", { kind: "garbage" }],
] as const;

function texts(value: Json): string[] {
  if (typeof value === "string") {
    return [value];
  }
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(texts) : [];
}

function garbled(value: Json): Json {
  return typeof value === "string" ? `${value.slice(0, -1)}?` : value;
}

/** The inputs, with all that are not part of the id marked as secret, or with none. */
function inputsOf(one: Declared, isSecret: boolean): Record<string, unknown> {
  const plain = JSON.parse(JSON.stringify(one.inputs).replaceAll("$secret:", "")) as Record<string, unknown>;
  const inId = identifying(one);
  const marks = Object.keys(plain).filter((name) => !inId.has(name));
  return isSecret ? { ...plain, [marksName]: marks.map((name) => [name]) } : plain;
}

/** Every text of a run that may reach a person or a file. */
class Overheard {
  readonly #said: string[] = [];

  constructor(readonly engine: MiniEngine) {}

  async try<T>(work: () => Promise<T>): Promise<T | undefined> {
    heard.splice(0);
    try {
      return await work();
    } catch (error) {
      this.#note(error);
      return undefined;
    }
  }

  #note(error: unknown): void {
    if (error instanceof Error) {
      this.#said.push(error.message, error.stack ?? "");
      this.#note(error.cause);
    }
  }

  /** The lines that contain a marker. */
  leaks(allowed: RegExp): string[] {
    const said = [...this.#said, ...this.engine.warnings, ...this.engine.logs].join("\n");
    return [...markers]
      .filter((marker) => !allowed.test(marker) && said.includes(marker))
      .map((marker) => {
        const at = said.indexOf(marker);
        return said.slice(Math.max(0, at - 150), at + marker.length + 20);
      });
  }

  get count(): number {
    return this.#said.length;
  }
}

/** Names of outlets, and numbers. */
const harmless = /^(mk-(three|four)-|\d+$)/;
const nothing = /(?!)/;

/** Places of the tree that a resource writes, with `*` for elements and selections. */
function placesOf(device: SimulatedDevice): string[] {
  const places = device.journal.writes().map(({ path }) =>
    path
      .replace(/^\/restapi\//, "")
      .replace(/\/$/, "")
      .replaceAll(/(?<=^|\/)([^/]*=[^/]*|\d+)(?=\/|$)/g, "*"),
  );
  return [...new Set(places)];
}

/** A device that masks passwords only if they are secret: others would never read as they were written. */
async function startDevice(isSecret: boolean): Promise<SimulatedDevice> {
  const device = await startSimulator({
    clock: manualClock(),
    password: adminPassword,
    dialects: { passwordRead: isSecret ? "masked" : "plain" },
  });
  prepare(device);
  return device;
}

/** Creates and updates a resource on a device that does this with each of its writes. */
async function live(
  one: Declared,
  isSecret: boolean,
  hinder: (device: SimulatedDevice) => void,
  phase: "create" | "update",
): Promise<Overheard> {
  const device = await startDevice(isSecret);
  const overheard = new Overheard(new MiniEngine({ device }));
  const { engine } = overheard;
  try {
    const next = inputsOf(declared("b").find(({ type }) => type === one.type)!, isSecret);
    if (phase === "create") {
      hinder(device);
      await overheard.try(() => engine.create(one.type, inputsOf(one, isSecret)));
    } else {
      const held = await engine.create(one.type, inputsOf(one, isSecret));
      hinder(device);
      const isAction = definitionOf(one.type)?.family === "action";
      await overheard.try(() => engine.up(held, next));
      await overheard.try(() => engine.refresh(held));
      if (!isAction) {
        await overheard.try(() => engine.create(one.type, next));
        await overheard.try(() => engine.destroy({ ...held, state: { ...held.state, onDestroy: "restore" } }));
      }
    }
  } finally {
    await device.close();
  }
  return overheard;
}

const types = declared("a");
const kinds = [
  ["plain", false],
  ["secret", true],
] as const;
const table = types.flatMap((one) => kinds.map(([kind, isSecret]) => [one.type, kind, one, isSecret] as const));

test("every resource is tried", () => {
  expect(types.map(({ type }) => type).sort()).toEqual(resources.map(({ type }) => type).sort());
});

describe.each(table)("a %s with %s inputs", (_type, _kind, one, isSecret) => {
  const allowed = isSecret ? nothing : harmless;

  test("shows none in the failures of a check, whatever is wrong", async () => {
    const device = await startDevice(isSecret);
    const overheard = new Overheard(new MiniEngine({ device }));
    try {
      const inputs = inputsOf(one, isSecret);
      const wrong = "mk-wrong-value";
      markers.add(wrong);
      for (const name of Object.keys(inputs).filter((name) => name !== marksName)) {
        const values = [
          wrong,
          [wrong],
          { 3: wrong },
          [[wrong]],
          2 ** 60,
          true,
          null,
          `/${wrong}?`,
          `/relay/${wrong}/?access=${wrong}`,
        ];
        for (const value of isSecret ? [...values, { [wrong]: wrong }] : values) {
          await overheard.try(async () => overheard.engine.check(one.type, { ...inputs, [name]: value }));
          await overheard.try(async () => overheard.engine.check(one.type, { ...inputs, [name]: [value, value] }));
        }
      }
      expect(overheard.count).toBeGreaterThan(Object.keys(inputs).length);
      // Parts of an id may appear in a message about a contradiction in it.
      expect(overheard.leaks(identifying(one).size > 1 ? /^mk-wrong-value$/ : nothing)).toEqual([]);
    } finally {
      await device.close();
    }
  });

  test.each(["create", "update"] as const)("shows none when a device hinders its %s", async (phase) => {
    const device = await startDevice(isSecret);
    const engine = new MiniEngine({ device });
    const places = await (async () => {
      try {
        const held: Held = await engine.create(one.type, inputsOf(one, isSecret));
        await engine.up(held, inputsOf(declared("b").find(({ type }) => type === one.type)!, isSecret));
        return placesOf(device);
      } finally {
        await device.close();
      }
    })();
    for (const [what, hinder] of Object.entries(obstacles)) {
      const overheard = await live(one, isSecret, (on) => places.forEach((place) => void hinder(on, place)), phase);
      expect({ what, leaks: overheard.leaks(allowed) }).toEqual({ what, leaks: [] });
    }
    for (const [what, fault] of share(faults, types.indexOf(one) + (phase === "create" ? 0 : 1))) {
      const strike = (on: SimulatedDevice) => {
        for (const method of ["PUT", "POST", "PATCH", "DELETE"]) {
          on.faults.add({ ...fault, method, times: "always" });
        }
      };
      const overheard = await live(one, isSecret, strike, phase);
      expect({ what, leaks: overheard.leaks(allowed) }).toEqual({ what, leaks: [] });
    }
  });
});

test("a device's refusal shows nothing that is inside a secret, nor what the state has as a secret", async () => {
  const device = await startDevice(true);
  const overheard = new Overheard(new MiniEngine({ device }));
  const { engine } = overheard;
  const number = 31_415;
  for (const text of ["mk-former", String(number)]) {
    markers.add(text);
  }
  try {
    const held = await engine.create("Setting", { path: "mqtt/password", value: "mk-former", secret: true });
    const telling = (path: string, words: string) =>
      device.behaviours.register({
        name: words,
        path,
        accept: () => {
          throw new Refusal(409, words);
        },
      });
    telling("mqtt/broker_port", `no ${number} here`);
    telling("mqtt/password", "not in place of mk-former");
    await overheard.try(() =>
      engine.create("Setting", { path: "mqtt", value: { broker_port: number }, [marksName]: [["value"]] }),
    );
    await overheard.try(() => engine.up(held, { ...held.inputs, value: "another one" }));
    expect(overheard.count).toBeGreaterThan(3);
    expect(overheard.leaks(nothing)).toEqual([]);
  } finally {
    await device.close();
  }
});

/** Names inside a secret, as they are and as they are in the path of a request. */
const secretNames = {
  "mk the (chosen) name": "mk%20the%20%28chosen%29%20name",
  "mk/it's*mine!": "mk%2Fit%27s%2Amine%21",
  mk_plain_word: "mk_plain_word",
  // Too long for a message to show all of the path.
  [`mk_${"名".repeat(120)}`]: `mk_${encodeURIComponent("名".repeat(20))}`,
};

describe.each(["status", "garbage", "dropAfter"] as const)("with the fault %s", (kind) => {
  test.each(Object.entries(secretNames))("the name %s inside a secret shows nowhere", async (name, inPath) => {
    const device = await startDevice(true);
    const overheard = new Overheard(new MiniEngine({ device, keys: [] }));
    const { engine } = overheard;
    markers.add(name).add(inPath);
    try {
      const values = [{ [name]: true }, { [name]: { inner: true } }, { sub: { [name]: 1 } }];
      const declared = values.flatMap((value) => [
        { path: "mqtt", value, [marksName]: [["value"]] },
        { path: "mqtt", value, secret: true },
        { path: "mqtt", value: { topic_root: "x", keep: value }, [marksName]: [["value", "keep"]] },
      ]);
      const tryAll = async () => {
        for (const inputs of declared) {
          await overheard.try(() => engine.create("Setting", inputs));
          const [look] = (await overheard.try(() => engine.plan([{ type: "Setting", inputs }]))) ?? [];
          await overheard.try(() => Promise.reject(new Error(JSON.stringify(look))));
        }
      };
      await tryAll();
      for (const method of ["PUT", "PATCH"]) {
        device.faults.add({ kind, method, times: "always" });
      }
      await tryAll();
      expect(overheard.leaks(nothing)).toEqual([]);
    } finally {
      await device.close();
    }
  });
});

test("what is beside a secret in a value is named as before", async () => {
  const device = await startDevice(true);
  const engine = new MiniEngine({ device });
  const value = { topic_root: "x", password: "mk-beside" };
  try {
    for (const method of ["PUT", "PATCH"]) {
      device.faults.add({ kind: "status", status: 500, method, times: "always" });
    }
    const inputs = { path: "mqtt", value, [marksName]: [["value", "password"]] };
    await expect(engine.create("Setting", inputs)).rejects.toThrow(/PUT mqtt\/(topic_root|password)\//);
  } finally {
    await device.close();
  }
});

test("locked and protected outlets, and a restore over a change by hand, show no secret name", async () => {
  const device = await startDevice(true);
  const overheard = new Overheard(new MiniEngine({ device, config: { "dli:protectedOutlets": "3,5" } }));
  const { engine } = overheard;
  const [outlet] = declared("a");
  try {
    const inputs = { ...inputsOf(outlet as Declared, true), onDestroy: "restore" };
    const held = (await overheard.try(() => engine.create("Outlet", { ...inputs, number: 4 }))) as Held;
    device.tree.relay.outlets[3]!.name = "mk-three-a-by-hand";
    await overheard.try(() => engine.destroy(held));
    device.tree.relay.outlets[5]!.locked = true;
    for (const number of [3, 6, 99]) {
      await overheard.try(() => engine.create("Outlet", { ...inputs, number, state: false }));
      await overheard.try(() =>
        engine.create("Outlets", { outlets: { [number]: { name: "mk-four-a", state: false } } }),
      );
    }
    expect(overheard.count).toBeGreaterThan(10);
    expect(overheard.leaks(nothing)).toEqual([]);
  } finally {
    await device.close();
  }
});

test.each<[string, string, Record<string, Json>]>([
  ["by a Setting", "Setting", { path: "relay/outlets/2/name", value: "mk-geheim", secret: true }],
  [
    "in a Setting",
    "Setting",
    { path: "relay/outlets/2", value: { name: "mk-geheim" }, [marksName]: [["value", "name"]] },
  ],
  [
    "under another name of the device",
    "Outlet",
    { device: "twin", number: 3, name: "mk-geheim", [marksName]: [["name"]] },
  ],
])("the plan of another resource does not show a name that the program keeps secret %s", async (_how, type, inputs) => {
  const device = await startDevice(true);
  const login = { url: device.url, username: device.username, password: device.password };
  const engine = new MiniEngine({ device, config: { "dli:devices": JSON.stringify({ twin: login }) } });
  device.tree.relay.outlets[2]!.name = "mk-geheim";
  device.switchOutlet(3, true);
  try {
    const cycle = { type: "OutletCycle", inputs: { outlets: [3], triggers: ["a"] } };
    const looks = await engine.plan([{ type, inputs }, cycle]);
    expect(looks[1]?.lines).toEqual(["outlet 3 will be cycled: on -> off -> on"]);
    expect(JSON.stringify(looks)).not.toContain("mk-geheim");
  } finally {
    await device.close();
  }
});
