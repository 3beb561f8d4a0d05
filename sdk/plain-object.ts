/** Objects whose members a program gives: no lists, and nothing that is known only later. */
import * as pulumi from "@pulumi/pulumi";

/** Whether a value is an object whose members are known. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject && !pulumi.Output.isInstance(value) && !(value instanceof Promise);
}

/**
 * The arguments of a resource or provider; none if they are left out.
 * @throws RunError if they are no object: its members would be lost without a word.
 */
export function argumentsOf(type: string, name: string, args: unknown): Readonly<Record<string, unknown>> {
  if (args === undefined || isRecord(args)) {
    return args ?? {};
  }
  throw new pulumi.RunError(`${type} ${JSON.stringify(name)}: the arguments have to be an object${ofLater(args)}.`);
}

/** What is wrong with a value that is known only later, as the end of a sentence. */
export function ofLater(value: unknown): string {
  return value instanceof Promise ? ", and no promise: `await` it first" : "";
}
