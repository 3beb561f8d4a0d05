/** What a response says of the login that was sent with its request. */
import type { DeviceResponse } from "../transport/response";
import { chooseDigest, parseChallenges } from "./challenge";
import type { LoginVerdict } from "./login-ledger";

/** What a response says of the login that was sent with the request. */
export function verdictOf(response: DeviceResponse): LoginVerdict {
  const { status } = response;
  if (status === 401) {
    const isStale = chooseDigest(parseChallenges(response.headers["www-authenticate"]))?.stale === true;
    return isStale ? "open" : "refused";
  }
  // A device may be busy, broken, or have locked everybody out, before it looks at a login.
  return status === 429 || status >= 500 || saysLockedOut(response) ? "open" : "accepted";
}

/** Whether a device says that it lets nobody in for a while. */
export function saysLockedOut({ status, text }: DeviceResponse): boolean {
  return status === 403 && /locked[ -]?out/i.test(text.slice(0, 10_000));
}
