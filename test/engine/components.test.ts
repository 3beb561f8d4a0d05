/** The components on the real engine: what they declare, how a preview shows it, and their messages. */
import { createWorkspace, type Workspace } from "../../scripts/engine/workspace";
import { type SimulatedDevice, startSimulator } from "../../simulator";

let workspace: Workspace;
let device: SimulatedDevice;

beforeAll(async () => {
  device = await startSimulator({ speed: 100 });
  device.tree.config.ssh_enabled = true;
  device.tree.upnp.enabled = true;
  workspace = await createWorkspace({
    program: "",
    config: { "dli:url": device.url, "dli:password": { secret: device.password } },
  });
}, 900_000);

afterAll(async () => {
  workspace.dispose();
  await device.close();
});

const program = (text: string) => workspace.setProgram(`import * as dli from "pulumi-dli";\n${text}`);

test("PowerController declares a whole device in ten lines", async () => {
  program(`
    const rack = new dli.PowerController("rack", {
      name: "Rack 7",
      outlets: { router: 1, nas: { number: 2, state: true }, web: { number: 3, state: false } },
      users: { fred: { password: "fr3d s3cret", outlets: ["web", "nas"] } },
      watch: { web: { addresses: ["192.0.2.80"] }, both: { addresses: ["192.0.2.81"], outlets: ["web", "nas"] } },
      script: "function hello()\\nend\\n",
      hardened: { snmp: "leave" },
    });
    export const web = rack.outlets["web"]?.physicalState;`);
  const preview = await workspace.preview({ expectExit: 0 });
  for (const child of ["rack-router", "rack-fred", "rack-watch-web", "rack-autoping", "rack-script", "rack-baseline"]) {
    expect(preview.stdout).toContain(child);
  }
  const up = await workspace.up({ expectExit: 0 });
  const factoryPassword = "the admin still has the password that every device is shipped";
  for (const [planned, done] of [
    ["SSH will be turned off", "SSH is turned off"],
    ["UPnP will be turned off", "UPnP is turned off"],
    [factoryPassword, factoryPassword],
  ] as const) {
    // Once while the command runs, and once among the diagnostics.
    expect([planned, preview.all.split(planned).length]).toEqual([planned, 3]);
    expect([done, up.all.split(done).length]).toEqual([done, 3]);
  }
  expect(await workspace.outputs()).toEqual({ web: false });
  const { relay, auth, autoping, config, upnp } = device.tree;
  expect(relay.name).toBe("Rack 7");
  expect(relay.outlets.slice(0, 3).map(({ name }) => name)).toEqual(["router", "nas", "web"]);
  expect(auth.users[1]).toMatchObject({ name: "fred" });
  expect(auth.users[1]?.outlet_access.map(Number)).toEqual([0, 1, 1, 0, 0, 0, 0, 0]);
  expect(autoping.enabled).toBe(true);
  expect(autoping.items.map(({ outlets }) => [...outlets].sort()).sort()).toEqual([[1, 2], [2]]);
  expect(config).toMatchObject({ allow_plaintext_logins: false, ssh_enabled: false, allow_rest_nonadmin: true });
  expect(upnp.enabled).toBe(false);
  const after = await workspace.up({ expectExit: 0, expectNoChanges: true });
  expect(after.all).not.toMatch(/is turned off|is shipped/);
}, 120_000);

test("PowerController lists its outlets when one is unknown", async () => {
  program(`new dli.PowerController("rack", { outlets: { router: 1 }, users: { fred: { outlets: ["ruoter"] } } });`);
  const preview = await workspace.preview();
  expect(preview.exitCode).not.toBe(0);
  expect(preview.all).toContain(
    'users.fred.outlets: there is no outlet "ruoter" (did you mean `router`?); this PowerController has router',
  );
}, 60_000);

test("SecurityBaseline leaves what it is told to leave, and skips what the device does not have", async () => {
  device.tree.config.ssh_enabled = true;
  program(`export const stops = new dli.SecurityBaseline("b", { ssh: "leave", upnp: true }).stopsWorking;`);
  await workspace.up({ expectExit: 0 });
  expect(device.tree.config.ssh_enabled).toBe(true);
  expect(device.tree.upnp.enabled).toBe(true);
  expect((await workspace.outputs())["stops"]).toEqual(expect.arrayContaining(["MAAS", "powerman"]));
}, 120_000);
