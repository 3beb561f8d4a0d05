/**
 * Explains what a device denies so that a person can act on it: the right that a login lacks, or the lock bit that
 * forbids a write.
 *
 * Lock ("protection") bits are set by the admin and cleared only by the device's reset button (device.md section 4.6).
 * How a device responds to a write that a set bit forbids is not known, and it may give no reason at all.
 */
import {
  type DliError,
  type DliErrorDetails,
  ForbiddenError,
  isForbiddenError,
  isNotFoundError,
  isProtectedError,
  isRestDisabledError,
  ProtectedError,
  RefusedError,
  RestDisabledError,
} from "../client";

/** Who we are to the device: an account, or a client with a token. */
export type Identity = { readonly user: string } | { readonly client: string };

/**
 * The error itself, or one that names the right or the lock bit behind it. An administrator is never denied anything
 * for lack of rights; `isAdmin` is `undefined` if that is not known.
 */
export function withDenial(error: DliError, identity: Identity, isAdmin: boolean | undefined): DliError {
  const mayBeLockBit = isAdmin === true || !isForbiddenError(error);
  const named = mayBeLockBit ? withLockBit(error) : error;
  return isAdmin ? named : withMissingRight(named, identity, isAdmin);
}

/** Arrays that a POST adds to; every other POST is a call. */
const collections = /(^|\/)(users|items|links|sinks|rules)\/$/;

/** Paths of what any user with access to an outlet may do with it. */
const ofOutlet = /^relay\/outlets\/(\d+)\/(?:(?:transient_)?state\/|cycle\/)$/;

/**
 * The error itself, or one that names the missing right. A token sees only what its scopes allow, so "not found" never
 * proves to it that something is gone.
 */
function withMissingRight(error: DliError, identity: Identity, isAdmin: boolean | undefined): DliError {
  if (error.path === undefined) {
    return error;
  }
  const isHidden = isNotFoundError(error) && isAdmin === false;
  const { device, method, path, status, words, outcome } = error;
  if (isRestDisabledError(error) && "client" in identity) {
    // Some devices may answer a token that has no right to the request as if the API were off.
    const { right } = missingScope(identity.client, method ?? "GET", path);
    const remedy = `${error.remedy} If that is done, ${right}.`;
    return new RestDisabledError({ device, method, path, status, words, outcome, message: error.problem, remedy });
  }
  if (!isForbiddenError(error) && !isHidden) {
    return error;
  }
  const named = missingRightError(identity, { device, method, path, status, words, outcome, cause: error });
  if (!isHidden) {
    return named;
  }
  const message = `the device shows nothing at this path: ${named.problem}, or it does not exist`;
  return new ForbiddenError({ device, method, path, status, outcome, message, remedy: named.remedy, cause: error });
}

/** The error that says which right a request lacks. */
export function missingRightError(
  identity: Identity,
  details: Omit<DliErrorDetails, "message" | "remedy" | "path"> & { path: string },
): ForbiddenError {
  const { method = "GET", path } = details;
  const { right, remedy } =
    "client" in identity ? missingScope(identity.client, method, path) : missingAccess(identity.user, method, path);
  return new ForbiddenError({ ...details, message: right, remedy });
}

/**
 * The error that names the right with which a login could be sure that something is not there. A token's own scopes
 * prove what it is shown.
 */
export function mayBeHiddenError(
  identity: Identity,
  details: Omit<DliErrorDetails, "message" | "remedy" | "path"> & { path: string },
): ForbiddenError {
  if ("user" in identity) {
    return missingRightError(identity, details);
  }
  const { right } = missingScope(identity.client, "GET", details.path);
  return new ForbiddenError({
    ...details,
    message: `what the device does not show may be there: ${right}, or cannot show that it has it`,
    remedy: `Add it to the client's scopes (\`scopes\` of its ApiClient), with \`/auth/clients/${identity.client}/?access=get\` to show them; or log in as the admin.`,
  });
}

/** The access that a request needs, as scopes name it (device.md section 3.2). */
function accessFor(method: string, path: string): "get" | "modify" | "invoke" {
  if (method === "GET") {
    return "get";
  }
  return method === "POST" && !collections.test(path) ? "invoke" : "modify";
}

function missingScope(client: string, method: string, path: string) {
  return {
    right: `the token of client \`${client}\` lacks the scope \`/${path}?access=${accessFor(method, path)}\``,
    remedy: "Add it to the client's scopes (`scopes` of its ApiClient), or log in as the admin.",
  };
}

function missingAccess(user: string, method: string, path: string) {
  const index = ofOutlet.exec(path)?.[1] ?? (method === "GET" ? /^relay\/outlets\/(\d+)\//.exec(path)?.[1] : undefined);
  if (index !== undefined) {
    const number = Number(index) + 1;
    return {
      right: `user \`${user}\` has no access to outlet ${number}`,
      remedy: `Add ${number} to \`outletAccess\` of the User, or log in as the admin.`,
    };
  }
  const what = { get: "read", modify: "change", invoke: "call" }[accessFor(method, path)];
  return {
    right: `user \`${user}\` may not ${what} this: it takes the administrator's rights`,
    remedy: "Log in as the admin (`dli:username`); other users may only switch the outlets they have access to.",
  };
}

/** What each lock bit protects, by how the paths begin. */
const bits: readonly { readonly path: RegExp; readonly name: string }[] = [
  { path: /^auth\/(users|clients)\//, name: "administrator credentials" },
  { path: /^(network\/|config\/https?_ports?\/)/, name: "network settings" },
  { path: /^notification\//, name: "notification settings" },
  { path: /^system\/(upgrade|verify_upgrade|upload_file)\//, name: "firmware upgrade" },
  { path: /^system\/restore_backup\//, name: "restore from backup" },
  { path: /^system\/apply_maintenance/, name: "maintenance mode" },
];

/** The lock bit that protects a path, as it is named on the device's web page. */
function bitOf(path: string): string | undefined {
  return bits.find((bit) => bit.path.test(path))?.name;
}

/** The error itself, or one that names the lock bit. A refusal without a reason may also be due to a wrong value. */
function withLockBit(error: DliError): DliError {
  const { device, method, path, status, words, outcome } = error;
  const bit = bitOf(path ?? "");
  const details = { device, method, path, status, words, outcome, cause: error };
  if (isProtectedError(error) || (isForbiddenError(error) && bit !== undefined && method !== "GET")) {
    const said = words === undefined ? "the device gives no reason" : `the device says: "${words}"`;
    const message = `${bit === undefined ? "a lock bit" : `the lock bit for ${bit}`} forbids it (${status}); ${said}`;
    return new ProtectedError({ ...details, message, remedy: clearing });
  }
  // A busy or failing device needs another remedy.
  const isRule = error.code === "refused" && status !== undefined && status < 500 && status !== 429;
  if (!isRule || words !== undefined || bit === undefined || method === "GET") {
    return error;
  }
  return new RefusedError({
    ...details,
    message: error.problem,
    remedy: `Correct the value; if it is right, the lock bit for ${bit} may forbid it. ${clearing}`,
  });
}

const clearing = 'Lock (protection) bits can only be cleared with the device\'s reset button ("Clear lock bits").';
