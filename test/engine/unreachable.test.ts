/** A fleet of three with one dead device, by the commands of docs/fleets.md, on the engine through both adapters. */
import { readFileSync, symlinkSync } from "node:fs";
import path from "node:path";
import { runCommand } from "../../scripts/command";
import { ROOT } from "../../scripts/engine/pins";
import type { Workspace } from "../../scripts/engine/workspace";
import { type SimulatedDevice, startSimulator } from "../../simulator";
import { keptPort } from "./listeners";
import { adapters, ownResources } from "./plugin-workspace";
import { errorsIn } from "./printed";
import { programOf } from "./programs";

jest.setTimeout(600_000);

const names = ["rack1", "rack2", "rack3"] as const;

/** An audit's environment: on Linux, which shows the engine's command, a deployment's setting does not soften it. */
const audit = { DLI_UNREACHABLE: process.platform === "linux" ? "keep" : "fail" };
const deployment = { DLI_UNREACHABLE: "keep" };

const lines = readFileSync(path.join(ROOT, "docs/fleets.md"), "utf8").split("\n");

/** Arguments and environment of the document's command with this beginning, for this device. */
function documented(beginning: string, device: string = names[1]): { args: string[]; env: Record<string, string> } {
  const line = lines.find((text) => text.startsWith(beginning)) ?? "";
  const [before = "", after = ""] = line
    .replaceAll("rack7", device)
    .replaceAll("RACK7", device.toUpperCase())
    .split("pulumi ");
  const variables = before.split(" ").filter((text) => text.includes("="));
  return {
    args: after.split(" ").map((word) => word.replaceAll("'", "")),
    env: Object.fromEntries(variables.map((text) => text.split("=") as [string, string])),
  };
}

const programWith = (name: string) =>
  programOf(
    ...names.flatMap((device) => [
      { type: "Outlets", name: `${device}-outlets`, inputs: { device, outlets: { 1: { name, state: false } } } },
      { type: "User", name: `${device}-fred`, inputs: { device, name: "fred", password: "passw0rd" } },
    ]),
    // What is done to rack2 must not touch this.
    { type: "User", name: "rack20-ann", inputs: { device: "rack3", name: "ann", password: "passw0rd" } },
  );

