import * as dli from "pulumi-dli";

/**
 * Who may reach the device, and how. What may end this provider's own access (`realm`, `sameSubnetOnly: true`) takes
 * `allowLockout: true`; it is then made after everything else and verified by a fresh login.
 */
new dli.Access("access", {
  allowPlaintextLogins: false,
  lockoutDelayMinutes: 10,
  sessionTimeoutSeconds: 900,
  allowJsonRpc: false,
  allowJsonRpcNonAdmin: false,
  realm: "rack 1",
  allowLockout: true,
});
