/**
 * `npm run test:gitops`: checks examples/gitops/ and the workflow and script of examples/fleet/ with those linters for
 * GitHub Actions, GitLab CI, systemd, Kubernetes and shell scripts that are on PATH; with shellcheck, actionlint also
 * checks every `run:`. `PKO_SCHEMAS` is where the operator's CRDs are as JSON schemas, in the form of kubeconform's
 * `-schema-location`. The commands themselves are run by test/engine/gitops.test.ts and test/engine/examples.test.ts.
 */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { runCommand } from "./command";
import { ROOT } from "./engine/pins";

const LINT_MS = 60_000;

const folder = "examples/gitops";

/** The linter commands; `scratch` is a folder for their configuration files. */
function linters(scratch: string): string[][] {
  const labels = path.join(scratch, "actionlint.yaml");
  writeFileSync(labels, "self-hosted-runner:\n  labels: [lab]\n");
  const units = readdirSync(path.join(ROOT, folder, "systemd")).map((name) => `${folder}/systemd/${name}`);
  const workflows = [`${folder}/github/power.yml`, "examples/fleet/fleet.yml"];
  const gitlab = ["--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci"];
  const schemas = process.env["PKO_SCHEMAS"];
  return [
    ["actionlint", "-config-file", labels, ...workflows],
    ["check-jsonschema", "--builtin-schema", "vendor.github-workflows", ...workflows],
    ["check-jsonschema", ...gitlab, `${folder}/gitlab/.gitlab-ci.yml`],
    ["systemd-analyze", "verify", "--man=no", ...units],
    ["shellcheck", "--severity", "warning", "examples/fleet/run.sh"],
    ...(schemas ? [["kubeconform", "-strict", "-schema-location", schemas, `${folder}/kubernetes/stack.yaml`]] : []),
  ];
}

async function main(): Promise<void> {
  const scratch = mkdtempSync(path.join(tmpdir(), "pulumi-dli-lint-"));
  const count = { passed: 0, failed: 0 };
  try {
    for (const [linter, ...args] of linters(scratch) as [string, ...string[]][]) {
      const result = await runCommand(linter, args, { cwd: ROOT, timeoutMs: LINT_MS }).catch(() => undefined);
      const outcome = result === undefined ? "not here" : result.exitCode === 0 ? "ok" : "FAILED";
      const files = args.filter((arg) => arg.startsWith("examples/"));
      console.log(`${outcome.padEnd(8)} ${linter} ${files.join(" ")}`);
      if (result !== undefined) {
        count[result.exitCode === 0 ? "passed" : "failed"] += 1;
        process.stdout.write(result.exitCode === 0 ? "" : result.all);
      }
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  if (!process.env["PKO_SCHEMAS"]) {
    console.log("not run  kubeconform: PKO_SCHEMAS is not set");
  }
  console.log(`${count.passed} passed, ${count.failed} failed`);
  // Without any linter, nothing was tested.
  process.exitCode = count.failed > 0 || count.passed === 0 ? 1 : 0;
}

void main();
