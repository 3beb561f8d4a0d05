import type { DigestFactory } from "./digest";
import { digestFactory } from "./digest";

/** The libraries of this client. */
export interface Libraries {
  readonly undici: typeof import("undici");
  readonly PQueue: typeof import("p-queue").default;
  readonly digest: DigestFactory;
}

let loading: Promise<Libraries> | undefined;

/**
 * Loads them on the first request, because the provider imports this room in every run, also in those that never talk
 * to a device. `import()`, since two of them are ES modules only and `require` of those prints a warning on Node 20.
 */
export function libraries(): Promise<Libraries> {
  loading ??= Promise.all([import("undici"), import("p-queue"), import("digest-fetch")]).then(
    ([undici, queue, digest]) => ({ undici, PQueue: queue.default, digest: digestFactory(digest.DigestClient) }),
  );
  return loading;
}
