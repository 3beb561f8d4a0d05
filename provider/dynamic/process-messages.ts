/** The messages between the engine and Pulumi's process for dynamic providers, as the copy of its package has them. */
import { createRequire } from "node:module";

/** Their classes, in the process for dynamic providers; `undefined` in any other process. What is not there is `undefined`. */
export function processMessages<Messages extends object>(): Partial<Messages> | undefined {
  const main = require.main?.filename ?? "";
  if (!/[\\/]cmd[\\/]dynamic-provider[\\/]index\.js$/.test(main)) {
    return undefined;
  }
  try {
    // The copy that the process itself has loaded: what is changed in another one would not count.
    const file = createRequire(main).resolve("../../proto/provider_pb");
    return require.cache[file]?.exports as Partial<Messages> | undefined;
  } catch {
    return undefined;
  }
}
