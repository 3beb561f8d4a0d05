/** Changes that may end our own access to a device: refused, or made last and verified by a fresh login. */
import { type DliError, type DliErrorCode, isDliError, LockoutGuardError } from "../client";
import type { Context } from "../runtime/context";
import type { Lockout } from "../runtime/lockout";
import type { Inputs } from "./state";

/** @throws LockoutGuardError unless the program says that it means it. */
export function refuseLockouts(context: Context, inputs: Inputs, lockouts: readonly Lockout[]): void {
  const [first] = lockouts;
  if (first === undefined) {
    return;
  }
  if (inputs["allowLockout"] === true) {
    context.device.permitAccessLoss();
    return;
  }
  throw new LockoutGuardError({
    device: context.device.name,
    message: first.reason,
    remedy: "Set `allowLockout: true` on this resource if that is meant; it is then done after everything else.",
  });
}

/** Waits until nothing else is left to be done on the device. The surest end of our access comes last. */
export async function goLast(context: Context, lockouts: readonly Lockout[]): Promise<void> {
  const ranks = lockouts.map(({ addresses, mayEnd }) => (addresses.length === 0 ? 2 : Number(mayEnd)));
  await context.operation?.goLast(Math.max(...ranks));
}

/**
 * Logs in anew and looks at the device, wherever it should be reached now. `ended` when it is not, and that was to be
 * expected. `lost` is the error of a change whose answer was lost.
 * @throws LockoutGuardError when it should be reached and is not, and when it is silent and may not have been changed.
 */
export async function observeAfter<T>(
  context: Context,
  lockouts: readonly Lockout[],
  lost: Error | undefined,
  observe: () => Promise<T>,
): Promise<T | "ended"> {
  const before = context.device.url;
  const isEnd = lockouts.some(({ addresses }) => addresses.length === 0);
  const addresses = isEnd ? [before] : [...new Set(lockouts.flatMap((lockout) => lockout.addresses))];
  let failure: DliError | undefined;
  for (const address of addresses) {
    await context.device.reconnect(address);
    try {
      const seen = await observe();
      if (address !== before) {
        context.warn(`${context.device.name}: the device is reached at ${address} now; set dli:url to it`);
      }
      return seen;
    } catch (error) {
      if (!isDliError(error) || !meansNoAccess(error, isEnd)) {
        throw error;
      }
      failure ??= error;
      // Found, and does not let us in: to try once more could lock the account out.
      if (error.code === "loginRefused") {
        break;
      }
    }
  }
  if (failure?.code !== "loginRefused") {
    await context.device.reconnect(before);
  }
  if (lost && (failure?.code === "unreachable" || failure?.code === "timeout")) {
    throw new LockoutGuardError({
      device: context.device.name,
      message:
        "the answer to the change was lost and the device is silent since: the change may have ended this provider's access, as" +
        " allowed by allowLockout, or never have arrived",
      remedy: "Look at the device's web page. If the change was not made, run again.",
      outcome: "unknown",
      cause: lost,
    });
  }
  if (isEnd || (lockouts.some(({ mayEnd }) => mayEnd) && failure?.code !== "loginRefused")) {
    context.warn(`${context.device.name}: ${failure?.problem}, as allowed by allowLockout`);
    context.operation?.accessEnded();
    return "ended";
  }
  throw new LockoutGuardError({
    device: context.device.name,
    message: `the change was made, and a fresh login at ${addresses.join(" and ")} failed: ${failure?.problem}`,
    remedy: "Look at the device's web page, and correct the configuration of the provider (`dli:url`, `dli:password`).",
    outcome: "unknown",
    cause: failure,
  });
}

/** Whether an error is what a device without access for us leads to. */
function meansNoAccess(error: DliError, isEnd: boolean): boolean {
  const codes: DliErrorCode[] = ["unreachable", "restDisabled", "timeout", "tlsUntrusted", "loginRefused"];
  return codes.includes(error.code) || (isEnd && error.code === "forbidden");
}