describe.each(adapters)("%s", (adapter, create) => {
  let devices: SimulatedDevice[];
  let workspace: Workspace;

  /** Runs the document's line with this beginning, with flags that replace interaction. */
  const typed = (beginning: string, flags = "") => {
    const line = lines.find((text) => text.startsWith(beginning)) ?? "";
    const env = { ...workspace.env, PATH: `${workspace.project}/node_modules:${workspace.env["PATH"]}` };
    const options = { cwd: workspace.project, env, timeoutMs: 120_000 };
    return runCommand("bash", ["-c", line.replace("pulumi up", `pulumi up --yes --skip-preview ${flags}`)], options);
  };
  // Dynamic resources are read before an update only on request.
  const refresh = adapter === "dynamic";

  beforeAll(async () => {
    devices = await Promise.all(
      names.map(async (serial) => startSimulator({ speed: 50, serial, port: await keptPort() })),
    );
    workspace = await create({ program: programWith("web") });
    symlinkSync(path.join(ROOT, "dist/cli/dli"), path.join(workspace.project, "node_modules/dli"));
    for (const [index, name] of names.entries()) {
      const { url = "", password = "" } = devices[index] ?? {};
      const address = documented("pulumi config set --path dli:devices.rack7.url", name).args.with(-1, url);
      await workspace.pulumi(address, { expectExit: 0 });
      const secret = documented("pulumi config set --path dli:devices.rack7.password", name).args;
      await workspace.pulumi(secret, { expectExit: 0, input: password });
    }
  });

  afterAll(async () => {
    workspace?.dispose();
    await Promise.all((devices ?? []).map((device) => device.close()));
  });

  const outletNames = () => devices.map(({ tree }) => tree.relay.outlets[0]?.name);

  test(`${adapter}: addresses can be read in the stack's file and passwords cannot, and both arrive`, async () => {
    const file = readFileSync(path.join(workspace.project, "Pulumi.test.yaml"), "utf8");
    for (const { url, password } of devices) {
      expect(file).toContain(`url: ${url}`);
      expect(file).not.toContain(`"${password}"`);
    }
    expect(file.match(/secure: /g)).toHaveLength(devices.length);
    await workspace.up({ expectExit: 0 });
    expect(outletNames()).toEqual(["web", "web", "web"]);
  });

  test(`${adapter}: without the setting, a dead device fails the read before an update`, async () => {
    await devices[1]?.close();
    const { exitCode, all } = await workspace.up({ refresh });
    expect(exitCode).not.toBe(0);
    expect(all).toContain('device "rack2"');
  });

  test(`${adapter}: \`dli ping\` names the dead one, and an update that leaves it out is done`, async () => {
    const pinged = await typed("dli ping --json");
    expect(pinged.exitCode).toBe(9);
    const answers = JSON.parse(pinged.stdout) as { device: string; status: string; serial?: string }[];
    expect(answers.map(({ device, status, serial }) => [device, status, serial])).toEqual([
      ["rack1", "ok", "rack1"],
      ["rack2", "unreachable", undefined],
      ["rack3", "ok", "rack3"],
    ]);
    devices[2]?.switchOutlet(1, true);
    const { exitCode, all } = await typed("pulumi up $(dli ping", refresh ? "--refresh" : "");
    expect([exitCode, all]).toEqual([0, expect.not.stringContaining("error: ")]);
    expect(devices[2]?.tree.relay.outlets[0]?.state).toBe(false);
  });

  test(`${adapter}: with it, what was changed by hand on the others is put right, and a warning names the dead one`, async () => {
    devices[0]?.switchOutlet(1, true);
    const { all } = await workspace.up({ refresh, env: deployment, expectExit: 0 });
    expect(all).toMatch(/warning: .*device "rack2": cannot be reached/);
    expect(devices[0]?.tree.relay.outlets[0]?.state).toBe(false);
  });

  test(`${adapter}: a change for all arrives at the others in one update, which fails because of the dead one`, async () => {
    workspace.setProgram(programWith("db"));
    // Including the preview, which must not hold up the other devices either.
    const { args, env } = documented("DLI_UNREACHABLE=keep pulumi up");
    const result = await workspace.pulumi([...args, ...(refresh ? ["--refresh"] : [])], { env });
    expect(result.exitCode).not.toBe(0);
    expect(outletNames()).toEqual(["db", "web", "db"]);
    const [plan = "", update = ""] = result.stdout.split(/^(?=Updating )/m);
    expect(errorsIn({ ...result, stdout: plan })).toEqual([]);
    expect(plan).toContain("rack2/outlets: its device cannot be reached, so the update of it will fail");
    expect(errorsIn({ ...result, stdout: update }).map(({ resource }) => resource)).toEqual(["rack2-outlets"]);
    expect(result.all).not.toMatch(/error: .*rack[13]/);
  });

  test(`${adapter}: an audit fails and names the dead one alone, whatever configuration and environment say`, async () => {
    await workspace.setConfig({ "dli:unreachable": "keep" });
    const isDynamic = adapter === "dynamic";
    const result = isDynamic
      ? await workspace.refresh({ previewOnly: true, env: audit })
      : await workspace.preview({ refresh: true, env: audit });
    expect(result.exitCode).not.toBe(0);
    expect(result.exitCode).not.toBe(7);
    expect(result.all).toContain('device "rack2"');
    expect(result.all).not.toMatch(/device "rack[13]"/);
    if (isDynamic) {
      const told = await workspace.refresh({ runProgram: true, previewOnly: true, env: { DLI_UNREACHABLE: "fail" } });
      expect([0, 7]).not.toContain(told.exitCode);
      expect(told.all).toContain('device "rack2"');
    }
    devices[2]!.tree.relay.outlets[0]!.name = "by hand";
    const { exitCode, stdout } = await typed("dli drift --all");
    expect(exitCode).toBe(1);
    expect(stdout).toContain(
      '| `test` | `rack3` | `Outlets rack3-outlets` | `outlets["1"].name` | `"db"` | `"by hand"` |',
    );
    expect(stdout).toMatch(/^\| `test` \| `rack2` \| `+device "rack2"/m);
    expect(stdout).not.toContain("rack1");
  });

  test(`${adapter}: what is on a device that is gone for good is forgotten, and the rest is destroyed`, async () => {
    const { args, env } = documented("DLI_RACK7_UNREACHABLE=forget pulumi destroy");
    const { all } = await workspace.pulumi([...args, "--yes"], { env, expectExit: 0 });
    expect(devices.map(({ tree }) => tree.auth.users.length)).toEqual([2, 2, 3]);
    expect((await ownResources(workspace)).filter(({ inputs }) => inputs?.["device"] === "rack2")).toEqual([]);
    await workspace.destroy({ expectExit: 0 });
    expect(all).toContain("User rack2/users/fred stays on it, and this account can log in with its password");
    expect(await ownResources(workspace)).toEqual([]);
    expect(devices.map(({ tree }) => tree.auth.users.length)).toEqual([1, 2, 1]);
  });
});
