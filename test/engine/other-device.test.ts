/** A device that is swapped for another, on the real engine through both adapters. */
import type { Workspace } from "../../scripts/engine/workspace";
import { type SimulatedDevice, startSimulator } from "../../simulator";
import { adapters, configurationOf, ownResources } from "./plugin-workspace";
import { countsIn } from "./printed";
import { programOf } from "./programs";

jest.setTimeout(300_000);

const program = programOf(
  { type: "Outlet", name: "web", inputs: { number: 1, name: "web", state: false } },
  { type: "User", name: "fred", inputs: { name: "fred", password: "passw0rd" } },
  { type: "SwitchOutlets", name: "off", inputs: { states: { 2: false } } },
);

describe.each(adapters)("%s", (adapter, create) => {
  let device: SimulatedDevice;
  let workspace: Workspace;

  beforeAll(async () => {
    device = await startSimulator({ speed: 50, serial: "RACK-1" });
    workspace = await create({ program, config: configurationOf(device) });
    await workspace.up({ expectExit: 0 });
  });

  afterAll(async () => {
    workspace?.dispose();
    await device?.close();
  });

  /** Replaces the device with another one, at the same address, as after a change of DHCP, or elsewhere. */
  async function swap(serial: string, isAddressKept: boolean): Promise<void> {
    const port = isAddressKept ? Number(new URL(device.url).port) : 0;
    await device.close();
    device = await startSimulator({ speed: 50, serial, port });
  }

  async function expectRefused(what: Promise<{ exitCode: number; all: string }>): Promise<void> {
    const before = await known();
    const { exitCode, all } = await what;
    expect(exitCode).not.toBe(0);
    expect(all).toMatch(/serial number RACK-\d, and default\/.* serial number RACK-\d/);
    expect(all).toMatch(/Run `pulumi config set dli:serial RACK-\d`.*`pulumi up --refresh --run-program`/);
    expect(device.journal.writes()).toEqual([]);
    expect(await known()).toEqual(before);
  }

  const known = async () => {
    const resources = (await ownResources(workspace)).map(({ urn, inputs, outputs }) => {
      // A refresh does not keep what the SDK passes on about the resource itself.
      const { __resource: _resource, ...own } = inputs ?? {};
      return [urn, { inputs: own, outputs }];
    });
    return Object.fromEntries(resources);
  };

  const serials = async () => (await ownResources(workspace)).map(({ outputs }) => outputs?.["deviceSerial"]);

  test(`${adapter}: nothing is written to another device at the same address, and the state stays`, async () => {
    expect(await serials()).toEqual(["RACK-1", "RACK-1", "RACK-1"]);
    await swap("RACK-2", true);
    await expectRefused(workspace.refresh());
    await expectRefused(workspace.destroy({ target: ["**User::fred"] }));
    await expectRefused(workspace.up({ refresh: true, runProgram: true }));
  });

  test(`${adapter}: once configuration names it, everything is made there, and the action does not happen again`, async () => {
    await workspace.setConfig({ "dli:serial": "RACK-2" });
    await workspace.up({ refresh: true, runProgram: true, expectExit: 0 });
    expect(device.tree.auth.users.map(({ name }) => name)).toEqual(["admin", "fred"]);
    expect(device.tree.relay.outlets.slice(0, 2)).toMatchObject([{ name: "web", state: false }, { state: true }]);
    expect(await serials()).toEqual(["RACK-2", "RACK-2", "RACK-2"]);
    device.journal.clear();
    await workspace.up({ expectExit: 0, expectNoChanges: true });
    // Without changes, dynamic resources send no requests; native ones are read, and so is the serial number.
    const asked = device.journal.entries.filter(({ path }) => path.endsWith("/config/serial/"));
    expect(asked.filter(({ status }) => status === 200)).toHaveLength(adapter === "dynamic" ? 0 : 1);
  });

  test(`${adapter}: a plain update notices another device at a new address`, async () => {
    await workspace.pulumi(["config", "rm", "dli:serial"], { expectExit: 0 });
    await workspace.up({ refresh: true, runProgram: true, expectExit: 0 });
    await swap("RACK-3", false);
    await workspace.setConfig({ "dli:url": device.url });
    const up = workspace.up(adapter === "dynamic" ? {} : { refresh: true, runProgram: true });
    await expectRefused(up);
  });

  test(`${adapter}: the same device at a new address changes nothing`, async () => {
    await swap("RACK-2", false);
    device.tree.auth.users.push({ ...device.tree.auth.users[0]!, name: "fred", is_admin: false });
    await workspace.setConfig({ "dli:url": device.url });
    const result = await workspace.up({
      expectExit: 0,
      ...(adapter === "native" && { runProgram: true, refresh: true }),
    });
    expect(countsIn(result)["deleted"] ?? 0).toBe(0);
    expect(device.tree.auth.users.map(({ name }) => name)).toEqual(["admin", "fred"]);
  });
});
