/** What the device says in the body of a refusal. */
import { isJsonObject, type Json, jsonStrings } from "../json";
import type { DeviceResponse } from "./response";

const maxLength = 300;

/**
 * What the device says in the body of a refusal, on one line, at most 300 characters.
 * @param redactEcho Takes out of the text what must not show: devices repeat what they were sent.
 */
export function deviceMessage(response: DeviceResponse, redactEcho: (text: string) => string): string | undefined {
  const text = redactEcho(bodyText(response))
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out, a terminal would obey them.
    .replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, " ")
    .trim();
  if (text === "") {
    return undefined;
  }
  return text.length > maxLength ? `${text.slice(0, maxLength)}...` : text;
}

function bodyText({ json, isHtml, text }: DeviceResponse): string {
  if (json) {
    return [...messages(json.value)].join("; ");
  }
  return isHtml ? text.replace(/<(script|style|head)\b[\s\S]*?<\/\1>/gi, " ").replace(/<[^>]*>/g, " ") : text;
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
