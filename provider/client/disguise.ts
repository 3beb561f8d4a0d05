/**
 * Whether a text shows something secret in another spelling: in escapes, in capitals, encoded, with blanks in it, or cut.
 * Letters and digits alone are compared, in every way in which the text can be read.
 */

/** Escapes in escapes, such as JSON inside of JSON. */
const deepest = 3;

/** More ways to read one text are not tried. */
const mostReadings = 60;

/** A shorter secret is told by the whole of it alone, between other words: any part of it may be in an ordinary one. */
const shortestCut = 8;
const shortestWhole = 3;

/** How many signs in a row tell a secret: half of a short one, and less where a part of it was seen already. */
const telling = { least: 4, most: 6 };

/** Of a script or another long text, a device names parts that say what is wrong with it. */
const longestLine = 200;
const tellingOfLong = 20;

type Reading = (text: string) => string;

/** What a text would be if it were written in a certain way: the same text where it is not. */
const readingsOf: readonly Reading[] = [
  entities,
  percents(/%u([0-9a-f]{4})|%([0-9a-f]{2})/gi),
  percents(/(?!)()|=([0-9a-f]{2})/gi),
  (text) => backslashes(text, 10),
  (text) => backslashes(text, 8),
  bytesAsText,
  ...[0, 1, 2, 3].map((skipped) => (text: string) => encoded(text, /[\w+/-]{6,}/g, "base64", skipped)),
  ...[0, 1].map((skipped) => (text: string) => encoded(text, /(?:[0-9a-f]{2}[\s:,-]?){3,}/gi, "hex", skipped)),
];

/** How a text is compared. */
interface Comparison {
  /** Words that tell nothing, in small letters. */
  readonly ordinary: ReadonlySet<string>;
  /** Whether the text is known to have repeated a part of a secret. */
  readonly isCutEcho: boolean;
}

/** Whether a text tells one of these secrets, or a telling part of one. */
export function tells(text: string, secrets: readonly string[], comparison: Comparison): boolean {
  const { ordinary } = comparison;
  const readings = allReadings(text);
  return [lettersOf, asciiOf].some((normal) => {
    const shown = new Shown(readings.map((reading) => wordsOf(normal(reading)).filter((word) => !ordinary.has(word))));
    return secrets.some((secret) => isTold(normal(secret), isLong(secret), shown, comparison));
  });
}

function isLong(secret: string): boolean {
  return secret.length > longestLine || secret.includes("\n");
}

function isTold(secret: string, isLongOne: boolean, shown: Shown, { ordinary, isCutEcho }: Comparison): boolean {
  if (isLongOne) {
    const joined = secret.replaceAll(separators, "");
    return shown.hasPartOf(joined, Math.min(tellingOfLong, joined.length));
  }
  const words = wordsOf(secret);
  const unusual = words.filter((word) => !ordinary.has(word));
  const forms = unusual.length === 0 ? [] : new Set([words.join(""), unusual.join("")]);
  return [...forms].some((form) => {
    if (form.length < shortestCut) {
      return form.length >= shortestWhole && shown.hasWords(form);
    }
    const half = Math.min(telling.most, Math.ceil(form.length / 2));
    return shown.hasPartOf(form, isCutEcho ? telling.least : half);
  });
}

/** The letters and digits of a text in all its readings. */
class Shown {
  readonly #readings: readonly (readonly string[])[];
  readonly #parts = new Map<number, Set<string>>();
  #whole: Set<string> | undefined;

  constructor(readings: readonly (readonly string[])[]) {
    this.#readings = readings;
  }

  /** Whether these are some of the words, one after the other. */
  hasWords(form: string): boolean {
    this.#whole ??= new Set(this.#readings.flatMap(shortRuns));
    return this.#whole.has(form);
  }

