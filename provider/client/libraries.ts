import type { DigestFactory } from "./auth/digest";
import { digestFactory } from "./auth/digest";

/** The libraries of this client. */
export interface Libraries {
  readonly undici: Pick<typeof import("undici"), "Pool" | "buildConnector">;
  readonly PQueue: typeof import("p-queue").default;
  /** Still loading when the first request leaves, which goes out without a login anyway. */
  readonly digest: Promise<DigestFactory>;
}

let loading: Promise<Libraries> | undefined;

/**
 * Loads them on the first request, because the provider imports this room in every run, also in those that never talk
 * to a device. `import()`, since two of them are ES modules only and `require` of those prints a warning on Node 20.
 */
export function libraries(): Promise<Libraries> {
  loading ??= import("p-queue").then((queue) => ({
    undici: connections(),
    PQueue: queue.default,
    digest: import("digest-fetch").then(({ DigestClient }) => digestFactory(DigestClient)),
  }));
  return loading;
}

/** Of undici only what makes connections: the whole of it (fetch, caches, mocks) takes 40 ms and 10 MB more. */
function connections(): Libraries["undici"] {
  return { Pool: require("undici/lib/dispatcher/pool.js"), buildConnector: require("undici/lib/core/connect.js") };
}
