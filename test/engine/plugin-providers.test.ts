/** Two explicit providers for two devices in one program, and a password that changes. */
import type { Workspace } from "../../scripts/engine/workspace";
import { type SimulatedDevice, startSimulator } from "../../simulator";
import { createPluginWorkspace, ownResources } from "./plugin-workspace";
import { countsIn } from "./printed";

jest.setTimeout(300_000);

const program = `
import * as pulumi from "@pulumi/pulumi";
import * as dli from "pulumi-dli";

const config = new pulumi.Config();
const device = (name: string) =>
  new dli.Provider(name, {
    url: config.require(name + "Url"),
    username: "admin",
    password: config.requireSecret(name + "Password"),
    requestTimeoutSeconds: 20,
  });
const [rack1, rack2] = [device("rack1"), device("rack2")];

new dli.Outlet("one", { number: 1, name: "one" }, { provider: rack1 });
new dli.User("fred", { name: "fred", password: "passw0rd" }, { provider: rack1 });

class Rack extends pulumi.ComponentResource {
  constructor(name: string, options: pulumi.ComponentResourceOptions) {
    super("test:index:Rack", name, {}, options);
    new dli.Outlet("two", { number: 1, name: "two" }, { parent: this });
    new dli.User("ann", { name: "ann", password: "passw0rd" }, { parent: this });
  }
}
new Rack("rack", { providers: [rack2] });

export const names = dli.getOutletsOutput({}, { provider: rack2 }).outlets.apply((all) => all.map(({ name }) => name));
`;

let devices: SimulatedDevice[];
let workspace: Workspace;

beforeAll(async () => {
  devices = [await startSimulator({ speed: 50 }), await startSimulator({ speed: 50 })];
  workspace = await createPluginWorkspace({
    program,
    config: {
      "dli:plugin": "false",
      "test:rack1Url": devices[0]!.url,
      "test:rack2Url": devices[1]!.url,
      "test:rack1Password": { secret: "1234" },
      "test:rack2Password": { secret: "1234" },
    },
  });
});

afterAll(async () => {
  workspace?.dispose();
  for (const device of devices ?? []) {
    await device.close();
  }
});

/** Sets another password on the device. */
function rotate(device: SimulatedDevice, password: string): void {
  device.tree.auth.users[0]!.password = password;
}

test("each resource goes to the device of its provider, given or inherited", async () => {
  const result = await workspace.up({ expectExit: 0 });
  expect(countsIn(result)).toEqual({ created: 8 });
  expect(devices.map((device) => device.tree.relay.outlets[0]!.name)).toEqual(["one", "two"]);
  expect(devices.map((device) => device.tree.auth.users.at(-1)!.name)).toEqual(["fred", "ann"]);
  expect((await ownResources(workspace)).every(({ type }) => type.startsWith("dli:index:"))).toBe(true);
  expect((await workspace.outputs())["names"]).toHaveLength(8);
});

test("passwords are encrypted in the state", async () => {
  const state = JSON.stringify(await workspace.exportState());
  expect(state).not.toContain("1234");
  expect(state).not.toContain("passw0rd");
});

test("a new password in the configuration is refused with a remedy, and then changes the providers only", async () => {
  for (const device of devices) {
    rotate(device, "5678");
  }
  await workspace.setConfig({ "test:rack1Password": { secret: "5678" }, "test:rack2Password": { secret: "5678" } });
  for (const device of devices) {
    device.journal.clear();
  }
  const refused = await workspace.preview();
  expect(refused.exitCode).not.toBe(0);
  expect(refused.all).toMatch(/run `pulumi refresh --run-program` once.*DLI_RACK[12]_PASSWORD/);
  await workspace.refresh({ runProgram: true, expectExit: 0 });
  await workspace.up({ expectExit: 0 });
  for (const device of devices) {
    expect(device.journal.writes()).toEqual([]);
  }
});

test("destroy logs in with today's passwords, not with those in the state", async () => {
  for (const device of devices) {
    rotate(device, "9999");
  }
  const failedBefore = devices.map((device) => device.failedLogins);
  await workspace.destroy({ env: { DLI_RACK1_PASSWORD: "9999", DLI_RACK2_PASSWORD: "9999" }, expectExit: 0 });
  expect(devices.map((device) => device.tree.auth.users.map(({ name }) => name))).toEqual([["admin"], ["admin"]]);
  expect(devices.map((device) => device.failedLogins)).toEqual(failedBefore);
  expect((await workspace.exportState()).deployment.resources ?? []).toEqual([]);
});
