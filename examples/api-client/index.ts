/** An API client that may read every outlet and switch two of them. Its token is generated once and kept. */
import * as dli from "pulumi-dli";

const ci = new dli.ApiClient("ci", {
  name: "ci",
  scopes: [
    "/cred/?access=get",
    "/relay/outlets/?access=get",
    // Outlets count from 0 in scopes: these are the ones printed 2 and 3.
    "/relay/outlets/=1,2/=state,transient_state/?access=modify",
  ],
});

/** The client's program sets this as `dli:token`; it is a secret. */
export const token = ci.bearer;
/** The device keeps only this hash of it. */
export const fingerprint = ci.tokenSha256;
