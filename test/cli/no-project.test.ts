/** Commands about stacks, started outside a Pulumi project. */
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { runCommand } from "../../scripts/command";
import { dli } from "./shell";

test.each([
  ["drift", []],
  ["drift", ["--all"]],
  ["ping", ["--stack", "lab"]],
])("dli %s %j says where it is to be run, and ends with 2", async (command, args) => {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "pulumi-dli-")));
  try {
    const run = await runCommand("bash", ["-c", [dli, command, ...args].join(" ")], { cwd: folder, timeoutMs: 60_000 });
    expect([run.exitCode, run.all]).toEqual([
      2,
      `There is no Pulumi project in ${folder} or above it: run it in the folder of the project.\n`,
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
