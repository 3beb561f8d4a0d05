/** How a fault is written on the command line and as JSON. */
import { checkedFault, type Fault } from "./fault";
import { type FaultKind, faultKinds, faultTable } from "./kinds";

interface Setting {
  readonly description: string;
  /** Undefined if the text is not one of its values. */
  readonly read: (text: string) => string | number | boolean | undefined;
}

const readText = (text: string) => text;
const readNumber = (text: string) => (/^\d+$/.test(text) ? Number(text) : undefined);
const readBoolean = (text: string) => ({ true: true, false: false })[text];

/** Everything that may follow the kind, as name=value. */
const settings: Readonly<Record<Exclude<keyof Fault, "kind"> | "pattern", Setting>> = {
  method: { description: "only requests with this method", read: readText },
  path: { description: "only paths with this prefix, below /restapi/", read: readText },
  pattern: { description: "only paths that match this regular expression", read: readText },
  onlyAuthenticated: { description: "only requests with an Authorization header (true or false)", read: readBoolean },
  nth: { description: "the first matching request that is struck, counted from 1 (default 1)", read: readNumber },
  times: {
    description: "how many matching requests are struck from there on (default 1), or always",
    read: (text) => (text === "always" ? text : readNumber(text)),
  },
  acts: {
    description: "whether the request is carried out (true or false), if not as the kind says",
    read: readBoolean,
  },
  status: { description: "the status of the response, for the kind status", read: readNumber },
  retryAfterSeconds: { description: "Retry-After, for the kind status", read: readNumber },
  milliseconds: { description: "real milliseconds, for the kinds delay and slowDrip", read: readNumber },
  body: { description: "the body as JSON without commas, for the kind oddAnswer", read: readText },
};

const form =
  `KIND[,name=value ...] where KIND is ${faultKinds.filter((kind) => kind !== "status").join(", ")}, or a status such as ` +
  `503, and name is ${Object.keys(settings).join(", ")}. Example: 503,method=PUT,path=relay/,nth=2,retryAfterSeconds=1`;

function describe(rows: Readonly<Record<string, { readonly description: string }>>): string {
  return Object.entries(rows)
    .map(([name, { description }]) => `  ${name}\n      ${description}`)
    .join("\n");
}

/** The kinds and their settings, for the help text. */
export const faultHelp =
  "\nFaults: KIND[,name=value ...], such as 503,method=PUT,path=relay/,nth=2,retryAfterSeconds=1. KIND is a status or " +
  `one of these:\n${describe(faultTable)}\nSettings of a fault:\n${describe(settings)}`;

function readSetting(name: string, text: string): string | number | boolean {
  const setting = Object.entries(settings).find(([known]) => known === name)?.[1];
  const value = setting?.read(text);
  if (value === undefined) {
    throw new Error(`A fault has no ${name}=${text}. Form: ${form}`);
  }
  return value;
}

/** Reads a fault from the command line. Throws an Error that shows the form. */
export function parseFault(text: string): Fault {
  const [head = "", ...pairs] = text.split(",");
  const fault: Record<string, unknown> = /^[1-5]\d\d$/.test(head)
    ? { kind: "status", status: Number(head) }
    : { kind: head };
  for (const pair of pairs) {
    const at = pair.indexOf("=");
    if (at < 1) {
      throw new Error(`"${pair}" of a fault is no name=value. Form: ${form}`);
    }
    const name = pair.slice(0, at);
    if (name in fault) {
      throw new Error(`The fault "${text}" has its ${name} already. Form: ${form}`);
    }
    fault[name] = readSetting(name, pair.slice(at + 1));
  }
  if (!faultKinds.includes(head as FaultKind) && fault["kind"] !== "status") {
    throw new Error(`There is no fault "${head}". Form: ${form}`);
  }
  return checkedFault(faultFromJson(fault));
}

/** Reads a fault from JSON, where `pattern` is a regular expression for the path. */
export function faultFromJson({ pattern, ...fault }: Readonly<Record<string, unknown>>): Fault {
  const path = typeof pattern === "string" ? { path: new RegExp(pattern) } : pattern === undefined ? {} : { pattern };
  return { ...fault, ...path } as unknown as Fault;
}
