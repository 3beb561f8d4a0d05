/** What a definition tells the run when the program declares a resource; a check alone tells it nothing. */
import { Devices } from "../../provider/devices/devices";
import { lifecycleOf } from "../../provider/lifecycle";
import { checkInputs } from "../../provider/lifecycle/inputs/check";
import { outlet } from "../../provider/resources/outlet";
import { outlets } from "../../provider/resources/outlets";
import { script } from "../../provider/resources/script";
import type { AnyThing } from "../../provider/schema/definition";
import { unknownValue } from "../../provider/schema/unknown";

const devices = () => new Devices({ lookup: () => undefined, env: {} });

function declare(definition: AnyThing, inputs: Record<string, unknown>) {
  const known = devices();
  const lifecycle = lifecycleOf(definition, known);
  const { failures } = lifecycle.declare(lifecycle.check({ device: "lab", ...inputs }));
  return { failures, run: known.run };
}

test("an Outlet protects its outlet as soon as it is declared", () => {
  const { run } = declare(outlet, { number: 3, protectFromOff: true });
  expect([run.protectedOutlets.has("lab", 3), run.protectedOutlets.has("lab", 2)]).toEqual([true, false]);
});

test("Outlets protect each outlet that preview knows to be protected", () => {
  const entries = {
    1: { name: unknownValue, protectFromOff: true },
    2: { protectFromOff: unknownValue },
    3: { protectFromOff: false },
  };
  const { run } = declare(outlets, { outlets: entries });
  expect([1, 2, 3].map((number) => run.protectedOutlets.has("lab", number))).toEqual([true, false, false]);
});

test("an Outlet that contradicts itself protects its outlet nevertheless", () => {
  const { run, failures } = declare(outlet, { number: 3, state: false, protectFromOff: true });
  expect(failures).toHaveLength(1);
  expect(run.protectedOutlets.has("lab", 3)).toBe(true);
});

test.each([
  ["an input that is none", outlet, { number: 3, protectFromOff: true, nmae: "x" }],
  ["a name that is none", outlet, { number: 3, protectFromOff: true, name: 5 }],
  ["an entry that is none", outlets, { outlets: { 3: { protectFromOff: true }, three: {} } }],
  ["a setting that is none", outlets, { outlets: { 3: { protectFromOff: true, nmae: "x" }, 4: { name: 5 } } }],
  ["a setting of a wrong form", outlets, { outlets: { 3: { protectFromOff: true, state: "off" }, 4: "off" } }],
])("a declaration with %s is refused and protects its outlet nevertheless", (_what, definition, inputs) => {
  const { run, failures } = declare(definition as AnyThing, inputs);
  expect(failures).not.toEqual([]);
  expect(run.protectedOutlets.of("lab")).toEqual([3]);
});

test("what cannot be read protects nothing", () => {
  for (const inputs of [{ number: "3", protectFromOff: true }, { number: 3, protectFromOff: "yes" }, {}]) {
    expect(declare(outlet, inputs).run.protectedOutlets.of("lab")).toEqual([]);
  }
  expect(declare(outlets, { outlets: [{ protectFromOff: true }] }).run.protectedOutlets.of("lab")).toEqual([]);
});

test("a Script announces its functions, and may bring any while preview does not know its text", () => {
  const known = declare(script, { source: "function hello()\nend\n" });
  expect(known.run.scriptFunctions.isAnnounced("lab", "hello")).toBe(true);
  expect(known.run.scriptFunctions.isAnnounced("lab", "bye")).toBe(false);
  const unknown = declare(script, { source: unknownValue });
  expect(unknown.failures).toEqual([]);
  const { scriptFunctions } = unknown.run;
  expect([scriptFunctions.isAnnounced("lab", "hello"), scriptFunctions.isCertain("lab", "hello")]).toEqual([
    true,
    false,
  ]);
  expect(declare(script, { traced: true }).run.scriptFunctions.isAnnounced("lab", "hello")).toBe(false);
});

test("a value of the wrong form is refused and declares nothing", () => {
  const { run, failures } = declare(script, { source: 5 });
  expect(failures.map(({ property }) => property)).toEqual(["source"]);
  expect(run.scriptFunctions.isAnnounced("lab", "hello")).toBe(false);
});

test("a check alone, as for an import, tells the run nothing", () => {
  const { run, warn } = devices();
  checkInputs(outlet, { number: 3, protectFromOff: true, device: "lab" }, { run, warn });
  checkInputs(script, { source: "function hello()\nend\n", device: "lab" }, { run, warn });
  expect([run.protectedOutlets.has("lab", 3), run.scriptFunctions.isAnnounced("lab", "hello")]).toEqual([false, false]);
});
