/**
 * Names of one device at different addresses, or in the stack's configuration and in that of a provider that the
 * program creates: what is protected under one of them is protected under all.
 */
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import type { DeviceIdentity } from "../runtime/gate/device-identity";

/** What is known about a device under one of its names. */
export interface NamedDevice {
  /** What messages call it. */
  readonly label: string;
  /** Its address; `undefined` if none is configured. @throws ConfigurationError if the configured one is not valid. */
  readonly address: () => string | undefined;
  readonly requiredSerial: () => string | undefined;
  readonly protectedOutlets: () => readonly number[];
  readonly isReadOnly: () => boolean;
  readonly identity: () => Pick<DeviceIdentity, "look" | "serial">;
  /** Whether a preview may ask it which device it is. */
  readonly isReadByPreviews: () => boolean;
}

/** A name of the same device, or of one that may be the same. */
export interface Same {
  readonly other: NamedDevice;
  readonly isSame: true | undefined;
}

/** The host of an address: a name, or the number that is its IP address. */
interface Host {
  readonly name: string;
  readonly isNumber: boolean;
}

export class SameDevice {
  /** Each name is looked up once in a run. */
  readonly #lookups = new Map<string, Promise<readonly string[]>>();
  /** By addresses: every device of a fleet is compared with every other one. */
  readonly #hosts = new Map<string, Host>();
  /** Each device is asked once in a run, also one that does not answer. */
  readonly #asked = new Map<NamedDevice, Promise<void>>();

  /** Those of the others that say something, and are or may be the same device. */
  async among(
    device: NamedDevice,
    others: readonly NamedDevice[],
    saysSomething: (other: NamedDevice) => boolean,
  ): Promise<Same[]> {
    const found = await Promise.all(
      others
        .filter((other) => orWrong(saysSomething)(other) && !this.#isElsewhere(device, other))
        .map(async (other) => {
          const isSame = await this.#isSame(device, other);
          return isSame === false ? [] : [{ other, isSame }];
        }),
    );
    return found.flat();
  }

  /** Whether the two are at different IP addresses, and no serial number says otherwise; true of most pairs in a fleet. */
  #isElsewhere(...pair: [NamedDevice, NamedDevice]): boolean {
    const [one, other] = pair.map((named) => this.#hostOf(named.address())) as [Host, Host];
    return one.isNumber && other.isNumber && one.name !== other.name && pair.map(knownSerial).includes(undefined);
  }

  /** `undefined` where that cannot be known. */
  async #isSame(...pair: [NamedDevice, NamedDevice]): Promise<boolean | undefined> {
    const [one, other] = pair.map((named) => named.address());
    if (one !== undefined && one === other) {
      return true;
    }
    const known = pair.map(knownSerial);
    if (known.includes(undefined) && !(await this.#isOnSameHost(one, other))) {
      return false;
    }
    const [first, second] = await Promise.all(pair.map((named) => this.#serialOf(named)));
    return first === undefined || second === undefined ? undefined : first === second;
  }

  async #isOnSameHost(...addresses: [string | undefined, string | undefined]): Promise<boolean> {
    const [one, other] = addresses.map((address) => this.#hostOf(address)) as [Host, Host];
    if (one.name === other.name) {
      return one.name !== "";
    }
    if (one.isNumber && other.isNumber) {
      return false;
    }
    const [first, second] = await Promise.all([this.#resolved(one.name), this.#resolved(other.name)]);
    return first.some((address) => second.includes(address));
  }

  #hostOf(address = ""): Host {
    const known = this.#hosts.get(address) ?? hostOf(address);
    this.#hosts.set(address, known);
    return known;
  }

  #resolved(host: string): Promise<readonly string[]> {
    const known = this.#lookups.get(host) ?? resolve(host);
    this.#lookups.set(host, known);
    return known;
  }

  async #serialOf(named: NamedDevice): Promise<string | undefined> {
    if (knownSerial(named) === undefined) {
      const asked = this.#asked.get(named) ?? named.identity().look().catch(ignored);
      this.#asked.set(named, asked);
      await asked;
    }
    return knownSerial(named);
  }
}

/** A device that does not say which one it is may be any. */
function ignored(): void {}

/** The serial number that configuration requires, or else the one that the device has shown in this run. */
function knownSerial(named: NamedDevice): string | undefined {
  return named.requiredSerial() ?? named.identity().serial;
}

/** Also selects names whose configuration is wrong, which matters if one may be the same device. */
function orWrong(saysSomething: (other: NamedDevice) => boolean): (other: NamedDevice) => boolean {
  return (other) => {
    try {
      return saysSomething(other);
    } catch {
      return true;
    }
  };
}

/** An address of IPv4 that is written as one of IPv6 is the same host. */
function hostOf(address: string): Host {
  const host = address === "" ? "" : new URL(address).hostname.replace(/^\[|\]$/g, "");
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(host) ?? [];
  const parts = [high, low].flatMap((part) => {
    const value = Number.parseInt(part ?? "", 16);
    return [value >> 8, value & 255];
  });
  const name = high === undefined ? host : parts.join(".");
  return { name, isNumber: isIP(name) > 0 };
}

async function resolve(host: string): Promise<readonly string[]> {
  try {
    return host === "" ? [] : (await lookup(host, { all: true })).map(({ address }) => address);
  } catch {
    return [];
  }
}
