/** Values under the names of the inputs and outputs of a resource. */
import type { Json } from "../client";

/** As a program declares, a device reports or a state keeps them. */
export type Values = Readonly<Record<string, Json | undefined>>;

/** The values under these names, as far as they exist. */
export function pick(values: Values, names: readonly string[]): Record<string, Json> {
  const found = names.flatMap((name) => {
    const value = values[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(found);
}
