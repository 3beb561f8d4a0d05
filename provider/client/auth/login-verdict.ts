/** What a response says about the login sent with its request. */
import type { DeviceResponse } from "../transport/response";
import { chooseDigest, parseChallenges } from "./challenge";
import type { LoginVerdict } from "./login-ledger";

/** How a device may say that a login is wrong with a 403 instead of a 401. */
const wrongLogin =
  /(wrong|invalid|incorrect|bad) (user ?name|user|password|login|credentials)|(login|authentication) failed/i;

export function verdictOf(response: DeviceResponse): LoginVerdict {
  const { status } = response;
  if (status === 401) {
    const isStale = chooseDigest(parseChallenges(response.headers["www-authenticate"]))?.stale === true;
    return isStale ? "stale" : "refused";
  }
  if (status === 403 && wrongLogin.test(response.text.slice(0, 10_000))) {
    return "refused";
  }
  // A page may belong to the login form, and nobody knows what a compressed response says.
  const isValue = response.isSuccess && !response.isHtml;
  const isTold = response.compression === undefined && !response.isForAWhile;
  return (isValue || afterLogin.has(status)) && isTold ? "accepted" : "open";
}

/**
 * What a device says of a request whose login it has accepted. All else may come before it looks at the login: from a
 * device that is busy or broken, from its web server, or from something in front of it.
 */
const afterLogin: ReadonlySet<number> = new Set([403, 404, 405, 409, 410, 412, 415, 422, 423]);
