/**
 * Which devices exist and how to log in to them, from stack configuration (`dli:*`) and the environment. The
 * environment wins, so that a pipeline can inject secrets without writing them down.
 */
import { ConfigurationError, type DliClientOptions, parseOptions, quotedNames } from "../../client";
import { didYouMean } from "../../runtime/typo";
import { type DeviceNames, deviceNames } from "./device-names";
import { type ConfigLookup, GivenValues, remembered } from "./given-values";
import { howToSet, meantTruth } from "./how-to-set";
import { deviceKeys, keyNamed } from "./keys";
import { type Configurable, devicesKey, type KeySources } from "./keys-in-force";
import { type DefaultKeys, idleBesideProvider, idleSafety, outletNumbers, serialIn } from "./safety-keys";
import { type StrayVariables, strayVariables } from "./stray-variables";
import { checkUnreachable, type UnreachableSources } from "./unreachable";
import { variableOf } from "./variables";

/** Who logs in if configuration gives only a password. */
export const defaultUsername = "admin";

/** What configuration and environment say about every device. */
export class DeviceConfiguration {
  readonly #lookup: ConfigLookup;
  readonly #env: NodeJS.ProcessEnv;
  readonly #provider: string | undefined;
  readonly #configurable: Configurable | undefined;
  /** Kept because a thousand devices take a while to compare. */
  #knownNames: DeviceNames | undefined;
  readonly #given: GivenValues;
  readonly #addresses = new Map<string, string | undefined>();
  readonly #protected = new Map<string, readonly number[]>();
  readonly #readOnly = new Map<string, boolean>();
  #stray: StrayVariables | undefined;

  /** `provider` and `configurable` say where the configuration comes from, for variables and remedies. */
  constructor(
    lookup: ConfigLookup,
    env: NodeJS.ProcessEnv = process.env,
    { provider, configurable }: Partial<Pick<KeySources, "provider" | "configurable">> = {},
  ) {
    this.#lookup = lookup;
    this.#env = env;
    this.#provider = provider;
    this.#configurable = configurable;
    this.#given = new GivenValues(lookup, env, provider);
  }

  /** What the environment says in variables that nothing reads. */
  get strayVariables(): StrayVariables {
    const own = this.#provider === undefined ? [] : [this.#provider];
    this.#stray ??= strayVariables(this.#env, [...Object.keys(this.#given.fleet.entries), ...own]);
    return this.#stray;
  }

