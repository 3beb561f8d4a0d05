/** What users install: the packed tarball in a project with nothing else from this repository. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { endGroup, runCommand, runOrThrow, startCommand } from "../../scripts/command";
import { ROOT } from "../../scripts/engine/pins";
import { createWorkspace, type Workspace } from "../../scripts/engine/workspace";

jest.setTimeout(300_000);

const program = `
import * as pulumi from "@pulumi/pulumi";
import * as dli from "pulumi-dli";

const outlet = new dli.Outlet("web", { number: 3, name: "web", state: true });
export const powered: pulumi.Output<boolean> = outlet.physicalState;
`;

/** A program for `tsc` alone: every entry point has types, and arguments are checked. */
const typesOnly = `
import { Outlet, type OutletArgs } from "pulumi-dli";
import { DliClient, type DliClientOptions } from "pulumi-dli/client";
import { get } from "pulumi-dli/dynamic/v1";
import { call } from "pulumi-dli/functions/v1";
import { startSimulator, type SimulatedDevice } from "pulumi-dli/simulator";

export const args: OutletArgs = { number: 1 };
export const options: DliClientOptions = { url: "http://192.0.2.1" };
export const device: Promise<SimulatedDevice> = startSimulator({ model: "DIN4" });
export const used = [DliClient, get, call];
// @ts-expect-error A number is wanted.
new Outlet("wrong", { number: "one" });
`;

const simulator = `
require("pulumi-dli/simulator").startSimulator().then(({ url, username, password }) => {
  console.log(JSON.stringify({ DLI_URL: url, DLI_USERNAME: username, DLI_PASSWORD: password }));
});
`;

const readName = `
const { DliClient } = require("pulumi-dli/client");
const { DLI_URL: url, DLI_USERNAME: username, DLI_PASSWORD: password } = process.env;
const client = new DliClient({ url, username, password });
client.get("relay/outlets/2/name/").then((name) => {
  console.log(name);
  return client.close();
});
`;

const tsconfig = {
  compilerOptions: { strict: true, module: "nodenext", target: "es2022", noEmit: true, skipLibCheck: true },
};

let workspace: Workspace;
let files: string[];
let tarball: string;

beforeAll(async () => {
  workspace = await createWorkspace({ program });
  const { project } = workspace;
  // Without scripts, because `prepack` would build: the build that the other tests run is packed.
  const packed = await npm(ROOT, "pack", "--json", "--ignore-scripts", "--pack-destination", project);
  const [report] = JSON.parse(packed) as [{ filename: string; files: { path: string }[] }];
  files = report.files.map((file) => file.path);
  tarball = path.join(project, report.filename);

  rmSync(path.join(project, "node_modules"), { recursive: true });
  writeFileSync(path.join(project, "types.ts"), typesOnly);
  writeFileSync(path.join(project, "tsconfig.json"), JSON.stringify(tsconfig));
  const { devDependencies } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8"));
  const others = ["@pulumi/pulumi", "@types/node", "typescript"].map((name) => `${name}@${devDependencies[name]}`);
  await npm(project, "install", "--prefer-offline", "--no-audit", "--no-fund", tarball, ...others);
});

afterAll(() => workspace?.dispose());

test("the package holds what was built and what people read, and nothing else", () => {
  const wanted =
    /^(dist\/(sdk|provider|dynamic|simulator|plugin|converter|cli)\/|(README|CHANGELOG)\.md$|LICENSE$|package\.json$|schema\.json$)/;
  expect(files.filter((file) => !wanted.test(file))).toEqual([]);
  expect(files.filter((file) => /(?<!\.d)\.ts$|\.map$|\.test\./.test(file))).toEqual([]);
  expect(files).toEqual(expect.arrayContaining(["README.md", "LICENSE", "CHANGELOG.md", "dist/sdk/index.d.ts"]));
});

test("every entry has types for programs with moduleResolution node, too", async () => {
  const tsc = path.join(workspace.project, "node_modules", "typescript", "bin", "tsc");
  const options = ["--module", "commonjs", "--moduleResolution", "node10", "--ignoreDeprecations", "6.0"];
  const others = ["--strict", "--target", "es2022", "--skipLibCheck", "--ignoreConfig"];
  const { all, exitCode } = await runCommand(process.execPath, [tsc, "--noEmit", ...options, ...others, "types.ts"], {
    cwd: workspace.project,
    timeoutMs: 120_000,
  });
  expect([all, exitCode]).toEqual(["", 0]);
});

test.each([
  ["pulumi-resource-dli", "dli:plugin"],
  ["pulumi-converter-dli", "pulumi import --from dli"],
  ["dli", "export"],
])("the program %s prints help, and ends", async (program, word) => {
  const file = path.join(workspace.project, "node_modules", ".bin", program);
  const { all, exitCode } = await runCommand(file, ["--help"], { cwd: workspace.project, timeoutMs: 120_000 });
  expect(exitCode).toBe(0);
  expect(all).toContain(word);
});

test("the package satisfies publint", async () => {
  const cli = path.join(ROOT, "node_modules", "publint", "src", "cli.js");
  const { exitCode, all } = await runCommand(process.execPath, [cli, "run", tarball, "--strict"], {
    timeoutMs: 60_000,
  });
  expect(all).toContain("All good!");
  expect(exitCode).toBe(0);
});

test("every entry of the package can be required and imported", async () => {
  const { exports } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8"));
  const entries = Object.keys(exports).map((entry) => path.posix.join("pulumi-dli", entry));
  const modules = entries.filter((entry) => !entry.endsWith(".json"));
  const script = `
    for (const entry of ${JSON.stringify(entries)}) require(entry);
    Promise.all(${JSON.stringify(modules)}.map((entry) => import(entry))).then((all) => {
      console.log(JSON.stringify(all.map((found) => Object.keys(found).length > 0)));
    });
  `;
  expect(JSON.parse(await node(script))).toEqual(modules.map(() => true));
});

test("the package's types hold in a strict program", async () => {
  const tsc = path.join(workspace.project, "node_modules", "typescript", "bin", "tsc");
  const { all, exitCode } = await runCommand(process.execPath, [tsc, "--noEmit"], {
    cwd: workspace.project,
    timeoutMs: 120_000,
  });
  expect({ all, exitCode }).toEqual({ all: "", exitCode: 0 });
});

test("a program brings the simulated device to what it declares", async () => {
  const device = startCommand(process.execPath, ["-e", simulator], {
    cwd: workspace.project,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<void>((resolve) => device.once("close", () => resolve()));
  try {
    const env = JSON.parse(
      await new Promise<string>((resolve, reject) => {
        createInterface({ input: device.stdout! }).once("line", resolve);
        void ended.then(() => reject(new Error("the simulator ended at once")));
      }),
    );
    await workspace.up({ env, expectExit: 0 });
    expect(await workspace.outputs()).toEqual({ powered: true });
    expect(await node(readName, env)).toBe("web\n");
    await workspace.preview({ env, expectNoChanges: true, expectExit: 0 });
    await workspace.destroy({ env, expectExit: 0 });
  } finally {
    endGroup(device, "SIGKILL");
    await ended;
  }
});

/** Runs a script in the user's project. */
async function node(script: string, env: Record<string, string> = {}): Promise<string> {
  const { project } = workspace;
  const options = { cwd: project, env: { ...workspace.env, ...env }, timeoutMs: 60_000 };
  return (await runOrThrow(process.execPath, ["-e", script], options)).stdout;
}

async function npm(folder: string, ...args: string[]): Promise<string> {
  return (await runOrThrow("npm", args, { cwd: folder, timeoutMs: 240_000 })).stdout;
}
