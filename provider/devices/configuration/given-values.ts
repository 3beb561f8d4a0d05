/** The values that configuration and environment give for each device, before anything is made of them. */
import { ConfigurationError, ownMember } from "../../client";
import { didYouMean } from "../../runtime/typo";
import { type Fleet, type FleetEntry, fleetIn } from "./fleet";
import { deviceKeys, type KeyType, keyNamed, keyNames } from "./keys";
import { devicesKey } from "./keys-in-force";
import { variableOf } from "./variables";

/** Looks up one configuration value, such as `dli:url`; secrets are returned in plain text. */
export type ConfigLookup = (key: string) => string | undefined;

/** The values given for one device, by key. */
interface Given {
  readonly configuration: Readonly<Record<string, unknown>>;
  readonly environment: Readonly<Record<string, unknown>>;
  /** Both; the environment wins. */
  readonly all: Readonly<Record<string, unknown>>;
}

export class GivenValues {
  readonly #lookup: ConfigLookup;
  readonly #env: NodeJS.ProcessEnv;
  readonly #provider: string | undefined;
  /** Read once for each device: every operation asks several times, and the environment is slow to read. */
  readonly #known = new Map<string, Given>();

  constructor(lookup: ConfigLookup, env: NodeJS.ProcessEnv, provider: string | undefined) {
    this.#lookup = lookup;
    this.#env = env;
    this.#provider = provider;
  }

  /** @throws ConfigurationError if the device's entry has a key that there is not. */
  of(device: string): Given {
    return remembered(this.#known, device, () => {
      const [configuration, environment] = [this.#fromConfig(device), this.#fromEnvironment(device)];
      return { configuration, environment, all: { ...configuration, ...environment } };
    });
  }

  /** The device's entry in `dli:devices`. */
  entryOf(device: string): FleetEntry | undefined {
    return ownMember(this.fleet.entries, device);
  }

  get fleet(): Fleet {
    return fleetIn(this.#lookup("dli:devices") ?? "", this.#provider);
  }

  #fromConfig(device: string): Record<string, unknown> {
    const entry = this.entryOf(device);
    if (!entry) {
      return device === "default" ? valuesOf((key) => this.#lookup(`dli:${key}`)) : {};
    }
    const unknownKey = Object.keys(entry).find((key) => keyNamed(key) === undefined);
    if (unknownKey !== undefined) {
      throw new ConfigurationError({
        device,
        message: `\`${unknownKey}\` is not a configuration key${didYouMean(unknownKey, keyNames)}; there are ${keyNames.join(", ")}`,
        remedy: `Rename or remove it in the entry "${device}" of ${devicesKey(this.#provider)}.`,
      });
    }
    return valuesOf((key) => entry[key]);
  }

  #fromEnvironment(device: string): Record<string, unknown> {
    return valuesOf((key) => this.#env[variableOf(device, key)]);
  }
}

/** What is known for a name, found out when it is first asked for. */
export function remembered<T>(known: Map<string, T>, name: string, find: () => T): T {
  if (!known.has(name)) {
    known.set(name, find());
  }
  return known.get(name) as T;
}

/** The values of all keys that have one, with texts converted to the type of the key. */
function valuesOf(find: (key: string) => unknown): Record<string, unknown> {
  const entries = deviceKeys.map(({ name, type }) => [name, fromText(find(name), type)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined && value !== ""));
}

/** Configuration and environment hold only texts; what is not a number or boolean stays one, and is refused later. */
function fromText(value: unknown, type: KeyType): unknown {
  if (typeof value !== "string" || value.trim() === "" || type === "string") {
    return value;
  }
  if (type === "boolean") {
    return value === "true" ? true : value === "false" ? false : value;
  }
  const number = Number(value);
  return Number.isNaN(number) ? value : number;
}
