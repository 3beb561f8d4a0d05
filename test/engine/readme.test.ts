/** Every command and every output of README.md, and the commands of examples/, exactly as written. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type CommandResult, runCommand } from "../../scripts/command";
import { cacheFolder } from "../../scripts/engine/cache";
import { ensureEngine } from "../../scripts/engine/ensure";
import { ROOT } from "../../scripts/engine/pins";
import { engineEnvironment, UNEXPECTED_CHANGES } from "../../scripts/engine/workspace";
import { type SimulatedDevice, startSimulator } from "../../simulator";
import { read } from "../repository";
import { countsIn } from "./printed";

jest.setTimeout(300_000);

/** The fenced blocks of a document in this language. */
function blocksOf(document: string, language: string): string[] {
  const blocks = [...read(document).matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm"))];
  return blocks.map(([, text]) => (text as string).trimEnd());
}

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
  let folder: string;
  let clone: string;
  let env: Record<string, string>;
  let device: SimulatedDevice;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "pulumi-dli-readme-"));
    clone = path.join(folder, "clone");
    mkdirSync(clone);
    for (const name of ["LICENSE", "CHANGELOG.md", "README.md", "package.json", "package-lock.json", "schema.json"]) {
      cpSync(path.join(ROOT, name), path.join(clone, name));
    }
    // With their times, or the clone would be built once more.
    for (const name of ["dist", "examples", "scripts", "templates"]) {
      cpSync(path.join(ROOT, name), path.join(clone, name), { recursive: true, preserveTimestamps: true });
    }
    for (const name of ["node_modules", "provider", "sdk", "simulator", "tsconfig.json"]) {
      symlinkSync(path.join(ROOT, name), path.join(clone, name));
    }
    device = await startSimulator({ speed: 50 });
    const { PULUMI_BACKEND_URL: _own, ...engine } = engineEnvironment(await ensureEngine(), folder);
    // What the commands get and ask for a terminal, without one; npm takes what it has.
    env = { ...engine, STATE: folder, PULUMI_DLI_CACHE: cacheFolder(), npm_config_prefer_offline: "true" };
    env["PULUMI_CONFIG_PASSPHRASE"] = /PASSPHRASE='([^']*)'/.exec(once)?.[1] as string;
  }, 900_000);

  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    await device?.close();
  });

  /** Runs lines of a block as a person at a terminal would, who answers what is asked. */
  async function run(where: string, lines: string, answers = "", expected = 0): Promise<CommandResult> {
    const typed = lines
      // Every test has the dependencies already.
      .replace(/^npm ci\b.*$/m, "")
      // Pulumi finds the home folder without asking the environment, and a test has no business there.
      .replace("pulumi login --local", 'pulumi login "file://$STATE"')
      .replace(/^pulumi (up|destroy)\b/gm, "pulumi $1 --yes")
      .replace("pulumi new", "PULUMI_TEST_INTERACTIVE=true pulumi new")
      .replaceAll("http://192.168.0.100", device.url);
    const result = await runCommand("bash", ["-euo", "pipefail", "-c", typed], {
      cwd: path.join(folder, where),
      env: { ...env, DLI_USERNAME: device.username },
      input: answers,
      timeoutMs: 240_000,
    });
    if (result.exitCode !== expected) {
      throw new Error(`exit ${result.exitCode}, not ${expected}:\n${typed}\n${result.all}`);
    }
    return result;
  }

  const names = () => device.tree.relay.outlets.slice(0, 3).map(({ name }) => name);

  test("once: the block makes a project of its own, and answers to what it asks are enough", async () => {
    const before = names();
    const made = await run("clone", once, `\n\ndev\n${device.password}\n${device.url}\n`);
    expect(made.all).toContain("Your new project is ready to go!");
    expect(made.all).toMatch(/Password of the device's admin.*\(dli:password\):/);
    expect(names()).toEqual(before);
  });

  test("every day: the template is planned, and only names are written", async () => {
    const before = names();
    const states = device.tree.relay.outlets.map(({ state }) => state);
    const result = await run("lab", everyDay);
    expect(countsIn(result)).toEqual({ "to create": 4 });
    expect(result.all).toContain("+ 4 created");
    expect(names()).toEqual(["router", "nas", "web"]);
    expect(device.journal.writes().filter(({ path: place }) => !place.endsWith("/name/"))).toEqual([]);
    await run("lab", "pulumi destroy");
    expect(names()).toEqual(before);
    expect(device.tree.relay.outlets.map(({ state }) => state)).toEqual(states);
  });

  test("the first program answers what README.md shows, and so does the plan after a change by hand", async () => {
    writeFileSync(path.join(folder, "lab", "index.ts"), `${program}\n`);
    device.switchOutlet(3, false);
    expect(essence((await run("lab", "pulumi up")).stdout)).toEqual(essence(up));
    device.switchOutlet(3, false);
    expect(essence((await run("lab", "pulumi preview")).stdout)).toEqual(essence(preview));
  });

  test("in a pipeline: 7 while a change by hand is there, 0 once `pulumi up` has put it right", async () => {
    const drifted = await run("lab", pipeline, "", UNEXPECTED_CHANGES);
    expect(drifted.stdout).toContain("Outlet web update [diff: ~state]");
    await run("lab", "pulumi up");
    expect(device.tree.relay.outlets[2]?.state).toBe(true);
    await run("lab", pipeline);
  });

  test("after the password has changed on the device, the two lines are enough", async () => {
    device.tree.auth.users.find(({ name }) => name === "admin")!.password = "the next one";
    await run("lab", "pulumi preview", "", 1);
    await run("lab", passwordChanged, "the next one\n");
    await run("lab", "pulumi preview --expect-no-changes");
  });

  test("an example is planned by the lines of examples/README.md, in the clone", async () => {
    const [lines] = blocksOf("examples/README.md", "sh") as [string];
    const planned = await run("clone", lines.replace("DLI_PASSWORD=1234", "DLI_PASSWORD='the next one'"));
    expect(countsIn(planned)).toEqual({ "to create": 4 });
    expect(planned.stdout).toContain("Outlet bench create");
  });
});

/** What a command says in the end, without progress, times, empty lines and the stack itself, in an order that is the same. */
function essence(output: string): string[] {
  const noise = [
    /^[@$]|^\s*$|^Duration/,
    /pulumi:pulumi:Stack/,
    / (creating|updating|refreshing)\b/,
    // Read, or left, as it is.
    / refresh( …)?$|^ {4}\S+:\S+ \S+$/,
  ];
  return output
    .split("\n")
    .map((line) => line.trimEnd().replace(/\(\d+(\.\d+)?s\)/, "…"))
    .filter((line) => !noise.some((pattern) => pattern.test(line)))
    .sort();
}
