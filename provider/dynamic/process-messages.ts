/** The messages between the engine and Pulumi's process for dynamic providers, as the copy of its package has them. */
import { createRequire } from "node:module";

/** Their classes, in the process for dynamic providers; `undefined` in any other process. What is not there is `undefined`. */
export function processMessages<Messages extends object>(): Partial<Messages> | undefined {
  const main = require.main?.filename ?? "";
  if (!/[\\/]cmd[\\/]dynamic-provider[\\/]index\.js$/.test(main)) {
    return undefined;
  }
  try {
    return createRequire(main)("../../proto/provider_pb") as Partial<Messages>;
  } catch {
    return undefined;
  }
}
