/** What a response says about the login sent with its request. */
import type { DeviceResponse } from "../transport/response";
import { chooseDigest, parseChallenges } from "./challenge";
import type { LoginVerdict } from "./login-ledger";

export function verdictOf(response: DeviceResponse): LoginVerdict {
  const { status } = response;
  if (status === 401) {
    const isStale = chooseDigest(parseChallenges(response.headers["www-authenticate"]))?.stale === true;
    return isStale ? "open" : "refused";
  }
  // A device that is busy, broken or has locked everybody out may answer before it looks at the login.
  return status === 429 || status >= 500 || saysLockedOut(response) ? "open" : "accepted";
}

/** Whether a device says that it has locked everybody out for a while. */
export function saysLockedOut({ status, text }: DeviceResponse): boolean {
  return status === 403 && /locked[ -]?out/i.test(text.slice(0, 10_000));
}
