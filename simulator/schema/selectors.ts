/** Reads the segments of an address: plain keys and matrix selections. */
import { Refusal } from "./refusal";

/** What one segment of an address picks (device.md section 1.8). */
export type Selector =
  | { readonly kind: "key"; readonly key: string }
  /** `all;`, `all;locked=false`, `name=fred` */
  | { readonly kind: "all"; readonly filters: readonly Filter[] }
  /** `one;name=fred` */
  | { readonly kind: "one"; readonly filters: readonly Filter[] }
  /** `=0,4`, `=name,physical_state` */
  | { readonly kind: "listed"; readonly keys: readonly string[] };

/** A field that must have a value, written as text. */
export interface Filter {
  readonly field: string;
  readonly value: string;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Refusal(400, "The address is not properly percent-encoded");
  }
}

/** A key; `!.` and `!..` stand for the dots, any other leading `!` is reserved. */
function decodeKey(text: string): string {
  if (text === "!." || text === "!..") {
    return text.slice(1);
  }
  if (text.startsWith("!")) {
    throw new Refusal(404, "Keys that start with ! are reserved");
  }
  return decode(text);
}

function filters(text: string): Filter[] {
  return text
    .split(";")
    .filter((part) => part !== "")
    .map((part) => {
      const at = part.indexOf("=");
      if (at < 1) {
        throw new Refusal(404, `No such matrix selection: ${decode(part)}`);
      }
      return { field: decode(part.slice(0, at)), value: decode(part.slice(at + 1)) };
    });
}

/** Reads one segment, still percent-encoded: `;`, `=` and `,` have a matrix meaning only when bare. */
export function parseSelector(segment: string): Selector {
  if (segment.startsWith("=")) {
    return { kind: "listed", keys: segment.slice(1).split(",").map(decodeKey) };
  }
  if (segment.startsWith("all;")) {
    return { kind: "all", filters: filters(segment.slice(4)) };
  }
  if (segment.startsWith("one;")) {
    return { kind: "one", filters: filters(segment.slice(4)) };
  }
  if (/[=;]/.test(segment)) {
    return { kind: "all", filters: filters(segment) };
  }
  return { kind: "key", key: decodeKey(segment) };
}
