/** Which right a login lacks, said so that a person can give it. */
import {
  type DliError,
  type DliErrorDetails,
  ForbiddenError,
  isForbiddenError,
  isNotFoundError,
  isRestDisabledError,
  RestDisabledError,
} from "../client";

/** Who we are to the device: an account, or a client with a token. */
export type Identity = { readonly user: string } | { readonly client: string };

/** Arrays that a POST adds to; every other POST is a call. */
const collections = /(^|\/)(users|items|links|sinks|rules)\/$/;

/** What about an outlet any user with access to it may do. */
const ofOutlet = /^relay\/outlets\/(\d+)\/(?:(?:transient_)?state\/|cycle\/)$/;

/**
 * The error itself, or one that names the right that is missing. A token sees only what its scopes allow, so what it
 * does not find may be there all the same: to it "not found" is never the end of a thing. `isAdmin` is undefined where
 * that is not known.
 */
export function withMissingRight(error: DliError, identity: Identity, isAdmin: boolean | undefined): DliError {
  if (error.path === undefined) {
    return error;
  }
  const isHidden = isNotFoundError(error) && isAdmin === false;
  const { device, method, path, status, words, outcome } = error;
  if (isRestDisabledError(error) && "client" in identity) {
    // Some devices may answer a token that has no right to anything asked for as they do when the API is off.
    const { right } = missingScope(identity.client, method ?? "GET", path);
    const remedy = `${error.remedy} If that is done, ${right}.`;
    return new RestDisabledError({ device, method, path, status, words, outcome, message: error.problem, remedy });
  }
  if (!isForbiddenError(error) && !isHidden) {
    return error;
  }
  const named = missingRight(identity, { device, method, path, status, words, outcome, cause: error });
  if (!isHidden) {
    return named;
  }
  const message = `the device shows nothing here: ${named.problem}, or there is no such thing`;
  return new ForbiddenError({ device, method, path, status, outcome, message, remedy: named.remedy, cause: error });
}

/** The error that says which right a request lacks. */
export function missingRight(
  identity: Identity,
  details: Omit<DliErrorDetails, "message" | "remedy" | "path"> & { path: string },
): ForbiddenError {
  const { method = "GET", path } = details;
  const { right, remedy } =
    "client" in identity ? missingScope(identity.client, method, path) : missingAccess(identity.user, method, path);
  return new ForbiddenError({ ...details, message: right, remedy });
}

/** What a request needs of a right, in the words of a scope (device.md section 3.2). */
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
