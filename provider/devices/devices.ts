/** The devices of one run: their clients, made when first needed and shared by all resources. */
import { randomBytes } from "node:crypto";
import {
  type Clock,
  DliClient,
  type DliClientOptions,
  isDliError,
  type Json,
  type LoginLedger,
  printable,
  redact,
  redactError,
  systemClock,
} from "../client";
import { Account } from "../runtime/account";
import type { Context, RandomBytes } from "../runtime/context";
import type { Identity } from "../runtime/denials";
import { DeviceView, type DeviceViewParts } from "../runtime/device-view";
import { DeviceIdentity, serialPath } from "../runtime/gate/device-identity";
import { Gate } from "../runtime/gate/gate";
import type { Operation } from "../runtime/operations";
import { PlannedTree } from "../runtime/rehearsal/planned-tree";
import type { Rehearsal } from "../runtime/rehearsal/rehearsal";
import { RehearsedClient } from "../runtime/rehearsal/rehearsed-client";
import { Run } from "../runtime/run";
import { Claims } from "../runtime/run/claims";
import { PlannedScriptFunctions } from "../runtime/run/script-functions";
import { cancellableClock } from "./cancellable-clock";
import {
  type ConfigLookup,
  deviceAddress,
  deviceNames,
  deviceOptions,
  howToSet,
  isReadOnly,
  keyNames,
  keySources,
  ourKeys,
  previewReadsOf,
  protectedOutletsOf,
  requiredSerialOf,
  secretsOf,
  unknownKey,
  unreachablePlaces,
} from "./config";
import { calledByAddress } from "./device-label";
import { type EngineCommand, engineCommand } from "./engine-command";
import { HardeningNotices } from "./hardening-notices";
import { withKeysInForce } from "./keys-in-force";
import { type Unreachable, wantedOf } from "./unreachable";

/** A device that this run has used. */
interface Device {
  readonly client: DliClient;
  readonly identity: Identity;
}

/** What a run needs from its surroundings. */
export interface Surroundings {
  readonly lookup: ConfigLookup;
  /** Names of the keys of `dli:` that are set, where they can be listed: one that nobody reads is refused. */
  readonly keys?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly clock?: Clock;
  /** Name of the program's provider resource; none for the engine's own. */
  readonly provider?: string;
  /** Counts failed logins. Default: the one of this process. */
  readonly logins?: LoginLedger;
  /** Where new tokens come from. Default: the system's own source of randomness. */
  readonly random?: RandomBytes;
  /** Shows a warning to the user. */
  readonly warn?: (message: string) => void;
  /** How `serial` of a named device is set to a value, a whole sentence. Default: in stack configuration or environment. */
  readonly howToSetSerial?: (device: string, serial: string) => string;
  /** Takes debug lines, where they are wanted; they hold no secret. */
  readonly log?: (line: string) => void;
  /** The engine's command that the run is part of. Default: as the system tells. */
  readonly command?: EngineCommand;
  /** Aborted when the user asks to stop: nothing new is written then, and nothing waits for a device to settle. */
  readonly cancelled?: AbortSignal;
}

/** What one operation brings with it. */
export interface OperationSurroundings {
  /** Shows a warning to the user about this operation's resource. */
  readonly warn?: (message: string) => void;
  /** How long the operation may wait for the device to settle, instead of what the device's own delays suggest. */
  readonly timeoutMilliseconds?: number;
}

/** The devices of one run. */
export class Devices {
  readonly run: Run;
  readonly warn: (message: string) => void;
  readonly #devices: Map<string, Device>;
  readonly #identities: Map<string, DeviceIdentity>;
  /** Of every device used so far, whichever error they may show in. */
  readonly #secrets: Set<unknown>;
  readonly #notices: HardeningNotices;
  /** Names of the devices of which it was told that they cannot be reached. */
  readonly #silent: Set<string>;
  /** What the plan of this run has found so far. */
  readonly #planned: { readonly claims: Claims; readonly trees: Map<string, PlannedTree> };
  readonly #rehearsal: Rehearsal | undefined;
  readonly #clock: Clock;

  readonly #surroundings: Surroundings;
  readonly #operation: OperationSurroundings;

