/**
 * Says what is wrong with a value in plain English: what it is, what it has to be, and in which unit. It is the only
 * place that words what zod finds; rules that zod cannot know bring their own words.
 */
import * as z from "zod";
import { memberOf } from "../client";
import { didYouMean } from "../runtime/typo";
import { wordOf } from "./null-word";

type Issue = z.core.$ZodIssue;
type Schema = z.core.$ZodType;

/** How messages may speak of a value. */
export interface Speech {
  /** Name of the input. */
  readonly name: string;
  /** Whether numbers and names in the value may be shown: not those of a secret. */
  readonly isShown: boolean;
}

/** What zod found; for a union, what is wrong with the form that was meant: a list with a wrong element is a list. */
export function innermostIssues(issue: Issue): Issue[] {
  const alternatives = issue.code === "invalid_union" ? issue.errors : [];
  const meant = alternatives.find((issues) => issues.length > 0 && issues.every(({ path }) => path.length > 0));
  return meant === undefined
    ? [issue]
    : meant.flatMap((inner) => innermostIssues({ ...inner, path: [...issue.path, ...inner.path] }));
}

/** The end of a sentence that begins with the path of the value: `is 1; it has to be 2 to 3600 seconds`. */
export function complaintOf(schema: Schema, value: unknown, issue: Issue, speech: Speech): string {
  const at = valueAt(value, issue.path);
  const expected = expectedAt(schema, issue.path, [speech.name]);
  switch (issue.code) {
    case "too_small":
    case "too_big":
      return outside(at, expected, speech);
    case "invalid_type":
      return typeof at === "number" && /^(int|number)$/.test(issue.expected)
        ? outside(at, expected, speech)
        : ofWrongType(at, expected, issue.path.length > 0);
    case "invalid_value":
      return `has to be ${expected}${typeof at === "string" ? didYouMean(at, textsIn(issue.values)) : ""}`;
    case "invalid_union":
      return ofWrongType(at, expected, false);
    case "unrecognized_keys":
      return speech.isShown ? unknownKeys(schema, issue) : "has a member that is not known";
    case "invalid_key":
      return issue.issues[0]?.message ?? issue.message;
    default:
      return issue.message;
  }
}

/**
 * Says, in a clause that begins with a verb, why a device's value is of another kind than an input or output of this
 * schema, regardless of its range; `undefined` if it is not, or if the device has no value.
 */
export function kindProblem(schema: Schema, value: unknown, name: string): string | undefined {
  const issues = value === null ? [] : (z.safeParse(schema, value).error?.issues ?? []);
  const issue = issues.flatMap(innermostIssues).find((one) => isOfOtherKind(one, value));
  return issue && complaintOf(schema, value, issue, { name, isShown: false });
}

function isOfOtherKind(issue: Issue, value: unknown): boolean {
  if (issue.code === "invalid_union") {
    return issue.errors.every((issues) =>
      issues.some((inner) => isOfOtherKind({ ...inner, path: [...issue.path, ...inner.path] }, value)),
    );
  }
  const isNumber = typeof valueAt(value, issue.path) === "number";
  return issue.code === "invalid_type" && !(isNumber && /^(int|number)$/.test(issue.expected));
}

function outside(value: unknown, expected: string, { isShown }: Speech): string {
  if (typeof value === "number" && isShown) {
    return `is ${value}; it has to be ${expected}`;
  }
  if (Array.isArray(value)) {
    return "is empty; it has to name at least one";
  }
  if (value === "") {
    return `is empty; it has to be ${expected}`;
  }
  return `has to be ${expected}`;
}

function ofWrongType(value: unknown, expected: string, isInside: boolean): string {
  if (value === undefined && isInside) {
    return "is required";
  }
  const cure = /^a text\b/.test(expected) && isPlain(value) ? `. ${asText}` : "";
  return `has to be ${expected}, not ${kindOf(value)}${cure}`;
}

/**
 * Pulumi reads `4711` and `true` in the configuration of a YAML program as a number and a boolean, even if the program
 * declares a string, unless the configured value is a JSON text.
 */
const asText =
  "Put it in double quotes; in the configuration of a YAML program they belong to the value: `pulumi config set --secret KEY '\"...\"'`";

function isPlain(value: unknown): boolean {
  return typeof value === "number" || typeof value === "boolean";
}

function textsIn(options: readonly unknown[]): string[] {
  return options.filter((option) => typeof option === "string");
}

function unknownKeys(schema: Schema, issue: z.core.$ZodIssueUnrecognizedKeys): string {
  const owner = schemaAt(schema, issue.path);
  const names = owner instanceof z.ZodObject ? Object.keys(owner.shape) : [];
  const [key = ""] = issue.keys;
  return `has no \`${key}\`${didYouMean(key, names)}; it has ${names.join(", ")}`;
}

