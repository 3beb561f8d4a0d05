/**
 * Checks the arguments of a component for what none of its resources would report: names of inputs, and the shape of
 * everything that the component splits up. The rest is passed on to a resource, which checks it.
 */
import * as pulumi from "@pulumi/pulumi";
import { didYouMean, meantBy } from "../../provider/runtime/typo";
import { isRecord, ofLater } from "../plain-object";

/** A part of the arguments that the component itself splits up. */
export interface Part {
  /** What messages call it: `an outlet of PowerController`. */
  readonly what: string;
  /** Its inputs besides those of the resource that it becomes; all of its inputs if it becomes none. */
  readonly own: Readonly<Record<string, Form>>;
  /** Inputs of that resource that the component sets; missing if it does not become a single resource. */
  readonly given?: readonly string[];
  /** The short form that is also accepted: only the number, or a boolean for yes or no. */
  readonly short?: "number" | "boolean";
}

/**
 * `value` is passed on as it is, and so is `setting`, unless it is `leave`; `names` is a list of outlet names; `access` is
 * such a list or `all`; `each` is a map with a part under each name.
 */
export type Form = "value" | "setting" | "names" | "access" | { readonly each: Part } | { readonly one: Part };

/**
 * @param inWhole Finds what else is wrong with arguments that have the right shape.
 * @throws RunError with everything that is wrong, before the component declares anything.
 */
export function refuseWrongArguments(
  part: Part,
  name: string,
  args: unknown,
  { ignoreChanges = [] }: pulumi.ComponentResourceOptions = {},
  inWhole: () => string[] = () => [],
): void {
  const inShape = [...problemsInPart(part, args, ""), ...ignoredIn(part, ignoreChanges)];
  const problems = inShape.length > 0 ? inShape : inWhole();
  if (problems.length > 0) {
    throw new pulumi.RunError(`${part.what} ${JSON.stringify(name)}: ${problems.map((one) => `${one}.`).join(" ")}`);
  }
}

/**
 * The engine diffs resources, not components, so what the option names would change anyway. Transforms also give a
 * component options that are meant for its resources: those have names that are not inputs of the component.
 */
function ignoredIn({ what, own }: Part, ignoreChanges: readonly string[]): string[] {
  const named = ignoreChanges.map((path) => path.split(/[.[]/)[0] ?? "");
  if (!named.some((name) => name === "*" || Object.hasOwn(own, name))) {
    return [];
  }
  const text = `ignoreChanges of a ${what} ignores nothing, because Pulumi applies it to single resources; leave those inputs out, or give it to the resources with the option transforms`;
  return [text];
}

function problemsInPart(part: Part, value: unknown, path: string): string[] {
  const { what, own, given = [], short } = part;
  if (typeof value === short) {
    return [];
  }
  if (!isRecord(value)) {
    if (path === "") {
      return [`the arguments have to be an object; it has ${Object.keys(own).join(", ")}`];
    }
    const otherwise = { number: "the number of the outlet or ", boolean: "true, false or " };
    return [`${path} has to be ${short === undefined ? "" : otherwise[short]}an object${outputProblem(value)}`];
  }
  const at = (key: string) => (path === "" ? key : `${path}.${key}`);
  return Object.entries(value).flatMap(([key, member]) => {
    const form = Object.hasOwn(own, key) ? own[key] : undefined;
    if (member === undefined) {
      return [];
    }
    if (form !== undefined) {
      return problemsInForm(form, member, at(key));
    }
    const names = Object.keys(own);
    if (part.given === undefined) {
      return [`${at(key)} is not an input of ${what}${didYouMean(key, names)}; it has ${names.join(", ")}`];
    }
    // Everything else is passed on to the resource, which knows its own inputs.
    return given.includes(key) || meantBy(key, names) !== undefined
      ? [`${at(key)} is not an input of ${what}${didYouMean(key, names)}${replacementFor(key, part)}`]
      : [];
  });
}

/** What to use instead of this input of the resource. */
function replacementFor(key: string, { given = [], own }: Part): string {
  if (!given.includes(key)) {
    return "";
  }
  const instead: Readonly<Record<string, string>> = {
    name: "its key is its name",
    device: "the component has `device`",
  };
  return `; ${instead[key] ?? `it has ${Object.keys(own).join(", ")}`}`;
}

function problemsInForm(form: Form, value: unknown, path: string): string[] {
  if (form === "value" || form === "setting") {
    return [];
  }
  if (form === "names" || form === "access") {
    const isRight = Array.isArray(value) ? value.every((one) => typeof one === "string") : isAll(form, value);
    const kinds = `a list of names of outlets${form === "access" ? " or `all`" : ""}`;
    return isRight ? [] : [`${path} has to be ${kinds}${outputProblem(value)}`];
  }
  if ("one" in form) {
    return problemsInPart(form.one, value, path);
  }
  if (!isRecord(value)) {
    return [`${path} has to be an object with names as its keys${outputProblem(value)}`];
  }
  return Object.entries(value).flatMap(([name, member]) => problemsInPart(form.each, member, `${path}.${name}`));
}

/** The contents of an output, secret or promise are not known when a component declares its resources. */
function outputProblem(value: unknown): string {
  return pulumi.Output.isInstance(value)
    ? ", and no output or secret as a whole, because resources are made of it; give the secrets inside of it, as `password: pulumi.secret(...)`"
    : ofLater(value);
}

function isAll(form: Form, value: unknown): boolean {
  return form === "access" && value === "all";
}
