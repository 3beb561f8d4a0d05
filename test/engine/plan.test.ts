/**
 * On the real engine, through both adapters: the plan says what will happen to the power, fails if the update would,
 * with the same messages, and writes nothing.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { type CommandResult, runCommand } from "../../scripts/command";
import type { Workspace } from "../../scripts/engine/workspace";
import { type SimulatedDevice, startSimulator } from "../../simulator";
import { read } from "../repository";
import { unused } from "./listeners";
import { adapters, configurationOf } from "./plugin-workspace";
import { errorsIn } from "./printed";
import { type Declared, programOf } from "./programs";

jest.setTimeout(300_000);

const web: Declared = { type: "Outlet", name: "web", inputs: { number: 3, state: false } };
const db: Declared = { type: "Outlet", name: "db", inputs: { number: 5, state: false, onDestroy: "restore" } };
const dome: Declared = {
  type: "Outlet",
  name: "dome",
  inputs: { number: 7, name: "dome", state: true, onDestroy: "restore" },
};
const declared = [web, db, dome];
const summary = 'loses power: 3 "web", 5 "db"; gains power: 7 "dome"; cycles: none';

/** The lines of the first block of commands in a document. */
function commandsIn(document: string): string[] {
  const [, block = ""] = /^```sh\n([\s\S]*?)^```$/m.exec(read(document)) ?? [];
  return block.split("\n").filter((line) => line !== "");
}

/** What the section "Diagnostics" says about one resource. */
function saidOf({ stdout }: CommandResult, name: string): string {
  return new RegExp(`^  \\S+ \\(${name}\\):\\n((?:    .*\\n)+)`, "m").exec(stdout)?.[1]?.trim() ?? "";
}

