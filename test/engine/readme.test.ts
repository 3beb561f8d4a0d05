/** Every command of the README, exactly as written. `npm test` is the one that runs this. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { runCommand } from "../../scripts/command";
import { cacheFolder } from "../../scripts/engine/cache";
import { ensureEngine } from "../../scripts/engine/ensure";
import { ROOT } from "../../scripts/engine/pins";
import { engineEnvironment } from "../../scripts/engine/workspace";
import { type SimulatedDevice, startSimulator } from "../../simulator";

const readme = readFileSync(path.join(ROOT, "README.md"), "utf8");
const blocks = [...readme.matchAll(/```sh\n([\s\S]*?)```/g)].map((match) => match[1] as string);
const own = blocks.find((block) => block.includes("pulumi stack init")) as string;

const typed: Record<string, string> = {
  "dli:password": "1234",
  fredPassword: "fred-readme",
  annPassword: "ann-readme",
};

/** The commands as typed at a terminal, with the input of a person, for a device that is really there. */
function script(block: string, device: SimulatedDevice): string {
  const lines = block.trim().split("\n");
  return (
    lines
      .map((line) => line.replace("http://192.168.0.100", device.url))
      // Pulumi finds the home folder without asking the environment, and a test has no business there.
      .map((line) => line.replace("pulumi login --local", 'pulumi login "file://$STATE"'))
      .map((line) => {
        const secret = /config set --secret (\S+)$/.exec(line)?.[1];
        return secret === undefined ? line : `${line} <<< '${typed[secret]}'`;
      })
      .join("\n")
  );
}

test("the README has the commands that this file runs, and no others", () => {
  expect(blocks.map((block) => block.trim().split("\n")[0])).toEqual([
    "npm run demo",
    "npm test",
    'export PATH="$(npm run --silent engine):$PATH"',
    "npm run --silent simulator -- --help",
  ]);
});

test("the demo runs to its end", async () => {
  const demo = await runCommand("bash", ["-ec", "npm run demo"], { cwd: ROOT, timeoutMs: 180_000 });
  expect(demo.all).toContain("8 of 8 outlets are on");
  expect(demo.exitCode).toBe(0);
}, 200_000);

test("the simulator explains itself", async () => {
  const help = await runCommand("bash", ["-ec", blocks[3] as string], { cwd: ROOT, timeoutMs: 60_000 });
  expect(help.stdout).toContain("--dialect");
  expect(help.exitCode).toBe(0);
}, 70_000);

test("the five lines for your own switch bring it up, and the drift check is clean", async () => {
  const device = await startSimulator({ speed: 50 });
  const folder = mkdtempSync(path.join(tmpdir(), "pulumi-dli-readme-"));
  try {
    const clone = path.join(folder, "clone");
    mkdirSync(clone);
    for (const name of ["Pulumi.yaml", "package.json", "package-lock.json", "tsconfig.json", "examples", "scripts"]) {
      cpSync(path.join(ROOT, name), path.join(clone, name), { recursive: true });
    }
    for (const name of ["node_modules", "dist"]) {
      symlinkSync(path.join(ROOT, name), path.join(clone, name));
    }
    const { PULUMI_BACKEND_URL: _own, ...env } = engineEnvironment(await ensureEngine(), folder);
    const result = await runCommand("bash", ["-euo", "pipefail", "-c", script(own, device)], {
      cwd: clone,
      env: { ...env, STATE: folder, PULUMI_DLI_CACHE: cacheFolder() },
      timeoutMs: 180_000,
    });
    expect(result.all).toContain("+ 16 created");
    expect(result.exitCode).toBe(0);
    expect(device.tree.relay.outlets.map((outlet) => outlet.name)).toContain("camera");
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    await device.close();
  }
}, 200_000);
