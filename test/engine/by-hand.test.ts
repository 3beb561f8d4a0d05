/** Changes by hand, on the real engine through both adapters: shown in a few lines, and repaired by a plain `up`. */
import { appendFileSync } from "node:fs";
import path from "node:path";
import { runCommand } from "../../scripts/command";
import { ROOT } from "../../scripts/engine/pins";
import { UNEXPECTED_CHANGES, type Workspace } from "../../scripts/engine/workspace";
import { type SimulatedDevice, startSimulator } from "../../simulator";
import { adapters, configurationOf, ownResources } from "./plugin-workspace";
import { countsIn, linesAbout } from "./printed";
import { programOf } from "./programs";

jest.setTimeout(300_000);

const declared = [
  { type: "Outlet", name: "web", inputs: { number: 1, name: "web", state: true, protectFromOff: true } },
  { type: "Outlet", name: "db", inputs: { number: 2, name: "db", state: true, critical: true } },
  { type: "Relay", name: "relay", inputs: { name: "rack" } },
];

/** Properties of an outlet that a program can read, whether or not it declares them. */
const outputs = `
const web = made["web"] as dli.Outlet;
export const read = {
  physical: web.physicalState, locked: web.locked, serial: web.deviceSerial, critical: web.critical,
  device: web.device, enforce: web.enforce, onDestroy: web.onDestroy, protectFromOff: web.protectFromOff,
};
`;

describe.each(adapters)("%s", (adapter, create) => {
  let device: SimulatedDevice;
  let workspace: Workspace;

  beforeAll(async () => {
    device = await startSimulator({ speed: 50 });
    workspace = await create({ program: programOf(...declared) + outputs, config: configurationOf(device) });
    await workspace.up({ expectExit: 0 });
  });

  afterAll(async () => {
    workspace?.dispose();
    await device?.close();
  });

  test("the state holds no default and no bookkeeping that a reader has to skip, and a program reads all outputs", async () => {
    const web = (await ownResources(workspace)).find(({ id }) => id === "default/outlets/1");
    for (const name of ["managed", "baseline", "enforce", "onDestroy", "waitForPhysical"]) {
      expect(web?.outputs).not.toHaveProperty(name);
      expect(web?.inputs).not.toHaveProperty(name);
    }
    expect((await workspace.outputs())["read"]).toEqual({
      physical: true,
      locked: false,
      serial: device.tree.config.serial,
      critical: false,
      device: "default",
      enforce: "persistent",
      onDestroy: "leave",
      protectFromOff: true,
    });
  });

  test("an outlet that was switched by hand is at most 6 lines of a refresh", async () => {
    device.switchOutlet(2, false);
    const audit = await workspace.refresh({ previewOnly: true, diff: true, expectNoChanges: true });
    expect(audit.exitCode).toBe(UNEXPECTED_CHANGES);
    const lines = linesAbout("db", audit);
    expect(lines.at(-1)).toMatch(/~ state: true => false$/);
    expect(lines.length).toBeLessThanOrEqual(6);
    expect(linesAbout("web", audit)).toEqual([]);
  });

  test("a refresh that takes it into the state makes it no less of a difference, for Pulumi and for `dli drift`", async () => {
    await workspace.refresh({ expectExit: 0 });
    const audit = await workspace.refresh({ previewOnly: true, expectNoChanges: true });
    expect([audit.exitCode, countsIn(audit)]).toEqual([UNEXPECTED_CHANGES, { "to update": 1, unchanged: 3 }]);
    const { project, env } = workspace;
    const options = { cwd: project, env, timeoutMs: 120_000 };
    const report = await runCommand(process.execPath, [path.join(ROOT, "dist/cli/dli"), "drift"], options);
    expect(report.exitCode).toBe(UNEXPECTED_CHANGES);
    expect(report.stdout).toContain("| `Outlet db` | `state` | `true` | `false` | unknown |");
  });

  test("with `refresh: always` in Pulumi.yaml a plain preview shows it, and a plain up puts it right", async () => {
    appendFileSync(path.join(workspace.project, "Pulumi.yaml"), "options:\n  refresh: always\n");
    const preview = await workspace.preview({ diff: true, expectNoChanges: true });
    expect(preview.exitCode).toBe(UNEXPECTED_CHANGES);
    expect(linesAbout("db", preview).at(-1)).toMatch(/~ state: false => true$/);
    expect(countsIn(await workspace.up({ expectExit: 0 }))).toMatchObject({ updated: 1 });
    expect(device.tree.relay.outlets[1]).toMatchObject({ state: true });
    if (adapter === "dynamic") {
      device.switchOutlet(2, false);
      await workspace.up({ args: ["--refresh=false"], expectExit: 0 });
      expect(device.tree.relay.outlets[1]).toMatchObject({ state: false });
    }
  });
});
