/** Texts from a device: bounded, and without anything that a terminal or a reader could take for more than text. */
import type { Json } from "./json";

/** The most that a message quotes of one text from the device. */
const longestQuoted = 100;

/** Stands in for what cannot be shown: bytes that are not UTF-8, and characters that control a terminal. */
export const unshown = "\ufffd";

/**
 * Characters that control a terminal or the order of the text around them. Tabs and line breaks are text, but a lone
 * carriage return is not: it sends a terminal back to the start of the line and begins a new line in Markdown. Marks
 * that only give the direction of a letter, as in Arabic and Hebrew names, are left alone.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out.
const controls = /\r(?!\n)|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** Texts that need no further inspection: most of what a device says. */
const plain = /^[\n\t\x20-\x7e]*$/;

/** What, besides the controls, must not appear in one line of a message. */
const breaks = /[\s\u0085\u2028\u2029]+/g;
/** Nothing that joins letters or picks the form of one, but what has no shape of its own: words can be hidden in it. */
const invisible =
  /[\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]|\u034f|\udb40[\udc00-\udc7f]/g;

/** A text for one line of a message, at most this long; characters that cannot be shown are written as `\u{1b}`. */
export function printable(text: string, longest = 4000): string {
  // Bounded beforehand too, so that no work is spent on what is thrown away.
  const line = whole(
    cut(text, 2 * longest)
      .replace(breaks, " ")
      .replace(controls, escaped)
      .replace(invisible, escaped),
  );
  return line.length > longest ? `${cut(line, longest)}...` : line;
}

/** A name or text from the device, for use in a message: at most 100 characters. */
export function quotedText(text: string): string {
  return printable(text, longestQuoted);
}

/** Names from the device, for use in a message: the first 20, and how many more there are. */
export function quotedNames(names: readonly string[]): string {
  const shown = names.slice(0, 20).map(quotedText).join(", ");
  return names.length > 20 ? `${shown} and ${names.length - 20} more` : shown;
}

/** The text with U+FFFD in place of each lone surrogate. */
function whole(text: string): string {
  return Buffer.from(text).toString();
}

function escaped(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16)}}`;
}

/** The beginning of a text, without half of a character at its end. */
export function cut(text: string, length: number): string {
  const isHalf = /[\ud800-\udbff]/.test(text.charAt(length - 1));
  return text.slice(0, isHalf ? length - 1 : length);
}

/** Whether a JSON text certainly holds nothing that cannot be shown, not even escaped. */
export function isPlainJson(text: string): boolean {
  return plain.test(text) && !text.includes("\\");
}

/** A value of the device as it is stored, printed and compared: what cannot be shown is replaced by U+FFFD. */
export function withoutControls(value: Json): Json {
  if (typeof value === "string") {
    return plain.test(value) ? value : whole(value.replace(controls, unshown));
  }
  if (Array.isArray(value)) {
    return value.map(withoutControls);
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  const clean = (text: string) => withoutControls(text) as string;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [clean(name), withoutControls(member)]));
}

/** Percent-encodes everything except `A-Z a-z 0-9 - _ . ~`. @throws URIError for half of a surrogate pair. */
export function percentEncoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Why a text must not be written, as a clause: the device would receive something other than what is meant. */
export function unreadable(text: string): string | undefined {
  if (text.includes(unshown)) {
    return "contains the character U+FFFD, which stands for what could not be read";
  }
  return whole(text) === text ? undefined : "contains half of a character (a lone surrogate)";
}

/** Why a text cannot be declared, as a clause: it could not be read back unchanged. */
export function textProblem(text: string): string | undefined {
  return unreadable(text) ?? (text.search(controls) >= 0 ? "contains control characters" : undefined);
}
