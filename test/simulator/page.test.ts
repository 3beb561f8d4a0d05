/** docs/simulator.md: its commands and its program, exactly as written. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { runCommand } from "../../scripts/command";
import { ROOT } from "../../scripts/engine/pins";
import { startSimulator } from "../../simulator";
import { openControl } from "../../simulator/control/server";
import { read } from "../repository";

const page = read("docs/simulator.md");

/** The code blocks of one language. */
function blocks(language: string): string[] {
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm"))].map(
    ([, text]) => text as string,
  );
}

test("every command of docs/simulator.md does to a device what it says", async () => {
  const device = await startSimulator();
  const control = await openControl(device);
  try {
    const [commands = "", ...others] = blocks("sh");
    expect(others).toEqual([]);
    const run = (script: string) =>
      runCommand("bash", ["-euo", "pipefail", "-c", script.replaceAll("curl ", "curl --silent --fail-with-body ")], {
        env: { ...process.env, CONTROL: control.url },
        timeoutMs: 50_000,
      });
    const all = await run(commands);
    expect([all.exitCode, all.stderr]).toEqual([0, ""]);
    expect(device.tree.relay.outlets[2]).toMatchObject({ state: false, locked: true });
    expect(device.tree.auth.users).toHaveLength(1);
    expect(all.stdout).toContain('{"failedLogins":0}');
    const one = await run('curl -X POST "$CONTROL/ping" -d \'{"item":0,"isAnswered":false}\'');
    expect(one.stdout).toContain("There is no AutoPing item 0");
    const listed = await fetch(`${control.url}/`);
    const { error } = (await listed.json()) as { error: string };
    const [handlers = ""] = /(?<=Available: ).*/.exec(error) ?? [];
    const missing = handlers.split(", ").filter((handler) => {
      const [method = "", path = ""] = handler.split(" ");
      const asCommand = new RegExp(`curl ${method === "GET" ? "" : `-X ${method} `}"\\$CONTROL${path}"`);
      return !asCommand.test(page) && !page.includes(`\`${handler}\``);
    });
    expect(missing).toEqual([]);
  } finally {
    await control.close();
    await device.close();
  }
});

test("the first lines of docs/simulator.md are what the command prints", async () => {
  const main = path.join(ROOT, "dist/simulator/cli/main.js");
  const child = spawn(process.execPath, [main, "--control"], { cwd: ROOT });
  const printed: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    printed.push(line);
    if (line.startsWith("Control port")) {
      child.kill("SIGTERM");
    }
  }
  const withoutPorts = (text: string) => text.replaceAll(/(127\.0\.0\.1):\d+/g, "$1:PORT");
  const [, ...shown] = blocks("console").join("").trimEnd().split("\n");
  expect(printed.map(withoutPorts)).toEqual(shown.map(withoutPorts));
}, 30_000);

test("the program of docs/simulator.md runs", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "pulumi-dli-"));
  try {
    const file = path.join(folder, "program.mts");
    writeFileSync(file, blocks("ts").join("").replace("pulumi-dli/simulator", path.join(ROOT, "simulator/index.ts")));
    const result = await runCommand(process.execPath, ["--import", "tsx", file], { cwd: ROOT, timeoutMs: 50_000 });
    expect([result.exitCode, result.all]).toEqual([0, "[] false\n"]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 30_000);
