/** Reads what the `pulumi` command prints. */
import type { CommandResult } from "../../scripts/command";

/** One error as the section "Diagnostics" shows it. */
export interface PrintedError {
  /** Logical name of the resource. */
  readonly resource: string;
  readonly text: string;
}

/** The engine's own message about any failed run. */
const outcome = /^(update|preview) failed$/;

/** A message that is not an error and may follow one. */
const other = /^ +(?:debug|info|warning): /;

/** Every error except the engine's own message that the run has failed. */
export function errorsIn({ stdout }: CommandResult): PrintedError[] {
  const section = /^Diagnostics:\n([\s\S]*?)^(?:Resources|Outputs|Duration):/m.exec(stdout)?.[1] ?? "";
  const errors: { resource: string; text: string }[] = [];
  let resource = "";
  let last: (typeof errors)[number] | undefined;
  for (const line of section.split("\n")) {
    const heading = /^ {2}\S+ \((.*)\):$/.exec(line)?.[1];
    const begun = /^ {4}error: (?:Preview failed: )?(.*)$/.exec(line)?.[1];
    if (heading !== undefined) {
      resource = heading;
      last = undefined;
    } else if (begun !== undefined) {
      last = { resource, text: begun };
      errors.push(last);
    } else if (other.test(line)) {
      last = undefined;
    } else if (last && line.trim() !== "") {
      last.text += `\n${line.trim()}`;
    }
  }
  return errors.filter(({ text }) => !outcome.test(text));
}

/** The properties that a diff marks, by the logical name of their resource: `name`, `outlets["1"].name`. */
export function changesIn({ stdout }: CommandResult): Record<string, string[]> {
  const changes = new Map<string, string[]>();
  let resource = "";
  // Open maps with a change inside, from the outermost to the one that the next line may belong to.
  let open: string[] = [];
  for (const line of stdout.split("\n")) {
    resource = /^\s+\[urn=.*::(.*)\]$/.exec(line)?.[1] ?? resource;
    open = open.slice(0, depthOf(line));
    const [, mark, name, value] = /^ +([~+-]) (\w+) *: (.*)$/.exec(line) ?? [];
    if (name === undefined || open.length !== depthOf(line)) {
      continue;
    }
    const parent = open.at(-1);
    const property = parent === undefined ? name : parent + (/^\d/.test(name) ? `["${name}"]` : `.${name}`);
    if (mark === "~" && value === "{") {
      open.push(property);
    } else {
      changes.set(resource, [...(changes.get(resource) ?? []), property]);
    }
  }
  return Object.fromEntries([...changes].map(([name, found]) => [name, [...new Set(found)].sort()]));
}

/** The lines of a diff about the resource of this logical name, from its type on, as its last step prints them. */
export function linesAbout(name: string, { stdout }: CommandResult): string[] {
  const lines = stdout.split("\n");
  const urn = lines.findLastIndex((line) => /^\s+\[urn=/.test(line) && line.endsWith(`::${name}]`));
  if (urn < 0) {
    return [];
  }
  const begin = lines.findLastIndex((line, index) => index < urn && !/^\s+\[/.test(line));
  const end = lines.findIndex(
    (line, index) => index > urn && depthOfResource(line) <= depthOfResource(lines[begin] ?? ""),
  );
  return lines.slice(begin, end).map((line) => line.trimEnd());
}

/** The column at which the text of a line begins, after the sign of a change. */
function depthOfResource(line: string): number {
  return /^ *([~+-] )?/.exec(line)?.[0].length ?? 0;
}

/** How deep inside a value a line is; 0 for the properties of a resource. */
function depthOf(line: string): number {
  const column = /^ *([~+-] )?/.exec(line)?.[0].length ?? 0;
  return Math.max(0, (column - 8) / 4);
}

/** How many resources each operation was applied to, from the section "Resources": `{ created: 3 }`. */
export function countsIn({ stdout }: CommandResult): Record<string, number> {
  const section = /^Resources:\n([\s\S]*?)^(?:$|Duration)/m.exec(stdout)?.[1] ?? "";
  const lines = [...section.matchAll(/(\d+) ([a-z ]+)$/gm)];
  return Object.fromEntries(lines.map(([, count, what]) => [what, Number(count)]));
}
