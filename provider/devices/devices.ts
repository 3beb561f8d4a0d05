/** The devices of one run: their clients, made when first needed and shared by all resources. */
import { randomBytes } from "node:crypto";
import { type Clock, DliClient, type DliClientOptions, systemClock } from "../client";
import { Account } from "../runtime/account";
import type { Context, RandomBytes } from "../runtime/context";
import type { Identity } from "../runtime/denials";
import { DeviceView } from "../runtime/device-view";
import { Gate } from "../runtime/gate/gate";
import type { Operation } from "../runtime/operations";
import { Run } from "../runtime/run";
import { cancellable } from "./cancellable-clock";
import { type ConfigLookup, deviceNames, deviceOptions, secretsOf } from "./config";

/** What a run needs from its surroundings. */
export interface Surroundings {
  readonly lookup: ConfigLookup;
  readonly env?: NodeJS.ProcessEnv;
  readonly clock?: Clock;
  /** Where new tokens come from. Default: the system's own source of randomness. */
  readonly random?: RandomBytes;
  /** Says something to the person at the terminal. */
  readonly warn?: (message: string) => void;
  /** Takes debug lines, when somebody asked for them; they hold no secret. */
  readonly log?: (line: string) => void;
  /** Aborted when the person asks to stop: nothing new is written then, and nobody waits for a device to settle. */
  readonly cancelled?: AbortSignal;
}

/** What one operation has of its own within a run. */
export interface OperationSurroundings {
  /** Says something to the person at the terminal about this operation's resource. */
  readonly warn?: (message: string) => void;
  /** How long the operation may wait for the device to settle, in place of what the device's own delays suggest. */
  readonly timeoutMilliseconds?: number;
}

/** Secrets shorter than this would blot out ordinary words of a message. */
const shortestRedacted = 3;

export class Devices {
  readonly run: Run;
  readonly warn: (message: string) => void;
  readonly #clients: Map<string, { client: DliClient; options: DliClientOptions }>;
  readonly #clock: Clock;

  readonly #surroundings: Surroundings;
  readonly #operation: OperationSurroundings;

  constructor(surroundings: Surroundings, operation: OperationSurroundings = {}, shared?: Devices) {
    this.#surroundings = surroundings;
    this.#operation = operation;
    this.#clock = surroundings.clock ?? systemClock;
    this.run = shared?.run ?? new Run(this.#waitingClock());
    this.#clients = shared ? shared.#clients : new Map();
    const warn = operation.warn ?? surroundings.warn;
    this.warn = (message) => warn?.(this.#redact(message, []));
  }

  /** The same devices and the same run, seen by one operation. */
  during(operation: OperationSurroundings): Devices {
    return new Devices(this.#surroundings, operation, this);
  }

  /** Names of the configured devices. */
  names(): string[] {
    return deviceNames(this.#surroundings.lookup, this.#surroundings.env ?? process.env);
  }

  /** A view of the named device for one operation of a resource, action or function of this type. */
  async context(device: string, type: string, operation?: Operation): Promise<Context> {
    const { client, options } = this.#entry(device);
    const account = new Account(client, identityOf(options));
    const gate = new Gate({
      device,
      type,
      access: () => ({ url: client.address, usesPassword: account.username !== undefined }),
      protectedOutlets: () => this.run.protectedOutlets.of(device),
      read: (path) => client.observe(path),
    });
    return {
      device: new DeviceView(client, account, gate, this.#surroundings.cancelled),
      account,
      run: this.run,
      operation,
      clock: this.#waitingClock(),
      random: this.#surroundings.random ?? randomBytes,
      warn: this.warn,
      timeoutMilliseconds: this.#operation.timeoutMilliseconds,
    };
  }

  /** The same error, with every known secret blotted out of its words. */
  withoutSecrets(error: unknown, secrets: readonly unknown[]): unknown {
    for (let at = error; at instanceof Error; at = at.cause) {
      for (const property of ["message", "stack", "words", "problem"] as const) {
        const text = (at as unknown as Record<string, unknown>)[property];
        if (typeof text !== "string") {
          continue;
        }
        const clean = this.#redact(text, secrets);
        if (clean !== text) {
          Object.defineProperty(at, property, { value: clean, configurable: true });
        }
      }
    }
    return error;
  }

  /** Closes every connection. */
  async close(): Promise<void> {
    await Promise.all([...this.#clients.values()].map(({ client }) => client.close()));
    this.#clients.clear();
  }

  /** The clock of everything that waits for a device. The client keeps its own: what it has begun it finishes. */
  #waitingClock(): Clock {
    return this.#surroundings.cancelled ? cancellable(this.#clock, this.#surroundings.cancelled) : this.#clock;
  }

  #entry(device: string) {
    const known = this.#clients.get(device);
    if (known) {
      return known;
    }
    const options = deviceOptions(device, this.#surroundings.lookup, this.#surroundings.env ?? process.env);
    const client = new DliClient({
      ...options,
      clock: this.#clock,
      ...(this.#surroundings.log && { log: this.#surroundings.log }),
    });
    const entry = { client, options };
    this.#clients.set(device, entry);
    return entry;
  }

  #redact(text: string, secrets: readonly unknown[]): string {
    const configured = [...this.#clients.values()].flatMap(({ options }) => secretsOf(options));
    const words = [
      ...configured,
      ...secrets.map((secret) => (typeof secret === "string" ? secret : JSON.stringify(secret))),
    ];
    const spellings = words.flatMap((word) =>
      word === undefined ? [] : [word, JSON.stringify(word).slice(1, -1), encodeURIComponent(word)],
    );
    return [...new Set(spellings)]
      .filter((word) => word.length >= shortestRedacted)
      .sort((left, right) => right.length - left.length)
      .reduce((clean, word) => clean.split(word).join("[secret]"), text);
  }
}

/** Who we are to the device. A token is `CLIENT.TOKEN`, and the second part holds no dot. */
function identityOf({ username, token = "" }: DliClientOptions): Identity {
  return username === undefined ? { client: token.slice(0, Math.max(0, token.lastIndexOf("."))) } : { user: username };
}
