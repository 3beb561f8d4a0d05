/** The report for people, in Markdown; whatever comes from a device appears only as plain text. */
import { printable } from "../../provider/client";
import { secretShown } from "../engine-resource";
import { unicodeEscapes } from "../terminal";
import type { AuditFailure, Drift, StackReport } from "./report";

/** In characters, of both tables; a GitHub issue can have 65,536. */
const longestReport = 40_000;
const longestValue = 120;

/** White space that a reader would not see, or not count. */
const unseen = / {2,}|[^\S ]/g;

export function markdown(reports: readonly StackReport[]): string {
  const changes = reports.flatMap(({ stack, changes }) => changes.map((change) => changeRow(stack, change)));
  const failures = reports.flatMap(({ stack, failures }) => failures.map((failure) => failureRow(stack, failure)));
  const unknown = reports.filter(({ failures }) => failures.length > 0).length;
  const same = reports.filter((report) => report.changes.length === 0 && report.failures.length === 0);
  const parts = [
    ...table(
      `${counted(changes.length, "field")} not as declared`,
      ["Stack", "Device", "Resource", "Field", "Declared", "Found", "Changed after"],
      changes,
    ),
    ...table(`${counted(unknown, "stack")} not compared`, ["Stack", "Device", "Why"], failures),
    ...(same.length > 0 ? ["", `As declared: ${names(same)}.`] : []),
  ];
  return `${parts.join("\n").trim()}\n`;
}

function counted(count: number, noun: string): string {
  return count === 1 ? `1 ${noun} is` : `${count} ${noun}s are`;
}

function table(title: string, heads: readonly string[], rows: readonly string[]): string[] {
  if (rows.length === 0) {
    return [];
  }
  const shown = beginning(rows, longestReport / 2);
  const more = rows.length - shown.length;
  return [
    "",
    `### ${title}`,
    "",
    line(heads),
    line(heads.map(() => "---")),
    ...shown,
    ...(more > 0 ? ["", `And ${more} more: \`dli drift --format json\` has all of them.`] : []),
  ];
}

function names(reports: readonly StackReport[]): string {
  const all = reports.map(({ stack }) => code(stack));
  const shown = beginning(all, longestReport / 4);
  return `${shown.join(", ")}${all.length > shown.length ? `, and ${all.length - shown.length} more` : ""}`;
}

/** The first of these texts, as many as have so many characters together. */
function beginning(texts: readonly string[], longest: number): string[] {
  let length = 0;
  return texts.filter((text) => {
    length += text.length + 2;
    return length <= longest;
  });
}

function changeRow(stack: string, { device, resource, field, declared, found, after }: Drift): string {
  const when = after === undefined ? "unknown" : `${after.slice(0, 16).replace("T", " ")} UTC`;
  const isWhole = field === "";
  const [was, is] = [declared, found].map((value) => (isWhole ? String(value ?? "-") : shownValue(value)));
  const where = device === undefined ? "-" : code(device);
  return line([code(stack), where, code(resource), isWhole ? "-" : code(field), was ?? "", is ?? "", when]);
}

function failureRow(stack: string, { device, resource, message }: AuditFailure): string {
  const where = device ?? resource;
  return line([code(stack), where === undefined ? "-" : code(where), code(message)]);
}

function shownValue(value: Drift["found"]): string {
  if (value === undefined || value === secretShown) {
    return value === undefined ? "nothing" : "a secret";
  }
  return code(JSON.stringify(value).replace(unseen, unicodeEscapes), longestValue);
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

/** A text as inline code that it cannot break out of: fenced by more backticks than it contains, with `|` escaped. */
export function code(text: string, longest = 1000): string {
  const short = printable(text, longest);
  const longestRun = Math.max(0, ...[...short.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longestRun + 1);
  const padding = /^`|`$|^ .* $/.test(short) ? " " : "";
  return `${fence}${padding}${short.replaceAll("|", "\\|")}${padding}${fence}`;
}
