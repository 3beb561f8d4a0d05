/** `dli export` turns a device with everything on it into a project, in each language and for each adapter. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type CommandResult, runCommand } from "../../scripts/command";
import { ROOT } from "../../scripts/engine/pins";
import { TRANSPILE_ONLY, UNEXPECTED_CHANGES } from "../../scripts/engine/workspace";
import { manualClock, type SimulatedDevice, startSimulator } from "../../simulator";
import { blocksOf } from "./clone";
import { type ExportPlace, exportPlace } from "./export-place";
import { furnish, hidden, settings } from "./full-device";

jest.setTimeout(300_000);

let here: ExportPlace;
let folder: string;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  here = await exportPlace();
  ({ folder, env } = here);
});

afterAll(() => here?.dispose());

/** A device with everything on it. */
async function fullDevice(model: "LPC9" | "EPCDC32", dialects = {}): Promise<SimulatedDevice> {
  const device = await startSimulator({ clock: manualClock(), model, dialects });
  await furnish(device);
  return device;
}

const place = (...parts: string[]) => here.at(...parts);
const dli = (args: string[], more: NodeJS.ProcessEnv = {}) => here.dli(args, more);

/** Runs `dli export`; throws with all of its output unless it exits with this code. */
async function exported(
  device: SimulatedDevice,
  args: string[],
  exitCode = 0,
  more: NodeJS.ProcessEnv = {},
): Promise<CommandResult> {
  const result = await dli(["export", ...args], { DLI_URL: device.url, DLI_PASSWORD: device.password, ...more });
  if (result.exitCode !== exitCode) {
    throw new Error(`dli export ended with ${result.exitCode}, not ${exitCode}:\n${result.all}`);
  }
  return result;
}

/** Runs Pulumi in an exported project, whose types the preview at the end of the export has checked. */
async function inProject(project: string, args: string[], exitCode: number): Promise<CommandResult> {
  const environment = { ...env, ...TRANSPILE_ONLY };
  const options = { cwd: place(project), env: environment, timeoutMs: 120_000 };
  const result = await runCommand(here.pulumi, ["--non-interactive", ...args], options);
  if (result.exitCode !== exitCode) {
    throw new Error(`pulumi ${args[0]} ended with ${result.exitCode}, not ${exitCode}:\n${result.all}`);
  }
  return result;
}

/** Renames an outlet and switches another by hand; a preview names both, and an update repairs them. */
async function expectDriftIsRepaired(device: SimulatedDevice, project: string): Promise<void> {
  device.tree.relay.outlets[7]!.name = "by hand";
  device.switchOutlet(1, false);
  const preview = ["preview", "--expect-no-changes", "--diff"];
  const found = await inProject(project, preview, UNEXPECTED_CHANGES);
  expect(found.all).toMatch(/by hand/);
  await inProject(project, ["up", "--yes", "--skip-preview"], 0);
  expect(device.tree.relay.outlets[7]!.name).not.toBe("by hand");
  expect(device.tree.relay.outlets[0]!.state).toBe(true);
  await inProject(project, preview, 0);
}

const withSettings = settings.flatMap((setting) => ["--setting", setting]);

