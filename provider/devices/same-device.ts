/** Names of one device at different addresses: an outlet that is protected under one of them is protected under all. */
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import type { DeviceIdentity } from "../runtime/gate/device-identity";
import type { ProtectedElsewhere } from "../runtime/gate/gate";

/** What is known about each name. */
export interface NamedDevices {
  readonly names: () => readonly string[];
  readonly placeOf: (name: string) => string;
  readonly addressOf: (name: string) => string | undefined;
  readonly requiredSerial: (name: string) => string | undefined;
  readonly protectedOutlets: (name: string) => readonly number[];
  readonly identity: (name: string) => Pick<DeviceIdentity, "look" | "serial">;
}

export class SameDevice {
  readonly #known: NamedDevices;
  /** Each host is looked up once per run. */
  readonly #hosts = new Map<string, Promise<readonly string[]>>();

  constructor(known: NamedDevices) {
    this.#known = known;
  }

  /**
   * What is protected under other addresses on the same host, unless that is known to be a different device.
   * @param mayAsk Whether another device may be asked which one it is; if not, it is left out.
   */
  async protectedElsewhere(device: string, mayAsk: (name: string) => boolean): Promise<ProtectedElsewhere[]> {
    const { names, placeOf, protectedOutlets } = this.#known;
    const others = names().filter(
      (name) => placeOf(name) !== placeOf(device) && this.#mayProtect(name) && mayAsk(name),
    );
    const found = await Promise.all(
      others.map(async (name) => {
        const isSame = (await this.#isOnSameHost(name, device)) && (await this.#isSame(name, device));
        return isSame === false ? [] : [{ device: name, numbers: protectedOutlets(name), isSame }];
      }),
    );
    return found.flat();
  }

  /** Whether a name may have protected outlets; a wrong configuration is an error only for devices on the same host. */
  #mayProtect(name: string): boolean {
    try {
      return this.#known.protectedOutlets(name).length > 0;
    } catch {
      return true;
    }
  }

  async #isOnSameHost(...names: [string, string]): Promise<boolean> {
    const [one = "", other = ""] = names.map((name) => hostOf(this.#known.addressOf(name)));
    if (one === other) {
      return one !== "";
    }
    if (isIP(one) && isIP(other)) {
      return false;
    }
    const [first, second] = await Promise.all([this.#resolved(one), this.#resolved(other)]);
    return first.some((address) => second.includes(address));
  }

  #resolved(host: string): Promise<readonly string[]> {
    const known = this.#hosts.get(host) ?? resolve(host);
    this.#hosts.set(host, known);
    return known;
  }

  /** Whether two names are one device; `undefined` if that cannot be known. */
  async #isSame(...names: [string, string]): Promise<boolean | undefined> {
    const [one, other] = await Promise.all(names.map((name) => this.#serialOf(name)));
    return one === undefined || other === undefined ? undefined : one === other;
  }

  async #serialOf(name: string): Promise<string | undefined> {
    const required = this.#known.requiredSerial(name);
    if (required !== undefined) {
      return required;
    }
    try {
      const identity = this.#known.identity(name);
      await identity.look();
      return identity.serial;
    } catch {
      return undefined;
    }
  }
}

function hostOf(address: string | undefined): string {
  return address === undefined ? "" : new URL(address).hostname.replace(/^\[|\]$/g, "");
}

async function resolve(host: string): Promise<readonly string[]> {
  try {
    return host === "" ? [] : (await lookup(host, { all: true })).map(({ address }) => address);
  } catch {
    return [];
  }
}
