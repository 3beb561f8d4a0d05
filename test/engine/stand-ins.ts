/** Programs on the PATH of a job: some stand in for those that talk to others, one stands in front of the engine. */

/** In the place of a command that talks to others: it notes its arguments and what it was to send. */
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

/** In front of the engine. Without `exec` a signal to the step would not arrive. */
export const engineInFront = `#!/usr/bin/env bash
[ -n "$ENGINE_INTERRUPTIBLE" ] && exec "$ENGINE" "$@"
exec node "\${BASH_SOURCE[0]%/bin/*}/repeat" "$@"
`;

/**
 * Several pipelines run the same command of the engine: once is enough where arguments, environment, project, state and
 * device are the same. Each job still runs its own steps, which get what the engine has said.
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
