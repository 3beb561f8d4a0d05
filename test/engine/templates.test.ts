/** `pulumi new` with the templates: from a folder, and from a repository. README's test has the TypeScript one's first day. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { version } from "../../package.json";
import { runCommand } from "../../scripts/command";
import { ensureEngine } from "../../scripts/engine/ensure";
import { ROOT } from "../../scripts/engine/pins";
import { engineEnvironment } from "../../scripts/engine/workspace";
import { type SimulatedDevice, startSimulator } from "../../simulator";
import { serveGit } from "./git-server";
import { countsIn } from "./printed";

jest.setTimeout(300_000);

const templates = path.join(ROOT, "templates");

let folder: string;
let env: Record<string, string>;
let device: SimulatedDevice;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "pulumi-dli-templates-"));
  env = engineEnvironment(await ensureEngine("yaml"), folder);
  mkdirSync(path.join(folder, "state"));
  device = await startSimulator({ speed: 50 });
}, 900_000);

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  await device?.close();
});

/** Runs a command in a folder below the test's own, which is made, and returns what it printed. */
async function run(where: string, command: string, args: string[], more: Record<string, string> = {}) {
  const cwd = path.join(folder, where);
  mkdirSync(cwd, { recursive: true });
  const result = await runCommand(command, args, { cwd, env: { ...env, ...more }, timeoutMs: 120_000 });
  if (result.exitCode !== 0) {
    throw new Error(`${command} ${args.join(" ")}: exit ${result.exitCode}\n${result.all}`);
  }
  return result;
}

const pulumi = (where: string, args: string[], more?: Record<string, string>) =>
  run(where, "pulumi", ["--non-interactive", ...args], more);

const namesOf = ({ tree }: SimulatedDevice) => tree.relay.outlets.slice(0, 3).map(({ name }) => name);

test("the YAML template names three outlets and switches nothing, and destroying gives their names back", async () => {
  const release = path.join(folder, "release.tar.gz");
  await run(".", "tar", ["-czf", release, "-C", path.join(ROOT, "dist", "plugin"), "."]);
  await pulumi("lab", ["plugin", "install", "resource", "dli", version, "--file", release]);
  const address = `dli:url=${device.url}`;
  const made = await pulumi("lab", ["new", path.join(templates, "yaml"), "--yes", "--stack", "dev", "-c", address]);
  expect(made.stdout).toContain("`pulumi preview` shows what would be done");
  await pulumi("lab", ["config", "set", "--secret", "dli:password", device.password]);
  const before = namesOf(device);
  const states = device.tree.relay.outlets.map(({ state }) => state);

  expect(countsIn(await pulumi("lab", ["preview"]))).toEqual({ "to create": 4 });
  expect(device.journal.writes()).toEqual([]);
  expect(countsIn(await pulumi("lab", ["up", "--yes", "--skip-preview"]))).toEqual({ created: 4 });
  expect(namesOf(device)).toEqual(["router", "nas", "web"]);
  expect(device.journal.writes().filter(({ path: place }) => !place.endsWith("/name/"))).toEqual([]);
  expect(device.tree.relay.outlets.map(({ state }) => state)).toEqual(states);
  await pulumi("lab", ["preview", "--expect-no-changes"]);

  await pulumi("lab", ["destroy", "--yes", "--skip-preview"]);
  expect(namesOf(device)).toEqual(before);
});

// Elsewhere the engine asks the system which certificates to trust, and not the environment.
(process.platform === "linux" ? test : test.skip)(
  "every template is found at a repository's address, too",
  async () => {
    const repository = "repositories/somebody/pulumi-dli.git";
    cpSync(templates, path.join(folder, "clone", "templates"), { recursive: true });
    const git = (...args: string[]) => run("clone", "git", args);
    await git("init", "--quiet", "--initial-branch", "main");
    await git("add", ".");
    await git(
      "-c",
      "user.name=test",
      "-c",
      "user.email=test@example.com",
      "commit",
      "--quiet",
      "--message",
      "templates",
    );
    await git("clone", "--quiet", "--bare", ".", path.join(folder, repository));
    const server = await serveGit(path.join(folder, "repositories"));
    try {
      const trust = { SSL_CERT_FILE: path.join(folder, "certificate.pem") };
      writeFileSync(trust.SSL_CERT_FILE, server.certificate);
      for (const name of readdirSync(templates)) {
        const address = `${server.url}/somebody/pulumi-dli/templates/${name}`;
        await pulumi(`from-${name}`, ["new", address, "--yes", "--generate-only", "--name", "lab"], trust);
        const made = path.join(folder, `from-${name}`);
        expect(readFileSync(path.join(made, "Pulumi.yaml"), "utf8")).toMatch(/^name: lab$/m);
        expect(readdirSync(made).sort()).toEqual(readdirSync(path.join(templates, name)).sort());
      }
    } finally {
      await server.close();
    }
  },
);

test("a template takes only what its program needs, and never the power from an outlet", () => {
  for (const file of ["typescript/index.ts", "yaml/Pulumi.yaml"]) {
    const text = readFileSync(path.join(templates, file), "utf8");
    expect(text).not.toMatch(/\bstate:|Cycle|AutoPing|Reboot/);
    expect(text.match(/onDestroy: "?restore/g)).toHaveLength(3);
  }
});
