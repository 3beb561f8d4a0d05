/**
 * Protection ("lock") bits: set by the admin, cleared only by the unit's reset button (device.md section 4.6). How a
 * unit answers a write that a set bit refuses is not known, and it may say nothing at all.
 */
import { isDliError, isForbiddenError, isProtectedError, ProtectedError } from "../device";

/** What each bit protects, by the beginning of the paths. */
const bits: readonly { readonly path: RegExp; readonly name: string }[] = [
  { path: /^auth\/(users|clients)\//, name: "administrator credentials" },
  { path: /^(network\/|config\/https?_ports?\/)/, name: "network settings" },
  { path: /^notification\//, name: "notification settings" },
  { path: /^system\/(upgrade|verify_upgrade|upload_file)\//, name: "firmware upgrade" },
  { path: /^system\/restore_backup\//, name: "restore from backup" },
  { path: /^system\/apply_maintenance/, name: "maintenance mode" },
];

/** The lock bit that protects a path, by its name on the unit's page. */
function bitOf(path: string): string | undefined {
  return bits.find((bit) => bit.path.test(path))?.name;
}

/** Whether a refused write may be the work of a lock bit although the unit does not say so. */
function mayBeProtected(error: unknown): boolean {
  return (
    isDliError(error) &&
    isForbiddenError(error) &&
    error.method !== "GET" &&
    error.path !== undefined &&
    bitOf(error.path) !== undefined
  );
}

/**
 * The error itself, or one that names the lock bit. `isAdmin` says that we are the administrator, to whom nothing is
 * forbidden for want of rights.
 */
export function withLockBit(error: unknown, isAdmin: boolean): unknown {
  if (!isDliError(error) || !(isProtectedError(error) || (isAdmin && mayBeProtected(error)))) return error;
  const { device, method, path, status, words, outcome } = error;
  const bit = bitOf(path ?? "");
  const certainty = isProtectedError(error) ? "" : " (the unit gives no reason, but the administrator lacks no right)";
  return new ProtectedError({
    device,
    method,
    path,
    status,
    words,
    outcome,
    message: `${bit ? `the lock bit for ${bit}` : "a lock bit"} forbids it (${status})${certainty}${words ? `; the device says: "${words}"` : ""}`,
    remedy:
      'Lock bits are protection bits of the unit: only its reset button clears them ("Clear lock bits"). Run again after that.',
    cause: error,
  });
}
