/** Changes that may end our own access to a device: refused, or made last and verified with a fresh login. */
import { type DliError, type DliErrorCode, isDliError, LockoutGuardError } from "../../client";
import type { Context } from "../../runtime/context";
import { type Lockout, ownLoginRank } from "../../runtime/gate/own-access";
import type { Values } from "../../schema/values";

/** Whether the device still lets us in after a change, and what was observed then. */
export type Access<T> = { readonly isEnded: true } | { readonly isEnded: false; readonly observed: T };

/** Errors that mean that we have no access. */
const noAccess: readonly DliErrorCode[] = ["unreachable", "restDisabled", "timeout", "tlsUntrusted", "loginRefused"];

/** Added to the rank of a change after which the device should not answer us: it goes after all others. */
const ends = 100;

type Lockouts = readonly [Lockout, ...Lockout[]];

export class AccessChange {
  readonly #context: Context;
  readonly #lockouts: Lockouts;
  /** Whether the device should not answer us afterwards. */
  readonly #isEnd: boolean;
  readonly #mayEnd: boolean;

  /** `undefined` when a change has nothing to do with our access. */
  static of(context: Context, [first, ...others]: readonly Lockout[]): AccessChange | undefined {
    return first && new AccessChange(context, [first, ...others]);
  }

  constructor(context: Context, lockouts: Lockouts) {
    this.#context = context;
    this.#lockouts = lockouts;
    this.#isEnd = lockouts.some(({ addresses }) => addresses.length === 0);
    this.#mayEnd = lockouts.some(({ mayEnd }) => mayEnd);
  }

  /**
   * Waits until every other operation on the device has finished.
   * @throws LockoutGuardError unless the inputs allow the change.
   */
  async prepare(inputs: Values): Promise<void> {
    if (inputs["allowLockout"] !== true) {
      throw this.#error(
        this.#lockouts[0].reason,
        "Set `allowLockout: true` on this resource to allow it; the change is then made after everything else.",
      );
    }
    const rank = Math.max(...this.#lockouts.map((lockout) => lockout.rank));
    await this.#context.operation?.goLast(this.#isEnd ? ends + rank : rank);
    this.#context.device.permitAccessLoss();
  }

  /**
   * Logs in again and observes the device at the address where it should be reached. There are four outcomes: we have
   * access; we have none, as expected; it is unknown whether the change was made; or it was made and locked us out.
   * `lost` is the error of a change whose response was lost.
   * @throws LockoutGuardError for the last two.
   */
  async verify<T>(lost: Error | undefined, observe: () => Promise<T>): Promise<Access<T>> {
    const reached = await this.#reach(observe);
    if ("observed" in reached) {
      return { isEnded: false, observed: reached.observed };
    }
    const { failure } = reached;
    if (lost && (failure?.code === "unreachable" || failure?.code === "timeout")) {
      throw this.#unknownError(lost);
    }
    if (this.#isEnd || (this.#mayEnd && failure?.code !== "loginRefused")) {
      this.#context.warn(`${this.#context.device.name}: ${this.#endOf(failure)}, as allowed by allowLockout`);
      this.#context.operation?.accessEnded();
      return { isEnded: true };
    }
    throw this.#lockedOutError(failure);
  }

  /** Tries the addresses one after the other; if all fail, the first failure is returned. */
  async #reach<T>(observe: () => Promise<T>): Promise<{ observed: T } | { failure: DliError | undefined }> {
    const before = this.#context.device.url;
    let failure: DliError | undefined;
    for (const address of this.#addresses()) {
      await this.#context.device.reconnect(address);
      try {
        const observed = await observe();
        if (address !== before) {
          this.#context.warn(`${this.#context.device.name}: the device now answers at ${address}; set dli:url to it`);
        }
        return { observed };
      } catch (error) {
        if (!isDliError(error) || !this.#meansNoAccess(error)) {
          throw error;
        }
        failure ??= error;
        // The device was found but refuses the login: another attempt could lock the account out.
        if (error.code === "loginRefused") {
          break;
        }
      }
    }
    if (failure?.code !== "loginRefused") {
      await this.#context.device.reconnect(before);
    }
    return { failure };
  }

  /** Where to look for the device, at least one. */
  #addresses(): string[] {
    const elsewhere = this.#lockouts.flatMap(({ addresses }) => addresses);
    return this.#isEnd ? [this.#context.device.url] : [...new Set(elsewhere)];
  }

  /** A change of our own login may also end only some of its rights, among them the right to see what was changed. */
  #meansNoAccess({ code }: DliError): boolean {
    const isOfLogin = this.#isEnd || this.#lockouts.some(({ rank }) => rank === ownLoginRank);
    return noAccess.includes(code) || (isOfLogin && code === "forbidden");
  }

  /** What has ended, as a clause. A login that is gone looks to its own client like one without rights. */
  #endOf(failure: DliError | undefined): string | undefined {
    const isGone = this.#isEnd && failure?.code === "forbidden" && failure.status === 401;
    return isGone ? "the device accepts this login no longer" : failure?.problem;
  }

  #unknownError(lost: Error): LockoutGuardError {
    return this.#error(
      "the response was lost and the device has not answered since: the change may have ended this provider's access," +
        " as allowed by allowLockout, or may never have arrived",
      "Check the device's web page. If the change was not made, run again.",
      lost,
    );
  }

  #lockedOutError(failure: DliError | undefined): LockoutGuardError {
    const where = this.#addresses().join(" and ");
    return this.#error(
      `the change was made, and a fresh login at ${where} failed: ${failure?.problem}`,
      "Check the device's web page, and correct the configuration of the provider (`dli:url`, `dli:password`).",
      failure,
    );
  }

  /** `cause` is set if the change was sent, to what it led to. */
  #error(message: string, remedy: string, cause?: Error): LockoutGuardError {
    const { name: device } = this.#context.device;
    return new LockoutGuardError({ device, message, remedy, cause, outcome: cause ? "unknown" : "notSent" });
  }
}
