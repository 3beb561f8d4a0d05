/** The messages between the engine and Pulumi's process for dynamic providers, from its copy of Pulumi's package. */
import { createRequire } from "node:module";

/** Their classes, in the process for dynamic providers; `undefined` in any other, as is any class that is missing. */
export function processMessages<Messages extends object>(): Partial<Messages> | undefined {
  const main = require.main?.filename ?? "";
  if (!/[\\/]cmd[\\/]dynamic-provider[\\/]index\.js$/.test(main)) {
    return undefined;
  }
  try {
    // The copy that the process itself has loaded: changes to another one would have no effect.
    const file = createRequire(main).resolve("../../proto/provider_pb");
    return require.cache[file]?.exports as Partial<Messages> | undefined;
  } catch {
    return undefined;
  }
}
