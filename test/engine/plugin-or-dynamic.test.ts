/** A stack that goes from dynamic resources to the plugin and back: nothing is replaced, nothing is written. */
import type { Workspace } from "../../scripts/engine/workspace";
import { type SimulatedDevice, startSimulator } from "../../simulator";
import { configurationOf, createPluginWorkspace, ownResources } from "./plugin-workspace";
import { countsIn } from "./printed";
import { programOf } from "./programs";

jest.setTimeout(300_000);

let device: SimulatedDevice;
let workspace: Workspace;

const resources = [
  { type: "Outlet", inputs: { number: 2, name: "web", state: true } },
  { type: "User", inputs: { name: "fred", password: "passw0rd", outletAccess: [2] } },
  { type: "Ssh", inputs: { enabled: false } },
];
const types = async () => (await ownResources(workspace)).map(({ type }) => type).sort();
const native = ["dli:index:Outlet", "dli:index:Ssh", "dli:index:User"];
const dynamic = ["Outlet", "Ssh", "User"].map((type) => `pulumi-nodejs:dynamic/dli:${type}`);

beforeAll(async () => {
  device = await startSimulator({ speed: 50 });
  workspace = await createPluginWorkspace({
    program: programOf(...resources),
    config: { ...configurationOf(device), "dli:plugin": "false" },
  });
  await workspace.up({ expectExit: 0 });
  device.journal.clear();
});

afterAll(async () => {
  workspace?.dispose();
  await device?.close();
});

test("the stack starts with dynamic resources", async () => {
  expect(await types()).toEqual(dynamic);
});

test("the stack moves to the plugin without a write", async () => {
  await workspace.setConfig({ "dli:plugin": "true" });
  const result = await workspace.up({ expectExit: 0 });
  expect(countsIn(result)).toEqual({ unchanged: resources.length + 1 });
  expect(await types()).toEqual(native);
  expect(device.journal.writes()).toEqual([]);
});

test("after a refresh the stack is clean, and from then on a plain preview sees drift", async () => {
  await workspace.refresh({ previewOnly: true, expectNoChanges: true, expectExit: 0 });
  await workspace.refresh({ expectExit: 0 });
  const held = await ownResources(workspace);
  expect(held.every((resource) => resource["refreshBeforeUpdate"] === true)).toBe(true);
  expect(JSON.stringify(held)).not.toContain("__provider");
  expect(device.journal.writes()).toEqual([]);
});

test("the stack moves back to dynamic resources, and can be refreshed afterwards", async () => {
  await workspace.setConfig({ "dli:plugin": "false" });
  const result = await workspace.up({ expectExit: 0 });
  expect(countsIn(result)).toEqual({ updated: resources.length, unchanged: 1 });
  expect(await types()).toEqual(dynamic);
  expect(device.journal.writes()).toEqual([]);
  await workspace.refresh({ previewOnly: true, expectNoChanges: true, expectExit: 0 });
});

test("the stack is destroyed by the adapter that it ended with", async () => {
  await workspace.destroy({ expectExit: 0 });
  expect(device.tree.auth.users.map(({ name }) => name)).toEqual(["admin"]);
});
