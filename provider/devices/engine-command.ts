/**
 * Which command of Pulumi this process works for. The requests of the engine do not tell: the read before an update is
 * the same as that of a drift audit, and comes before anything of the program. The command line of the engine does.
 */
import { readFileSync } from "node:fs";
import path from "node:path";

/** A deployment may go on without a device that is dead; an audit has to find that out. */
export type EngineCommand = "deployment" | "audit" | "unknown";

const furthestAncestor = 8;

/** The arguments of the engine's command; `undefined` where the system does not tell. */
let known: { readonly args: readonly string[] | undefined } | undefined;

/** The command that has started this process; `unknown` where the system does not tell: it has to have `/proc`. */
export function engineCommand(): EngineCommand {
  known ??= { args: argumentsAbove(process.ppid) };
  return known.args === undefined ? "unknown" : commandIn(known.args, process.env);
}

/** Whether the command that has started this process deletes all, without a program; false where that is not known. */
export function deletesAll(): boolean {
  known ??= { args: argumentsAbove(process.ppid) };
  return known.args !== undefined && deletesIn(known.args);
}

/**
 * Whether a command of `pulumi` with these arguments deletes all. Of a program that has declared nothing it is not known
 * whether it is empty or has failed.
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
 * What the arguments of `pulumi` are for. Which of them is the command is not told from the value of a flag: whatever
 * could be an audit is one.
 */
export function commandIn(args: readonly string[], env: NodeJS.ProcessEnv): EngineCommand {
  const has = (...words: string[]) => words.some((word) => args.includes(word));
  const isSet = (option: string, flags: RegExp) =>
    !["", "false", "0"].includes(env[`PULUMI_OPTION_${option}`] ?? "") || args.some((arg) => flags.test(arg));
  const compares = isSet("REFRESH", /^(-[a-z]*r|--refresh(=|$))/);
  const isPlan = has("preview", "pre", "--preview-only");
  if (has("refresh") || (isPlan && compares) || isSet("EXPECT_NO_CHANGES", /^--expect-no-changes/)) {
    return "audit";
  }
  return has("up", "update", "destroy", "down", "dn", "preview", "pre") ? "deployment" : "unknown";
}
