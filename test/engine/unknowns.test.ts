/** Inputs whose values are known only during `up`: previews must work without them, for every input. */
import { resources } from "../../provider/registry";
import { inputsOf } from "../../provider/schema/common-inputs";
import type { AnyDefinition } from "../../provider/schema/definition";
import { createWorkspace, UNEXPECTED_CHANGES, type Workspace } from "../../scripts/engine/workspace";
import { type SimulatedDevice, startSimulator } from "../../simulator";
import { cases } from "../lifecycle/resource-cases";
import { countsIn, errorsIn } from "./printed";
import { loginTo } from "./programs";

jest.setTimeout(300_000);

/** Values for inputs without a default that the lifecycle table leaves out. */
const further: Record<string, Record<string, unknown>> = {
  Access: { allowJsonRpcNonAdmin: true },
  AutoPing: {
    postRebootDelaySeconds: 100,
    pingsBeforeEnabling: 4,
    resumeWithoutRetrial: true,
    handleFailuresImmediately: true,
  },
  AutoPingItem: { resumptionTrial: true },
  Script: { bootHandlerLegacy: true },
};

const everything = cases.map(({ type, changed }) => {
  const definition = resources.find((candidate) => candidate.type === type) as AnyDefinition;
  const specs = inputsOf(definition);
  const defaults = Object.entries(specs).flatMap(([name, spec]) =>
    spec.default === undefined ? [] : [[name, spec.default]],
  );
  const inputs: Record<string, unknown> = { ...Object.fromEntries(defaults), ...changed, ...further[type] };
  return { type, specs, inputs };
});

/** A program in which the values of some inputs are known only once `source` has been created. */
function program(
  source: string,
  resourcesOf: (text: (inputs: object, unknown: (name: string) => boolean) => string) => string[],
) {
  const text = (inputs: object, unknown: (name: string) => boolean) => {
    const members = Object.entries(inputs).map(([name, value]) => {
      const known = JSON.stringify(value);
      return `${name}: ${unknown(name) ? `later(${known})` : known}`;
    });
    return `{ ${members.join(", ")} } as never`;
  };
  return [
    'import * as dli from "pulumi-dli";',
    `const source = new dli.Setting("${source}", { path: "config/${source}", value: "rack" });`,
    "const later = (value: unknown) => source.readsBack.apply(() => value);",
    ...resourcesOf(text),
  ].join("\n");
}

const whole = (source: string, unknown: (type: string, name: string) => boolean) =>
  program(source, (text) =>
    everything.map(({ type, inputs }) => `new dli.${type}("${type}", ${text(inputs, (name) => unknown(type, name))});`),
  );

const sources = ["contact", "location"];

/** AdminPassword changes the password of the login, so the configuration is kept up to date as by a person. */
const asAdmin = () => ({ env: loginTo({ ...device, password: device.tree.auth.users[0]!.password }) });

let device: SimulatedDevice;
let workspace: Workspace;

beforeAll(async () => {
  device = await startSimulator({ speed: 50 });
  for (const life of cases) {
    life.prepare?.(device);
  }
  workspace = await createWorkspace({ program: "" });
});

afterAll(async () => {
  workspace?.dispose();
  await device?.close();
});

afterEach(() => device.journal.clear());

test.each(everything.map(({ type, specs, inputs }) => [type, specs, inputs] as const))(
  "every input of %s has a value in these programs",
  (_type, specs, inputs) => expect(Object.keys(inputs).sort()).toEqual(Object.keys(specs).sort()),
);

test("a preview of a new resource works with each single input unknown", async () => {
  const each = everything.flatMap(({ type, inputs }) => Object.keys(inputs).map((name) => ({ type, inputs, name })));
  workspace.setProgram(
    program(sources[0]!, (text) =>
      // Each on its own device, because no two resources may declare the same thing.
      each.map(({ type, inputs, name }, index) => {
        const own = { ...inputs, device: `device-${index}` };
        return `new dli.${type}("${type}-${name}", ${text(own, (other) => other === name)});`;
      }),
    ),
  );
  // These devices do not exist, so plans must not read them.
  const entries = each.map((_, index) => [`device-${index}`, { previewReads: false }] as const);
  await workspace.setConfig({ "dli:devices": { secret: JSON.stringify(Object.fromEntries(entries)) } });
  const result = await workspace.preview({ ...asAdmin(), expectExit: 0 });
  expect(errorsIn(result)).toEqual([]);
  expect(countsIn(result)).toEqual({ "to create": each.length + 2 });
});

test("a preview of new resources works with all inputs unknown, and an up then creates them", async () => {
  workspace.setProgram(whole(sources[0]!, () => true));
  expect(countsIn(await workspace.preview({ ...asAdmin(), expectExit: 0 }))).toEqual({
    "to create": everything.length + 2,
  });
  expect(device.journal.writes()).toEqual([]);
  expect(countsIn(await workspace.up({ ...asAdmin(), expectExit: 0 }))).toEqual({ created: everything.length + 2 });
});

test("a preview of existing resources works with all inputs but the keys unknown", async () => {
  const isKey = (type: string, name: string) =>
    everything.find((resource) => resource.type === type)?.specs[name]?.role === "key";
  workspace.setProgram(whole(sources[1]!, (type, name) => !isKey(type, name)));
  const result = await workspace.preview({ ...asAdmin(), expectNoChanges: true, expectExit: UNEXPECTED_CHANGES });
  expect(countsIn(result)).toMatchObject({ "to create": 1, "to update": everything.length });
  expect(device.journal.writes()).toEqual([]);
});

test("values that were unknown and turn out equal to those before change nothing", async () => {
  workspace.setProgram(whole(sources[1]!, () => true));
  const result = await workspace.up({ ...asAdmin(), expectExit: 0 });
  expect(countsIn(result)).toEqual({ created: 1, deleted: 1, unchanged: everything.length + 1 });
  expect(device.journal.writes().map(({ path }) => path)).toEqual([`/restapi/config/${sources[1]}/`]);
});
