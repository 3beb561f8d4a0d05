/**
 * What is wrong with the arguments of a component that no resource in it would say: names of inputs, and the shape of what the
 * component takes apart. All else goes on to a resource, which checks it.
 */
import * as pulumi from "@pulumi/pulumi";
import { didYouMean, meantBy } from "../../provider/runtime/typo";

/** What a component takes apart itself. */
export interface Part {
  /** How a message calls it: `an outlet of PowerController`. */
  readonly what: string;
  /** Inputs that it has besides those of the resource that it becomes; all that it has where it becomes none. */
  readonly own: Readonly<Record<string, Form>>;
  /** Inputs of that resource that the component gives it; missing where it becomes no single resource. */
  readonly given?: readonly string[];
  /** What else it may be: `number` for the number alone, `boolean` for yes or no. */
  readonly short?: "number" | "boolean";
}

/**
 * `value` goes on as it is; `setting` too, unless it is `leave`; `names` is a list of names of outlets, `access` may also be
 * `all`; a map has a part by each name.
 */
export type Form = "value" | "setting" | "names" | "access" | { readonly each: Part } | { readonly one: Part };

/** @throws RunError with all that is wrong, before anything of the component is declared. */
export function refuseWrongArguments(
  part: Part,
  name: string,
  args: unknown,
  { ignoreChanges = [] }: pulumi.ComponentResourceOptions = {},
): void {
  const problems = [...inPart(part, args, ""), ...ignoredIn(part, ignoreChanges)];
  if (problems.length > 0) {
    throw new pulumi.RunError(`${part.what} ${JSON.stringify(name)}: ${problems.map((one) => `${one}.`).join(" ")}`);
  }
}

/**
 * The engine compares resources and no components, so that what is to be ignored would be changed nevertheless. Transforms
 * give a component what is meant for its resources, too: names that are none of its inputs.
 */
function ignoredIn({ what, own }: Part, ignoreChanges: readonly string[]): string[] {
  const named = ignoreChanges.map((path) => path.split(/[.[]/)[0] ?? "");
  if (!named.some((name) => name === "*" || Object.hasOwn(own, name))) {
    return [];
  }
  const text = `ignoreChanges of a ${what} ignores nothing, because Pulumi applies it to single resources; leave those inputs out, or give it to the resources with the option transforms`;
  return [text];
}

/** Whether a value is an object of which the members are seen. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !pulumi.Output.isInstance(value);
}

function inPart(part: Part, value: unknown, path: string): string[] {
  const { what, own, given = [], short } = part;
  if (typeof value === short) {
    return [];
  }
  if (!isRecord(value)) {
    if (path === "") {
      return [`the arguments have to be an object; it has ${Object.keys(own).join(", ")}`];
    }
    const otherwise = { number: "the number of the outlet or ", boolean: "true, false or " };
    return [`${path} has to be ${short === undefined ? "" : otherwise[short]}an object${ofOutput(value)}`];
  }
  const at = (key: string) => (path === "" ? key : `${path}.${key}`);
  return Object.entries(value).flatMap(([key, member]) => {
    const form = Object.hasOwn(own, key) ? own[key] : undefined;
    if (member === undefined) {
      return [];
    }
    if (form !== undefined) {
      return inForm(form, member, at(key));
    }
    const names = Object.keys(own);
    if (part.given === undefined) {
      return [`${at(key)} is not an input of ${what}${didYouMean(key, names)}; it has ${names.join(", ")}`];
    }
    // What neither is meant for the component goes on to the resource, which knows its own inputs.
    return given.includes(key) || meantBy(key, names) !== undefined
      ? [`${at(key)} is not an input of ${what}${didYouMean(key, names)}${saidBy(key, part)}`]
      : [];
  });
}

/** Where what an input of the resource says is said instead. */
function saidBy(key: string, { given = [], own }: Part): string {
  if (!given.includes(key)) {
    return "";
  }
  const instead: Readonly<Record<string, string>> = {
    name: "its key is its name",
    device: "the component has `device`",
  };
  return `; ${instead[key] ?? `it has ${Object.keys(own).join(", ")}`}`;
}

function inForm(form: Form, value: unknown, path: string): string[] {
  if (form === "value" || form === "setting") {
    return [];
  }
  if (form === "names" || form === "access") {
    const isRight = Array.isArray(value) ? value.every((one) => typeof one === "string") : isAll(form, value);
    const kinds = `a list of names of outlets${form === "access" ? " or `all`" : ""}`;
    return isRight ? [] : [`${path} has to be ${kinds}${ofOutput(value)}`];
  }
  if ("one" in form) {
    return inPart(form.one, value, path);
  }
  if (!isRecord(value)) {
    return [`${path} has to be an object with names as its keys${ofOutput(value)}`];
  }
  return Object.entries(value).flatMap(([name, member]) => inPart(form.each, member, `${path}.${name}`));
}

/** What an output or a secret has in it is not known when a component declares its resources. */
function ofOutput(value: unknown): string {
  return pulumi.Output.isInstance(value)
    ? ", and no output or secret as a whole, because resources are made of it; give the secrets inside of it, as `password: pulumi.secret(...)`"
    : "";
}

function isAll(form: Form, value: unknown): boolean {
  return form === "access" && value === "all";
}
