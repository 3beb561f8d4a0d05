/** What the device says in the body of a refusal. */
import { isJsonObject, type Json, jsonStrings, ownMember } from "../json";
import { cut, printable } from "../text";
import type { DeviceResponse } from "./response";

const longestMessage = 300;

/** How much of a body is examined; no message is longer. */
const longestBody = 256 * 1024;

/** How much of it is redacted: more than is shown, because redaction may shorten it. */
const longestText = 4000;

/**
 * What the device says in the body of a refusal, on one line, at most 300 characters, safe to print.
 * @param redactEcho Redacts the text: devices repeat what they were sent.
 */
export function deviceMessage(response: DeviceResponse, redactEcho: (text: string) => string): string | undefined {
  const text = printable(redactEcho(cut(bodyText(response).trim(), longestText)), longestMessage).trim();
  return text === "" ? undefined : text;
}

function bodyText({ json, isHtml, text, compression }: DeviceResponse): string {
  if (compression !== undefined) {
    return "";
  }
  if (json) {
    return [...messages(json.value)].slice(0, 20).join("; ");
  }
  const body = cut(text.trimStart(), longestBody);
  return isHtml ? textOfPage(body) : body;
}

function* messages(value: Json): Generator<string> {
  if (!isJsonObject(value)) {
    yield* jsonStrings(value);
    return;
  }
  const named = ["error", "message", "reason", "detail", "description", "title"].flatMap((key) => [
    ...jsonStrings(ownMember(value, key)),
  ]);
  yield* named.length > 0 ? named : jsonStrings(value);
}

/** Elements of a page whose content is not shown to people. */
const hidden: readonly string[] = ["script", "style", "head"];

/** The text of a page without tags, with runs of blanks collapsed. Each character is examined a few times at most. */
function textOfPage(page: string): string {
  const lower = page.toLowerCase();
  // Elements with no closing tag ahead, each searched for once: a page may open any number that it never closes.
  const unclosed = new Set<string>();
  const parts: string[] = [];
  let at = 0;
  while (at < page.length) {
    const start = page.indexOf("<", at);
    const end = start < 0 ? -1 : page.indexOf(">", start);
    parts.push(page.slice(at, end < 0 ? page.length : start));
    if (end < 0) {
      break;
    }
    at = end + 1;
    const name = hidden.find((one) => !unclosed.has(one) && isTag(lower, start + 1, one));
    const close = name === undefined ? -1 : lower.indexOf(`</${name}`, at);
    if (close >= 0) {
      at = close;
    } else if (name !== undefined) {
      unclosed.add(name);
    }
  }
  return parts.join(" ").replace(/\s+/g, " ");
}

function isTag(lower: string, at: number, name: string): boolean {
  return lower.startsWith(name, at) && !/[a-z0-9-]/.test(lower.charAt(at + name.length));
}
