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
/** All but the administrator's password, with which the provider logs in and which has its own tests. */
const managed = cases.filter(({ type }) => !actions.has(type) && type !== "AdminPassword");

const program = (which: "inputs" | "changed") =>
  programOf(...managed.map((life) => ({ type: life.type, inputs: life[which] })));

let device: SimulatedDevice;
let workspace: Workspace;

beforeAll(async () => {
  device = await startSimulator({ speed: 50 });
  for (const life of managed) {
    life.prepare?.(device);
  }
  workspace = await createPluginWorkspace({ program: program("inputs"), config: configurationOf(device) });
});

afterAll(async () => {
  workspace?.dispose();
  await device?.close();
});

test("the preview of new resources writes nothing", async () => {
  const result = await workspace.preview({ expectExit: 0, diff: true });
  expect(countsIn(result)).toEqual({ "to create": managed.length + 1 });
  expect(device.journal.writes()).toEqual([]);
});

test("an up creates every resource", async () => {
  const result = await workspace.up({ expectExit: 0 });
  expect(countsIn(result)).toEqual({ created: managed.length + 1 });
  const held = await ownResources(workspace);
  expect(held.map(({ id }) => id).sort()).toEqual(managed.map(({ id }) => id).sort());
  expect(held.map(({ type }) => type).sort()).toEqual(managed.map(({ type }) => `dli:index:${type}`).sort());
});

test("a preview finds nothing to do, with one read of each part of the device", async () => {
  device.journal.clear();
  await workspace.preview({ expectNoChanges: true, expectExit: 0 });
  expect(device.journal.writes()).toEqual([]);
  const paths = device.journal.entries.filter(({ status }) => status === 200).map(({ path }) => path);
  expect(paths).toEqual([...new Set(paths)]);
});

test("an up writes what the program changes", async () => {
  workspace.setProgram(program("changed"));
  const result = await workspace.up({ expectExit: 0 });
  expect(countsIn(result)).toEqual({ updated: managed.length, unchanged: 1 });
  await workspace.refresh({ previewOnly: true, expectNoChanges: true, expectExit: 0 });
});

describe("a change by hand", () => {
  let printed: Record<string, string[]>;

  beforeAll(async () => {
    for (const life of managed) {
      life.drift(device);
    }
    device.journal.clear();
    printed = changesIn(await workspace.preview({ expectNoChanges: true, diff: true, expectExit: UNEXPECTED_CHANGES }));
  });

  test.each(managed.map((life) => [life.type, life] as const))(
    "a change of %s by hand shows in a plain preview",
    (type, life) => {
      // For an object, the diff names the members that differ.
      const named = printed[type]?.map((property) => property.replace(/^value\..*/, "value"));
      expect(named).toEqual(expect.arrayContaining([...life.drifted]));
    },
  );

  test("a change by hand is not written by a preview, and repaired by a plain up", async () => {
    expect(device.journal.writes()).toEqual([]);
    const result = await workspace.up({ expectExit: 0 });
    expect(countsIn(result)).toMatchObject({ updated: managed.length });
    await workspace.refresh({ previewOnly: true, expectNoChanges: true, expectExit: 0 });
  });
});

test("a destroy removes what was created, and what was there before stays", async () => {
  await workspace.destroy({ expectExit: 0 });
  expect(device.tree.auth.users.map(({ name }) => name)).toEqual(["admin"]);
  expect(device.tree.autoping.items).toEqual([]);
  expect(device.tree.mqtt).toMatchObject({ broker_port: 1884, topic_root: "rack/1" });
  expect((await workspace.exportState()).deployment.resources ?? []).toEqual([]);
});
