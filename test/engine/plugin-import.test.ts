/** Import by id, the `import` option, and reading what is not managed, for every resource. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { resources } from "../../provider/registry";
import { inputsOf } from "../../provider/schema/common-inputs";
import { UNEXPECTED_CHANGES, type Workspace } from "../../scripts/engine/workspace";
import { manualClock, type SimulatedDevice, startSimulator } from "../../simulator";
import { MiniEngine } from "../lifecycle/mini-engine";
import { cases } from "../lifecycle/resource-cases";
import { configurationOf, createPluginWorkspace, ownResources } from "./plugin-workspace";
import { countsIn } from "./printed";
import { programOf } from "./programs";

jest.setTimeout(300_000);

const actions = new Set(resources.filter(({ family }) => family === "action").map(({ type }) => type));
/** All but the administrator's password, with which the provider logs in and which has its own tests. */
const managed = cases.filter(({ type }) => !actions.has(type) && type !== "AdminPassword");

/** What a program declares, without instructions for the provider, which cannot be imported from the device. */
const declared = managed.map(({ type, changed }) => {
  const specs = inputsOf(resources.find((definition) => definition.type === type)!);
  const inputs = Object.entries(changed).filter(([name]) => specs[name]?.role !== "instruction");
  return { type, inputs: Object.fromEntries(inputs) };
});

let device: SimulatedDevice;
let workspace: Workspace;

/** A device with everything that the programs declare. */
beforeAll(async () => {
  device = await startSimulator({ clock: manualClock() });
  for (const life of managed) {
    life.prepare?.(device);
  }
  const engine = new MiniEngine({ device });
  for (const { type, changed } of managed) {
    await engine.create(type, changed);
  }
  device.journal.clear();
  workspace = await createPluginWorkspace({ program: programOf(...declared), config: configurationOf(device) });
});

afterAll(async () => {
  workspace?.dispose();
  await device?.close();
});

/** Resources with inputs that an import cannot know: these show as changes, and nothing else is written. */
const unreadable = managed.filter(({ notImported }) => notImported !== undefined);

describe("pulumi import", () => {
  test("pulumi import takes in every resource by its id, all at once", async () => {
    const list = { resources: managed.map(({ type, id }) => ({ type: `dli:index:${type}`, name: type, id })) };
    const file = path.join(workspace.project, "import.json");
    writeFileSync(file, JSON.stringify(list));
    const args = ["import", "--file", file, "--yes", "--generate-code=false", "--protect=false"];
    const result = await workspace.pulumi([...args, "--skip-preview"], { expectExit: 0 });
    expect(countsIn(result)).toMatchObject({ imported: managed.length });
    expect((await ownResources(workspace)).map(({ id }) => id).sort()).toEqual(managed.map(({ id }) => id).sort());
  });

  test("after an import there is nothing to do, except to write what cannot be read", async () => {
    const result = await workspace.preview({ diff: true, expectExit: 0 });
    expect(countsIn(result)).toEqual({
      ...(unreadable.length > 0 && { "to update": unreadable.length }),
      unchanged: managed.length - unreadable.length + 1,
    });
    expect(device.journal.writes()).toEqual([]);
    await workspace.up({ expectExit: 0 });
    await workspace.refresh({ previewOnly: true, expectNoChanges: true, expectExit: 0 });
  });

  test.each(managed.flatMap(({ type, absentId }) => (absentId === undefined ? [] : [[type, absentId] as const])))(
    "the import of an absent %s says that it does not exist",
    async (type, id) => {
      const args = ["import", `dli:index:${type}`, "absent", id, "--yes", "--generate-code=false"];
      const result = await workspace.pulumi(args);
      expect(result.exitCode).not.toBe(0);
      expect(result.all).toContain(`resource '${id}' does not exist`);
    },
  );

  test("the import of something that is no id says how ids look", async () => {
    const args = ["import", "dli:index:Outlet", "wrong", "outlet-3", "--yes", "--generate-code=false"];
    const result = await workspace.pulumi(args);
    expect(result.exitCode).not.toBe(0);
    expect(result.all).toContain("<device>/outlets/<number>");
  });
});

describe("import and .get() in a program", () => {
  beforeAll(async () => {
    // Only the state is emptied: the device keeps everything.
    const state = await workspace.exportState();
    const deployment = { ...state.deployment, resources: [] };
    await workspace.pulumi(["stack", "import"], { input: JSON.stringify({ ...state, deployment }), expectExit: 0 });
    device.journal.clear();
  });

  test("the option `import` takes in every resource, and writes nothing", async () => {
    const lines = managed.map(({ type, id, notImported = {} }) => {
      const all = Object.entries(declared.find((resource) => resource.type === type)!.inputs);
      const inputs = Object.fromEntries(all.filter(([name]) => !Object.hasOwn(notImported, name)));
      return `new dli.${type}("${type}", ${JSON.stringify(inputs)}, { import: "${id}" });`;
    });
    workspace.setProgram(`import * as dli from "pulumi-dli";\n${lines.join("\n")}\n`);
    const result = await workspace.up({ expectExit: 0 });
    expect(countsIn(result)).toMatchObject({ imported: managed.length });
    expect(device.journal.writes()).toEqual([]);
    await workspace.preview({ expectNoChanges: true, expectExit: 0 });
  });

  test("`.get()` reads without managing", async () => {
    workspace.setProgram(`
import * as dli from "pulumi-dli";
const outlet = dli.Outlet.get("web", "default/outlets/2");
export const name = outlet.name;
export const powered = outlet.physicalState;
`);
    device.tree.relay.outlets[1]!.name = "as it is";
    await workspace.up({ expectExit: 0 });
    expect(await workspace.outputs()).toMatchObject({ name: "as it is", powered: expect.any(Boolean) });
  });

  test("`.get()` of something absent fails", async () => {
    workspace.setProgram(`
import * as dli from "pulumi-dli";
dli.User.get("nobody", "default/users/nobody");
`);
    const result = await workspace.preview();
    expect(result.exitCode).not.toBe(0);
    expect(result.exitCode).not.toBe(UNEXPECTED_CHANGES);
    expect(result.all).toContain("resource 'default/users/nobody' does not exist");
  });
});
