/** Checks the inputs of a resource without the device, and fills in defaults. */
import { deepestNesting, isJsonObject, type Json, memberOf, redact, textProblem } from "../../client";
import { didYouMean } from "../../runtime/typo";
import { inputsOf } from "../../schema/common-inputs";
import { complaintOf, innermostIssues, type Speech } from "../../schema/complaints";
import type { AnyDefinition, CheckContext, Failure } from "../../schema/definition";
import type { InputSpec, InputSpecs } from "../../schema/inputs";
import { Properties } from "../../schema/properties";
import { pathText } from "../../schema/property-path";
import { marksIn, marksName, marksOf, namesInId, secretPaths, shownPath } from "../../schema/secrecy";
import { holdsUnknown, unknownValue } from "../../schema/unknown";
import type { Values } from "../../schema/values";
import { signatureKey } from "../state/engine-words";
import { withDefaults } from "./defaults";

export interface Checked {
  /** The inputs as they were given, with defaults. */
  readonly inputs: Record<string, Json>;
  readonly failures: Failure[];
  /** Whether each value is valid by itself; together they may still contradict each other. */
  readonly isWellFormed: boolean;
}

/**
 * Every failure names one input and says what is expected, without revealing a secret. Values that a preview does not
 * know pass. Neither the device nor the run is changed.
 */
export function checkInputs(
  definition: AnyDefinition,
  given: Record<string, unknown>,
  context: Omit<CheckContext, "device">,
): Checked {
  const { [marksName]: _marks, ...own } = given;
  const hidden = new Set(secretPaths(definition, given as Values).map(([name]) => name));
  const isShown = (name: string) => !hidden.has(name);
  const { inputs: values, failures, isWellFormed } = checkValues(definition.type, inputsOf(definition), own, isShown);
  const inputs = { ...values, ...marksOf(given as Values) };
  const clean = (text: string) => redact(text, Properties.of(definition, inputs).secrets);
  const shown = (found: readonly Failure[]) =>
    found.map(({ property, reason }) => ({
      property: shownPath(definition, inputs, property),
      reason: clean(reason),
    }));
  if (!isWellFormed) {
    return { inputs, failures: shown(failures), isWellFormed };
  }
  const known = (name: PropertyKey) => !holdsUnknown(inputs[String(name)]);
  const device = known("device") ? String(inputs["device"]) : "";
  const warn = (message: string) => context.warn(clean(message));
  warnOfSecretsInId(definition, inputs, warn);
  return {
    inputs,
    failures: shown(definition.check?.(inputs, known, { ...context, device, warn }) ?? []),
    isWellFormed,
  };
}

/** Warns of secrets in an id, which Pulumi cannot keep secret. */
function warnOfSecretsInId(definition: AnyDefinition, inputs: Values, warn: (message: string) => void): void {
  const marked = marksIn(inputs).map(([name = ""]) => name);
  if (marked.length === 0 || holdsUnknown(inputs)) {
    return;
  }
  const inId = namesInId(definition, inputs);
  for (const name of new Set(marked.filter((one) => inId.has(one)))) {
    warn(
      `\`${name}\` of ${definition.type} is given as a secret, but it is part of the resource's id, which Pulumi keeps and shows in clear. Give it as \`pulumi.unsecret(...)\` if it is no secret.`,
    );
  }
}

/** A failure as one sentence: `pingIntervalSeconds is 1; it has to be 2 to 3600 seconds.` */
export function failureText({ property, reason }: Failure): string {
  const isPredicate = /^(is|has|must|may|contains|cannot)\b/.test(reason);
  return `${property}${isPredicate ? "" : ":"} ${reason}${/[.?!]$/.test(reason) ? "" : "."}`;
}

/**
 * Checks values against their specs alone. `what` names the owner of the inputs in messages, and `isShown` says whether
 * they may show the numbers and names in an input.
 */
export function checkValues(
  what: string,
  specs: InputSpecs,
  given: Record<string, unknown>,
  isShown: (name: string) => boolean = () => true,
): Checked {
  const failures: Failure[] = Object.keys(given)
    .filter((name) => !Object.hasOwn(specs, name) && given[name] !== undefined)
    .map((name) => ({
      property: pathText([name]),
      reason: `is not an input of ${what}${didYouMean(name, Object.keys(specs))}; it has ${Object.keys(specs).join(", ")}`,
    }));
  const inputs = withDefaults(specs, given as Values);
  for (const [name, spec] of Object.entries(specs)) {
    if (Object.hasOwn(inputs, name)) {
      failures.push(...valueFailures({ name, isShown: isShown(name) }, spec, inputs[name]));
    } else if (spec.required) {
      failures.push({ property: name, reason: "is required" });
    }
  }
  return { inputs, failures, isWellFormed: failures.length === 0 };
}

/** The inputs, and the members of inputs, that are valid by themselves. */
export function readablePart(definition: AnyDefinition, inputs: Values): Record<string, Json> {
  const readable = Object.entries<InputSpec>(inputsOf(definition)).flatMap(([name, { schema }]) => {
    const value = formProblem(inputs[name], [name]) ? undefined : structuredClone(inputs[name]);
    const issues = schema.safeParse(value).error?.issues ?? [];
    for (const { path, ...issue } of issues) {
      const places = issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...path, key]) : [path];
      places.forEach((place) => void remove(value, place));
    }
    return value !== undefined && schema.safeParse(value).success ? [[name, value] as const] : [];
  });
  return Object.fromEntries(readable);
}

function remove(value: Json | undefined, place: readonly PropertyKey[]): void {
  let container = value;
  for (const step of place.slice(0, -1)) {
    container = memberOf(container, String(step));
  }
  if (isJsonObject(container)) {
    delete container[String(place.at(-1))];
  }
}

function valueFailures(speech: Speech, spec: InputSpec, value: unknown): Failure[] {
  const { name } = speech;
  const problem = formProblem(value, [name]);
  if (problem) {
    return [problem];
  }
  const parsed = spec.schema.safeParse(value);
  if (parsed.success) {
    return [];
  }
  return parsed.error.issues
    .flatMap(innermostIssues)
    .filter((issue) => !concernsUnknown(value, issue.path))
    .map((issue) => ({
      property: pathText([name, ...issue.path]),
      reason: complaintOf(spec.schema, value, issue, speech),
    }));
}

/** What no input of any type may hold: text that could not be read back, or nesting deeper than any device has. */
function formProblem(value: unknown, path: readonly PropertyKey[]): Failure | undefined {
  if (path.length > deepestNesting) {
    return { property: String(path[0]), reason: `is nested deeper than ${deepestNesting} levels` };
  }
  if (typeof value === "string") {
    const reason = textProblem(value);
    return reason === undefined ? undefined : { property: pathText(path), reason };
  }
  for (const [key, member] of Object.entries(value ?? {})) {
    if (key === signatureKey) {
      return { property: pathText(path), reason: "must be a plain value, not an asset, an archive or a resource" };
    }
    const reason = textProblem(key);
    const found = reason ? { property: pathText(path), reason: `has a key that ${reason}` } : undefined;
    const inside = found ?? formProblem(member, [...path, Array.isArray(value) ? Number(key) : key]);
    if (inside) {
      return inside;
    }
  }
  return undefined;
}

/** Whether an issue is about an unknown value, or about one that contains it and may prove valid once it is known. */
function concernsUnknown(value: unknown, path: readonly PropertyKey[]): boolean {
  let at = value;
  for (const step of path) {
    if (at === unknownValue) {
      return true;
    }
    at = memberOf(at, String(step));
  }
  return holdsUnknown(at);
}
