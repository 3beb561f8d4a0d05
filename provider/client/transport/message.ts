import { isJsonObject, type Json, jsonStrings } from "../json";
import { redactEcho } from "../redact";
import type { DeviceResponse } from "./transport";

const maxLength = 300;

/** The body of an answer as JSON; `undefined` when it is none. */
export function parseJson(answer: DeviceResponse): { value: Json } | undefined {
  try {
    return { value: JSON.parse(answer.text) as Json };
  } catch {
    return undefined;
  }
}

/** Whether the answer is a page for people, such as the login form. */
export function isHtml(answer: DeviceResponse): boolean {
  return /^text\/html\b/i.test(header(answer, "content-type") ?? "") || /^\s*<(!doctype|html)\b/i.test(answer.text);
}

/** The first value of a header. */
export function header(answer: DeviceResponse, name: string): string | undefined {
  const value = answer.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/**
 * What the device says in the body of a refusal, on one line, at most 300 characters. Devices like to repeat what they
 * were sent, so every string of the request and every secret of the client is taken out.
 * @param hidden Strings that must not show, whatever form they were written in.
 */
export function deviceWords(answer: DeviceResponse, hidden: Iterable<string>): string | undefined {
  const parsed = parseJson(answer);
  let text = parsed ? [...messages(parsed.value)].join("; ") : answer.text;
  if (!parsed && isHtml(answer)) {
    text = text.replace(/<(script|style|head)\b[\s\S]*?<\/\1>/gi, " ").replace(/<[^>]*>/g, " ");
  }
  text = redactEcho(text, hidden)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out, a terminal would obey them.
    .replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, " ")
    .trim();
  if (text === "") {
    return undefined;
  }
  return text.length > maxLength ? `${text.slice(0, maxLength)}...` : text;
}

function* messages(value: Json): Generator<string> {
  if (!isJsonObject(value)) {
    yield* jsonStrings(value);
    return;
  }
  const named = ["error", "message", "reason", "detail", "description", "title"].flatMap((key) => [
    ...jsonStrings(Object.hasOwn(value, key) ? value[key] : undefined),
  ]);
  yield* named.length > 0 ? named : jsonStrings(value);
}
