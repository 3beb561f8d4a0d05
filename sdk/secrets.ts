/**
 * Which arguments are secrets. The engine removes its secret marks before it calls a dynamic provider, so they travel
 * separately from the values, under a name that Pulumi does not show.
 */
import * as pulumi from "@pulumi/pulumi";

/** The steps of a path, `["outlets", "3", "name"]`. */
type Mark = string[];

/** Nothing if no argument can be a secret, so that a program with plain values registers only its values. */
export function secretMarks(args: Readonly<Record<string, unknown>>): {
  __secrets?: pulumi.Output<Mark[] | undefined>;
} {
  if (!mayHoldOutput(args)) {
    return {};
  }
  return { __secrets: pulumi.output(marksIn(args, []).then((marks) => (marks.length > 0 ? marks : undefined))) };
}

async function marksIn(value: unknown, path: Mark): Promise<Mark[]> {
  if (pulumi.Output.isInstance(value)) {
    return (await pulumi.isSecret(value)) ? [path] : [];
  }
  if (value instanceof Promise) {
    return marksIn(await value, path);
  }
  if (!hasMembers(value)) {
    return [];
  }
  const inside = await Promise.all(Object.entries(value).map(([name, inner]) => marksIn(inner, [...path, name])));
  const found = inside.flat();
  // The order of a list may change, so the whole list counts.
  return Array.isArray(value) && found.length > 0 ? [path] : found;
}

function mayHoldOutput(value: unknown): boolean {
  if (!hasMembers(value)) {
    return false;
  }
  return pulumi.Output.isInstance(value) || value instanceof Promise || Object.values(value).some(mayHoldOutput);
}

/**
 * Whether a value may hold arguments. A resource holds none: it stands for its id, and to ask for its properties could
 * mean to wait for the end of the program, with which its parent, the stack, is complete.
 */
function hasMembers(value: unknown): value is object {
  return typeof value === "object" && value !== null && !pulumi.Resource.isInstance(value);
}
