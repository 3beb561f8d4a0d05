import { isJsonObject, type Json, jsonStrings } from "./json";
import type { WireAnswer } from "./wire";

const maxLength = 300;

/** The body of an answer as JSON; `undefined` when it is none. */
export function parseJson(answer: WireAnswer): { value: Json } | undefined {
  try {
    return { value: JSON.parse(answer.text) as Json };
  } catch {
    return undefined;
  }
}

/** Whether the answer is a page for people, such as the login form. */
export function isHtml(answer: WireAnswer): boolean {
  return /^text\/html\b/i.test(header(answer, "content-type") ?? "") || /^\s*<(!doctype|html)\b/i.test(answer.text);
}

/** The first value of a header. */
export function header(answer: WireAnswer, name: string): string | undefined {
  const value = answer.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/**
 * What the device says in the body of a refusal, on one line, at most 300 characters. Devices like to repeat what they
 * were sent, so every string of the request and every secret of the client is taken out.
 * @param hidden Strings that must not show, whatever form they were written in.
 */
export function deviceWords(answer: WireAnswer, hidden: Iterable<string>): string | undefined {
  const parsed = parseJson(answer);
  let text = parsed ? [...messages(parsed.value)].join("; ") : answer.text;
  if (!parsed && isHtml(answer)) {
    text = text.replace(/<(script|style|head)\b[\s\S]*?<\/\1>/gi, " ").replace(/<[^>]*>/g, " ");
  }
  text = hide(text, hidden)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out, a terminal would obey them.
    .replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, " ")
    .trim();
  if (text === "") return undefined;
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
  let result = text;
  const forms = [...hidden].flatMap((secret) => {
    // A half surrogate pair becomes a replacement character, as on the wire.
    const valid = Buffer.from(secret).toString();
    const html = valid
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll(">", "&gt;")
      .replaceAll('"', "&quot;");
    const form = new URLSearchParams([["", valid]]).toString().slice(1);
    return [valid, JSON.stringify(valid).slice(1, -1), encodeURIComponent(valid), form, html];
  });
  for (const form of new Set(forms.sort((a, b) => b.length - a.length))) {
    // Shorter ones are no secrets, and taking them out would leave nothing readable.
    if (form.length < 4) continue;
    result = result.replaceAll(form, stand);
    const start = beginning(form, result);
    if (start !== undefined) result = result.replaceAll(start, stand);
  }
  return result;
}

const stand = "(the value sent)";

/** The longest beginning of a one-line value that stands in the text: devices cut what they repeat. */
function beginning(form: string, text: string): string | undefined {
  if (form.length > 200 || form.includes("\n")) return undefined;
  for (let length = form.length - 1; length >= 6; length--) {
    if (text.includes(form.slice(0, length))) return form.slice(0, length);
  }
  return undefined;
}
