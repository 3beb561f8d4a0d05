/** Every command and output in README.md, and the commands of examples/, exactly as written. */
import { spawnSync } from "node:child_process";
import { appendFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { runCommand } from "../../scripts/command";
import { ROOT } from "../../scripts/engine/pins";
import { UNEXPECTED_CHANGES } from "../../scripts/engine/workspace";
import type { SimulatedDevice } from "../../simulator";
import { blocksOf, Terminal } from "./clone";
import { countsIn } from "./printed";

jest.setTimeout(300_000);

const readme = blocksOf("README.md", "sh");
const [demo, , once, everyDay, pipeline, passwordChanged, help] = readme as [
  string,
  string,
  string,
  string,
  string,
  string,
  string,
];
const [program] = blocksOf("README.md", "ts") as [string];
const [up, preview] = blocksOf("README.md", "text") as [string, string];

test("README.md has the commands that this file runs, and no others", () => {
  expect(readme.map((block) => block.split(/ *(?:#|$)/m)[0])).toEqual([
    "npm run demo",
    "npm test",
    "npm ci",
    "pulumi preview",
    "pulumi refresh --preview-only --expect-no-changes",
    "pulumi config set --secret dli:password",
    "npm run --silent simulator -- --help",
  ]);
});

test("the demo runs to its end", async () => {
  const result = await runCommand("bash", ["-ec", demo], { cwd: ROOT, timeoutMs: 180_000 });
  expect(result.all).toContain("8 of 8 outlets are on");
  expect(result.exitCode).toBe(0);
});

test("the simulator explains itself", async () => {
  const result = await runCommand("bash", ["-ec", help], { cwd: ROOT, timeoutMs: 60_000 });
  expect(result.stdout).toContain("--dialect");
  expect(result.exitCode).toBe(0);
});

describe("your own device", () => {
  let terminal: Terminal;
  let device: SimulatedDevice;

  beforeAll(async () => {
    const passphrase = /PASSPHRASE='([^']*)'/.exec(once)?.[1] as string;
    terminal = await Terminal.open({ runtime: "nodejs", passphrase });
    device = terminal.device;
  }, 900_000);

  afterAll(() => terminal?.close());

  const run = (lines: string, typing = {}) => terminal.run("lab", lines, typing);

  const names = () => device.tree.relay.outlets.slice(0, 3).map(({ name }) => name);

  test("once: the block makes a project of its own, and answers to what it asks are enough", async () => {
    const before = names();
    const made = await terminal.run("clone", once, { answers: `\n\ndev\n${device.password}\n${device.url}\n` });
    expect(made.all).toContain("Your new project is ready to go!");
    expect(made.all).toMatch(/Password of the device's admin.*\(dli:password\):/);
    expect(names()).toEqual(before);
  });

  test("every day: the template is planned, and only names are written", async () => {
    const before = names();
    const states = device.tree.relay.outlets.map(({ state }) => state);
    const result = await run(everyDay);
    expect(countsIn(result)).toEqual({ "to create": 4 });
    expect(result.all).toContain("+ 4 created");
    expect(names()).toEqual(["router", "nas", "web"]);
    expect(device.journal.writes().filter(({ path: place }) => !place.endsWith("/name/"))).toEqual([]);
    await run("pulumi destroy");
    expect(names()).toEqual(before);
    expect(device.tree.relay.outlets.map(({ state }) => state)).toEqual(states);
  });

  test("the first program answers what README.md shows, and so does the plan after a change by hand", async () => {
    writeFileSync(path.join(terminal.folder, "lab", "index.ts"), `${program}\n`);
    device.switchOutlet(3, false);
    expect(essence((await run("pulumi up")).stdout)).toEqual(essence(up));
    device.switchOutlet(3, false);
    expect(essence((await run("pulumi preview")).stdout)).toEqual(essence(preview));
  });

  test("in a pipeline: 7 while a change by hand is there, 0 once `pulumi up` has put it right", async () => {
    const drifted = await run(pipeline, { expectExit: UNEXPECTED_CHANGES });
    expect(drifted.stdout).toContain("Outlet web update [diff: ~state]");
    const [planned] = blocksOf("docs/plan.md", "sh") as [string];
    const hasJq = spawnSync("jq", ["--version"]).error === undefined;
    await run(hasJq ? planned : planned.replace(/^jq .*$/m, ""));
    await run("pulumi up");
    expect(device.tree.relay.outlets[2]?.state).toBe(true);
    await run(pipeline);
  });

  test("after the password has changed on the device, the two lines are enough", async () => {
    device.tree.auth.users.find(({ name }) => name === "admin")!.password = "the next one";
    await run("pulumi preview", { expectExit: 1 });
    await run(passwordChanged, { answers: "the next one\n" });
    await run("pulumi preview --expect-no-changes");
  });

  test("the way to the plugin changes nothing on the device, and the way back neither", async () => {
    const [place] = blocksOf("docs/dynamic-or-native.md", "yaml") as [string];
    const [usePlugin] = blocksOf("docs/dynamic-or-native.md", "sh") as [string];
    const schema = blocksOf("docs/dynamic-or-native.md", "sh")
      .join("\n")
      .match(/^pulumi package get-schema .*$/m)?.[0];
    appendFileSync(path.join(terminal.folder, "lab", "Pulumi.yaml"), `\n${place}\n`);
    device.journal.clear();
    await run(usePlugin);
    expect((await run("pulumi up")).stdout).toContain("4 unchanged");
    expect((await run(schema as string)).stdout).toContain('"dli:index:Outlet"');
    await run("pulumi config set dli:plugin false\npulumi up");
    expect(device.journal.writes()).toEqual([]);
  });

  test("an example is planned by the lines of examples/README.md, in the clone", async () => {
    const [lines] = blocksOf("examples/README.md", "sh") as [string];
    const planned = await terminal.run("clone", lines.replace("DLI_PASSWORD=1234", "DLI_PASSWORD='the next one'"));
    expect(countsIn(planned)).toEqual({ "to create": 4 });
    expect(planned.stdout).toContain("Outlet bench create");
  });
});

/** The output of a command without progress, times, empty lines and the stack itself, sorted. */
function essence(output: string): string[] {
  const noise = [
    /^[@$]|^\s*$|^Duration/,
    /pulumi:pulumi:Stack (?!\()/,
    / (creating|updating|refreshing)\b/,
    // Diagnostics, as they appear while the command runs.
    /^ [+~] {2}\S+ \S+ (create|update) (\[.*\];? )?(?!\[)\S/,
    // Resources that were read or left unchanged.
    / refresh( …)?$|^ {4}\S+:\S+ \S+$/,
  ];
  return output
    .split("\n")
    .map((line) => line.trimEnd().replace(/\(\d+(\.\d+)?s\)/, "…"))
    .filter((line) => !noise.some((pattern) => pattern.test(line)))
    .sort();
}
