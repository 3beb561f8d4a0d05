/** To the engine a renamed resource is another resource: it creates the new one and then deletes the old one. */
import { createWorkspace, type Workspace } from "../../scripts/engine/workspace";
import { type SimulatedDevice, startSimulator } from "../../simulator";
import { countsIn, errorsIn } from "./printed";
import { type Declared, loginTo, programOf } from "./programs";

jest.setTimeout(300_000);

const outlet = (name: string): Declared => ({
  type: "Outlet",
  name,
  inputs: { number: 3, name: "web", state: false, onDestroy: "restore" },
});
const user = (name: string, adopt = true): Declared => ({
  type: "User",
  name,
  inputs: { name: "fred", password: "fr3d's word", outletAccess: [2, 5], adopt },
});
const item = (name: string): Declared => ({
  type: "AutoPingItem",
  name,
  inputs: { addresses: ["10.0.0.1"], outlets: [3], adopt: true },
});

let device: SimulatedDevice;
let workspace: Workspace;

beforeAll(async () => {
  device = await startSimulator({ speed: 50 });
  workspace = await createWorkspace({
    program: programOf(outlet("a"), user("a-user"), item("a-item")),
    env: loginTo(device),
  });
  await workspace.up({ expectExit: 0 });
});

afterAll(async () => {
  workspace?.dispose();
  await device?.close();
});

beforeEach(() => device.journal.clear());

/** Expects everything to be as declared without any write. */
function expectUntouched(): void {
  expect(device.journal.writes()).toEqual([]);
  expect(device.tree.relay.outlets[2]).toMatchObject({ name: "web", state: false });
  expect(device.tree.auth.users.map(({ name }) => name)).toEqual(["admin", "fred"]);
  expect(device.tree.autoping.items).toMatchObject([{ addresses: ["10.0.0.1"], outlets: [2] }]);
}

test("the new resource takes over, and deleting the old one leaves the device as it is", async () => {
  workspace.setProgram(programOf(outlet("b"), user("b-user"), item("b-item")));
  const result = await workspace.up({ expectExit: 0 });
  expect(countsIn(result)).toEqual({ created: 3, deleted: 3, unchanged: 1 });
  // The password of an account cannot be read, so adoption writes it.
  expect(device.journal.writes().map(({ path }) => path)).toEqual(["/restapi/auth/users/name=fred/password/"]);
  device.journal.clear();
  expectUntouched();
});

test("without `adopt` a renamed user that is not as declared is refused, and stays on the device", async () => {
  const { inputs, ...declared } = user("c-user", false);
  const other = { ...declared, inputs: { ...inputs, outletAccess: [7] }, dependsOn: ["c", "c-item"] };
  workspace.setProgram(programOf(outlet("c"), item("c-item"), other));
  const result = await workspace.up({ expectExit: 1 });
  expect(errorsIn(result)).toEqual([
    { resource: "c-user", text: expect.stringContaining("Set `adopt: true` to take it over") },
  ]);
  expectUntouched();
});

test("the new resource takes over even if a failure came in between and a later run deletes the old one", async () => {
  workspace.setProgram(programOf(outlet("c"), item("c-item"), { ...user("c-user"), dependsOn: ["c"] }));
  const result = await workspace.up({ expectExit: 0 });
  // Since that failure the state has the outlet and the item under both names.
  expect(countsIn(result)).toEqual({ created: 1, deleted: 3, unchanged: 3 });
  expect(device.journal.writes().map(({ path }) => path)).toEqual(["/restapi/auth/users/name=fred/password/"]);
  device.journal.clear();
  expectUntouched();
  await workspace.refresh({ previewOnly: true, expectNoChanges: true, expectExit: 0 });
});

test("what a resource created is removed only when no resource of the program declares it", async () => {
  workspace.setProgram(programOf(item("c-item")));
  const result = await workspace.up({ expectExit: 0 });
  expect(countsIn(result)).toMatchObject({ deleted: 2 });
  expect(device.tree.auth.users.map(({ name }) => name)).toEqual(["admin"]);
  expect(device.tree.autoping.items).toHaveLength(1);
});

test("a resource of another type takes a place over, and only what is left of the old one is put back", async () => {
  const relay = { name: "Rack 1", sequenceDelaySeconds: 7, onDestroy: "restore" };
  workspace.setProgram(programOf({ type: "Relay", name: "d", inputs: relay }));
  await workspace.up({ expectExit: 0 });
  const setting = { path: "relay/name", value: "Rack 1" };
  workspace.setProgram(programOf({ type: "Setting", name: "e", inputs: setting }));
  const result = await workspace.up({ expectExit: 0 });
  expect(result.all).toContain(
    "default/relay: name stays as it is: another resource of this program has taken it over",
  );
  expect(device.tree.relay).toMatchObject({ name: "Rack 1", sequence_delay: 3 });
});
