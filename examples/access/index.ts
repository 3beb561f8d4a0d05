/**
 * How the device can be reached and logged in to. What may lock this provider out (`realm`, `sameSubnetOnly: true`) needs
 * `allowLockout: true`; it is then written last and verified with a fresh login.
 */
import * as dli from "pulumi-dli";

new dli.Access("access", {
  allowPlaintextLogins: false,
  lockoutDelayMinutes: 10,
  sessionTimeoutSeconds: 900,
  allowJsonRpc: false,
  allowJsonRpcNonAdmin: false,
  realm: "rack 1",
  allowLockout: true,
});