describe("a device of 8 outlets that reads its passwords back, in TypeScript", () => {
  let device: SimulatedDevice;
  const read = (project: string) => readFileSync(place(project, "index.ts"), "utf8");

  beforeAll(async () => {
    device = await fullDevice("LPC9", { passwordRead: "plain" });
  });
  afterAll(() => device?.close());

  test("is exported with native resources by reads alone, and says what it leaves out", async () => {
    const { all } = await exported(device, ["native", ...withSettings]);
    expect(device.journal.writes()).toEqual([]);
    // For the device itself, the list, the import and the preview.
    expect(device.journal.count()).toBeLessThan(90);
    expect(all).toContain('config.requireSecret("fredPassword")');
    expect(all).toMatch(/mqtt.*password/);
    // No default values, and no accidental references.
    expect(read("native")).not.toMatch(/onDestroy|adopt|protectFromOff|enforce|device:|router\.name/);
  });

  test("compiles as strictly as anybody may want", async () => {
    const compiler = path.join(ROOT, "node_modules", "typescript", "bin", "tsc");
    const args = [compiler, "-p", ".", "--noUnusedParameters", "--noUncheckedIndexedAccess"];
    const result = await runCommand(process.execPath, args, { cwd: place("native"), timeoutMs: 120_000 });
    expect(result.all).toBe("");
  });

  test("is the same program the second time, byte for byte", async () => {
    await exported(device, ["again/native", ...withSettings, "--stack", "other"]);
    expect(read("again/native")).toBe(read("native"));
    expect(device.journal.writes()).toEqual([]);
  });

  test("is exported for dynamic resources, which take over what exists, without a write", async () => {
    device.journal.clear();
    const { all } = await exported(device, ["dynamic", "--dynamic", ...withSettings]);
    expect(device.journal.writes()).toEqual([]);
    expect(read("dynamic")).toContain("adopt: true");
    expect(all).toMatch(/default\/clients\/ci itself/);
    expect(readFileSync(place("dynamic", "Pulumi.yaml"), "utf8")).not.toContain("plugins");
  });

  test("tells no secret, in no program, state, configuration or output", async () => {
    const secrets = [...hidden, device.password.padEnd(8, "\u0000")];
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      const file = path.join(entry.parentPath, entry.name);
      if (entry.isFile() && !file.includes("node_modules")) {
        const text = readFileSync(file, "utf8");
        expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
      }
    }
    const { all } = await exported(device, ["native", ...withSettings], 2);
    expect(secrets.filter((secret) => all.includes(secret))).toEqual([]);
  });

  test("shows a change by hand, and an update repairs it, with native resources", () =>
    expectDriftIsRepaired(device, "native"));

  test("shows a change by hand, and an update repairs it, with dynamic resources", () =>
    expectDriftIsRepaired(device, "dynamic"));
});