  constructor(
    surroundings: Surroundings,
    operation: OperationSurroundings = {},
    shared?: Devices,
    rehearsal?: Rehearsal,
  ) {
    this.#surroundings = surroundings;
    this.#operation = operation;
    this.#rehearsal = rehearsal;
    this.#clock = surroundings.clock ?? systemClock;
    this.#devices = shared ? shared.#devices : new Map();
    this.#identities = shared ? shared.#identities : new Map();
    this.#secrets = shared ? shared.#secrets : new Set();
    this.#notices = shared ? shared.#notices : new HardeningNotices();
    this.#silent = shared ? shared.#silent : new Set();
    this.#planned = shared ? shared.#planned : { claims: new Claims(), trees: new Map() };
    this.run = this.#runOf(shared?.run);
    const warn = rehearsal ? (message: string) => rehearsal.warn(message) : (operation.warn ?? surroundings.warn);
    this.warn = (message) => warn?.(printable(this.#redact(message, [])));
  }

  /** The same devices and the same run, as one operation sees them. */
  forOperation(operation: OperationSurroundings): Devices {
    return new Devices(this.#surroundings, operation, this);
  }

  /** The same devices and the same run as one operation of a plan sees them: nothing is written. */
  rehearsing(rehearsal: Rehearsal): Devices {
    return new Devices(this.#surroundings, this.#operation, this, rehearsal);
  }

  /** Name of the program's provider resource; none for the engine's own. */
  get provider(): string | undefined {
    return this.#surroundings.provider;
  }

  /** Whether a plan may look at the named device. */
  mayLookAt(device: string): boolean {
    const { lookup, env = process.env } = this.#surroundings;
    return previewReadsOf(device, lookup, env);
  }

  /** The time of everything here. */
  get clock(): Clock {
    return this.#waitingClock();
  }

  /** A text without the secrets of the configuration and these ones, and without what controls a terminal. */
  shown(text: string, secrets: readonly unknown[]): string {
    return printable(this.#redact(text, secrets));
  }

  /** Names of the configured devices. */
  names(): string[] {
    return deviceNames(this.#surroundings.lookup, this.#surroundings.env ?? process.env);
  }

  /** Which device the named one is, as this run knows it. No request is made by that. */
  identity(device: string): DeviceIdentity {
    const known = this.#identities.get(device);
    if (known) {
      return known;
    }
    const { lookup, env = process.env, howToSetSerial } = this.#surroundings;
    const identity = new DeviceIdentity({
      device,
      required: requiredSerialOf(device, lookup, env),
      howToRequire: (serial) => howToSetSerial?.(device, serial) ?? howToSet(device, "serial", serial),
      address: () => this.#device(device).client.address,
      read: () => this.#readSerial(device),
      declared: () => this.run.declarations.finished(),
      warn: this.warn,
    });
    this.#identities.set(device, identity);
    return identity;
  }

  /** Where the named device is reached, as far as it is configured. */
  addressOf(name: string): string | undefined {
    const { lookup, env = process.env } = this.#surroundings;
    return deviceAddress(name, lookup, env);
  }

  /** What is to happen where the named device cannot be reached. */
  unreachable(name: string): Unreachable {
    const { lookup, env = process.env, command = engineCommand() } = this.#surroundings;
    return wantedOf(unreachablePlaces(name, lookup, env), command);
  }

  /** Warns that the named device cannot be reached, once in a run however many resources it has. */
  warnOfSilence(name: string, message: string): void {
    if (!this.#silent.has(name)) {
      this.#silent.add(name);
      this.warningWithout([], name)(message);
    }
  }

  /** A view of the named device for one operation of a resource, action or function of this type. */
  async context(device: string, type: string, operation?: Operation): Promise<Context> {
    const { client, identity } = this.#device(device);
    const account = this.#account(client, identity);
    const named = this.#naming(device);
    const rehearsal = this.#rehearsal;
    const gate = new Gate({
      device,
      type,
      access: () => ({ url: client.address, usesPassword: account.username !== undefined }),
      protectedOutlets: () => this.run.protectedOutlets.of(device),
      isReadOnly: () => isReadOnly(device, this.#surroundings.lookup, this.#surroundings.env ?? process.env),
      contest: () => (operation === undefined ? undefined : this.run.owners.contestOf(operation.id)),
      declared: () => this.run.declarations.finished(),
      isDeclaredLate: () => this.run.declarations.hasComponents,
      refused: (error) => {
        if (rehearsal) {
          rehearsal.refusal = error;
        }
      },
    });
    return {
      device: new DeviceView({
        client: rehearsal ? new RehearsedClient(client, this.#treeOf(device), rehearsal) : client,
        account,
        gate,
        identity: this.#identityFor(device),
        isManaging: operation !== undefined,
        cancelled: this.#surroundings.cancelled,
        onWritten: (request) => {
          if (rehearsal) {
            return;
          }
          const changesPassword = this.run.declarations.isKept(`${device}/admin`);
          for (const notice of this.#notices.of(device, request, account, changesPassword)) {
            this.warn(named(notice));
          }
        },
      }),
      account,
      run: this.run,
      // In a plan nothing goes last: nothing else is under way.
      operation: rehearsal ? undefined : operation,
      clock: rehearsal?.clock ?? this.#waitingClock(),
      random: this.#surroundings.random ?? randomBytes,
      warn: (message) => this.warn(named(message)),
      timeoutMilliseconds: this.#operation.timeoutMilliseconds,
      rehearsal,
    };
  }

  /** A plan proves which device it is as an update does, but waits for no states that the program is still declaring. */
  #identityFor(device: string): DeviceViewParts["identity"] {
    const identity = this.identity(device);
    const prove = () => identity.prove();
    return this.#rehearsal ? { prove, proveForWrite: prove, forget: () => undefined } : identity;
  }

  /** A plan logs in as nobody else: that would only use up the failed logins that a device allows. */
  #account(client: DliClient, identity: Identity): Account {
    if (!this.#rehearsal) {
      return new Account(client, identity);
    }
    const logins = {
      observe: client.observe.bind(client),
      offerPassword: client.offerPassword.bind(client),
      isLoggedInWith: client.isLoggedInWith.bind(client),
      verifyLogin: async () => true,
      get requestCount() {
        return client.requestCount;
      },
    };
    return new Account(logins, identity);
  }

  /** The device's tree as it will be after what the plan has shown so far. */
  #treeOf(device: string): PlannedTree {
    const known = this.#planned.trees.get(device) ?? new PlannedTree();
    this.#planned.trees.set(device, known);
    return known;
  }

  #runOf(shared: Run | undefined): Run {
    const rehearsal = this.#rehearsal;
    if (!shared || !rehearsal) {
      return shared ?? new Run(this.#waitingClock());
    }
    const scriptFunctions = new PlannedScriptFunctions(shared.scriptFunctions, rehearsal.clock, (device, name) =>
      rehearsal.missingFunctions.push({ device, name }),
    );
    return new Run(rehearsal.clock, { run: shared, claims: this.#planned.claims, scriptFunctions });
  }

  /** The error without the secrets of the configuration and these ones. */
  withoutSecrets(error: unknown, secrets: readonly unknown[]): unknown {
    const device = deviceOf(error);
    const named = device === undefined ? (text: string) => text : this.#naming(device);
    return redactError(error, (text) => this.#redact(named(text), secrets));
  }

  /** Makes texts about a device name the configuration keys that are in force for it. */
  #naming(device: string): (text: string) => string {
    const { lookup, env = process.env, provider } = this.#surroundings;
    const sources = keySources(device, lookup, env, provider);
    return (text) => withKeysInForce(calledByAddress(text, device, this.addressOf(device)), sources, keyNames);
  }

  /** Shows warnings without the secrets of the configuration and these ones. */
  warningWithout(secrets: readonly unknown[], device: string): (message: string) => void {
    const named = this.#naming(device);
    return (message) => this.warn(this.#redact(named(message), secrets));
  }

  /** Closes every connection. */
  async close(): Promise<void> {
    await Promise.all([...this.#devices.values()].map(({ client }) => client.close()));
    this.#devices.clear();
  }

  /** The clock of everything that waits for a device. The client has the plain one: it finishes what it has begun. */
  #waitingClock(): Clock {
    return this.#surroundings.cancelled ? cancellableClock(this.#clock, this.#surroundings.cancelled) : this.#clock;
  }

  async #readSerial(device: string): Promise<Json> {
    const { client, identity } = this.#device(device);
    await new Account(client, identity).prove();
    return client.observe(serialPath);
  }

  #device(name: string): Device {
    const known = this.#devices.get(name);
    if (known) {
      return known;
    }
    const { lookup, env = process.env, keys = [] } = this.#surroundings;
    const unknown = keys.find((key) => !ourKeys.includes(key));
    if (unknown !== undefined) {
      throw unknownKey(unknown);
    }
    const options = deviceOptions(name, lookup, env);
    for (const number of protectedOutletsOf(name, lookup, env)) {
      this.run.protectedOutlets.add(name, number);
    }
    const client = new DliClient({
      ...options,
      clock: this.#clock,
      ...(this.#surroundings.logins && { logins: this.#surroundings.logins }),
      ...(this.#surroundings.log && { log: this.#surroundings.log }),
    });
    for (const secret of secretsOf(options)) {
      this.#secrets.add(secret);
    }
    for (const risk of risksOf(options)) {
      this.warn(this.#naming(name)(`${name}: ${risk}`));
    }
    const device = { client, identity: identityOf(options) };
    this.#devices.set(name, device);
    return device;
  }

  #redact(text: string, secrets: readonly unknown[]): string {
    return redact(text, [...this.#secrets, ...secrets]);
  }
}

/** What in the configuration of a device gives its login away, each told once. */
function risksOf({ url, token, insecureSkipVerify, fingerprintSha256 }: DliClientOptions): string[] {
  const isPlain = /^http:/i.test(url);
  return [
    ...(isPlain && token !== undefined
      ? ["the token is sent over http://, where everybody on the network can read it: use https:// in dli:url"]
      : []),
    ...(!isPlain && insecureSkipVerify && fingerprintSha256 === undefined
      ? [
          "no certificate is checked (dli:insecureSkipVerify), so anybody on the network can pretend to be the device: set dli:fingerprintSha256 or dli:caCert instead",
        ]
      : []),
  ];
}

/** The device that an error, or what caused it, is about. */
function deviceOf(error: unknown): string | undefined {
  if (isDliError(error)) {
    return error.device;
  }
  return error instanceof Error ? deviceOf(error.cause) : undefined;
}

/** Who we are to the device. A token is `CLIENT.TOKEN`, and the second part holds no dot. */
function identityOf({ username, token = "" }: DliClientOptions): Identity {
  return username === undefined ? { client: token.slice(0, Math.max(0, token.lastIndexOf("."))) } : { user: username };
}
