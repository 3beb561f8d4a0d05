/** The devices of one run, each as one operation sees it. */
import { randomBytes } from "node:crypto";
import { type Clock, isDliError, type Json, printable, redact, redactError } from "../client";
import { Account } from "../runtime/account";
import type { Context } from "../runtime/context";
import { DeviceView } from "../runtime/device-view";
import { DeviceIdentity } from "../runtime/gate/device-identity";
import type { WriteRequest } from "../runtime/gate/effect";
import { Gate } from "../runtime/gate/gate";
import type { Operation } from "../runtime/operations";
import type { Rehearsal } from "../runtime/rehearsal/rehearsal";
import type { Run } from "../runtime/run";
import { ourKeys, unknownKeyError } from "./configuration/keys";
import { withKeysInForce } from "./configuration/keys-in-force";
import { type Unreachable, wantedOf } from "./configuration/unreachable";
import type { Connection } from "./connections";
import { calledByAddress } from "./device-label";
import { DevicesOfRun } from "./devices-of-run";
import { engineCommand } from "./engine-command";
import { gateFacts } from "./gate-facts";
import { hardeningNotices } from "./hardening-notices";
import { risksOf } from "./login-risks";
import { plannedAccount, plannedIdentity } from "./planned-devices";
import type { Alias, NamedDevice } from "./same-device";
import { readSerial } from "./serial-read";
import type { OperationSurroundings, Surroundings } from "./surroundings";

interface ContextOptions {
  readonly operation?: Operation | undefined;
  readonly secrets?: readonly unknown[];
}

/** The devices of one run. */
export class Devices {
  readonly run: Run;
  readonly warn: (message: string) => void;
  readonly #common: DevicesOfRun;
  /** The devices of the stack's configuration, if ours are those of a provider that the program creates. */
  readonly #stack: Devices | undefined;
  readonly #operation: OperationSurroundings;
  readonly #rehearsal: Rehearsal | undefined;

  constructor(
    surroundings: Surroundings,
    operation: OperationSurroundings = {},
    shared?: Devices,
    rehearsal?: Rehearsal,
  ) {
    const common = shared ? shared.#common : new DevicesOfRun(surroundings);
    this.#common = common;
    this.#stack = shared ? shared.#stack : ofStack(surroundings);
    this.#operation = operation;
    this.#rehearsal = rehearsal;
    this.run = rehearsal ? common.planned.runOf(common.run, rehearsal) : common.run;
    const warn = rehearsal ? (message: string) => rehearsal.warn(message) : (operation.warn ?? surroundings.warn);
    this.warn = (message) => warn?.(this.shown(message, []));
  }

