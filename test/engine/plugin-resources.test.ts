/** The standard life of every resource through the native plugin: one program with all of them. */
import { resources } from "../../provider/registry";
import { UNEXPECTED_CHANGES, type Workspace } from "../../scripts/engine/workspace";
import { type SimulatedDevice, startSimulator } from "../../simulator";
import { cases } from "../lifecycle/resource-cases";
import { configurationOf, createPluginWorkspace, ownResources } from "./plugin-workspace";
import { changesIn, countsIn } from "./printed";
import { programOf } from "./programs";

jest.setTimeout(300_000);

const actions = new Set(resources.filter(({ family }) => family === "action").map(({ type }) => type));
/** The admin's own password, which the provider logs in with, has tests of its own. */
const things = cases.filter(({ type }) => !actions.has(type) && type !== "AdminPassword");

const program = (which: "inputs" | "changed") =>
  programOf(...things.map((life) => ({ type: life.type, inputs: life[which] })));

let device: SimulatedDevice;
let workspace: Workspace;

beforeAll(async () => {
  device = await startSimulator({ speed: 50 });
  for (const life of things) {
    life.prepare?.(device);
  }
  workspace = await createPluginWorkspace({ program: program("inputs"), config: configurationOf(device) });
});

afterAll(async () => {
  workspace?.dispose();
  await device?.close();
});

test("previews without a write, and says what the device alone can tell", async () => {
  const result = await workspace.preview({ expectExit: 0, diff: true });
  expect(countsIn(result)).toEqual({ "to create": things.length + 1 });
  expect(device.journal.writes()).toEqual([]);
});

test("creates", async () => {
  const result = await workspace.up({ expectExit: 0 });
  expect(countsIn(result)).toEqual({ created: things.length + 1 });
  const held = await ownResources(workspace);
  expect(held.map(({ id }) => id).sort()).toEqual(things.map(({ id }) => id).sort());
  expect(held.map(({ type }) => type).sort()).toEqual(things.map(({ type }) => `dli:index:${type}`).sort());
});

test("finds nothing to do, with one read of each part of the device", async () => {
  device.journal.clear();
  await workspace.preview({ expectNoChanges: true, expectExit: 0 });
  expect(device.journal.writes()).toEqual([]);
  const paths = device.journal.entries.filter(({ status }) => status === 200).map(({ path }) => path);
  expect(paths).toEqual([...new Set(paths)]);
  await workspace.refresh({ previewOnly: true, expectNoChanges: true, expectExit: 0 });
});

test("changes what the program changes", async () => {
  workspace.setProgram(program("changed"));
  await workspace.preview({ expectNoChanges: true, expectExit: UNEXPECTED_CHANGES });
  expect(device.journal.writes()).toEqual([]);
  const result = await workspace.up({ expectExit: 0 });
  expect(countsIn(result)).toEqual({ updated: things.length, unchanged: 1 });
  await workspace.preview({ expectNoChanges: true, expectExit: 0 });
});

describe("a change by hand", () => {
  let printed: Record<string, string[]>;

  beforeAll(async () => {
    for (const life of things) {
      life.drift(device);
    }
    device.journal.clear();
    printed = changesIn(await workspace.preview({ expectNoChanges: true, diff: true, expectExit: UNEXPECTED_CHANGES }));
  });

  test.each(things.map((life) => [life.type, life] as const))("of %s shows in a plain preview", (type, life) => {
    expect(printed[type]).toEqual(expect.arrayContaining([...life.drifted]));
  });

  test("is only looked at by a preview, and repaired by a plain up", async () => {
    expect(device.journal.writes()).toEqual([]);
    const result = await workspace.up({ expectExit: 0 });
    expect(countsIn(result)).toMatchObject({ updated: things.length });
    await workspace.preview({ expectNoChanges: true, expectExit: 0 });
  });
});

test("destroys: what was created is removed, what was there before stays", async () => {
  await workspace.destroy({ expectExit: 0 });
  expect(device.tree.auth.users.map(({ name }) => name)).toEqual(["admin"]);
  expect(device.tree.autoping.items).toEqual([]);
  expect(device.tree.config).toMatchObject({ hostname: "rack-2" });
  expect((await workspace.exportState()).deployment.resources ?? []).toEqual([]);
});