  /** Names of the known devices. */
  names(): string[] {
    const hasDefault = Boolean(this.#lookup("dli:url") || this.#env["DLI_URL"]);
    return [...new Set([...(hasDefault ? ["default"] : []), ...Object.keys(this.#given.fleet.entries)])];
  }

  /** All names that configuration has for the device of this name, including this one. */
  namesOfSame(name: string): readonly string[] {
    const same = this.#deviceNames.names.get(this.deviceKey(name)) ?? [];
    return [...new Set([name, ...same])];
  }

  /** The same for all names of one device: those that share an address, or a serial number in configuration. */
  deviceKey(name: string): string {
    return this.#deviceNames.keys.get(name) ?? this.address(name) ?? name;
  }

  /**
   * The options of a named device's client.
   * @throws ConfigurationError with the command that sets what is missing or wrong.
   */
  options(name: string): DliClientOptions {
    const wrong = (message: string, key: string) =>
      new ConfigurationError({ device: name, message, remedy: this.#howToCorrect(name, key) });
    if (this.strayVariables.refused) {
      throw this.strayVariables.refused;
    }
    const idle = idleSafety(this.#defaultKeys);
    if (idle) {
      throw idle;
    }
    const given = this.#givenTo(name);
    if (given["url"] === undefined) {
      throw this.#unknownDevice(name) ?? wrong("no address is configured", "url");
    }
    if (given["password"] === undefined && given["token"] === undefined) {
      throw wrong("no password is configured", "password");
    }
    checkUnreachable(name, this.unreachableSources(name), (isOwn) =>
      this.howToSet(isOwn ? name : "default", "unreachable", "fail"),
    );
    // The client's schema leaves out what the client does not know, such as the keys that only the provider uses.
    const parsed = parseOptions({ name, ...withOneLogin(given) });
    if (parsed.problem !== undefined) {
      throw wrong(`the configured \`${parsed.key}\` ${parsed.problem}`, parsed.key);
    }
    return parsed.options;
  }

  /** Scheme, host and port of a named device; `undefined` if it is not configured, or not correctly. */
  address(name: string): string | undefined {
    return remembered(this.#addresses, name, () => this.#addressOf(name));
  }

  #addressOf(name: string): string | undefined {
    try {
      const { origin } = new URL(String(this.#givenTo(name)["url"]));
      // The origin of a URL that is not a device's address, such as `file:`.
      return origin === "null" ? undefined : origin;
    } catch {
      return undefined;
    }
  }

  /**
   * As `address`, for callers that must know it.
   * @throws ConfigurationError if the configured `url` is not an address.
   */
  location(name: string): string | undefined {
    const address = this.address(name);
    if (address === undefined && (this.#givenTo(name)["url"] ?? "") !== "") {
      throw new ConfigurationError({
        device: name,
        message: "the configured `url` is not an address such as http://192.168.0.100",
        remedy: this.howToSet(name, "url"),
      });
    }
    return address;
  }

  /**
   * Makes sure that every setting here that keeps a device from being changed is understood, because it also binds a
   * provider that the program creates.
   * @param isSaid Whether that provider sets a key itself.
   * @throws ConfigurationError
   */
  checkSafety(provider: string, isSaid: (key: string) => boolean): void {
    const idle = idleBesideProvider(this.#defaultKeys, provider, isSaid);
    if (idle) {
      throw idle;
    }
    for (const name of this.names()) {
      this.location(name);
      this.protectedOutlets(name);
      this.requiredSerial(name);
      this.isReadOnly(name);
    }
  }

  /**
   * Numbers of the outlets that are protected on a named device, which may be a list in an entry of `dli:devices`.
   * @throws ConfigurationError if it is anything else: a guess could protect the wrong outlet.
   */
  protectedOutlets(name: string): readonly number[] {
    return remembered(this.#protected, name, () => this.#protectedOn(name));
  }

  #protectedOn(name: string): number[] {
    const { protectedOutlets: given = [] } = this.#givenTo(name);
    const list = typeof given === "number" ? [given] : given;
    const numbers = outletNumbers.safeParse(typeof list === "string" ? list.split(",") : list);
    if (!numbers.success) {
      throw new ConfigurationError({
        device: name,
        message: "the configured `protectedOutlets` is not a list of outlet numbers such as 1,4",
        remedy: this.howToSet(name, "protectedOutlets"),
      });
    }
    return numbers.data;
  }

  /**
   * Whether every write on a named device is forbidden, under any of its names.
   * @throws ConfigurationError when it is neither true nor false.
   */
  isReadOnly(name: string): boolean {
    return remembered(this.#readOnly, name, () =>
      this.namesOfSame(name).some((one) => this.#truth(one, "readOnly", false)),
    );
  }

  /**
   * Whether a plan may read a named device.
   * @throws ConfigurationError when it is neither true nor false.
   */
  isReadByPreviews(name: string): boolean {
    return this.#truth(name, "previewReads", true);
  }

  /**
   * The serial number that configuration demands of a named device.
   * @throws ConfigurationError if it is blank or no text: a guess could mean another device.
   */
  requiredSerial(name: string): string | undefined {
    const given = this.#givenTo(name)["serial"];
    const { serial, problem } = serialIn(given);
    if (problem === undefined) {
      return serial;
    }
    const inQuotes = `Write it as a text, in quotes, in the entry "${name}" of ${devicesKey(this.#provider)}, or set the environment variable ${variableOf(name, "serial")}.`;
    throw new ConfigurationError({
      device: name,
      message: `the configured \`serial\` ${problem}`,
      remedy: typeof given === "number" ? inQuotes : this.howToSet(name, "serial"),
    });
  }

  /** The settings for what happens when a named device cannot be reached. */
  unreachableSources(name: string): UnreachableSources {
    const { environment, configuration } = this.#given.of(name);
    return {
      own: { environment: environment["unreachable"], configuration: configuration["unreachable"] },
      general: {
        environment: this.#env[variableOf("default", "unreachable")],
        configuration: this.#lookup("dli:unreachable"),
      },
    };
  }

  /** Where the configuration of a named device comes from. */
  sources(device: string): KeySources {
    const hasEntry = this.#given.entryOf(device) !== undefined;
    return { device, provider: this.#provider, env: this.#env, hasEntry, configurable: this.#configurable };
  }

  /** How to set a key of a named device, as a whole sentence; to this value, if one is given. */
  howToSet(name: string, key: string, given?: string): string {
    return howToSet(this.sources(name), key, given);
  }

  /** How to set a key whose value is wrong, to what that seems to mean. */
  #howToCorrect(name: string, key: string): string {
    const meant = keyNamed(key)?.type === "boolean" ? meantTruth(this.#givenTo(name)[key]) : undefined;
    return this.howToSet(name, key, meant);
  }

  get #deviceNames(): DeviceNames {
    this.#knownNames ??= deviceNames(
      this.names(),
      (name) => this.address(name),
      (name) => this.#serialOf(name),
    );
    return this.#knownNames;
  }

  /** As `requiredSerial`, but `undefined` if the device's configuration is wrong, which whoever uses it is told. */
  #serialOf(name: string): string | undefined {
    try {
      return this.requiredSerial(name);
    } catch {
      return undefined;
    }
  }

  /** The keys outside `dli:devices`, which belong to the device `default`. */
  get #defaultKeys(): DefaultKeys {
    const hasEntry = this.#given.entryOf("default") !== undefined;
    return { names: this.names(), hasEntry, lookup: this.#lookup, env: this.#env, provider: this.#provider };
  }

  /** The error for a name that no configured device has, if there are configured devices. */
  #unknownDevice(name: string): ConfigurationError | undefined {
    const names = this.names();
    if (name === "default" || names.length === 0 || names.includes(name)) {
      return undefined;
    }
    const isOfStack = (this.#configurable ?? "stack") === "stack";
    const example = "http://192.168.0.100";
    // `--path` would replace a `dli:devices` that was set as one text, and so lose every device in it.
    const addition =
      this.#provider !== undefined || this.#lookup("dli:devices")
        ? `add it to ${devicesKey(this.#provider)}: \`"${name}": {"url": "${example}", "password": "..."}\``
        : `run \`pulumi config set --path dli:devices.${name}.url ${example}\``;
    const variable = `set the environment variable ${variableOf(name, "url")}`;
    return new ConfigurationError({
      message: `no device "${name}" is configured${didYouMean(name, names)}; ${names.length === 1 ? "there is only" : "there are"} ${quotedNames(names)}`,
      remedy: isOfStack ? `Correct \`device\`, or ${addition}.` : `Correct the name, or ${variable}.`,
    });
  }

  #truth(name: string, key: "readOnly" | "previewReads", otherwise: boolean): boolean {
    const { [key]: value = otherwise } = this.#givenTo(name);
    if (typeof value === "boolean") {
      return value;
    }
    throw new ConfigurationError({
      device: name,
      message: `the configured \`${key}\` is neither true nor false`,
      remedy: this.#howToCorrect(name, key),
    });
  }

  #givenTo(name: string): Readonly<Record<string, unknown>> {
    const collision = this.#given.fleet.collisionOf(name);
    if (collision) {
      throw (
        this.#unknownDevice(name) ??
        new ConfigurationError({
          device: name,
          message: `the environment variable ${collision.variable} would belong to this device and to "${collision.other}"`,
          remedy: `Rename one of the two in ${devicesKey(this.#provider)}.`,
        })
      );
    }
    return this.#given.of(name).all;
  }
}

/** A token takes the place of an account, so that `dli:token` can be tried alongside a configured password. */
function withOneLogin(given: Record<string, unknown>): Record<string, unknown> {
  const { username = defaultUsername, password, token, ...rest } = given;
  return token === undefined ? { ...rest, username, password } : { ...rest, token };
}

/** All secrets among a device's options, for redaction. */
export function secretsOf(options: DliClientOptions): unknown[] {
  const values: Readonly<Record<string, unknown>> = { ...options };
  return deviceKeys.filter(({ isSecret }) => isSecret).map(({ name }) => values[name]);
}