  /** The same devices and the same run, as one operation sees them. */
  forOperation(operation: OperationSurroundings): Devices {
    return new Devices(this.#common.surroundings, operation, this);
  }

  /** The same devices and the same run as one operation of a plan sees them: nothing is written. */
  rehearsing(rehearsal: Rehearsal): Devices {
    return new Devices(this.#common.surroundings, this.#operation, this, rehearsal);
  }

  /** Name of the program's provider resource; `undefined` for the engine's own. */
  get provider(): string | undefined {
    return this.#common.surroundings.provider;
  }

  /** The clock of everything that waits for a device. */
  get clock(): Clock {
    return this.#common.clock;
  }

  /** Whether a plan may read the named device. */
  isReadByPreviews(device: string): boolean {
    return this.#common.configuration.isReadByPreviews(device);
  }

  /** A text without the configuration's secrets and these, and without what controls a terminal. */
  shown(text: string, secrets: readonly unknown[]): string {
    return printable(this.#redact(text, secrets));
  }

  /** Names of the configured devices. */
  names(): string[] {
    return this.#common.configuration.names();
  }

  /** The identity of the named device, as this run knows it; makes no request. */
  identity(device: string): DeviceIdentity {
    const { identities, configuration } = this.#common;
    const known = identities.get(device);
    if (known) {
      return known;
    }
    const identity = new DeviceIdentity({
      device,
      required: this.#inItsWords(() => configuration.requiredSerial(device)),
      howToRequire: (serial) => configuration.howToSet(device, "serial", serial),
      address: () => this.#connection(device).client.address,
      read: () => this.#readSerial(device),
      isAdmin: () => this.#isAdmin(device),
      declared: () => this.run.declarations.finished(),
      warn: this.warn,
    });
    identities.set(device, identity);
    return identity;
  }

  /** Where the named device is reached; `undefined` if it is not configured, or not correctly. */
  addressOf(name: string): string | undefined {
    return this.#common.configuration.address(name);
  }

  /** How to set a key of the named device where it takes effect, as a whole sentence. */
  howToSet(device: string, key: string, value: string): string {
    return this.#common.configuration.howToSet(device, key, value);
  }

  /** The same for all names of one device. */
  deviceKey(name: string): string {
    return this.#common.configuration.deviceKey(name);
  }

  /** What should happen if the named device cannot be reached. */
  unreachable(name: string): Unreachable {
    const { configuration, surroundings } = this.#common;
    return wantedOf(configuration.unreachableSources(name), surroundings.command ?? engineCommand());
  }

  /** Warns that the named device cannot be reached, once per run however many resources it has. */
  warnOfSilence(name: string, message: string): void {
    const { silent } = this.#common;
    if (!silent.has(name)) {
      silent.add(name);
      this.warningWithout([], name)(message);
    }
  }

  /** Whether the program gives the named device's admin a password. */
  changesPassword(device: string): boolean {
    return this.run.declarations.has(`${device}/admin`);
  }

  /**
   * A view of the named device for one operation of a resource, action or function of this type. Its warnings and the
   * debug lines of the run do not show these secrets.
   * @throws ConfigurationError, in the words that fit where the device is configured.
   */
  async context(device: string, type: string, { operation, secrets = [] }: ContextOptions = {}): Promise<Context> {
    this.#common.hide(secrets);
    return this.#inItsWords(() => this.#contextOf(device, type, { operation, secrets }));
  }

  #contextOf(device: string, type: string, { operation, secrets = [] }: ContextOptions): Context {
    const { configuration, planned, surroundings } = this.#common;
    const connection = this.#connection(device);
    const { client, patches } = connection;
    const rehearsal = this.#rehearsal;
    const account = this.#accountOf(connection);
    rehearsal?.by(account);
    const gate = new Gate(
      gateFacts({
        device,
        type,
        client,
        account,
        run: this.run,
        isReadOnly: () => configuration.isReadOnly(device),
        elsewhere: (saysSomething) => this.#elsewhere(device, saysSomething),
        operation,
        rehearsal,
      }),
    );
    const identity = this.identity(device);
    return {
      device: new DeviceView({
        client: rehearsal ? planned.clientOf(configuration.deviceKey(device), client, rehearsal) : client,
        account,
        gate,
        identity: rehearsal ? plannedIdentity(identity) : identity,
        patches,
        isManaging: operation !== undefined,
        cancelled: surroundings.cancelled,
        onWritten: (request) => this.#tellOfHardening(device, request, account),
      }),
      account,
      run: this.run,
      // In a plan nothing goes last: nothing else is under way.
      operation: rehearsal ? undefined : operation,
      clock: rehearsal?.clock ?? this.clock,
      random: surroundings.random ?? randomBytes,
      warn: this.warningWithout(secrets, device),
      timeoutMilliseconds: this.#operation.timeoutMilliseconds,
      rehearsal,
    };
  }

  /** Other names of what is, or may be, the same device, if they say something. */
  #elsewhere(device: string, saysSomething: (other: NamedDevice) => boolean): Promise<Alias[]> {
    const { configuration, same } = this.#common;
    const own = configuration
      .names()
      .filter((name) => configuration.deviceKey(name) !== configuration.deviceKey(device))
      .map((name) => this.#namedDevice(name, `"${name}"`));
    const stack = this.#stack;
    const others = stack?.names().map((name) => stack.#namedDevice(name, `"${name}" in the stack's configuration`));
    return same.among(
      this.#namedDevice(device, `"${device}"`),
      [...own, ...(others ?? [])],
      (other) => saysSomething(other) && (!this.#rehearsal || other.isReadByPreviews()),
    );
  }

  #namedDevice(name: string, label: string): NamedDevice {
    const { configuration, named, run } = this.#common;
    const known = named.get(name) ?? {
      label,
      address: () => configuration.location(name),
      requiredSerial: () => configuration.requiredSerial(name),
      protectedOutlets: () => [...configuration.protectedOutlets(name), ...run.protectedOutlets.of(name)],
      isReadOnly: () => configuration.isReadOnly(name),
      identity: () => this.identity(name),
      isReadByPreviews: () => configuration.isReadByPreviews(name),
    };
    named.set(name, known);
    return known;
  }

  /** Makes sure that what keeps the stack's devices from being changed is understood: these may be among them. */
  #checkStack(): void {
    const { isStackChecked, surroundings } = this.#common;
    const stack = this.#stack;
    if (stack && !isStackChecked) {
      stack.#refuseUnknownKeys();
      stack.#common.configuration.checkSafety(
        surroundings.provider ?? "default",
        (key) => (surroundings.lookup(`dli:${key}`) ?? "") !== "",
      );
      this.#common.isStackChecked = true;
    }
  }

  #refuseUnknownKeys(): void {
    const { keys, lookup } = this.#common.surroundings;
    const unknown = keys?.find((key) => !ourKeys.includes(key));
    if (unknown !== undefined) {
      throw unknownKeyError(unknown, { hasDevices: Boolean(lookup("dli:devices")) });
    }
  }

