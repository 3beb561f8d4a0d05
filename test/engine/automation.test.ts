/**
 * A process that runs programs of its own through the Automation API: previews leave nothing behind in it and do not
 * disturb each other, and an error hook, which only these programs can have with the engine that the tests build,
 * repeats what failed.
 */
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { runCommand } from "../../scripts/command";
import type { Workspace } from "../../scripts/engine/workspace";
import { type SimulatedDevice, startSimulator } from "../../simulator";
import { adapters, configurationOf } from "./plugin-workspace";
import { loginTo } from "./programs";

jest.setTimeout(300_000);

let device: SimulatedDevice;
let workspace: Workspace;

beforeEach(async () => {
  device = await startSimulator({ speed: 200 });
});

afterEach(async () => {
  workspace?.dispose();
  await device.close();
});

/**
 * Prints, as its last line, what `work` returns; `stack` is the workspace's, with a program that `work` may set, and
 * `select` makes another one.
 */
const portal = (work: string) => `
const { LocalWorkspace } = require("@pulumi/pulumi/automation");
const pulumi = require("@pulumi/pulumi");
const dli = require("pulumi-dli");
let program = () => {};
(async () => {
  const projectSettings = { name: "test", runtime: "nodejs", main: process.cwd(), ...JSON.parse(process.argv[2]) };
  const options = { workDir: process.cwd(), projectSettings };
  const select = (stackName, program) =>
    LocalWorkspace.createOrSelectStack({ stackName, projectName: "test", program }, options);
  const stack = await select("test", async () => program());
  console.log("\\n" + JSON.stringify(await (async () => { ${work} })()));
})();
`;

async function run(work: string, env: Record<string, string> = {}): Promise<unknown> {
  const plugins = { providers: [{ name: "dli", path: path.resolve(__dirname, "../../dist/plugin") }] };
  writeFileSync(path.join(workspace.project, "portal.js"), portal(work));
  const { exitCode, stdout, all } = await runCommand(process.execPath, ["portal.js", JSON.stringify({ plugins })], {
    cwd: workspace.project,
    env: { ...workspace.env, ...env },
    timeoutMs: 200_000,
  });
  if (exitCode !== 0) {
    throw new Error(all);
  }
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
}

describe.each(adapters)("%s", (_name, create) => {
  beforeEach(async () => {
    workspace = await create({ program: "", config: configurationOf(device) });
  });

  test("previews leave neither files nor listeners in the process that runs them", async () => {
    const folder = path.join(workspace.project, "tmp");
    mkdirSync(folder);
    const found = await run(
      `program = () => void new dli.Outlet("web", { number: 1, name: "web" });
      const turns = [];
      for (let turn = 0; turn < 2; turn++) {
        const { stdout } = await stack.preview();
        const shown = stdout.split("\\n").filter((line) => line.trim() === 'outlet 1 "Outlet 1" -> "web"').length;
        turns.push([shown, process.listenerCount("exit"), require("node:fs").readdirSync("tmp").length]);
      }
      return turns;`,
      { TMPDIR: folder },
    );
    const [[, listeners]] = found as [[number, number, number]];
    expect(found).toEqual([
      [1, listeners, 0],
      [1, listeners, 0],
    ]);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("what an error hook has repeated is brought about, and what was there before is restored", async () => {
    let ignored = 2;
    device.behaviours.register({
      name: "deaf for two attempts",
      path: "relay/outlets/0/name",
      write: (_context, value, next) => {
        if (ignored-- <= 0) {
          next(value);
        }
      },
    });
    const found = await run(
      `const errors = [];
      program = () => {
        const again = new pulumi.ErrorHook("again", async ({ errors: [error] }) => errors.push(error) < 2);
        new dli.Outlet("web", { number: 1, name: "web", onDestroy: "restore" }, { hooks: { onError: [again] } });
      };
      const { summary } = await stack.up();
      return [errors.length, summary.resourceChanges.create];`,
    );
    expect(found).toEqual([1, 2]);
    expect(device.tree.relay.outlets[0]).toMatchObject({ name: "web" });
    await workspace.destroy({ expectExit: 0 });
    expect(device.tree.relay.outlets[0]).toMatchObject({ name: "Outlet 1" });
  });
});

test("a preview that fails fails no other one that runs in the process at the same time", async () => {
  const [, create] = adapters[0];
  workspace = await create({ program: "", env: loginTo(device) });
  const found = await run(
    `program = () => void new dli.Outlet("none", { number: 77, name: "none" });
    let isOver = () => {};
    const over = new Promise((resolve) => (isOver = resolve));
    let hasBegun = () => {};
    const begun = new Promise((resolve) => (hasBegun = resolve));
    const other = await select("other", async () => {
      const web = new dli.Outlet("web", { number: 1, name: "web" });
      web.urn.apply(hasBegun);
      await over;
      new dli.Outlet("db", { number: 2, name: "db" });
    });
    const otherPreview = other.preview();
    await begun;
    const failure = await stack.preview().catch(({ message }) => message);
    isOver();
    return [failure, (await otherPreview).changeSummary];`,
  );
  expect(found).toEqual([
    expect.stringMatching(/has no outlet 77.*nothing was changed: the update would fail as shown/s),
    { create: 3 },
  ]);
});
