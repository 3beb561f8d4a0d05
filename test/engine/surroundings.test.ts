/** Mistakes around a program rather than in it: each message names the remedy. */
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createWorkspace, type Workspace } from "../../scripts/engine/workspace";
import { type SimulatedDevice, startSimulator } from "../../simulator";
import { loginTo } from "./programs";

jest.setTimeout(300_000);

const program = (options: string, from = "pulumi-dli") => `
import * as dli from "${from}";
new dli.Outlet("web", { number: 1, name: "web" }, ${options});
`;

let device: SimulatedDevice;
let workspace: Workspace;

beforeAll(async () => {
  device = await startSimulator({ speed: 50 });
  workspace = await createWorkspace({ program: program("{}"), env: loginTo(device) });
});

afterAll(async () => {
  workspace?.dispose();
  await device?.close();
});

test("the option `import` without the plugin is one error that says how to do it", async () => {
  workspace.setProgram(program('{ import: "default/outlets/1" }'));
  const { all } = await workspace.preview({ expectExit: 1 });
  expect(all).toMatch(/Outlet "web": the option `import` works with the native plugin only.*dli:plugin true/);
  expect(all).not.toMatch(/toJavaScript|^\s+at /m);
});

test("a password that is no secret in the configuration is one warning", async () => {
  await workspace.setConfig({ "dli:password": device.password });
  workspace.setProgram(`${program("{}")}new dli.Outlet("db", { number: 2, name: "db" });`);
  const { all } = await workspace.preview({ expectExit: 0 });
  // What is printed during the run is listed again at the end.
  const listed = all.slice(all.indexOf("Diagnostics:"));
  expect(listed.match(/dli:password is not a secret/g)).toHaveLength(1);
  expect(all).toContain("pulumi config set --secret dli:password");
  await workspace.setConfig({ "dli:password": { secret: device.password } });
  expect((await workspace.preview({ expectExit: 0 })).all).not.toContain("is not a secret");
});

test("a package that only another package depends on is one error that says what to install", async () => {
  const modules = path.join(workspace.project, "node_modules");
  const house = path.join(modules, "house");
  mkdirSync(path.join(house, "node_modules"), { recursive: true });
  renameSync(path.join(modules, "pulumi-dli"), path.join(house, "node_modules", "pulumi-dli"));
  writeFileSync(
    path.join(house, "package.json"),
    JSON.stringify({ name: "house", version: "1.0.0", main: "index.js" }),
  );
  writeFileSync(path.join(house, "index.js"), 'module.exports = require("pulumi-dli");\n');
  writeFileSync(path.join(house, "index.d.ts"), 'export * from "pulumi-dli";\n');
  workspace.setProgram(program("{}", "house"));
  const { all } = await workspace.preview({ expectExit: 1 });
  expect(all).toMatch(/pulumi-dli is not among the packages of the program.*npm install pulumi-dli/);
  expect(all).not.toMatch(/Cannot find module|^\s+at /m);
});
