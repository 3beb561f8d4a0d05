/**
 * Converts the inputs of a component, as a program in another language sends them, to what the component's class accepts:
 * parts that it splits up are plain values, and values passed on to a resource keep their dependencies and secrecy.
 */
import * as pulumi from "@pulumi/pulumi";
import type { Form, Part } from "../components/arguments";
import { isRecord } from "../plain-object";
import { applyWithUnknowns, promiseWithUnknowns } from "../pulumi-internals";

/** @throws RunError if a part that the component splits up is unknown in a preview. */
export async function takenApart(part: Part, value: unknown, path = ""): Promise<unknown> {
  const whole = await opened(value);
  if (pulumi.isUnknown(whole)) {
    return refuseUnknown(path);
  }
  if (typeof whole === "number" && part.short === "number") {
    return { number: value };
  }
  return isRecord(whole)
    ? members(whole, (key) => {
        const form = Object.hasOwn(part.own, key) ? (part.own[key] as Form) : "value";
        return asForm(form, memberOf(value, key), path === "" ? key : `${path}.${key}`);
      })
    : whole;
}

async function asForm(form: Form, value: unknown, path: string): Promise<unknown> {
  if (form === "value") {
    return value;
  }
  if (typeof form === "object" && "one" in form) {
    return takenApart(form.one, value, path);
  }
  const whole = await opened(value);
  if (form === "setting") {
    return whole === "leave" ? whole : value;
  }
  const isOpen = typeof form === "object" ? pulumi.isUnknown(whole) : pulumi.containsUnknowns([whole]);
  if (isOpen) {
    return refuseUnknown(path);
  }
  return typeof form === "object" && isRecord(whole)
    ? members(whole, (name) => takenApart(form.each, memberOf(value, name), `${path}.${name}`))
    : whole;
}

async function members(
  whole: Readonly<Record<string, unknown>>,
  make: (key: string) => Promise<unknown>,
): Promise<Record<string, unknown>> {
  return Object.fromEntries(
    await Promise.all(Object.keys(whole).map(async (key): Promise<[string, unknown]> => [key, await make(key)])),
  );
}

/** The value itself. Members of an object stay as they are; elements of a list are unwrapped, too. */
async function opened(value: unknown): Promise<unknown> {
  const isOutput = pulumi.Output.isInstance(value) || Array.isArray(value);
  return isOutput ? promiseWithUnknowns(pulumi.output(value)) : value;
}

/** A member; that of an output is an output with the same dependencies and secrecy. */
function memberOf(value: unknown, key: string): unknown {
  const at = (whole: unknown) => (isRecord(whole) && !pulumi.isUnknown(whole) ? whole[key] : whole);
  return pulumi.Output.isInstance(value) ? applyWithUnknowns(value, at) : at(value);
}

function refuseUnknown(path: string): never {
  throw new pulumi.RunError(
    `${path} is not known in a preview, so nobody could see what would be declared: only the values in it may come from other resources.`,
  );
}
