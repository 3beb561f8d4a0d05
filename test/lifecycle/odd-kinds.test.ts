/** Values of a type that no device has for a setting: each is an error with device and path, and never a state. */
import { resources } from "../../provider/registry";
import type { field } from "../../provider/schema/settings-group";
import type { Json, SimulatedDevice } from "../../simulator";
import { eachOnDevice } from "../support/on-device";
import type { MiniEngine } from "./mini-engine";

let device: SimulatedDevice;
let engine: MiniEngine;

eachOnDevice({}, (bench) => {
  ({ device, engine } = bench);
});

/** The place of a setting; some are found by name among the members of `config/`. */
type Place = ReturnType<typeof field>["place"];

const placesOf = ({ inputs, outputs }: (typeof resources)[number]) =>
  Object.entries<object>({ ...inputs, ...outputs }).flatMap(([name, spec]) =>
    "place" in spec ? [[name, spec.place as Place] as const] : [],
  );

const groups = resources.filter((definition) => placesOf(definition).length > 0);

/** Makes reads of a path return another value. */
function show(path: string, value: Json): void {
  device.behaviours.register({ name: "odd", path, read: () => value });
}

test("there are groups of settings", () => {
  expect(groups.map(({ type }) => type)).toEqual(
    expect.arrayContaining(["Relay", "AutoPing", "Access", "RestApi", "Ssh"]),
  );
});

describe.each(groups.map((definition) => [definition.type, definition] as const))("%s", (type, definition) => {
  const id = "idForm" in definition ? definition.idForm.replace("<device>", "default") : "";

  test.each(placesOf(definition))("%s of another kind", async (_name, { container, member, usualPath }) => {
    const path = typeof member === "string" ? usualPath : `${container}${member(Object.keys(device.tree.config))}`;
    show(path, { a: 1 });
    await expect(engine.import(type, id)).rejects.toMatchObject({
      code: "notUnderstood",
      path: typeof member === "string" ? `${path}/` : expect.stringMatching(/^config\/allow_rest/),
      message: expect.stringMatching(/^device (at|"default").*unexpected response: it has to be .*, not an object/),
    });
  });
});

test.each([
  ["Relay", "relay/sequence_delay", true, "not true or false"],
  ["Relay", "relay/sequence_delay", "5", "not a text"],
  ["Relay", "relay/keypad_enabled", 1, "not a number"],
  ["Relay", "relay/name", 7, "not a text"],
])("%s with %s %p", async (type, path, value, _what) => {
  show(path, value);
  await expect(engine.import(type, `default/${type.toLowerCase()}`)).rejects.toMatchObject({ code: "notUnderstood" });
});

test.each([
  ["relay/sequence_delay", 0.5],
  ["relay/sequence_delay", -1],
  ["relay/recovery_mode", 2.5],
  ["relay/name", ""],
  ["relay/name", null],
])("what is out of range is shown: %s %p", async (path, value) => {
  show(path, value);
  expect(JSON.stringify((await engine.import("Relay", "default/relay"))?.state)).toContain(JSON.stringify(value));
});
