/**
 * Detects secrets in a text under another spelling: escaped, capitalised, encoded, cut, or with blanks in between. Only
 * letters and digits are compared, in every way in which the text can be read.
 */

/** How deep escapes may be nested, such as JSON inside JSON. */
const deepest = 3;

/** How many ways of reading one text are tried. */
const mostReadings = 60;

/**
 * A secret shorter than `shortestCut` is recognised only as whole words, because ordinary words may contain parts of
 * it; one shorter than `shortestWhole` is not recognised at all.
 */
const shortestCut = 8;
const shortestWhole = 3;

/**
 * How many characters in a row reveal a secret: half of a short one, up to `most`; `least` once part of it was seen.
 */
const telling = { least: 4, most: 6 };

/**
 * A longer text, such as a script, is revealed only by `tellingOfLong` characters: devices quote parts of it to say
 * what is wrong.
 */
const longestLine = 200;
const tellingOfLong = 20;

type Reading = (text: string) => string;

/** Decoders, one for each way in which a text may be encoded. */
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

/** What a comparison takes into account. */
interface Comparison {
  /** Words that reveal nothing, in lower case. */
  readonly ordinary: ReadonlySet<string>;
  /** Whether the text is known to have repeated part of a secret. */
  readonly isCutEcho: boolean;
}

/** Whether a text reveals one of these secrets, or a telling part of one. */
export function reveals(text: string, secrets: readonly string[], comparison: Comparison): boolean {
  const { ordinary } = comparison;
  const readings = allReadings(text);
  return [lettersOf, asciiOf].some((normal) => {
    const shown = new Shown(readings.map((reading) => wordsOf(normal(reading)).filter((word) => !ordinary.has(word))));
    return secrets.some((secret) => isRevealed(normal(secret), isLong(secret), shown, comparison));
  });
}

function isLong(secret: string): boolean {
  return secret.length > longestLine || secret.includes("\n");
}

function isRevealed(secret: string, isLongOne: boolean, shown: Shown, { ordinary, isCutEcho }: Comparison): boolean {
  const words = wordsOf(secret);
  const unusual = words.filter((word) => !ordinary.has(word));
  if (isLongOne) {
    // Without ordinary words, like the text it is compared with: a script may have one at the end of every line.
    const joined = unusual.join("");
    const enough = isCutEcho ? shortestCut : Math.min(tellingOfLong, joined.length);
    return joined.length >= shortestCut && shown.hasPartOf(joined, enough);
  }
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

  /** Whether this is what consecutive words of the text are when joined. */
  hasWords(form: string): boolean {
    this.#whole ??= new Set(this.#readings.flatMap(shortRuns));
    return this.#whole.has(form);
  }

  /** Whether the text contains any part of the form of this length. */
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

/** Runs of consecutive words, joined, each extended only while it is shorter than `shortestCut`. */
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

/** A text in lower case and without accents. */
function lettersOf(text: string): string {
  return text
    .normalize("NFKD")
    .replaceAll(/\p{M}+/gu, "")
    .toUpperCase()
    .toLowerCase();
}

/** A text reduced to ASCII, in case all other letters were garbled on the way. */
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

/**
 * Resolves backslash escapes, whose numbers are decimal as in JSON, JavaScript and Lua, or octal as in C and shells.
 */
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

/** Decodes UTF-8 whose bytes each became a character. */
function bytesAsText(text: string): string {
  return text.replaceAll(/[\u0080-\u00ff]{2,}/g, (bytes) => Buffer.from(bytes, "latin1").toString());
}

/** Only the decoded parts of a text. */
function encoded(text: string, pattern: RegExp, encoding: "base64" | "hex", skipped: number): string {
  const found = text.match(pattern) ?? [];
  const digits = encoding === "hex" ? found.map((one) => one.replaceAll(/[^0-9a-f]/gi, "")) : found;
  return digits.map((one) => Buffer.from(one.slice(skipped), encoding).toString("latin1")).join("\n");
}

/** The character with this code, or a byte of one; empty if there is none. */
function character(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : "";
}
