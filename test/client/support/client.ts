/** Clients for tests. */
import { DliClient, type DliClientOptions, type DliError, LoginLedger } from "../../../provider/client";
import { instantClock } from "./clock";

/** A client with its own clock and login ledger, and constant jitter. */
export function clientOf(server: { url: string }, options: Partial<DliClientOptions> = {}): DliClient {
  return new DliClient({
    url: server.url,
    clock: instantClock(),
    logins: new LoginLedger(),
    random: () => 0.5,
    ...options,
  });
}

/** The error of a promise that has to fail. */
export function failure(promise: Promise<unknown>): Promise<DliError> {
  return promise.then(
    () => {
      throw new Error("did not fail");
    },
    (error: DliError) => error,
  );
}
