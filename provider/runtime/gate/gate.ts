/**
 * The gate: every request that can change a device passes through it, no matter which resource, action or session sends
 * it. It judges the request, not what the program declares.
 */
import {
  DevicePath,
  InvalidInputError,
  isInvalidInputError,
  type Json,
  LockoutGuardError,
  memberOf,
} from "../../client";
import { ifShown, type ReadPath } from "../tree/read";
import { concernsAutoPing, letsPingCycle } from "./auto-ping";
import type { WriteRequest } from "./effect";
import { accessLoss, type OwnAccess } from "./own-access";
import { foreignOwner } from "./owned-subtrees";
import { concernsPower, isLeftOff, isReboot, mayTakePower, powerLoss, powerLossByReboot } from "./protected-outlets";
import { restoresItem } from "./restoration";

/** Another name of the device, or of one that may be the same. */
export interface Elsewhere {
  /** What messages call it. */
  readonly device: string;
  /** Whether it is the same device; `undefined` if that is not known. */
  readonly isSame: true | undefined;
}

/** Outlets that are protected under another name. */
export interface ProtectedElsewhere extends Elsewhere {
  readonly numbers: readonly number[];
}

/** Outlets that are protected under this name, or under another. */
type GuardedOutlets = Pick<ProtectedElsewhere, "numbers"> & Partial<ProtectedElsewhere>;

/** What the gate has to know about the sender and the device. */
export interface GateFacts {
  /** Name of the device in configuration. */
  readonly device: string;
  /** Type of the resource, action or function that sends the request. */
  readonly type: string;
  /** How this provider reaches the device now. */
  readonly access: () => OwnAccess;
  /** Numbers of the outlets that must not lose power. */
  readonly protectedOutlets: () => readonly number[];
  /** Outlets protected under other names that may be the same ones; the other devices may be asked to find out. */
  readonly protectedElsewhere: () => Promise<readonly ProtectedElsewhere[]>;
  /** Whether this login is shown everything at a path; if not, a list may lack elements, and later ones move up. */
  readonly seesAll: (path: string, read: ReadPath) => Promise<boolean>;
  /** Whether all writes are forbidden. */
  readonly isReadOnly: () => boolean;
  /** Other names under which all writes are forbidden; the other devices may be asked which ones they are. */
  readonly readOnlyElsewhere: () => Promise<readonly Elsewhere[]>;
  /** How what the sender writes came to have two owners in the program, as a clause; `undefined` if it has not. */
  readonly contest: () => string | undefined;
  /** Resolves when the program has declared everything, as far as that can be known. */
  readonly declared: () => Promise<void>;
  /** Whether the program has a component whose resources are declared elsewhere, later than what is beside it. */
  readonly isDeclaredLate: () => boolean;
  /** Called with the error of each refusal. */
  readonly refused?: ((error: unknown) => void) | undefined;
}

export class Gate {
  readonly #facts: GateFacts;
  #mayEndAccess = false;
  /** `autoping/` as it was before the operation's first request that concerns it. */
  #pingBefore: Json | undefined;

  constructor(facts: GateFacts) {
    this.#facts = facts;
  }

  /** From now on, requests may end our own access: the program allows it, and nothing else is left to do there. */
  permitAccessLoss(): void {
    this.#mayEndAccess = true;
  }

  /**
   * Lets a request pass.
   * @param isRestoration Whether it puts back what the operation hit by accident, in which case it may let AutoPing
   *   cycle what it cycled before, and nothing else.
   * @throws InvalidInputError if nothing may be written, if the request could take power from a protected outlet, or if
   *   it writes what belongs to a resource of another type or to two resources; LockoutGuardError if it may end our own
   *   access. Nothing is sent in these cases.
   */
  async admit(request: WriteRequest, read: ReadPath, isRestoration = false): Promise<void> {
    try {
      await this.#judge(request, read, isRestoration);
    } catch (error) {
      this.#facts.refused?.(error);
      throw error;
    }
  }