/** The kind of a value in everyday words. */
function kindOf(value: unknown): string {
  if (value === null || value === undefined) {
    return "nothing";
  }
  if (Array.isArray(value)) {
    return "a list";
  }
  const names: Readonly<Record<string, string>> = { string: "a text", number: "a number", boolean: "true or false" };
  return names[typeof value] ?? "an object";
}

/** What the value at a path has to be. */
function expectedAt(schema: Schema, path: readonly PropertyKey[], names: readonly string[]): string {
  const name = [...names, ...path].findLast((step) => typeof step === "string" && !/^\d+$/.test(step));
  const found = schemaAt(schema, path);
  return found === undefined ? "something else" : describe(found, unitOf(String(name)));
}

/** The unit that a name ends with. */
function unitOf(name: string): string {
  const unit = /(Milliseconds|Seconds|Minutes|Hours)$/.exec(name)?.[1];
  return unit === undefined ? "" : ` ${unit.toLowerCase()}`;
}

function describe(schema: Schema, unit: string): string {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) {
    return describe(schema.unwrap(), unit);
  }
  if (schema instanceof z.ZodNullable) {
    const word = wordOf(schema);
    return `${describe(schema.unwrap() as Schema, unit)}, or ${word === undefined ? "null" : `\`${word}\``}`;
  }
  if (schema instanceof z.ZodNumber) {
    return numbers(schema, unit);
  }
  if (schema instanceof z.ZodUnion) {
    return schema.options.map((option) => describe(option, unit)).join(" or ");
  }
  if (schema instanceof z.ZodEnum) {
    return listed(schema.options.map((option) => `\`${option}\``));
  }
  if (schema instanceof z.ZodLiteral) {
    return listed([...schema.values].map((option) => `\`${String(option)}\``));
  }
  if (schema instanceof z.ZodArray) {
    return `a list of ${plural(schema.element)}`;
  }
  if (schema instanceof z.ZodBoolean) {
    return "true or false";
  }
  if (schema instanceof z.ZodString) {
    return schema.minLength ? "a text with at least one character" : "a text";
  }
  return schema instanceof z.ZodRecord || schema instanceof z.ZodObject ? "an object" : "a value that JSON can hold";
}

function plural(schema: Schema): string {
  if (schema instanceof z.ZodNumber) {
    const { least } = bounds(schema);
    const kind = isWhole(schema) ? "whole numbers" : "numbers";
    return least === undefined ? kind : `${kind}, each at least ${least}`;
  }
  if (schema instanceof z.ZodString) {
    return "texts";
  }
  return schema instanceof z.ZodBoolean ? "booleans" : "values";
}

/** `2 to 3600 seconds`, `a whole number, at least 1`. */
function numbers(schema: z.ZodNumber, unit: string): string {
  const { least, most } = bounds(schema);
  const kind = isWhole(schema) ? "a whole number" : "a number";
  if (least !== undefined && most !== undefined) {
    return isWhole(schema) ? `a whole number from ${least} to ${most}${unit}` : `${least} to ${most}${unit}`;
  }
  const of = unit === "" ? "" : ` of${unit}`;
  if (least !== undefined) {
    return `${kind}${of}, at least ${least}`;
  }
  return most === undefined ? `${kind}${of}` : `${kind}${of}, at most ${most}`;
}

/** The bounds that a definition has chosen, without the built-in ones of every whole number. */
function bounds({ minValue, maxValue }: z.ZodNumber): { least: number | undefined; most: number | undefined } {
  const chosen = (value: number | null) =>
    value === null || Math.abs(value) >= Number.MAX_SAFE_INTEGER ? undefined : value;
  return { least: chosen(minValue), most: chosen(maxValue) };
}

function isWhole(schema: z.ZodNumber): boolean {
  return schema.format?.includes("int") === true;
}

function listed(options: readonly string[]): string {
  return options.length < 2 ? options.join("") : `${options.slice(0, -1).join(", ")} or ${options.at(-1)}`;
}

/** The schema of the value at a path. */
function schemaAt(schema: Schema, path: readonly PropertyKey[]): Schema | undefined {
  const [step, ...rest] = path;
  if (step === undefined) {
    return schema;
  }
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault) {
    return schemaAt(schema.unwrap(), path);
  }
  if (schema instanceof z.ZodArray) {
    return schemaAt(schema.element, rest);
  }
  if (schema instanceof z.ZodRecord) {
    return schemaAt(schema.valueType, rest);
  }
  if (schema instanceof z.ZodObject) {
    const member = (schema.shape as Record<string, Schema>)[String(step)];
    return member && schemaAt(member, rest);
  }
  const options = schema instanceof z.ZodUnion ? schema.options : [];
  return options.map((option) => schemaAt(option, path)).find((found) => found !== undefined);
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((at, step) => memberOf(at, String(step)), value);
}