  /** Whether as many signs in a row are in it. */
  hasPartOf(form: string, length: number): boolean {
    if (length === 0) {
      return false;
    }
    let parts = this.#parts.get(length);
    if (parts === undefined) {
      parts = new Set(this.#readings.flatMap((words) => partsOf(words.join(""), length)));
      this.#parts.set(length, parts);
    }
    for (let at = 0; parts.size > 0 && at + length <= form.length; at++) {
      if (parts.has(form.slice(at, at + length))) {
        return true;
      }
    }
    return false;
  }
}

function partsOf(text: string, length: number): string[] {
  return Array.from({ length: Math.max(0, text.length - length + 1) }, (_, at) => text.slice(at, at + length));
}

/** Words joined to the following ones, as far as they are short enough together. */
function shortRuns(words: readonly string[]): string[] {
  return words.flatMap((_, first) => {
    const runs: string[] = [];
    for (let run = "", at = first; at < words.length && run.length < shortestCut; at++) {
      run += words[at] ?? "";
      runs.push(run);
    }
    return runs;
  });
}

const separators = /[^\p{L}\p{N}]+/gu;

function wordsOf(text: string): string[] {
  return text.split(separators).filter((word) => word !== "");
}

/** Without accents and capitals. */
function lettersOf(text: string): string {
  return text
    .normalize("NFKD")
    .replaceAll(/\p{M}+/gu, "")
    .toUpperCase()
    .toLowerCase();
}

/** What is left where all other letters were damaged on the way. */
function asciiOf(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]+/g, " ");
}

function allReadings(text: string): string[] {
  const all = new Set([text]);
  let latest = [text];
  for (let depth = 0; depth < deepest; depth++) {
    const next = latest.flatMap((one) => readingsOf.map((read) => read(one)));
    latest = [...new Set(next)].filter((one) => one !== "" && !all.has(one)).slice(0, mostReadings - all.size);
    for (const one of latest) {
      all.add(one);
    }
  }
  return [...all];
}

const namedEntities: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  szlig: "ss",
};

function entities(text: string): string {
  const accented = "uml|acute|grave|circ|tilde|cedil|ring|slash";
  const pattern = new RegExp(`&#x([0-9a-f]{1,6});?|&#(\\d{1,7});?|&([a-z])(?:${accented});|&([a-z]{2,5});`, "gi");
  return text.replaceAll(pattern, (whole, hex?: string, decimal?: string, letter?: string, name = "") =>
    hex !== undefined
      ? character(Number.parseInt(hex, 16))
      : decimal !== undefined
        ? character(Number(decimal))
        : (letter ?? namedEntities[name.toLowerCase()] ?? whole),
  );
}

function percents(pattern: RegExp): Reading {
  return (text) =>
    text.replaceAll(pattern, (_, long?: string, short?: string) => character(Number.parseInt(long ?? short ?? "", 16)));
}

/** As in JSON, JavaScript and Lua, where numbers are decimal; in C and in shells they are octal. */
function backslashes(text: string, base: 8 | 10): string {
  const pattern = /\\(?:u\{([0-9a-f]{1,6})\}|u([0-9a-f]{4})|x([0-9a-f]{2})|(\d{1,3})|(.))/gisu;
  return text.replaceAll(pattern, (_, braced?: string, four?: string, two?: string, number?: string, other = "") => {
    const hex = braced ?? four ?? two;
    if (hex !== undefined) {
      return character(Number.parseInt(hex, 16));
    }
    return number === undefined ? (/[nrtz]/.test(other) ? " " : other) : character(Number.parseInt(number, base));
  });
}

/** UTF-8 of which each byte became a character. */
function bytesAsText(text: string): string {
  return text.replaceAll(/[\u0080-\u00ff]{2,}/g, (bytes) => Buffer.from(bytes, "latin1").toString());
}

/** What is encoded in a text, and nothing else of it. */
function encoded(text: string, pattern: RegExp, encoding: "base64" | "hex", skipped: number): string {
  const found = text.match(pattern) ?? [];
  const digits = encoding === "hex" ? found.map((one) => one.replaceAll(/[^0-9a-f]/gi, "")) : found;
  return digits.map((one) => Buffer.from(one.slice(skipped), encoding).toString("latin1")).join("\n");
}

/** A character, or a byte of one. */
function character(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : "";
}