  #accountOf({ client, identity }: Connection): Account {
    return this.#rehearsal ? plannedAccount(client, identity) : new Account(client, identity);
  }

  /** Says what a write turns off: in a plan along with the rest, in an update at once. */
  #tellOfHardening(device: string, request: WriteRequest, account: Account): void {
    const named = this.#naming(device);
    if (this.#rehearsal) {
      const notices = hardeningNotices(request, account, "will be");
      this.#rehearsal.notices.push(
        ...notices.map(({ text, ...notice }) => ({ ...notice, text: named(`${device}: ${text}`) })),
      );
      return;
    }
    for (const notice of this.#common.notices.of(device, request, account, this.changesPassword(device))) {
      this.warn(named(notice));
    }
  }

  /** The error without the configuration's secrets and these. */
  withoutSecrets(error: unknown, secrets: readonly unknown[]): unknown {
    const device = deviceOf(error);
    const named = device === undefined ? (text: string) => text : this.#naming(device);
    return redactError(error, (text) => this.#redact(named(text), secrets));
  }

  /** Lets errors about the configuration of a device say what its user calls it, whoever meets them. */
  #inItsWords<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw this.withoutSecrets(error, []);
    }
  }

  /** Makes texts about a device name the configuration keys in force for it. */
  #naming(device: string): (text: string) => string {
    const sources = this.#common.configuration.sources(device);
    return (text) => withKeysInForce(calledByAddress(text, device, this.addressOf(device)), sources);
  }

  /** Shows warnings without the configuration's secrets and these. */
  warningWithout(secrets: readonly unknown[], device: string): (message: string) => void {
    const named = this.#naming(device);
    return (message) => this.warn(this.#redact(named(message), secrets));
  }

  async close(): Promise<void> {
    await this.#common.connections.close();
    await this.#stack?.close();
  }

  async #readSerial(device: string): Promise<Json> {
    const { client, identity } = this.#connection(device);
    try {
      return await readSerial(client, new Account(client, identity));
    } catch (error) {
      // Where no operation on the device has begun, nothing else names the keys in force.
      throw this.withoutSecrets(error, []);
    }
  }

  #isAdmin(device: string): Promise<boolean | undefined> {
    const { client, identity } = this.#connection(device);
    return new Account(client, identity).isAdmin();
  }

  #connection(name: string): Connection {
    const { connections, configuration } = this.#common;
    const known = connections.to(name);
    if (known) {
      return known;
    }
    this.#refuseUnknownKeys();
    this.#checkStack();
    this.#warnOfStrayVariables();
    const options = configuration.options(name);
    // Whatever name the program uses for the device, an outlet is protected if any of the names protects it.
    const same = configuration.namesOfSame(name);
    for (const number of same.flatMap((one) => configuration.protectedOutlets(one))) {
      this.run.protectedOutlets.add(name, number);
    }
    const addresses = same.flatMap((one) => configuration.address(one) ?? []);
    const connection = connections.open(name, options, addresses);
    const warn = this.warningWithout([], name);
    for (const risk of risksOf(options)) {
      warn(`${name}: ${risk}`);
    }
    return connection;
  }

  #warnOfStrayVariables(): void {
    const { configuration, toldOfStrayVariables } = this.#common;
    this.#common.toldOfStrayVariables = true;
    const { refused, warning } = configuration.strayVariables;
    if (!toldOfStrayVariables && refused === undefined && warning !== undefined) {
      this.warn(warning);
    }
  }

  #redact(text: string, secrets: readonly unknown[]): string {
    return redact(text, [...this.#common.connections.secrets, ...secrets]);
  }
}

function ofStack({ stack, clock, cancelled, logins, log }: Surroundings): Devices | undefined {
  const shared = {
    ...(clock && { clock }),
    ...(cancelled && { cancelled }),
    ...(logins && { logins }),
    ...(log && { log }),
  };
  return stack && new Devices({ ...stack, ...shared });
}

/** The device that an error, or its cause, is about. */
function deviceOf(error: unknown): string | undefined {
  if (isDliError(error)) {
    return error.device;
  }
  return error instanceof Error ? deviceOf(error.cause) : undefined;
}
