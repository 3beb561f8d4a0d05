/** All dialects, and a complete choice of them. */
import { accessDialects } from "./access";
import type { DialectValue } from "./dialect";
import { relayDialects } from "./relay";
import { responseDialects } from "./responses";
import { valueDialects } from "./values";

export type { Dialect, DialectValue } from "./dialect";

/**
 * The undocumented behaviours of the real device, each with its plausible values. A client has to work under every one
 * of them; a report about a real device settles one (device.md section 13).
 */
export const dialects = { ...responseDialects, ...valueDialects, ...accessDialects, ...relayDialects } as const;

/** The name of a dialect. */
export type DialectName = keyof typeof dialects;

/** A value for each dialect. */
export type DialectSettings = { [K in DialectName]: (typeof dialects)[K]["values"][number] };

/**
 * Completes a choice of dialects with the defaults. Values may also be the texts of the command line.
 * For an unknown name or value, throws an Error that lists the known ones.
 */
export function dialectSettings(chosen: Readonly<Record<string, DialectValue | undefined>> = {}): DialectSettings {
  const settings: Record<string, DialectValue> = {};
  for (const [name, dialect] of Object.entries(dialects)) {
    settings[name] = dialect.default;
  }
  for (const [name, value] of Object.entries(chosen)) {
    if (value === undefined) {
      continue;
    }
    const dialect = Object.entries(dialects).find(([known]) => known === name)?.[1];
    if (dialect === undefined) {
      throw new Error(`There is no dialect "${name}". Known: ${Object.keys(dialects).join(", ")}.`);
    }
    const known = (dialect.values as readonly DialectValue[]).find((candidate) => String(candidate) === String(value));
    if (known === undefined) {
      throw new Error(`Dialect "${name}" cannot be "${value}". It can be: ${dialect.values.join(", ")}.`);
    }
    settings[name] = known;
  }
  return settings as DialectSettings;
}
