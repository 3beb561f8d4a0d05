/**
 * Protection ("lock") bits: set by the admin, cleared only by the device's reset button (device.md section 4.6). How a
 * device answers a write that a set bit refuses is not known, and it may say nothing at all.
 */
import { type DliError, isForbiddenError, isProtectedError, ProtectedError, RefusedError } from "../client";

/** What each bit protects, by the beginning of the paths. */
const bits: readonly { readonly path: RegExp; readonly name: string }[] = [
  { path: /^auth\/(users|clients)\//, name: "administrator credentials" },
  { path: /^(network\/|config\/https?_ports?\/)/, name: "network settings" },
  { path: /^notification\//, name: "notification settings" },
  { path: /^system\/(upgrade|verify_upgrade|upload_file)\//, name: "firmware upgrade" },
  { path: /^system\/restore_backup\//, name: "restore from backup" },
  { path: /^system\/apply_maintenance/, name: "maintenance mode" },
];

/** The lock bit that protects a path, by its name on the device's page. */
function bitOf(path: string): string | undefined {
  return bits.find((bit) => bit.path.test(path))?.name;
}

/**
 * The error itself, or one that names the lock bit. To be called for a refusal to the administrator, to whom nothing is
 * forbidden for want of rights, or for one in which the device speaks of the bit. A refusal without a word may also be
 * that of a wrong value.
 */
export function withLockBit(error: DliError): DliError {
  const { device, method, path, status, words, outcome } = error;
  const bit = bitOf(path ?? "");
  const details = { device, method, path, status, words, outcome, cause: error };
  if (isProtectedError(error) || (isForbiddenError(error) && bit !== undefined && method !== "GET")) {
    const said = words === undefined ? "the device gives no reason" : `the device says: "${words}"`;
    const message = `${bit === undefined ? "a lock bit" : `the lock bit for ${bit}`} forbids it (${status}); ${said}`;
    return new ProtectedError({ ...details, message, remedy: clearing });
  }
  if (error.code !== "refused" || words !== undefined || bit === undefined || method === "GET") {
    return error;
  }
  return new RefusedError({
    ...details,
    message: error.problem,
    remedy: `Correct the value; if it is right, the lock bit for ${bit} may forbid it. ${clearing}`,
  });
}

const clearing = 'Only the device\'s reset button clears its lock bits, or protection bits ("Clear lock bits").';
