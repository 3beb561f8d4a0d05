/**
 * Undoes a guess that Pulumi makes when it writes a program: if a text equals the `name` or id of another resource, it
 * writes a reference to that resource. Renaming a user would then rename an outlet.
 */
import type { NamedResource } from "../../provider/converter/inventory";

/** The program with the texts restored. Variables are named so that no text on the device looks like a reference. */
export function withoutGuesses(program: string, found: readonly NamedResource[]): string {
  const values = new Map<string, string>();
  for (const { variable, id, inputs } of found) {
    values.set(`${variable}.id`, id);
    if (typeof inputs["name"] === "string") {
      values.set(`${variable}.name`, inputs["name"]);
    }
  }
  const reference = /(?<![\w$.])\w+\.(?:name|id)(?![\w$])/g;
  return program.replaceAll(reference, (path) => {
    const value = values.get(path);
    return value === undefined ? path : JSON.stringify(value);
  });
}