describe.each(adapters)("%s", (adapter, create) => {
  let device: SimulatedDevice;
  let workspace: Workspace;
  const others: SimulatedDevice[] = [];
  const other = async () => {
    const simulated = await startSimulator();
    others.push(simulated);
    return simulated;
  };
  const planFile = () => path.join(workspace.project, "plan.json");
  const inFile = () => JSON.parse(readFileSync(planFile(), "utf8"));

  /** Previews a program and expects that nothing is written. */
  async function previewOf(resources: readonly Declared[], env: Record<string, string> = {}, args: string[] = []) {
    workspace.setProgram(programOf(...resources));
    device.journal.clear();
    const result = await workspace.preview({ env, args });
    expect(device.journal.writes()).toEqual([]);
    return result;
  }

  beforeAll(async () => {
    device = await startSimulator({ speed: 200, serial: "PLAN-1" });
    workspace = await create({
      program: "",
      config: configurationOf(device),
      env: { DLI_PLAN_FILE: "plan.json" },
    });
    for (const [number, name, state] of [
      [3, "web", true],
      [5, "db", true],
      [7, "Outlet 7", false],
    ] as const) {
      device.switchOutlet(number, state);
      device.tree.relay.outlets[number - 1]!.name = name;
    }
  });

  afterAll(async () => {
    workspace?.dispose();
    await Promise.all([device, ...others].map((simulated) => simulated?.close()));
  });

  test("a plan says what loses and gains power, for people and for pipelines, and an update says nothing twice", async () => {
    workspace.setProgram(programOf(...declared));
    const [preview = "", judge = ""] = commandsIn("docs/plan.md");
    const run = (command: string) =>
      runCommand("sh", ["-c", command], { cwd: workspace.project, env: { ...workspace.env }, timeoutMs: 120_000 });
    device.journal.clear();
    const plan = await run(preview);
    expect(device.journal.writes()).toEqual([]);
    expect(plan.exitCode).toBe(0);
    expect((await run(judge)).exitCode).toBe(1);
    expect(saidOf(plan, "dome").split(/\n */)).toEqual([
      'outlet 7 "Outlet 7" -> "dome": off -> on',
      'when it is deleted, outlet 7 "dome" -> "Outlet 7" will lose power: on -> off',
    ]);
    expect(saidOf(plan, "web")).toBe('outlet 3 "web" will lose power: on -> off');
    expect(saidOf(plan, "test-test")).toBe(`warning: ${summary}`);
    expect(inFile().devices.default).toMatchObject({
      looked: true,
      losesPower: [
        { outlet: 3, name: "web", resources: ['Outlet "web"'] },
        { outlet: 5, name: "db" },
      ],
      gainsPower: [{ outlet: 7, name: "dome" }],
      cycles: [],
      fails: [],
    });
    // One GET for each part of the device, and one login.
    const read = device.journal.entries.filter(({ status }) => status === 200).map((entry) => entry.path);
    expect(read).toEqual(["/restapi/config/serial/", "/restapi/relay/outlets/"]);

    const up = await workspace.pulumi(["up", "--yes"]);
    expect(up.exitCode).toBe(0);
    const [planned, updated] = up.stdout.split("\nUpdating (test):");
    expect(planned).toContain(`    warning: ${summary}\n`);
    expect(updated).not.toContain("power");
    expect(device.tree.relay.outlets.map(({ state }) => state)).toMatchObject({ 2: false, 4: false, 6: true });
  });

  test("a plan without changes says nothing, and costs the dynamic adapter nothing", async () => {
    const plan = await previewOf(declared);
    expect(plan.exitCode).toBe(0);
    expect(plan.stdout).not.toContain("power");
    expect(inFile().devices).toEqual({});
    expect(device.journal.entries.length === 0).toBe(adapter === "dynamic");
  });

  test("a plan of some resources, and one that is saved, says what these do", async () => {
    const on = { ...web, inputs: { number: 3, state: true } };
    const { deployment } = await workspace.exportState();
    const target = deployment.resources?.find(({ urn }) => urn.endsWith("::web"))?.urn ?? "";
    const both = [on, { ...db, inputs: { ...db.inputs, state: true } }, dome];
    const plan = await previewOf(both, {}, ["--target", target, "--save-plan", "saved.json"]);
    expect(plan.exitCode).toBe(0);
    expect(saidOf(plan, "test-test")).toBe('loses power: none; gains power: 3 "web"; cycles: none');
    expect(readFileSync(path.join(workspace.project, "saved.json"), "utf8")).not.toContain("dli-plan-");
    await workspace.up({ expectExit: 0, target: [target], args: ["--plan", "saved.json"] });
    expect(device.tree.relay.outlets.map(({ state }) => state)).toMatchObject({ 2: true, 4: false, 6: true });
  });

  test("a plan says what becomes of what is replaced, taken out of the program or destroyed", async () => {
    const on = { ...web, inputs: { number: 3, state: true } };
    const moved = { ...db, inputs: { ...db.inputs, number: 6 } };
    const plan = await previewOf([on, moved], {}, ["--refresh"]);
    expect(plan.exitCode).toBe(0);
    expect(saidOf(plan, "db")).toContain('outlet 5 "db": off -> on');
    const goes = 'outlet 7 "dome" -> "Outlet 7" will lose power: on -> off';
    // The engine attributes what the process for dynamic providers prints at the end to the stack.
    expect(adapter === "dynamic" ? plan.stdout : saidOf(plan, "dome")).toContain(goes);
    expect(plan.stdout).toMatch(/^ {4}(warning: )?loses power: .*; gains power: 5 "db"; cycles: none$/m);
    expect(plan.stdout).toContain(
      'warning: what is deleted: loses power: 7 "Outlet 7"; gains power: none; cycles: none\n',
    );
    expect(inFile().devices.default).toMatchObject({ gainsPower: [{ resources: ['Outlet "db" (replaced)'] }] });

    device.journal.clear();
    const destroyed = await workspace.pulumi(["destroy", "--preview-only", "--refresh"], { expectExit: 0 });
    expect(device.journal.writes()).toEqual([]);
    expect(destroyed.stdout).toContain(goes);
    expect(destroyed.stdout).toContain('warning: loses power: 7 "Outlet 7"; gains power: 5 "db"; cycles: none\n');
    const audit = await workspace.refresh({ previewOnly: true, expectExit: 0 });
    expect(audit.stdout).not.toContain("power");
  });

  test("a plan says all that the update would fail with, and what the others do", async () => {
    const plan = await previewOf([
      { ...web, inputs: { number: 3, state: false } },
      db,
      dome,
      { type: "Outlet", name: "nine", inputs: { number: 9, name: "x" } },
      { type: "User", name: "ann", inputs: { name: "ann", password: "x", outletAccess: [9] } },
      { type: "AutoPingItem", name: "ping", inputs: { addresses: ["10.0.0.1"], outlets: [4], script: "nobody" } },
      { type: "AutoPingItem", name: "rung", inputs: { addresses: ["10.0.0.2"], outlets: [4], script: "rings" } },
      { type: "Setting", name: "none", inputs: { path: "config/no_such_thing", value: 1 } },
      { type: "Script", name: "script", inputs: { source: "function rings()\nend\n" } },
    ]);
    expect(plan.exitCode).not.toBe(0);
    const errors = Object.fromEntries(errorsIn(plan).map(({ resource, text }) => [resource, text]));
    expect(errors).toMatchObject({
      nine: expect.stringContaining("this device has no outlet 9"),
      ann: expect.stringContaining("outletAccess of user `ann` names outlet 9, but this device has 8."),
      ping: expect.stringContaining("the device's script has no function of the name in `script`."),
      none: expect.stringContaining("config/no_such_thing"),
    });
    expect(saidOf(plan, "web")).toBe('outlet 3 "web" will lose power: on -> off');
    expect(saidOf(plan, "rung")).toBe("default/autoping/10.0.0.2 will be created");
    expect(saidOf(plan, "test-test")).toMatch(/warning: loses power: 3 "web"; .*; would fail: .*Outlet "nine"/);
    expect(plan.stdout).not.toMatch(/^ +at /m);
  });

  test("one number used twice is an error with both names", async () => {
    const twice = { type: "Outlet", name: "nas", inputs: { number: 3, state: true } };
    const plan = await previewOf([web, db, dome, twice]);
    expect(plan.exitCode).not.toBe(0);
    expect(plan.stdout).toMatch(/default\/outlets\/3 is declared by Outlet "(web|nas)" and by Outlet "(nas|web)"/);
  });

  test("a device that the update could not use is an error of its own, and the plan goes on with the others", async () => {
    const [closed, guarded] = [await other(), await other()];
    closed.tree.config.allow_rest = false;
    const { url, username, password } = device;
    const login = { url, username, password };
    const devices = {
      // Through the plugin, a missing address is an error of the provider's configuration.
      ...(adapter === "dynamic" && { addressless: { password } }),
      closed: { ...login, url: closed.url },
      dead: { ...login, url: await unused() },
      guarded: { ...login, url: guarded.url, password: "wrong" },
      lab: login,
      other: { ...login, serial: "PLAN-2" },
    };
    await workspace.setConfig({ "dli:devices": { secret: JSON.stringify(devices) } });
    const outletOf = (name: string, number = 3): Declared => ({
      type: "Outlet",
      name: `${name}-${number}`,
      inputs: { device: name, number, state: false },
    });
    const plan = await previewOf([
      ...Object.keys(devices).map((name) => outletOf(name, name === "other" ? 6 : 3)),
      outletOf("guarded", 1),
    ]);
    expect(plan.exitCode).not.toBe(0);
    const errors = Object.fromEntries(errorsIn(plan).map(({ resource, text }) => [resource, text]));
    expect(errors).toMatchObject({
      ...(adapter === "dynamic" && { "addressless-3": expect.stringContaining("no address is configured") }),
      "closed-3": expect.stringContaining('Tick "Allow REST-style API"'),
      "dead-3": expect.stringContaining("nothing listens at"),
      "guarded-1": expect.stringContaining('device "guarded"'),
      "guarded-3": expect.stringContaining('device "guarded"'),
      "other-6": expect.stringContaining("has the serial number PLAN-1"),
    });
    expect(Object.keys(errors)).not.toContain("lab-3");
    expect(saidOf(plan, "lab-3")).toBe('outlet 3 "web" will lose power: on -> off');
    expect(inFile().devices).toMatchObject({
      lab: { losesPower: [{ outlet: 3 }] },
      dead: { fails: ['Outlet "dead-3"'] },
    });
    // The first request of any login is answered with 401 too.
    expect(guarded.journal.count()).toBeLessThanOrEqual(3);
    expect([...closed.journal.writes(), ...guarded.journal.writes()]).toEqual([]);

    const blind = await previewOf([outletOf("dead")], { DLI_DEAD_PREVIEW_READS: "false" }, ["--refresh=false"]);
    expect(blind.exitCode).toBe(0);
    expect(saidOf(blind, "test-test")).toContain("dead: the plan has not looked at the device");
    expect(inFile().devices.dead).toMatchObject({ looked: false });
  });

  test("what only the update will know is named, and the plan goes on", async () => {
    workspace.setProgram(`import * as dli from "pulumi-dli";
      const script = new dli.Script("script", { source: "function rings()\\nend\\n" });
      new dli.Outlet("late", { number: 8, name: script.functions.apply((all) => all[0] ?? "none"), state: true });`);
    device.switchOutlet(8, false);
    const plan = await workspace.preview({ expectExit: 0 });
    expect(saidOf(plan, "late")).toContain("default/outlets/8: name is known only in the update");
    expect(saidOf(plan, "late")).toContain('outlet 8 "Outlet 8": off -> on');
    expect(saidOf(plan, "test-test")).toContain('not all is known of: Outlet "late"');
  });
});
