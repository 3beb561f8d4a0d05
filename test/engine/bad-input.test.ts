/** Wrong programs: one clear error each, nothing written, and the state as it was. */

import { createWorkspace, type Workspace } from "../../scripts/engine/workspace";
import { type SimulatedDevice, startSimulator } from "../../simulator";
import { errorsIn } from "./printed";
import { type Declared, loginTo, programOf } from "./programs";
import { type Kept, kept } from "./snapshots";

jest.setTimeout(300_000);

const good: Declared[] = [
  { type: "Outlet", name: "web", inputs: { number: 1, name: "web", state: true } },
  { type: "User", name: "fred", inputs: { name: "fred", password: "fr3d's word" } },
];

let device: SimulatedDevice;
let workspace: Workspace;
let before: Kept;

beforeAll(async () => {
  device = await startSimulator({ speed: 50, dialects: { nameLengthLimit: "refuse16" } });
  workspace = await createWorkspace({ program: programOf(...good), env: loginTo(device) });
  await workspace.up({ expectExit: 0 });
  before = await kept(device, workspace);
});

afterAll(async () => {
  workspace?.dispose();
  await device?.close();
});

/** Runs a program with one more resource, which must fail and leave everything as it was. */
async function errorOf(declared: Omit<Declared, "name">): Promise<string> {
  device.journal.clear();
  workspace.setProgram(programOf(...good, { ...declared, name: "bad" }));
  const result = await workspace.up({ expectExit: 1 });
  expect(await kept(device, workspace)).toEqual(before);
  expect(device.journal.writes().filter(({ status }) => status < 400)).toEqual([]);
  expect(result.all).not.toMatch(/^\s+at /m);
  const errors = errorsIn(result);
  expect(errors).toEqual([{ resource: "bad", text: expect.any(String) }]);
  return errors[0]!.text;
}

describe("problems that only the device knows", () => {
  test("an outlet that the device does not have is one error", async () => {
    expect(await errorOf({ type: "Outlet", inputs: { number: 99, state: true } })).toBe(
      `device at ${device.url}, GET relay/outlets/: this device has no outlet 99; it has 8. Outlets are numbered from 1, as printed on the case.`,
    );
    expect(device.journal.writes()).toEqual([]);
  });

  test("a name that is too long for the device is one error", async () => {
    expect(await errorOf({ type: "Outlet", inputs: { number: 2, name: "a name of more than 16 characters" } })).toBe(
      `device at ${device.url}, PUT relay/outlets/1/name/: the device refused it (409); the device says: "A name has at most 16 characters". Fix the value as the device's message says.`,
    );
  });

  test("a script with a syntax error is one error with the device's message", async () => {
    expect(await errorOf({ type: "Script", inputs: { source: "function restart(\n" } })).toMatch(
      /^device at \S+, PUT script\/source\/: the device refused it \(409\); the device says: "script:2: .* expected near '<eof>'"\. Fix /,
    );
  });
});

describe("problems that the inputs alone show", () => {
  afterEach(() => expect(device.journal.entries).toEqual([]));

  test.each<[string, Omit<Declared, "name">, string]>([
    [
      "a wrong type",
      { type: "Outlet", inputs: { number: 2, state: "on" }, unchecked: true },
      "state has to be true or false, not a text.",
    ],
    [
      "an unknown key",
      { type: "Outlet", inputs: { number: 2, stat: true }, unchecked: true },
      "stat is not an input of Outlet (did you mean `state`?); it has number, name, state,",
    ],
    [
      "the admin as a User",
      { type: "User", inputs: { name: "admin", password: "new" } },
      "name: the admin's account is not a User: declare its password with AdminPassword",
    ],
    [
      "no addresses",
      { type: "AutoPingItem", inputs: { addresses: [] } },
      "addresses is empty; it has to name at least one.",
    ],
    ["a missing input", { type: "Outlet", inputs: { state: true }, unchecked: true }, "number is required."],
  ])("%s is one error, and no request is sent", async (_what, declared, problem) => {
    const text = await errorOf(declared);
    expect(text).toContain(`dli:${declared.type} resource 'bad' has a problem: ${problem}`);
  });
});

test("a misspelt outlet of a PowerController is one line, without a stack", async () => {
  const component = `new dli.PowerController("rack", {
    outlets: { router: 1 },
    users: { fred: { password: "fr3d's word", outlets: ["web"] } },
  });`;
  workspace.setProgram(`import * as dli from "pulumi-dli";\n${component}\n`);
  const result = await workspace.preview({ expectExit: 1 });
  expect(errorsIn(result)).toEqual([
    { resource: "rack", text: 'there is no outlet "web"; this PowerController has router' },
  ]);
  expect(result.all).not.toMatch(/^\s+at /m);
});

test("a device that silently truncates names causes one error, and the state holds what the device has", async () => {
  const cutting = await startSimulator({ speed: 50, dialects: { nameLengthLimit: "cut16" } });
  const env = loginTo(cutting);
  try {
    const inputs = { number: 2, name: "a name of more than 16 characters" };
    workspace.setProgram(programOf({ type: "Outlet", name: "long", inputs }));
    // The other resources are of another device, so they are left alone.
    const urn = "urn:pulumi:test::test::pulumi-nodejs:dynamic/dli:Outlet::long";
    const result = await workspace.up({ expectExit: 1, env, target: [urn] });
    const errors = errorsIn(result);
    expect(errors).toEqual([
      { resource: "long", text: expect.stringContaining('name is "a name of more t", expected') },
    ]);
    const { deployment } = await workspace.exportState();
    const long = deployment.resources?.find((resource) => resource.urn === urn);
    expect(long).toMatchObject({ id: "default/outlets/2", outputs: { name: cutting.tree.relay.outlets[1]?.name } });
  } finally {
    await cutting.close();
  }
});
