/** Wrong programs: one clear error each, nothing written, and the state unchanged. */
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

/** Runs the program with these resources added, each of which must fail with one error and change nothing. */
async function errorsOf(bad: readonly Declared[]): Promise<Record<string, string>> {
  device.journal.clear();
  workspace.setProgram(programOf(...good, ...bad));
  const result = await workspace.up({ expectExit: 1, args: ["--continue-on-error"] });
  expect(await kept(device, workspace)).toEqual(before);
  expect(device.journal.writes().filter(({ status }) => status < 400)).toEqual([]);
  expect(result.all).not.toMatch(/^\s+at /m);
  const errors = errorsIn(result);
  expect(errors.map(({ resource }) => resource).sort()).toEqual(bad.map(({ name }) => name).sort());
  return Object.fromEntries(errors.map(({ resource, text }) => [resource, text]));
}

test("what only the device knows is one error each", async () => {
  const errors = await errorsOf([
    { type: "Outlet", name: "absent", inputs: { number: 99, state: true } },
    { type: "Outlet", name: "long", inputs: { number: 2, name: "upper left, by the window" } },
    { type: "Script", name: "syntax", inputs: { source: "function restart(\n" } },
  ]);
  expect(errors["absent"]).toBe(
    `device at ${device.url}, GET relay/outlets/: this device has no outlet 99; it has 8. Outlets are numbered from 1, as printed on the case.`,
  );
  expect(errors["long"]).toBe(
    `device at ${device.url}, PUT relay/outlets/1/name/: the device refused it (409); the device says: "A name has at most 16 characters". Fix the value as the device's message says.`,
  );
  expect(errors["syntax"]).toMatch(
    /^device at \S+, PUT script\/source\/: the device refused it \(409\); the device says: "script:2: .* expected near '<eof>'"\. Fix /,
  );
});

// Other mistakes are in test/schema, because the engine stops at the first one.
test("what the inputs alone show is one error, and no request is sent", async () => {
  const inputs = { number: 2, stat: true };
  const errors = await errorsOf([{ type: "Outlet", name: "bad", inputs, unchecked: true }]);
  expect(errors["bad"]).toContain(
    "dli:Outlet resource 'bad' has a problem: stat is not an input of Outlet (did you mean `state`?); it has number, name, state,",
  );
  expect(device.journal.entries).toEqual([]);
});

test("a misspelt outlet of a PowerController is one line, without a stack", async () => {
  const component = `new dli.PowerController("rack", {
    outlets: { router: 1 },
    users: { fred: { password: "fr3d's word", outlets: ["web"] } },
  });`;
  workspace.setProgram(`import * as dli from "pulumi-dli";\n${component}\n`);
  const result = await workspace.preview({ expectExit: 1 });
  expect(errorsIn(result)).toEqual([
    {
      resource: "test-test",
      text: 'PowerController "rack": users.fred.outlets: there is no outlet "web"; this PowerController has router.',
    },
  ]);
  expect(result.all).not.toMatch(/^\s+at /m);
});

test("a device that silently truncates names causes one error, and the state holds what the device has", async () => {
  const cutting = await startSimulator({ speed: 50, dialects: { nameLengthLimit: "cut16" } });
  const env = loginTo(cutting);
  try {
    const inputs = { number: 2, name: "upper left, by the window" };
    workspace.setProgram(programOf({ type: "Outlet", name: "long", inputs }));
    // The other resources are on another device, so they are not targets.
    const urn = "urn:pulumi:test::test::pulumi-nodejs:dynamic/dli:Outlet::long";
    const result = await workspace.up({ expectExit: 1, env, target: [urn] });
    const errors = errorsIn(result);
    expect(errors).toEqual([
      { resource: "long", text: expect.stringContaining('name is "upper left, by t", expected') },
    ]);
    const { deployment } = await workspace.exportState();
    const long = deployment.resources?.find((resource) => resource.urn === urn);
    expect(long).toMatchObject({ id: "default/outlets/2", outputs: { name: cutting.tree.relay.outlets[1]?.name } });
  } finally {
    await cutting.close();
  }
});
