/**
 * Takes back what Pulumi guesses when it writes a program: where a text equals the `name` or the id of another resource, it
 * writes a reference to that one. Renaming a user would then rename an outlet.
 */
import type { Found } from "../../provider/converter/inventory";

/** The program with texts again. No text of the device looks like one of the references: the variables are chosen so. */
export function withoutGuesses(program: string, found: readonly Found[]): string {
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
