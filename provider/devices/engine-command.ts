/**
 * Which Pulumi command this process works for. The engine's requests do not tell: the read before an update is the same
 * as that of a drift audit, and comes before anything from the program. The engine's command line does.
 */
import { readFileSync } from "node:fs";
import path from "node:path";

/** A deployment may carry on without a dead device; an audit has to report it. */
export type EngineCommand = "deployment" | "audit" | "unknown";

const furthestAncestor = 8;

/** The arguments of the engine's command; `undefined` if the system does not tell. */
let known: { readonly args: readonly string[] | undefined } | undefined;

/** The command that started this process; `unknown` if the system does not tell, for want of `/proc`. */
export function engineCommand(): EngineCommand {
  known ??= { args: argumentsAbove(process.ppid) };
  return known.args === undefined ? "unknown" : commandIn(known.args, process.env);
}

/** Whether the command that started this process deletes everything, without a program; false if that is not known. */
export function deletesAll(): boolean {
  known ??= { args: argumentsAbove(process.ppid) };
  return known.args !== undefined && deletesIn(known.args);
}

/**
 * Whether a `pulumi` command with these arguments deletes everything. A program that has declared nothing does not
 * tell: it may be empty or may have failed.
 */
export function deletesIn(args: readonly string[]): boolean {
  const has = (...words: string[]) => words.some((word) => args.includes(word));
  return has("destroy", "down", "dn") && !has("up", "update", "preview", "pre", "refresh", "import");
}

function argumentsAbove(parent: number): readonly string[] | undefined {
  try {
    let pid = parent;
    for (let generation = 0; generation < furthestAncestor && pid > 1; generation++) {
      const [program = "", ...args] = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
      if (path.basename(program) === "pulumi") {
        return args;
      }
      // The name of a program may hold blanks and parentheses.
      const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1) ?? "";
      pid = Number(fields.split(" ")[1]);
    }
  } catch {
    // No such file, or not ours to read.
  }
  return undefined;
}

/**
 * What the arguments of `pulumi` are for. The command cannot be told apart from the value of a flag, so anything that
 * could be an audit is one.
 */
export function commandIn(args: readonly string[], env: NodeJS.ProcessEnv): EngineCommand {
  const has = (...words: string[]) => words.some((word) => args.includes(word));
  const isOn = (value: string) => !["", "0", "f", "false"].includes(value.toLowerCase());
  const isSet = (option: string, flags: RegExp) =>
    isOn(env[`PULUMI_OPTION_${option}`] ?? "") ||
    args.some((arg) => flags.test(arg) && isOn(arg.split("=")[1] ?? "true"));
  const compares = isSet("REFRESH", /^(-[a-z]*r|--refresh(=|$))/);
  const isPlan = has("preview", "pre", "--preview-only");
  if (has("refresh") || (isPlan && compares) || isSet("EXPECT_NO_CHANGES", /^--expect-no-changes/)) {
    return "audit";
  }
  return has("up", "update", "destroy", "down", "dn", "preview", "pre") ? "deployment" : "unknown";
}
