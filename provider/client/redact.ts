/** The one place that takes secrets out of texts and errors. */
import { reveals } from "./disguise";
import { type Json, unusualNames } from "./json";
import { pointerStep } from "./json-patch";
import { cut, percentEncoded } from "./text";

/** What takes the place of a secret. */
export const redacted = "[redacted]";

/** Shorter secrets are left in: redacting them would make every text unreadable, and the gaps would reveal them. */
const shortest = 3;

/** A shorter beginning of a secret is too often an ordinary word. */
const shortestBeginning = 6;

/** A shorter word is redacted only as a whole word, not as part of another. */
const shortestPart = 8;

/** A longer text is searched for literally: it is never a single word. */
const longestPattern = 1000;

/** The most that is ever shown of what a device says. */
const longestEcho = 1000;

/**
 * Words that devices and this client use themselves. A secret made of these alone is redacted only where it is quoted
 * or given as a value: elsewhere redaction would hide what the message is about, and the gap would reveal as much.
 */
const ordinary = new Set(
  (
    "a access account address admin all allowed already an and any api are argument as at attempt auth bad be busy but by" +
    " call cannot change client close config configuration could critical cycle default delay denied device digest disabled" +
    " do does eof element empty enabled end error exist exists expected fail failed field file for forbidden found function" +
    " get has have host id if in index input internal invalid is it item it's key later length line list local locked log" +
    " login long lua missing must name near needed network new nil no not nothing null number object of off offline on only" +
    " open or outlet outlets parameter password path permission please port power protected put read reason reboot refused" +
    " relay request required restapi return right root same script secret server set short should state string string such" +
    " supported switch symbol syntax table test text that the then there this thread timeout to token too true false type" +
    " unexpected unique unknown up update use used user username users value values valid was web while with without wrong" +
    " write you your"
  ).split(" "),
);

const authorization =
  /\bDigest\s+(?:[\w*-]+\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^\s,"]*)[,\s]*)+|\b(?:Basic|Bearer)\s+[\w.~+/=-]{4,}/gi;

/** The name of a member of a secret. Most are the device's own words, so only in a path it tells that it is inside. */
export class SecretName {
  constructor(readonly name: string) {}
}

/** Takes secrets out of a text. */
export type Redact = (text: string) => string;

/** Knows secrets and takes them out of texts without revealing them. */
export interface Redactor {
  redact(text: string): string;
  /** Notes texts that are about to be sent, which `redactEcho` then takes out of later responses, too. */
  remember(sent: Iterable<string>): void;
  /** For what the device says about a request: also takes out what was sent, even if the device cut or respelled it. */
  redactEcho(text: string, sent: Iterable<string>): string;
}

/**
 * The text without these secrets, in whichever form they were written, and without any `Authorization` header.
 * @param secrets For a value that is not a string, its JSON and every string, number and unusual name in it. A
 *   {@link SecretName} is taken out of paths.
 */
export function redact(text: string, secrets: Iterable<unknown>): string {
  const [names, values]: [string[], unknown[]] = [[], []];
  for (const secret of secrets) {
    secret instanceof SecretName ? names.push(secret.name) : values.push(secret);
  }
  return withoutNames(withoutForms(text.replace(authorization, redacted), formsOf(values)), names);
}

/**
 * Like {@link redact}, for what a device says, cut to 1000 characters: devices repeat what they were sent, shortened
 * and respelled at will. If any of it is still visible, in any spelling, the whole text is redacted.
 */
export function redactEcho(text: string, secrets: readonly unknown[]): string {
  const forms = formsOf(secrets);
  const result = withoutForms(text.replace(authorization, redacted), forms);
  const beginnings = forms.map((form) => beginningOf(form, result)).filter((beginning) => !isOrdinary(beginning));
  const uncut = withoutForms(result, beginnings);
  const rest = cut(uncut, longestEcho);
  const comparison = { ordinary, isCutEcho: uncut !== result };
  return reveals(rest.replaceAll(redacted, " "), secrets.flatMap(textsIn), comparison) ? redacted : rest;
}

/**
 * The same error with every text redacted, its causes included. A copy if anything had to be redacted, because others
 * may hold the original.
 */
export function redactError<T>(error: T, clean: Redact): T {
  if (!(error instanceof Error)) {
    return error;
  }
  const cause = redactMember("cause", error.cause, clean);
  const message = clean(error.message);
  const stack = error.stack === undefined ? undefined : clean(error.stack);
  const members = Object.entries(error).map(([name, value]) => [name, redactMember(name, value, clean)] as const);
  const isClean =
    cause === error.cause &&
    message === error.message &&
    stack === error.stack &&
    members.every(([name, value]) => value === (error as Readonly<Record<string, unknown>>)[name]);
  if (isClean) {
    return error;
  }
  const copy = new Error(message, cause === undefined ? undefined : { cause });
  Object.setPrototypeOf(copy, Object.getPrototypeOf(error));
  return Object.assign(copy, Object.fromEntries(members), { stack }) as T & Error;
}

/** Members by which programs tell errors apart; they come from the caller, not from the device. */
const identifying = new Set(["name", "code", "device", "method", "path", "outcome"]);

function redactMember(name: string, value: unknown, clean: Redact): unknown {
  if (typeof value === "string") {
    return identifying.has(name) ? value : clean(value);
  }
  return redactError(value, clean);
}

function withoutForms(text: string, forms: readonly string[]): string {
  const present = [...new Set(forms)]
    .filter((form) => form !== "" && text.includes(form))
    .sort((left, right) => right.length - left.length);
  const patterns = present.filter((form) => form.length <= longestPattern).map(patternOf);
  // A whole script is too long for a pattern, and the error about that would show it.
  const rest = present
    .filter((form) => form.length > longestPattern)
    .reduce((shorter, form) => shorter.replaceAll(form, redacted), text);
  return patterns.length === 0 ? rest : rest.replace(new RegExp(patterns.join("|"), "gu"), redacted);
}

/** The text without these names as segments of a path, or in a selection of several members. */
function withoutNames(text: string, names: readonly string[]): string {
  const forms = new Set(names.map(wellFormed).flatMap((name) => [name, percentEncoded(name), pointerStep(name)]));
  const present = [...forms].filter((form) => form !== "" && form.length <= longestPattern && text.includes(form));
  const pattern = present.map(escapedPattern).join("|");
  const rest =
    present.length === 0
      ? text
      : text.replace(new RegExp(`(?<=[/=,])(?:${pattern})(?![\\p{L}\\p{N}_~%-])`, "gu"), redacted);
  // A message does not show all of a long path.
  return forms.size === 0
    ? rest
    : rest.replace(/(?<=[/=,])[^/=,\s]+(?=\.\.\.)/gu, (end) =>
        [...forms].some((form) => form.startsWith(end)) ? redacted : end,
      );
}

/** Ordinary words match as values, short ones as whole words, everything else anywhere. */
function patternOf(form: string): string {
  const escaped = escapedPattern(form);
  if (isOrdinary(form)) {
    return `(?<=["'=])${escaped}(?=["',;&}\\s]|$)`;
  }
  const isWord = form.length < shortestPart && /^[\p{L}\p{N}]+$/u.test(form);
  return isWord ? `(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])` : escaped;
}

function escapedPattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}

