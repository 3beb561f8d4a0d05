/**
 * Any single input that a program gives as a secret: after every operation, both adapters mark it, and what reveals it,
 * as secret for the engine. Turning an input into a secret later writes nothing on the device.
 */
import { keptName, shortInputs, toEngine } from "../../provider/lifecycle/state/engine-form";
import { definitionOf } from "../../provider/registry";
import { inputsOf, outputsOf } from "../../provider/schema/common-inputs";
import { marksName, unforeseenMarks } from "../../provider/schema/secrecy";
import { type Json, manualClock, type SimulatedDevice, startSimulator } from "../../simulator";
import { adminPassword, type Declared, declared, identifying, prepare } from "../secret-inputs";
import { type Held, MiniEngine } from "./mini-engine";

const wrapper = "4dabf18193072939515e22adb298388d";

/** A value with `[secret]` in place of its secrets. */
function inClear(value: Json | undefined): Json | undefined {
  if (Array.isArray(value)) {
    return value.map((element) => inClear(element) as Json);
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  const entries = Object.entries(value).map(([name, inner]) => [name, inClear(inner) as Json]);
  return wrapper in value ? "[secret]" : Object.fromEntries(entries);
}

/** What the engine would keep of a resource in clear. */
function kept({ type, state, inputs }: Held): { state: string; inputs: string } {
  const definition = definitionOf(type)!;
  const textOf = (values: Record<string, Json>) => JSON.stringify(inClear(toEngine(definition, values)));
  return { state: textOf(state), inputs: textOf(inputs) };
}

/** Texts and numbers that do not occur elsewhere by accident. */
function tellingTexts(value: unknown): string[] {
  if (typeof value === "object" && value !== null) {
    return Object.values(value).flatMap(tellingTexts);
  }
  return typeof value === "string" || (typeof value === "number" && value > 1e5) ? [String(value)] : [];
}

const plainInputs = ({ inputs }: Declared) =>
  JSON.parse(JSON.stringify(inputs).replaceAll("$secret:", "")) as Record<string, Json>;

const second = new Map(declared("b").map((one) => [one.type, one]));

/** Every input of every resource that is not part of an id, and one value inside a map and a setting. */
const table = declared("a").flatMap((one) => {
  const inId = identifying(one);
  const names = Object.keys(one.inputs).filter((name) => !inId.has(name));
  const inside = { Outlets: ["outlets", "4", "name"], Setting: ["value", "password"] }[one.type];
  const paths = [...names.map((name) => [name]), ...(inside ? [inside] : [])];
  return paths.map((steps) => [`${one.type}.${steps.join(".")}`, one, steps] as const);
});

function at(value: Json | undefined, steps: readonly string[]): Json | undefined {
  return steps.reduce<Json | undefined>((inner, step) => (inner as Record<string, Json> | undefined)?.[step], value);
}

let device: SimulatedDevice;
let engine: MiniEngine;

beforeEach(async () => {
  device = await startSimulator({ clock: manualClock(), password: adminPassword, dialects: { passwordRead: "plain" } });
  prepare(device);
  engine = new MiniEngine({ device });
});

afterEach(() => device.close());

test.each(table)("%s", async (_name, one, steps) => {
  const { type } = one;
  const definition = definitionOf(type)!;
  const [first, next] = [plainInputs(one), plainInputs(second.get(type)!)];
  const marked = (inputs: Record<string, Json>) => ({ ...inputs, [marksName]: [[...steps]] });
  // What another input contains too does not become secret.
  const elsewhere = [first, next]
    .map((inputs) => JSON.stringify({ ...inputs, [steps[0] as string]: undefined }))
    .join();
  const telling = [first, next]
    .flatMap((inputs) => tellingTexts(at(inputs, steps)))
    .filter((text) => !elsewhere.includes(text));
  const expectHidden = (held: Held) => {
    const clear = kept(held);
    expect(telling.filter((text) => clear.state.includes(text) || clear.inputs.includes(text))).toEqual([]);
    // Texts may be cut, but marks must be whole.
    expect(held.state[marksName]).toEqual([[...steps]]);
    expect(held.inputs[marksName]).toEqual([[...steps]]);
    const wrapped = toEngine(definition, held.state);
    for (const [name, { derivedFrom = [] }] of Object.entries(outputsOf(definition))) {
      if (held.state[name] !== undefined && derivedFrom.includes(steps.join("."))) {
        expect([name, inClear(wrapped[name])]).toEqual([name, "[secret]"]);
      }
    }
    if (held.state["baseline"] !== undefined) {
      expect(inClear(wrapped[keptName])).toMatchObject({ baseline: "[secret]" });
    }
  };

  const held = await engine.create(type, marked(first));
  expectHidden(held);
  await engine.refresh(held);
  expectHidden(held);
  await engine.up(held, marked(next));
  expectHidden(held);
  // What drifts stays as secret as before.
  await engine.create(type, { ...marked(first), ...(definition.family === "created" && { adopt: true }) });
  await engine.refresh(held);
  expectHidden(held);
});

test.each(table)("%s, once it is given as a secret, is encrypted and not written", async (_name, one, steps) => {
  const { type } = one;
  const inputs = plainInputs(one);
  const held = await engine.create(type, inputs);
  const writes = device.journal.writes().length;
  const marked = { ...inputs, [marksName]: [[...steps]] };
  const definition = definitionOf(type)!;
  // An instruction that has its default is in no state.
  const isKept = Object.hasOwn(shortInputs(definition, marked), steps[0]!);
  const isNews = isKept && unforeseenMarks(definition, marked).length > 0;
  const differences = await engine.up(held, marked);
  expect(differences.map(({ replaces }) => replaces)).toEqual(isNews ? [false] : []);
  expect(device.journal.writes()).toHaveLength(writes);
  if (isNews) {
    expect(held.state[marksName]).toEqual([[...steps]]);
    expect(await engine.up(held, marked)).toEqual([]);
  }
});

/** The texts that may be empty. */
const emptiable = table.filter(([_name, { type }, [name = "", ...inside]]) => {
  const spec = inputsOf(definitionOf(type)!)[name]!;
  return inside.length === 0 && spec.role === "managed" && spec.secret !== true && spec.schema.safeParse("").success;
});

test.each(emptiable)("%s, given as a secret that is empty, is as declared", async (_name, one, [name = ""]) => {
  const place = one.type === "Setting" ? { path: "mqtt/topic_root" } : {};
  const inputs = { ...plainInputs(one), ...place, [name]: "", [marksName]: [[name]] };
  const held = await engine.create(one.type, inputs);
  expect(held.state).not.toHaveProperty("unmet");
  expect(await engine.refresh(held)).toEqual([]);
  expect(await engine.up(held, inputs)).toEqual([]);
});
