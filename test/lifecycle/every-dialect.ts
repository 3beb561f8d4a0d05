/** Every value of every dialect of the device, for what has to hold under each of them. */
import { isDeepStrictEqual } from "node:util";
import { type DialectSettings, dialects } from "../../simulator";
import { dialectSettings } from "../../simulator/dialects";

/** Each value by itself, with a label for the test's name. */
export const everyDialect: readonly (readonly [label: string, settings: Partial<DialectSettings>])[] = Object.entries(
  dialects,
).flatMap(([name, { values }]) =>
  values.map((value) => [`${name}=${String(value)}`, { [name]: value } as Partial<DialectSettings>] as const),
);

/**
 * Does the work once for each device that differs. A dialect's default value makes the very device that there is
 * without it, so that all of them share one run and its result.
 */
export function oncePerDevice(
  work: (settings: Partial<DialectSettings>) => Promise<void>,
): (settings: Partial<DialectSettings>) => Promise<void> {
  const plain = dialectSettings({});
  let withoutDialects: Promise<void> | undefined;
  return (settings) => {
    if (!isDeepStrictEqual(dialectSettings(settings), plain)) {
      return work(settings);
    }
    withoutDialects ??= work({});
    return withoutDialects;
  };
}
