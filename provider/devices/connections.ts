/** The connections of one run, opened when first needed and shared by all its operations, and their secrets. */
import { type Clock, DliClient, type DliClientOptions, type LoginLedger, processLogins } from "../client";
import type { Identity } from "../runtime/denials";
import { PatchSupport } from "../runtime/patch-support";
import { secretsOf } from "./configuration/device-configuration";

/** A device that the run has used. */
export interface Connection {
  readonly client: DliClient;
  readonly identity: Identity;
  readonly patches: PatchSupport;
}

/** What every connection is opened with. */
export interface ConnectionParts {
  readonly clock: Clock;
  /** Counts failed logins. Default: the ledger of this process. */
  readonly logins?: LoginLedger | undefined;
  /** Receives debug lines, which hold no secrets. */
  readonly log?: ((line: string) => void) | undefined;
}

export class Connections {
  readonly #made = new Map<string, Connection>();
  readonly #secrets = new Set<unknown>();
  readonly #parts: ConnectionParts;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
  }

  /** The secrets of every device used so far, since any text may contain one. */
  get secrets(): readonly unknown[] {
    return [...this.#secrets];
  }

  /** The connection to the named device, if there is one. */
  to(name: string): Connection | undefined {
    return this.#made.get(name);
  }

  /** Opens the connection to the named device, without making a request. */
  open(name: string, options: DliClientOptions, addresses: readonly string[]): Connection {
    const { clock, logins = processLogins, log } = this.#parts;
    logins.join(addresses);
    const client = new DliClient({ ...options, clock, logins, ...(log && { log }) });
    for (const secret of secretsOf(options)) {
      this.#secrets.add(secret);
    }
    const connection = { client, identity: identityOf(options), patches: new PatchSupport() };
    this.#made.set(name, connection);
    return connection;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#made.values()].map(({ client }) => client.close()));
    this.#made.clear();
  }
}

/** Who we are to the device. A token is `CLIENT.TOKEN`, in which the second part holds no dot. */
function identityOf({ username, token = "" }: DliClientOptions): Identity {
  return username === undefined ? { client: token.slice(0, Math.max(0, token.lastIndexOf("."))) } : { user: username };
}
