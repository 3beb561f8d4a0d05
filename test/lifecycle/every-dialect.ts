/** Every value of every dialect of the device, for tests of what holds under each of them. */
import { isDeepStrictEqual } from "node:util";
import { type DialectSettings, dialects } from "../../simulator";
import { dialectSettings } from "../../simulator/dialects";

/** Each value alone, with a label for the test's name. */
export const everyDialect: readonly (readonly [label: string, settings: Partial<DialectSettings>])[] = Object.entries(
  dialects,
).flatMap(([name, { values }]) =>
  values.map((value) => [`${name}=${String(value)}`, { [name]: value } as Partial<DialectSettings>] as const),
);

/** Work on a device with these settings; it reports each dialect that the device consults. */
type Work = (settings: Partial<DialectSettings>, onDialect?: (name: keyof DialectSettings) => void) => Promise<void>;

/**
 * Does the work once for each device that differs. A default value leaves the device as it is without dialects, and so
 * does any value of a dialect that the device never consults during the work: these all share one run and its result.
 */
export function oncePerDevice(work: Work): (settings: Partial<DialectSettings>) => Promise<void> {
  const plain = dialectSettings({});
  const consulted = new Set<string>();
  let withoutDialects: Promise<void> | undefined;
  return async (settings) => {
    withoutDialects ??= work({}, (name) => consulted.add(name));
    await withoutDialects;
    if (consulted.size === 0) {
      throw new Error("The work does not say which dialects the device looks at: every login looks at some.");
    }
    const isAnother = !isDeepStrictEqual(dialectSettings(settings), plain);
    if (isAnother && Object.keys(settings).some((name) => consulted.has(name))) {
      await work(settings);
    }
  };
}