  /** Whether a request would pass, for a sender who knows another way. */
  async wouldAdmit(request: WriteRequest, read: ReadPath): Promise<boolean> {
    try {
      await this.#judge(request, read, false);
      return true;
    } catch (error) {
      if (isInvalidInputError(error)) {
        return false;
      }
      throw error;
    }
  }

  async #judge(request: WriteRequest, read: ReadPath, isRestoration: boolean): Promise<void> {
    await this.#refuseAny(request);
    this.#refuseForeign(request);
    // Resources that the program has yet to declare may protect an outlet, or own what is written as well.
    if (concernsPower(request) || this.#facts.isDeclaredLate()) {
      await this.#facts.declared();
    }
    this.#refuseContested(request);
    await this.#refusePowerLoss(request, read, isRestoration);
    await this.#refuseAccessLoss(request, read);
  }

  async #refuseAny(request: WriteRequest): Promise<void> {
    if (this.#facts.isReadOnly()) {
      throw new InvalidInputError({
        ...this.#details(request),
        message: "nothing may be written on this device, says dli:readOnly",
        remedy: "Take dli:readOnly away if this change is meant.",
      });
    }
    const [first] = await this.#facts.readOnlyElsewhere();
    if (first) {
      throw new InvalidInputError({
        ...this.#details(request),
        message: `nothing may be written on ${called(first)}`,
        remedy: first.isSame ? `Take \`readOnly\` of ${first.device} away if this change is meant.` : tellApart,
      });
    }
  }

  #refuseForeign(request: WriteRequest): void {
    const instead = foreignOwner(request, this.#facts.type);
    if (instead !== undefined) {
      throw new InvalidInputError({
        ...this.#details(request),
        message: `${this.#facts.type} may not write there: it belongs to ${instead}`,
        remedy: `Declare it with ${instead}.`,
      });
    }
  }

  #refuseContested(request: WriteRequest): void {
    const contest = this.#facts.contest();
    if (contest !== undefined) {
      throw new InvalidInputError({ ...this.#details(request), message: contest, remedy: "Keep one of them." });
    }
  }

  async #refusePowerLoss(request: WriteRequest, read: ReadPath, isRestoration: boolean): Promise<void> {
    const own = { numbers: this.#facts.protectedOutlets() };
    this.#refuseSwitchingOff(request, own);
    const elsewhere = concernsPower(request) ? await this.#facts.protectedElsewhere() : [];
    const numbers = [own, ...elsewhere.filter(({ isSame }) => isSame)].flatMap((some) => some.numbers);
    if (numbers.length > 0 && mayTakePower(request) && (await this.#facts.seesAll("relay/outlets/", read))) {
      await this.#refuseMisspelt(request, numbers, read);
    }
    for (const some of elsewhere) {
      this.#refuseSwitchingOff(request, some);
    }
    for (const some of [own, ...elsewhere].filter(({ numbers }) => numbers.length > 0)) {
      await this.#refuseLaterLoss(request, some, read, isRestoration);
    }
  }

  #refuseSwitchingOff(request: WriteRequest, outlets: GuardedOutlets): void {
    for (const number of outlets.numbers) {
      const reason = powerLoss(request, number);
      if (reason !== undefined) {
        throw this.#protected(request, number, `this ${reason}`, outlets);
      }
    }
  }

  async #refuseLaterLoss(
    request: WriteRequest,
    outlets: GuardedOutlets,
    read: ReadPath,
    isRestoration: boolean,
  ): Promise<void> {
    if (concernsAutoPing(request)) {
      const autoPing = await read("autoping/");
      this.#pingBefore ??= autoPing;
      const isWhole = await this.#facts.seesAll("autoping/items/", read);
      const cycled = outlets.numbers.find((number) => letsPingCycle(request, number - 1, { autoPing, isWhole }));
      if (cycled !== undefined && !(isRestoration && restoresItem(request, this.#pingBefore, autoPing))) {
        throw this.#protected(request, cycled, "this would let AutoPing cycle it", outlets);
      }
    }
    if (isReboot(request)) {
      await this.#refuseReboot(request, outlets, read);
    }
  }

  /** A protected outlet that the device does not have may be a typing error that leaves another one unprotected. */
  async #refuseMisspelt(request: WriteRequest, numbers: readonly number[], read: ReadPath): Promise<void> {
    const outlets = await read("relay/outlets/");
    const count = Array.isArray(outlets) ? outlets.length : 0;
    const missing = numbers.find((number) => number > count);
    if (count > 0 && missing !== undefined) {
      throw new InvalidInputError({
        ...this.#details(request),
        message: `outlet ${missing} is protected, and this device has ${count}, so it is not known which outlet is meant`,
        remedy:
          "Correct the number where it is protected: `dli:protectedOutlets`, with commas between numbers, or `protectFromOff`.",
      });
    }
  }

  async #refuseReboot(request: WriteRequest, outlets: GuardedOutlets, read: ReadPath): Promise<void> {
    const relay = await read("relay/");
    const [found, recoveryMode] = [memberOf(relay, "outlets"), memberOf(relay, "recovery_mode")];
    const list = Array.isArray(found) && (await this.#facts.seesAll("relay/outlets/", read)) ? found : undefined;
    for (const number of outlets.numbers) {
      const outlet = list ? list[number - 1] : await ifShown(read(`relay/outlets/${number - 1}/`));
      const state = memberOf(outlet, "state");
      const reason = powerLossByReboot({
        recoveryMode: typeof recoveryMode === "number" ? recoveryMode : undefined,
        isOnByState: typeof state === "boolean" ? state : undefined,
      });
      if (reason !== undefined && !isLeftOff(outlet)) {
        throw this.#protected(request, number, `a reboot could leave it off: ${reason}`, outlets);
      }
    }
  }

  async #refuseAccessLoss(request: WriteRequest, read: ReadPath): Promise<void> {
    if (this.#mayEndAccess) {
      return;
    }
    const access = this.#facts.access();
    const reason = accessLoss(request, access);
    if (reason === undefined || accessLoss(request, await asTheDeviceSays(access, read)) === undefined) {
      return;
    }
    throw new LockoutGuardError({
      ...this.#details(request),
      message: reason,
      remedy: "Set `allowLockout: true` on this resource if that is meant; it is then done after everything else.",
    });
  }

  #protected(request: WriteRequest, number: number, reason: string, outlets: GuardedOutlets): InvalidInputError {
    const { device, isSame } = outlets;
    const place = device && ` on ${called({ device, isSame })}`;
    const unprotect = device
      ? `take the protection of ${device} away`
      : "take the protection away where it is declared: `dli:protectedOutlets`, `protectFromOff`";
    return new InvalidInputError({
      ...this.#details(request),
      message: `outlet ${number} is protected${place ?? ""}, and ${reason}`,
      remedy: device && !isSame ? tellApart : `Leave it alone, or ${unprotect}.`,
    });
  }

  #details({ method, segments }: WriteRequest) {
    return { device: this.#facts.device, method, path: String(new DevicePath(segments)), outcome: "notSent" } as const;
  }
}

const tellApart = "If they are two devices, configure the `serial` of both.";

function called({ device, isSame }: Elsewhere): string {
  return `${device}, which ${isSame ? "is" : "may be"} the same device`;
}

/**
 * Adds the device's own ports and name. Behind a router our port is not one of them, and what matters is that all of
 * its ports stay.
 */
async function asTheDeviceSays(access: OwnAccess, read: ReadPath): Promise<OwnAccess> {
  const config = await read("config/").catch(() => undefined);
  const scheme = access.url.startsWith("https:") ? "https" : "http";
  const found = [`${scheme}_ports`, `${scheme}_port`].flatMap((name) => memberOf(config, name));
  const ports = found.filter((port) => typeof port === "number");
  const hostname = memberOf(config, "hostname");
  return {
    ...access,
    ports: ports.length > 0 ? ports : undefined,
    hostname: typeof hostname === "string" ? hostname : undefined,
  };
}
