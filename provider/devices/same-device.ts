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
  readonly identity: () => Pick<DeviceIdentity, "ask" | "serial">;
  /** Whether a preview may ask it which device it is. */
  readonly isReadByPreviews: () => boolean;
}

/** A name of the same device, or of one that may be the same. */
export interface Alias {
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
  ): Promise<Alias[]> {
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
  #isElsewhere(device: NamedDevice, other: NamedDevice): boolean {
    const [here, there] = [this.#hostOf(device.address()), this.#hostOf(other.address())];
    const areApart = here.isNumber && there.isNumber && here.name !== there.name;
    return areApart && [device, other].map(knownSerial).includes(undefined);
  }

  /** `undefined` where that cannot be known. */
  async #isSame(device: NamedDevice, other: NamedDevice): Promise<boolean | undefined> {
    const [here, there] = [device.address(), other.address()];
    if (here !== undefined && here === there) {
      return true;
    }
    const known = [device, other].map(knownSerial);
    if (known.includes(undefined) && !(await this.#isOnSameHost(this.#hostOf(here), this.#hostOf(there)))) {
      return false;
    }
    const [first, second] = await Promise.all([this.#serialOf(device), this.#serialOf(other)]);
    return first === undefined || second === undefined ? undefined : first === second;
  }

  async #isOnSameHost(here: Host, there: Host): Promise<boolean> {
    if (here.name === there.name) {
      return here.name !== "";
    }
    if (here.isNumber && there.isNumber) {
      return false;
    }
    const [first, second] = await Promise.all([this.#resolved(here.name), this.#resolved(there.name)]);
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
      const asked = this.#asked.get(named) ?? named.identity().ask().catch(ignored);
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
