/** Restores what Pulumi loses when it writes TypeScript: in multi-line texts, every `$` not followed by `{`. */
import type { Json } from "../../provider/client";
import type { NamedResource } from "../../provider/converter/inventory";

/** The start of a resource with its type and name, a quoted string, or a template literal. */
const tokens = /new dli\.(\w+)\("((?:[^"\\]|\\.)*)"|"(?:[^"\\]|\\.)*"|`((?:[^`\\]|\\[\s\S])*)`/g;

/** The program with the texts as they are on the device. */
export function withDollars(program: string, found: readonly NamedResource[]): string {
  let texts: ReadonlyMap<string, string> = new Map();
  return program.replace(tokens, (token, type?: string, name?: string, lines?: string) => {
    if (type !== undefined && name !== undefined) {
      const one = found.find(({ definition, logical }) => definition.type === type && logical === read(name));
      texts = new Map(textsIn((one?.inputs ?? {}) as Json).map((text) => [withoutDollars(text), text]));
      return token;
    }
    const text = lines === undefined ? undefined : texts.get(read(lines));
    return text === undefined ? token : written(text);
  });
}

function textsIn(value: Json): string[] {
  if (typeof value === "string") {
    return /\n/.test(value) ? [value] : [];
  }
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

function withoutDollars(text: string): string {
  return text.replace(/\$(?!\{)/g, "");
}

/** The value of a string literal. */
function read(literal: string): string {
  const escapes = /\\(?:x([\da-f]{2})|u([\da-f]{4})|u\{([\da-f]+)\}|([\s\S]))/gi;
  return literal.replace(escapes, (_escape, two?: string, four?: string, any?: string, itself = "") => {
    const code = two ?? four ?? any;
    return code === undefined ? itself : String.fromCodePoint(Number.parseInt(code, 16));
  });
}

/** A text as a template literal, with escapes for everything that an editor might not show or keep. */
function written(text: string): string {
  const safe = text
    .replace(/[`\\]|\$(?=\{)/g, "\\$&")
    .replace(/(?![\n ])[\p{C}\p{Z}]/gu, (one) => `\\u{${one.codePointAt(0)?.toString(16)}}`);
  return `\`${safe}\``;
}
