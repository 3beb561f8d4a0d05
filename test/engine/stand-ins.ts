/** Programs on the PATH of a job: stand-ins for commands that talk to other services, and a wrapper of the engine. */

/** Stands in for a command that talks to another service: records its arguments and what it would have sent. */
export const standIn = `#!/usr/bin/env node
const { appendFileSync, readFileSync } = require("node:fs");
const { basename } = require("node:path");
const command = basename(process.argv[1]), args = process.argv.slice(2);
const file = args[args.indexOf("--body-file") + 1];
const field = args.find((argument) => argument.startsWith("body=@"));
const body = args.includes("--body-file") ? readFileSync(file, "utf8")
  : field ? readFileSync(field.slice(6), "utf8") : command === "mail" ? readFileSync(0, "utf8") : "";
appendFileSync(process.env.STAND_IN_CALLS, JSON.stringify({ command, args, body }) + "\\n");
const answers = JSON.parse(process.env.STAND_IN_ANSWERS);
const found = Object.keys(answers).find((begin) => [command, ...args].join(" ").startsWith(begin));
process.stdout.write(found ? answers[found] : "");
`;

/** Wraps the engine. Without `exec`, a signal to the step would not reach it. */
export const engineInFront = `#!/usr/bin/env bash
[ -n "$ENGINE_INTERRUPTIBLE" ] && exec "$ENGINE" "$@"
exec node "\${BASH_SOURCE[0]%/bin/*}/repeat" "$@"
`;

/**
 * Runs a command of the engine only once for the same arguments, environment, project, state and device, because
 * several pipelines share commands. Each job still runs its own steps, with the recorded output.
 */
export const repeat = `
const { createHash } = require("node:crypto");
const { appendFileSync, existsSync, readFileSync, writeFileSync } = require("node:fs");
const { spawnSync } = require("node:child_process");
const { env } = process, args = process.argv.slice(2);
const variables = Object.entries(env).filter(([name]) => /^(PULUMI|DLI)_/.test(name)).sort();
const key = createHash("sha256").update(JSON.stringify([args, variables, env.ENGINE_SURROUNDINGS])).digest("hex");
const file = env.ENGINE_RECORDINGS + "/" + key, plan = env.DLI_PLAN_FILE;
const isRepeated = existsSync(file);
if (!isRepeated) {
  const { status, stdout, stderr } = spawnSync(env.ENGINE, args, { encoding: "utf8", maxBuffer: 1e9 });
  const planned = plan && existsSync(plan) ? readFileSync(plan, "utf8") : undefined;
  writeFileSync(file, JSON.stringify({ status, stdout, stderr, planned }));
}
const { status, stdout, stderr, planned } = JSON.parse(readFileSync(file, "utf8"));
if (planned) writeFileSync(plan, planned);
appendFileSync(env.ENGINE_RUNS, JSON.stringify({ args, isRepeated }) + "\\n");
process.stderr.write(stderr);
process.stdout.write(stdout);
process.exitCode = status ?? 1;
`;