describe("a device of 32 outlets", () => {
  let device: SimulatedDevice;

  beforeAll(async () => {
    device = await fullDevice("EPCDC32");
  });
  afterAll(() => device?.close());

  test("is exported in YAML, and a change by hand is repaired", async () => {
    await exported(device, ["yaml", "--language", "yaml", ...withSettings]);
    expect(device.journal.writes()).toEqual([]);
    const text = readFileSync(place("yaml", "Pulumi.yaml"), "utf8");
    expect(text).toContain('name: "null"');
    expect(text.match(/cycleDelaySeconds: default/g)).toHaveLength(16);
    expect(text).toContain('"32":');
    await exported(device, ["again/yaml", "--language", "yaml", ...withSettings, "--stack", "other"]);
    expect(readFileSync(place("again", "yaml", "Pulumi.yaml"), "utf8")).toBe(
      text.replaceAll("../node_modules", "../../node_modules"),
    );
    await expectDriftIsRepaired(device, "yaml");
  });

  test("is exported with one resource for each outlet", async () => {
    device.journal.clear();
    await exported(device, ["each", "--each-outlet", "--only", "outlets,relay"]);
    const text = readFileSync(place("each", "index.ts"), "utf8");
    expect(text.match(/new dli\.Outlet\(/g)).toHaveLength(32);
    expect(device.journal.writes()).toEqual([]);
  });

  test("is imported by Pulumi itself, with `pulumi import --from dli`", async () => {
    mkdirSync(place("from"));
    writeFileSync(
      place("from", "Pulumi.yaml"),
      "name: from\nruntime: nodejs\nplugins:\n  providers:\n    - name: dli\n      path: ../node_modules/pulumi-dli/dist/plugin\n",
    );
    await inProject("from", ["stack", "init", "from"], 0);
    const plain = ["dli:plugin=true", `dli:url=${device.url}`, "dli:username=admin", `dli:password=${device.password}`];
    await inProject("from", ["config", "set-all", ...plain.flatMap((pair) => ["--plaintext", pair])], 0);
    const [commands] = blocksOf("docs/export.md", "sh") as [string];
    const here = commands.replace("http://192.168.0.100", device.url).replace("'...'", device.password);
    const result = await runCommand("bash", ["-ec", here], { cwd: place("from"), env, timeoutMs: 120_000 });
    expect(result.all).toContain("not exported: `password` of default/users/fred");
    expect(result.all).not.toMatch(/bug in|error:/);
    expect(result.exitCode).toBe(0);
    expect(readFileSync(place("from", "index.ts"), "utf8")).toContain('new dli.Setting("config/hostname"');
    expect(device.journal.writes()).toEqual([]);
  });

  test("is listed, read, patched and asked with `pulumi do`", async () => {
    const [, commands] = blocksOf("docs/export.md", "sh") as [string, string];
    const surroundings = { ...env, DLI_URL: device.url, DLI_PASSWORD: device.password };
    const options = { cwd: place(), env: surroundings, timeoutMs: 120_000 };
    const result = await runCommand("bash", ["-ec", commands], options);
    expect(result).toMatchObject({ exitCode: 0 });
    for (const answer of ["default/outlets/32", "default/users/fred", "EPCDC32"]) {
      expect(result.all).toContain(answer);
    }
    expect(device.tree.relay.outlets[7]!.name).toBe("web");

    const patch = commands.split("\n").find((line) => line.includes(" patch ")) ?? "";
    const [start] = commands.split("\npulumi do", 1);
    const switching = `${start}\n${patch.replace("--name web", "--state=false")}`;
    const guarded = { ...options, env: { ...surroundings, DLI_PROTECTED_OUTLETS: "8" } };
    const refused = await runCommand("bash", ["-ec", switching], guarded);
    expect(refused.all).toContain("outlet 8 is protected");
    expect([refused.exitCode, device.tree.relay.outlets[7]!.state]).toEqual([1, true]);
  });
});

describe("what goes wrong", () => {
  let device: SimulatedDevice;

  beforeAll(async () => {
    device = await startSimulator({ clock: manualClock() });
  });
  afterAll(() => device?.close());

  test.each<[string, number, string[], NodeJS.ProcessEnv, RegExp]>([
    ["a wrong password", 3, [], { DLI_PASSWORD: "Wrong-secret" }, /login/],
    ["no device at the address", 9, ["--url", "http://127.0.0.1:1"], {}, /reach|connect/i],
    ["YAML with dynamic resources", 2, ["--language", "yaml", "--dynamic"], {}, /native resources only/],
    ["a kind that there is not", 2, ["--only", "outlts"], {}, /did you mean `outlets`/],
    ["a setting that there is not", 2, ["--setting", "config/nothing"], {}, /no setting/],
    ["an unknown option", 2, ["--no-such-thing"], {}, /unknown option/],
    ["no Pulumi", 2, [], { PATH: path.dirname(process.execPath) }, /pulumi.*PATH/i],
    ["no backend", 2, [], { PULUMI_BACKEND_URL: undefined, PULUMI_HOME: "new" }, /pulumi login/],
    ["no passphrase, and nobody to ask", 2, [], { PULUMI_CONFIG_PASSPHRASE: undefined }, /PULUMI_CONFIG_PASSPHRASE/],
  ])("%s ends with %i, and leaves nothing behind", async (_what, exitCode, args, more, message) => {
    const home = more["PULUMI_HOME"] && { PULUMI_HOME: mkdtempSync(path.join(folder, "home-")) };
    const surroundings = { DLI_URL: device.url, DLI_PASSWORD: device.password, ...more, ...home };
    const result = await dli(["export", "failed", ...args], surroundings);
    expect({ exitCode: result.exitCode, all: result.all }).toEqual({ exitCode, all: expect.stringMatching(message) });
    expect(result.all).not.toContain("Wrong-secret");
    expect(existsSync(place("failed"))).toBe(false);
    expect(device.journal.writes()).toEqual([]);
  });

  test("files of somebody else are not overwritten, and a stack never is", async () => {
    mkdirSync(place("7"));
    writeFileSync(place("7", "index.ts"), "// mine\n");
    const refused = await exported(device, ["7", "--only", "relay"], 2);
    expect(refused.all).toContain("index.ts already");
    expect(readdirSync(place("7"))).toEqual(["index.ts"]);
    await exported(device, ["7", "--only", "relay", "--force"]);
    const again = await exported(device, ["7", "--only", "relay", "--force"], 2);
    expect(again.all).toContain("--stack");
    const first = () => [
      readFileSync(place("7", "Pulumi.7.yaml"), "utf8"),
      here.engine(["stack", "export", "--stack", "7", "--cwd", place("7")]),
    ];
    const before = await Promise.all(first());
    await exported(device, ["7", "--only", "autoping", "--force", "--stack", "8"], 0, { PULUMI_STACK: "7" });
    expect(await Promise.all(first())).toEqual(before);
    expect(await here.engine(["stack", "--show-name", "--cwd", place("7")])).toBe("8\n");
  });

  test("the list alone needs no Pulumi", async () => {
    const file = place("list.json");
    const login = { DLI_URL: device.url, DLI_PASSWORD: device.password, PATH: path.dirname(process.execPath) };
    const result = await dli(["export", "--import-file", file, "--only", "relay"], login);
    expect(result.exitCode).toBe(0);
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({
      resources: [{ type: "dli:index:Relay", name: "relay", id: "default/relay" }],
    });
    expect((await dli(["export", "--import-file", file], login)).exitCode).toBe(2);
  });
});
