import { isJsonObject, type Json, jsonStrings } from "../json";
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
  text = hide(text, hidden)
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

function hide(text: string, hidden: Iterable<string>): string {
  const forms = [...new Set([...hidden].flatMap(spellings))]
    // Shorter ones are no secrets, and taking them out would leave nothing readable.
    .filter((form) => form.length >= 4)
    .sort((a, b) => b.length - a.length);
  let result = text.replace(authorization, "(the login sent)");
  for (const form of forms) {
    result = result.replaceAll(form, stand);
  }
  const whole = result;
  const cut = forms.map((form) => beginning(form, whole)).sort((a, b) => b.length - a.length);
  for (const start of cut) {
    if (start !== "") {
      result = result.replaceAll(start, stand);
    }
  }
  return result;
}

const stand = "(the value sent)";
const authorization =
  /\bDigest\s+(?:[\w*-]+\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^\s,"]*)[,\s]*)+|\b(?:Basic|Bearer)\s+[\w.~+/=-]{4,}/gi;

/** The forms in which a string may come back: as it is, or as in JSON, a URL, a form or a web page. */
function spellings(secret: string): string[] {
  // A half surrogate pair becomes a replacement character, as when it was sent.
  const valid = Buffer.from(secret).toString();
  const html = valid.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
  const form = new URLSearchParams([["", valid]]).toString().slice(1);
  return [valid, JSON.stringify(valid).slice(1, -1), encodeURIComponent(valid), form, html];
}

/** The longest beginning of a one-line value that stands in the text, if any: devices cut what they repeat. */
function beginning(form: string, text: string): string {
  if (form.length > 200 || form.includes("\n")) {
    return "";
  }
  let length = form.length - 1;
  while (length >= 6 && !text.includes(form.slice(0, length))) {
    length--;
  }
  return length >= 6 ? form.slice(0, length) : "";
}
