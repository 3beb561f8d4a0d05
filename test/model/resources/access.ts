/** The model of Access: settings, some of which may lock us out. */
import type { ResourceModel } from "../resource-model";
import { settingsModel } from "../settings-model";

const base = settingsModel("Access", {
  allowPlaintextLogins: { path: "config/allow_plaintext_logins", values: [true, false] },
  lockoutDelayMinutes: { path: "config/lockout_delay_minutes", values: [5, 10] },
  sessionTimeoutSeconds: { path: "auth/cookie_timeout", values: [600, 1800] },
  realm: { path: "auth/realm", values: ["DLI LPC", "Rack"] },
  allowJsonRpc: { path: "config/allow_jsonrpc", values: [true, false] },
  allowJsonRpcNonAdmin: { path: "config/allow_jsonrpc_nonadmin", values: [true, false] },
  sameSubnetOnly: { path: "network/same_subnet_only", values: [true, false] },
});

export const accessModel: ResourceModel = {
  ...base,
  // Restoring a setting that may lock us out needs `allowLockout`.
  inputs: base.inputs.map((inputs) => ({
    ...inputs,
    ...(inputs["onDestroy"] === "restore" && { allowLockout: true }),
  })),
};
