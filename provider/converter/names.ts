/** Names for the things of a device in a program that Pulumi writes: descriptive, unique, and the same every time. */
import type { Json } from "../client";
import type { AnyThing } from "../schema/definition";
import type { Values } from "../schema/values";
import { kebabCase, lowerFirst, upperFirst } from "../schema/word-case";

/** The two names of a resource in a program. */
export interface ProgramNames {
  /** What Pulumi shows and keeps. */
  readonly logical: string;
  /** The variable, an identifier in every language. */
  readonly variable: string;
}

/** Words that cannot name a variable in TypeScript or in what Pulumi writes first, and names that any program has. */
const reserved = new Set(
  `abstract any arguments as async await boolean break case catch class config const constructor continue debugger declare
  default delete dli do element else enum eval export exports extends false finally for from function get global if
  implements import in infer instanceof interface invoke is keyof let module namespace never new null number object of
  package private process protected public pulumi range readonly require return set static string super switch symbol this
  throw true try type typeof undefined unique unknown var void while with yield`.split(/\s+/),
);

/** The most characters of a device's text in a name: more would not make a program easier to read. */
const longest = 60;

/** Gives names one after the other, no two of them alike. */
export class Namer {
  readonly #logical = new Set<string>();
  readonly #variables = new Set<string>();
  readonly #texts: string;

  /** @param texts Everything that is on the device: no variable may look like one that it refers to. */
  constructor(texts = "") {
    this.#texts = texts;
  }

  /** @param prefix The device's name, if the program has several devices. */
  name(definition: AnyThing, inputs: Values, prefix = ""): ProgramNames {
    const words = [prefix, spokenName(definition, inputs) || kebabCase(definition.type)].filter(Boolean).join("-");
    const logical = unique(words, kebabCase(definition.type), (name) =>
      take(this.#logical, `${definition.type}/${name}`),
    );
    const plain = identifier(logical, definition.type);
    const variable = unique(plain, definition.type, (name) => this.#takeVariable(name), "");
    return { logical, variable };
  }

  /** Takes a name for a variable; false if it is not free. */
  #takeVariable(variable: string): boolean {
    const isText = ["name", "id"].some((member) => this.#texts.includes(`${variable}.${member}`));
    return !isText && take(this.#variables, variable.toLowerCase());
  }
}

/** What a person would call it. */
function spokenName(definition: AnyThing, inputs: Values): string {
  const { number, path } = inputs;
  const named = text(inputs["name"]) ?? (Array.isArray(inputs["addresses"]) ? text(inputs["addresses"][0]) : undefined);
  if (definition.type === "Relay") {
    return "";
  }
  if (typeof number === "number") {
    return named === undefined ? `outlet-${number}` : spoken(named);
  }
  return spoken(named ?? text(path) ?? "");
}

/** Removes what makes a name unreadable in a URN, a terminal or a file. */
function spoken(name: string): string {
  return name
    .replace(/[^\p{L}\p{N} ._@/+-]+/gu, "-")
    .replace(/^[-\s]+|[-\s]+$/g, "")
    .slice(0, longest);
}

function text(value: Json | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** `ann b` becomes `annB`; `192.168.0.5` becomes `autoPingItem192_168_0_5`, since no identifier begins with a digit. */
function identifier(name: string, type: string): string {
  const words = name.split(/[^A-Za-z0-9]+/).filter(Boolean);
  const joined = words.reduce((before, word) => {
    const isNumberBehindNumber = /\d$/.test(before) && /^\d/.test(word);
    return before === "" ? lowerFirst(word) : `${before}${isNumberBehindNumber ? "_" : ""}${upperFirst(word)}`;
  }, "");
  if (joined === "" || /^\d/.test(joined)) {
    return `${lowerFirst(type)}${joined}`;
  }
  return reserved.has(joined) ? `${joined}${type}` : joined;
}

/** The first that is free: the name, the name with its kind, or both with a number. */
function unique(name: string, kind: string, takeName: (name: string) => boolean, glue = "-"): string {
  const base = name.toLowerCase().endsWith(kind.toLowerCase()) ? name : `${name}${glue}${kind}`;
  for (let count = 0; ; count++) {
    const candidate = count === 0 ? name : count === 1 ? base : `${base}${glue}${count}`;
    if ((count !== 1 || base !== name) && takeName(candidate)) {
      return candidate;
    }
  }
}

function take(taken: Set<string>, name: string): boolean {
  const isFree = !taken.has(name);
  taken.add(name);
  return isFree;
}
