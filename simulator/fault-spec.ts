/** How a fault is written on the command line and as JSON. */
import { type FaultKind, faultKinds, faultTable } from "./fault-kinds";
import type { Fault } from "./faults";

/** A status is written as its number. */
const spelling = (kind: FaultKind) => (kind === "status" ? "503" : kind);

/** How a fault is written on the command line. */
const form =
  `KIND[,name=value ...] where KIND is one of ${faultKinds.filter((kind) => kind !== "status").join(", ")} or a status ` +
  "such as 503; names: method, path (a prefix, below /restapi/), pattern (regular expression for the whole path), " +
  "nth (first request struck, from 1), times (a number or always), milliseconds, retryAfterSeconds, acts (whether " +
  "the request is carried out), onlyAuthenticated. Example: 503,method=PUT,path=relay/,nth=2,times=3,retryAfterSeconds=1";

/** The form and every kind, for the help text. */
export const faultHelp = `\nFaults: ${form}\n${Object.entries(faultTable)
  .map(([kind, { description }]) => `  ${spelling(kind as FaultKind)}\n      ${description}`)
  .join("\n")}`;

const numberNames = ["nth", "times", "milliseconds", "retryAfterSeconds", "status"];
const booleanNames = ["acts", "onlyAuthenticated"];
const textNames = ["method", "path", "pattern"];

function readValue(name: string, text: string): unknown {
  if (name === "times" && text === "always") {
    return text;
  }
  if (numberNames.includes(name) && /^\d+$/.test(text)) {
    return Number(text);
  }
  if (booleanNames.includes(name) && ["true", "false"].includes(text)) {
    return text === "true";
  }
  if (textNames.includes(name)) {
    return text;
  }
  throw new Error(`A fault has no ${name}=${text}. Form: ${form}`);
}

/** Reads a fault from the command line. Throws an Error that shows the form. */
export function parseFault(text: string): Fault {
  const [head = "", ...pairs] = text.split(",");
  const fault: Record<string, unknown> = /^[1-5]\d\d$/.test(head)
    ? { kind: "status", status: Number(head) }
    : { kind: head };
  for (const pair of pairs) {
    const at = pair.indexOf("=");
    fault[pair.slice(0, at)] = readValue(pair.slice(0, at), pair.slice(at + 1));
  }
  return faultFromJson(fault);
}

/** Reads a fault from JSON, where `pattern` is a regular expression. Throws an Error for an unknown kind. */
export function faultFromJson(value: unknown): Fault {
  const { pattern, ...fault } = value as Record<string, unknown>;
  if (!faultKinds.includes(fault["kind"] as FaultKind)) {
    throw new Error(`There is no fault "${fault["kind"]}". Form: ${form}`);
  }
  return {
    ...(fault as unknown as Fault),
    ...(typeof pattern === "string" ? { path: new RegExp(pattern) } : {}),
  };
}