/** Whether a text consists of ordinary words alone. */
function isOrdinary(text: string): boolean {
  const words = text.toLowerCase().match(/[\p{L}\p{N}']+/gu);
  return words?.every((word) => ordinary.has(word)) === true && /^[\p{L}' ]+$/u.test(text);
}

function formsOf(secrets: Iterable<unknown>): string[] {
  return [...secrets]
    .flatMap(textsIn)
    .flatMap(spellings)
    .filter((form) => form.length >= shortest);
}

function textsIn(secret: unknown): string[] {
  if (typeof secret === "string") {
    return [secret];
  }
  return secret === undefined
    ? []
    : [JSON.stringify(secret), ...scalarsIn(secret as Json), ...unusualNames(secret as Json)];
}

function scalarsIn(value: Json): string[] {
  if (typeof value === "object" && value !== null) {
    return Object.values(value).flatMap(scalarsIn);
  }
  return typeof value === "string" || typeof value === "number" ? [String(value)] : [];
}

/** The forms in which a string may come back: as it is, or as in JSON, a URL, a form or a web page. */
function spellings(secret: string): string[] {
  const valid = wellFormed(secret);
  const html = valid.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
  const form = new URLSearchParams([["", valid]]).toString().slice(1);
  const encoded = [encodeURIComponent(valid), percentEncoded(valid)];
  return [valid, JSON.stringify(valid).slice(1, -1), ...encoded, form, html];
}

/** A lone surrogate becomes a replacement character when it is sent. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}

/** The longest beginning of a one-line value that the text contains, if any. */
function beginningOf(form: string, text: string): string {
  if (form.length > 200 || form.includes("\n")) {
    return "";
  }
  // Of most forms of what was ever sent, the text does not contain even the beginning.
  let length = text.includes(form.slice(0, shortestBeginning)) ? form.length - 1 : 0;
  while (length >= shortestBeginning && !text.includes(form.slice(0, length))) {
    length--;
  }
  return length >= shortestBeginning ? form.slice(0, length) : "";
}
