/** examples/fleet/run.sh: a site that fails in any way stops no other, and Ctrl-C lets Pulumi end what it has begun. */
import { chmodSync, cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { endGroup, follow, runCommand, startCommand } from "../../scripts/command";
import { ROOT } from "../../scripts/engine/pins";
import { until } from "../until";

let folder: string;
let env: NodeJS.ProcessEnv;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "pulumi-dli-"));
  cpSync(path.join(ROOT, "examples", "fleet"), folder, { recursive: true });
  env = { ...process.env, PATH: `${folder}${path.delimiter}${process.env["PATH"]}`, PARALLEL: "1" };
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Puts a program with this text in the place of Pulumi. */
function writePulumi(text: string): void {
  const pulumi = path.join(folder, "pulumi");
  writeFileSync(pulumi, `#!/bin/bash\n${text}\n`);
  chmodSync(pulumi, 0o755);
}

test.each(["1", "255"])("a site whose command ends with %s stops no other one", async (code) => {
  writePulumi(`echo "$*"; case "$*" in *hut*) exit ${code};; esac`);
  const result = await runCommand(path.join(folder, "run.sh"), ["up"], { cwd: folder, env, timeoutMs: 20_000 });
  expect(result.stdout).toBe(["hut", "mill", "pier"].map((site) => `${site}  up --stack ${site}\n`).join(""));
  expect(result.exitCode).toBe(123);
});

test.each(["a terminal", "a reader that ends, too"])(
  "Ctrl-C breaks no pipe to Pulumi, which would kill it and leave the stack locked: %s",
  async (reader) => {
    const begun = path.join(folder, "begun");
    const ended = path.join(folder, "ended");
    writePulumi(
      `trap stop=1 INT; : > ${begun}; until [ "$stop" ]; do :; done
      for line in {1..20000}; do echo "$line"; done; touch ${ended}`,
    );
    const child = startCommand(path.join(folder, "run.sh"), ["up"], {
      cwd: folder,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const { ended: isOver } = follow(child);
    await until(() => existsSync(begun));
    if (reader !== "a terminal") {
      child.stdout?.destroy();
    }
    endGroup(child, "SIGINT");
    await until(() => existsSync(ended));
    await isOver;
  },
  20_000,
);
