/** The standard life of every resource on the real engine: one program with all of them. */
import { resources } from "../../provider/registry";
import { createWorkspace, UNEXPECTED_CHANGES, type Workspace } from "../../scripts/engine/workspace";
import { type SimulatedDevice, startSimulator } from "../../simulator";
import { cases } from "../lifecycle/resource-cases";
import { changesIn, countsIn } from "./printed";
import { programOf } from "./programs";

jest.setTimeout(300_000);

const program = (which: "inputs" | "changed") =>
  programOf(...cases.map((life) => ({ type: life.type, inputs: life[which] })));

/** Whether inputs have a property such as `outlets["1"].name`. */
function isDeclared(inputs: unknown, property: string): boolean {
  const steps = property.match(/\w+/g) ?? [];
  const value = steps.reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], inputs);
  return value !== undefined;
}

/** AdminPassword changes the password of the login, so the configuration is kept up to date as by a person. */
const asAdmin = (): { env: Record<string, string> } => ({
  env: { DLI_PASSWORD: device.tree.auth.users[0]!.password },
});

let device: SimulatedDevice;
let workspace: Workspace;

beforeAll(async () => {
  device = await startSimulator({ speed: 50 });
  for (const life of cases) {
    life.prepare?.(device);
  }
  workspace = await createWorkspace({
    program: program("inputs"),
    config: { "dli:url": device.url },
  });
});

afterAll(async () => {
  workspace?.dispose();
  await device?.close();
});

test("the cases have every resource of the registry that is not an action", () => {
  const managed = resources.filter(({ family }) => family !== "action");
  expect(cases.map(({ type }) => type).sort()).toEqual(managed.map(({ type }) => type).sort());
});

test("an up creates every resource", async () => {
  const result = await workspace.up({ ...asAdmin(), expectExit: 0 });
  expect(countsIn(result)).toEqual({ created: cases.length + 1 });
  const { deployment } = await workspace.exportState();
  const ids = deployment.resources?.filter(({ type }) => type.includes("dli:")).map(({ id }) => id);
  expect(ids?.sort()).toEqual(cases.map(({ id }) => id).sort());
});

test("a preview finds nothing to do, without a request to the device", async () => {
  device.journal.clear();
  await workspace.preview({ ...asAdmin(), expectNoChanges: true, expectExit: 0 });
  expect(device.journal.entries).toEqual([]);
});

test("an up writes what the program changes", async () => {
  workspace.setProgram(program("changed"));
  const result = await workspace.up({ ...asAdmin(), expectExit: 0 });
  expect(countsIn(result)).toEqual({ updated: cases.length, unchanged: 1 });
  // The password cannot be read back.
  expect(device.tree.auth.users.find(({ name }) => name === "fred")?.password).toBe("another one");
  await workspace.refresh({ ...asAdmin(), previewOnly: true, expectNoChanges: true, expectExit: 0 });
});

describe("a change by hand", () => {
  let printed: Record<string, string[]>;

  beforeAll(async () => {
    for (const life of cases) {
      life.drift(device);
    }
    device.journal.clear();
    const drift = { previewOnly: true, expectNoChanges: true, diff: true, expectExit: UNEXPECTED_CHANGES };
    printed = changesIn(await workspace.refresh({ ...asAdmin(), ...drift }));
  });

  test.each(cases.map((life) => [life.type, life] as const))(
    "a change of %s by hand is named by a refresh",
    (type, { changed, drifted }) => {
      // Undeclared properties are reported too if they have changed. For a token, the diff names the device's hash.
      const declared = printed[type]
        ?.map((property) => (property === "tokenSha256" ? "token" : property.replace(/^value\..*/, "value")))
        .filter((property) => isDeclared(changed, property));
      expect([...new Set(declared)].sort()).toEqual([...drifted].sort());
    },
  );

  test("a change of an outlet's state is named once, without what its relay does with it", () => {
    expect(printed["Outlet"]).toEqual(["name", "state"]);
  });

  test("a change by hand is not written by a preview", () => {
    expect(device.journal.writes()).toEqual([]);
  });

  test("a change by hand is repaired by an up with refresh", async () => {
    const result = await workspace.up({ ...asAdmin(), refresh: true, expectExit: 0 });
    expect(countsIn(result)).toEqual({ updated: cases.length, unchanged: 1 });
    await workspace.refresh({ ...asAdmin(), previewOnly: true, expectNoChanges: true, expectExit: 0 });
  });
});

test("a destroy removes what was created, and what was there before stays", async () => {
  const result = await workspace.destroy({ ...asAdmin(), expectExit: 0 });
  expect(countsIn(result)).toEqual({ deleted: cases.length + 1 });
  expect(device.tree.auth.users.map(({ name }) => name)).toEqual(["admin"]);
  expect(device.tree.autoping.items).toEqual([]);
  expect(device.tree.relay.outlets[2]).toMatchObject({ name: "web-1", state: false });
  expect(device.tree.config).toMatchObject({ ssh_port: 2222 });
  expect(device.tree.mqtt).toMatchObject({ broker_port: 1884, topic_root: "rack/1" });
  expect((await workspace.exportState()).deployment.resources ?? []).toEqual([]);
});
