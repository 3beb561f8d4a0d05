/** Resources that get another explicit provider, and a provider whose address changes, on the real engine. */
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import type { Workspace } from "../../scripts/engine/workspace";
import { type SimulatedDevice, startSimulator } from "../../simulator";
import { configurationOf, createPluginWorkspace, ownResources } from "./plugin-workspace";
import { countsIn } from "./printed";

jest.setTimeout(300_000);

/** Two providers; configuration says which of them the resources have: `default` for neither. */
const program = `
import * as pulumi from "@pulumi/pulumi";
import * as dli from "pulumi-dli";

const config = new pulumi.Config();
const device = (name: string) =>
  new dli.Provider(name, { url: config.require(name + "Url"), username: "admin", password: config.requireSecret("password") });
const providers: Record<string, dli.Provider | undefined> = { rack1: device("rack1"), rack2: device("rack2") };
const provider = providers[config.require("chosen")];

new dli.Outlet("web", { number: 1, name: "web", state: false, onDestroy: "restore" }, { provider });
new dli.User("fred", { name: "fred", password: "passw0rd" }, { provider });
new dli.ApiClient("ci", { name: "ci", scopes: ["/cred/"] }, { provider });
new dli.SwitchOutlets("off", { states: { 2: false } }, { provider });
`;

let devices: SimulatedDevice[];
let workspace: Workspace;
/** A second address that leads to one of the devices, as on a router. */
let router: Server;
let routedUrl: string;
let routedTo = 0;

beforeAll(async () => {
  devices = await Promise.all(["RACK-1", "RACK-2"].map((serial) => startSimulator({ speed: 50, serial })));
  router = createServer((socket) => {
    const device = connect(Number(new URL(devices[routedTo]!.url).port), "127.0.0.1");
    socket.pipe(device).pipe(socket);
    // Processes of the engine end without closing their connections.
    socket.on("error", () => device.destroy());
    device.on("error", () => socket.destroy());
  });
  await new Promise<void>((listening) => router.listen(0, "127.0.0.1", listening));
  routedUrl = `http://127.0.0.1:${(router.address() as AddressInfo).port}`;
  workspace = await createPluginWorkspace({
    program,
    config: {
      ...configurationOf(devices[0]!),
      "test:password": { secret: "1234" },
      "test:rack1Url": devices[0]!.url,
      "test:rack2Url": devices[1]!.url,
      "test:chosen": "default",
    },
  });
});

afterAll(async () => {
  workspace?.dispose();
  router.close();
  await Promise.all(devices.map((device) => device.close()));
});

/** What each device has in the places that the program declares. */
const found = () =>
  devices.map(({ tree }) => ({
    users: tree.auth.users.length - 1,
    clients: Object.keys(tree.auth.clients).length,
    outlet: `${tree.relay.outlets[0]!.name} ${tree.relay.outlets[0]!.state}`,
  }));
const made = { users: 1, clients: 1, outlet: "web false" };
const none = { users: 0, clients: 0, outlet: "Outlet 1 true" };

const serials = async () =>
  new Set((await ownResources(workspace)).map(({ outputs }) => outputs?.["deviceSerial"] as string));

test("resources that get another provider of the same device stay as they are, and no outlet is switched", async () => {
  await workspace.up({ expectExit: 0 });
  devices[0]!.journal.clear();
  for (const [chosen, url] of [
    ["rack2", routedUrl],
    ["default", devices[1]!.url],
    ["rack1", devices[1]!.url],
  ] as const) {
    await workspace.setConfig({ "test:chosen": chosen, "test:rack2Url": url });
    await workspace.up({ expectExit: 0 });
    expect(devices[0]!.journal.writes()).toEqual([]);
    expect(found()).toEqual([made, none]);
  }
});

test("resources that get the provider of another device are removed or restored there and made here", async () => {
  await workspace.setConfig({ "test:chosen": "rack2" });
  const result = await workspace.up({ expectExit: 0 });
  expect(countsIn(result)["replaced"]).toBe(4);
  expect(found()).toEqual([none, made]);
  expect(await serials()).toEqual(new Set(["RACK-2"]));
  await workspace.refresh({ previewOnly: true, expectExit: 0, expectNoChanges: true });
});

test("a provider with a new address of the same device changes nothing, with another device's it is refused", async () => {
  for (const { journal } of devices) {
    journal.clear();
  }
  routedTo = 1;
  await workspace.setConfig({ "test:rack2Url": routedUrl });
  await workspace.up({ expectExit: 0 });
  expect(devices[1]!.journal.writes()).toEqual([]);
  await workspace.setConfig({ "test:rack2Url": devices[0]!.url });
  const refused = await workspace.up();
  expect(refused.exitCode).not.toBe(0);
  expect(refused.all).toMatch(/serial number RACK-1, and default\/.* serial number RACK-2/);
  expect(refused.all).toContain(
    'Set `serial` of the provider "rack2" to RACK-1, or set the environment variable DLI_RACK2_SERIAL=RACK-1.',
  );
  expect(devices.map((device) => device.journal.writes())).toEqual([[], []]);
  expect(found()).toEqual([none, made]);
  const accepted = await workspace.up({ env: { DLI_RACK2_SERIAL: "RACK-1" }, args: ["--refresh", "--run-program"] });
  expect(accepted.all).not.toContain("error:");
  expect(found()).toEqual([made, made]);
});
