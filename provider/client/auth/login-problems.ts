/** What errors say about failed logins. */
import { NotSupportedError } from "../errors/errors";
import { quotedNames } from "../text";
import { about, type DeviceRequest, type ErrorContext, isRead } from "../transport/request";
import type { Challenge, DigestChallenge } from "./challenge";
import type { Account } from "./credentials";

/** Why a login is refused, and what to do about it; without a remedy, the error's default advice applies. */
export interface LoginProblem {
  readonly message: string;
  readonly remedy?: string | undefined;
}

export const noLoginConfigured: LoginProblem = {
  message: "the device requires a login, but none is configured",
  remedy: "Set dli:username and, with --secret, dli:password (DLI_USERNAME, DLI_PASSWORD).",
};

/** @param login.isProven Whether the device has accepted the password before. */
export function wrongPassword(
  user: string,
  login: { readonly isProven: boolean; readonly triedAlternative: boolean },
): LoginProblem {
  const which = login.triedAlternative ? "password and the previous password" : "password";
  const message = login.isProven
    ? `the device no longer accepts the password of user \`${user}\``
    : `the device refuses the ${which} of user \`${user}\``;
  return { message };
}

export function refusedToken(request: DeviceRequest): LoginProblem {
  const scope = `/${request.path}?access=${isRead(request) ? "get" : "modify"}`;
  return {
    message: "the device refuses the token",
    remedy:
      "Set a valid token with `pulumi config set --secret dli:token` or DLI_TOKEN; if it is valid, it may lack the" +
      ` scope \`${scope}\`.`,
  };
}

/**
 * No further login to the device may fail.
 * @param isAnyRefused Whether the device has refused any of those before; if not, they were only never answered.
 */
export function notTried(account: Account | undefined, isAnyRefused: boolean): LoginProblem {
  const who = account ? `the password of user \`${account.username}\`` : "the token";
  const why = isAnyRefused ? "have failed or were not answered" : "were not answered, so they may have failed";
  return {
    message: `${who} was not tried: earlier logins to this device ${why}, and one more could lock everybody out`,
    ...(!isAnyRefused && { remedy: "Check the device's power and network, then run again." }),
  };
}

/** Somebody between us and the device may be asking for an answer that is easier to attack. */
export function weakerOffer(
  context: ErrorContext,
  request: DeviceRequest,
  { algorithm }: DigestChallenge,
): NotSupportedError {
  return new NotSupportedError({
    ...about(context, request, "refused"),
    status: 401,
    message: `the device offers a weaker login (${algorithm}) than before in this run`,
    remedy:
      "If its settings or its firmware were changed just now, run again; if not, somebody may be intercepting the" +
      " connection: log in over https:// with a certificate that is checked.",
  });
}

export function nothingOffered(
  context: ErrorContext,
  request: DeviceRequest,
  offered: readonly Challenge[],
): NotSupportedError {
  const named = quotedNames([...new Set(offered.map(nameOf))]) || "none";
  const schemes = context.secrets.redactEcho(named, []);
  return new NotSupportedError({
    ...about(context, request, "refused"),
    status: 401,
    message: `the device offers no digest login that this client knows (offered: ${schemes})`,
    remedy: "Check that dli:url points at the device itself, or log in with a token (dli:token).",
  });
}

function nameOf({ scheme, parameters }: Challenge): string {
  const details = scheme === "digest" ? [parameters.get("algorithm"), parameters.get("qop")] : [];
  return [scheme, ...details].filter(Boolean).join(" ");
}
