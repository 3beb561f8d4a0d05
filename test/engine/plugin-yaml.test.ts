/** The plugin without Node in the program: YAML, the schema, and the tarball of a release. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { version } from "../../package.json";
import { runCommand } from "../../scripts/command";
import { ROOT } from "../../scripts/engine/pins";
import { createWorkspace, UNEXPECTED_CHANGES, type Workspace } from "../../scripts/engine/workspace";
import { type SimulatedDevice, startSimulator } from "../../simulator";
import { configurationOf, pluginFolder } from "./plugin-workspace";
import { countsIn } from "./printed";

jest.setTimeout(300_000);

/** Digits that Pulumi would read as a number without the quotes in the configuration. */
const password = "47110000000000000";

let device: SimulatedDevice;
let workspace: Workspace;
let projectText: string;

beforeAll(async () => {
  device = await startSimulator({ speed: 50 });
  workspace = await createWorkspace({
    program: { files: ["examples/rack-yaml/Pulumi.yaml"] },
    config: { ...configurationOf(device), "test:fredPassword": { secret: `"${password}"` } },
  });
  projectText = readFileSync(path.join(ROOT, "examples", "rack-yaml", "Pulumi.yaml"), "utf8");
  writeProject(projectText.replace("../../dist/plugin", pluginFolder));
});

afterAll(async () => {
  workspace?.dispose();
  await device?.close();
});

/** Writes the example under the name of the project to which the stack belongs. */
function writeProject(text: string): void {
  writeFileSync(path.join(workspace.project, "Pulumi.yaml"), text.replace("name: dli-rack-yaml", "name: test"));
}

describe("examples/rack-yaml", () => {
  test("the YAML example brings the device to what it declares, and calls its function", async () => {
    const result = await workspace.up({ expectExit: 0 });
    expect(countsIn(result)).toEqual({ created: 13 });
    expect(device.tree.relay.outlets[3]).toMatchObject({ name: "web", state: true });
    expect(await workspace.outputs()).toMatchObject({ powered: true, model: expect.any(String) });
    expect(JSON.stringify(await workspace.exportState())).not.toContain(password);
    expect(device.tree.auth.users.find(({ name }) => name === "fred")?.password).toBe(password);
  });

  test("the YAML example sees a change by hand in a plain preview, and repairs it", async () => {
    await workspace.preview({ expectNoChanges: true, expectExit: 0 });
    device.switchOutlet(4, false);
    const plan = await workspace.preview({ expectNoChanges: true, expectExit: UNEXPECTED_CHANGES });
    expect(plan.stdout).toContain('outlet 4 "web": off -> on');
    expect(plan.stdout.match(/loses power: .*/g)).toContain('loses power: none; gains power: 4 "web"; cycles: none');
    await workspace.up({ expectExit: 0 });
    expect(device.tree.relay.outlets[3]).toMatchObject({ state: true });
  });

  test("the YAML example is refused when it has an unknown property", async () => {
    device.journal.clear();
    writeProject(projectText.replace("../../dist/plugin", pluginFolder).replace("critical: true", "kritical: true"));
    const result = await workspace.preview();
    expect(result.exitCode).not.toBe(0);
    expect(result.all).toContain("kritical");
    writeProject(projectText.replace("../../dist/plugin", pluginFolder));
  });

  test("a secret that YAML gives to an input which is not called one is encrypted, with what it is told from; null has a word", async () => {
    device.tree.relay.outlets[3]!.cycle_delay = 9;
    const secretName = projectText
      .replace("    properties:\n", "    properties:\n      name: { fn::secret: a-name-in-secret }\n")
      .replace("onDestroy: restore", "onDestroy: restore, cycleDelaySeconds: default");
    writeProject(secretName.replace("../../dist/plugin", pluginFolder));
    await workspace.up({ expectExit: 0 });
    expect(device.tree.relay.name).toBe("a-name-in-secret");
    expect(device.tree.relay.outlets[3]).toMatchObject({ name: "web", cycle_delay: null });
    expect(JSON.stringify(await workspace.exportState())).not.toContain("a-name-in-secret");
    await workspace.preview({ expectNoChanges: true, expectExit: 0 });
  });

  test("the YAML example is destroyed", async () => {
    await workspace.destroy({ expectExit: 0 });
    expect(device.tree.auth.users.map(({ name }) => name)).toEqual(["admin"]);
  });
});

describe("the schema", () => {
  test("Pulumi reads from the plugin the schema that is committed", async () => {
    const result = await workspace.pulumi(["package", "get-schema", path.join(pluginFolder, "pulumi-resource-dli")], {
      expectExit: 0,
    });
    const bound = JSON.parse(result.stdout);
    const committed = JSON.parse(readFileSync(path.join(ROOT, "schema.json"), "utf8"));
    expect(bound).toMatchObject({ name: "dli", version });
    expect(Object.keys(bound.resources).sort()).toEqual(Object.keys(committed.resources).sort());
    expect(Object.keys(bound.functions).sort()).toEqual(Object.keys(committed.functions).sort());
    const { number, onDestroy, state } = bound.resources["dli:index:Outlet"].inputProperties;
    expect(number).toMatchObject({ type: "integer", willReplaceOnChanges: true });
    expect(onDestroy).toMatchObject({ default: "leave", $ref: "#/types/dli:index:OutletOnDestroy" });
    expect(state.description).toMatch(/true is on/);
    expect(bound.resources["dli:index:User"].inputProperties.password.secret).toBe(true);
  });
});

describe("the release tarball", () => {
  test("the release tarball is installed by `pulumi plugin install`, and used without a path", async () => {
    const packed = await runCommand(process.execPath, [path.join(ROOT, "scripts", "pack-plugin.mjs")], {
      cwd: ROOT,
      timeoutMs: 60_000,
    });
    expect(packed).toMatchObject({ exitCode: 0 });
    const release = path.join(ROOT, "dist", "release");
    const tarball = readdirSync(release).find((name) => /^pulumi-resource-.*linux-amd64/.test(name))!;
    expect(tarball).toBe(`pulumi-resource-dli-v${version}-linux-amd64.tar.gz`);
    const file = ["--file", path.join(release, tarball)];
    await workspace.pulumi(["plugin", "install", "resource", "dli", version, ...file], { expectExit: 0 });
    const listed = await workspace.pulumi(["plugin", "ls", "--json"], { expectExit: 0 });
    expect(JSON.parse(listed.stdout)).toEqual([expect.objectContaining({ name: "dli", version })]);

    writeProject(projectText.replace(/^plugins:\n(?: .*\n)+/m, ""));
    const result = await workspace.up({ expectExit: 0 });
    expect(countsIn(result)).toEqual({ created: 13 });
    await workspace.destroy({ expectExit: 0 });
  });
});
