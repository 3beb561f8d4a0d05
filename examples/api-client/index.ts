import * as dli from "pulumi-dli";

/** A client that may look at every outlet and switch two of them. Its token is made once and kept. */
const ci = new dli.ApiClient("ci", {
  name: "ci",
  scopes: [
    "/cred/?access=get",
    "/relay/outlets/?access=get",
    // Outlets count from 0 in scopes: these are the ones printed 2 and 3.
    "/relay/outlets/=1,2/=state,transient_state/?access=modify",
  ],
});

/** What the other side sets as `dli:token`; a secret. */
export const token = ci.bearer;
/** All that the device itself has of it. */
export const fingerprint = ci.tokenSha256;
