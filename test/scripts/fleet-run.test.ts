/** examples/fleet/run.sh: a site that fails in any way does not keep the others from their turn. */
import { chmodSync, cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { runCommand } from "../../scripts/command";
import { ROOT } from "../../scripts/engine/pins";

test.each(["1", "255"])("a site whose command ends with %s stops no other one", async (code) => {
  const folder = mkdtempSync(path.join(tmpdir(), "pulumi-dli-"));
  try {
    cpSync(path.join(ROOT, "examples", "fleet"), folder, { recursive: true });
    const pulumi = path.join(folder, "pulumi");
    writeFileSync(pulumi, `#!/bin/bash\necho "$*"\ncase "$*" in *hut*) exit ${code};; esac\n`);
    chmodSync(pulumi, 0o755);
    const env = { ...process.env, PATH: `${folder}${path.delimiter}${process.env["PATH"]}`, PARALLEL: "1" };
    const result = await runCommand(path.join(folder, "run.sh"), ["up"], { cwd: folder, env, timeoutMs: 20_000 });
    expect(result.stdout).toBe(["hut", "mill", "pier"].map((site) => `${site}  up --stack ${site}\n`).join(""));
    expect(result.exitCode).toBe(123);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
