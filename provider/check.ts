/** Checks the inputs of a resource without the unit, and fills in defaults. */
import type { Json } from "./device";
import {
  type AnyDefinition,
  type CheckContext,
  type Failure,
  type InputSpec,
  type InputSpecs,
  inputsOf,
} from "./resources";
import { holdsUnknown, unknownValue } from "./unknown";

export interface Checked {
  /** The inputs in the form in which they were given, with defaults. */
  readonly inputs: Record<string, Json>;
  readonly failures: Failure[];
}

/** Every failure names one input and says what is expected. Values that preview does not know pass. */
export function checkInputs(
  definition: AnyDefinition,
  given: Record<string, unknown>,
  context: Omit<CheckContext, "device">,
): Checked {
  context.run.declared();
  const { inputs, failures } = checkValues(definition.type, inputsOf(definition), given);
  if (failures.length > 0) return { inputs, failures };
  const known = (name: PropertyKey) => !holdsUnknown(inputs[String(name)]);
  const device = known("device") ? String(inputs["device"]) : "";
  return { inputs, failures: definition.check?.(inputs, known, { ...context, device }) ?? [] };
}

/** Checks values against their specs alone. `what` is how messages call the thing that they are inputs of. */
export function checkValues(what: string, specs: InputSpecs, given: Record<string, unknown>): Checked {
  const failures: Failure[] = Object.keys(given)
    .filter((name) => !Object.hasOwn(specs, name) && given[name] !== undefined)
    .map((name) => ({
      property: name,
      reason: `is not an input of ${what}; it has ${Object.keys(specs).join(", ")}`,
    }));
  const inputs = withDefaults(specs, given);
  for (const [name, spec] of Object.entries(specs)) {
    if (Object.hasOwn(inputs, name)) failures.push(...valueFailures(name, spec, inputs[name]));
    else if (spec.required) failures.push({ property: name, reason: "is required" });
  }
  return { inputs, failures };
}

function withDefaults(specs: InputSpecs, given: Record<string, unknown>): Record<string, Json> {
  const inputs: Record<string, Json> = {};
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined) inputs[name] = value as Json;
  }
  for (const [name, spec] of Object.entries(specs)) {
    if (!Object.hasOwn(inputs, name) && spec.default !== undefined) inputs[name] = structuredClone(spec.default);
  }
  return inputs;
}

function valueFailures(name: string, spec: InputSpec, value: unknown): Failure[] {
  const parsed = spec.schema.safeParse(value);
  if (parsed.success) return [];
  return parsed.error.issues
    .filter((issue) => !concernsUnknown(value, issue.path))
    .map((issue) => ({
      property: [name, ...issue.path].reduce<string>((path, step) => propertyPath(path, step), ""),
      reason: lowerFirst(issue.message),
    }));
}

/** Whether a complaint is about an unknown value, or about something that an unknown value may still put right. */
function concernsUnknown(value: unknown, path: readonly PropertyKey[]): boolean {
  let at = value;
  for (const step of path) {
    if (at === unknownValue) return true;
    at = typeof at === "object" && at !== null ? (at as Record<PropertyKey, unknown>)[step] : undefined;
  }
  return holdsUnknown(at);
}

function propertyPath(path: string, step: PropertyKey): string {
  if (path === "") return String(step);
  return typeof step === "number" ? `${path}[${step}]` : `${path}.${String(step)}`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
