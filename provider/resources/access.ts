/**
 * What the Setup and External APIs pages say about access, spread over three places of the device:
 * `config/`: `{"allow_plaintext_logins": false, "lockout_delay_minutes": 5, "allow_jsonrpc": false,
 *   "allow_jsonrpc_nonadmin": false, ...}`; `auth/`: `{"realm": "DLI LPC", "cookie_timeout": 1800, ...}`;
 * `network/`: `{"same_subnet_only": true, ...}`
 * Names: Object Model Reference EPCDC32 and DC3 of 2021-08-19; `lockout_delay_minutes`, `allow_plaintext_logins` and
 * `same_subnet_only` from scripts that ran against real devices (device.md sections 3.2 to 3.4). Not every device has all.
 */
import * as z from "zod";
import { field, settings } from "../schema/settings-group";
import { realmText } from "../subtrees/login-texts";

export const access = settings("Access", {
  description:
    "Who may reach the device, and how: logins and their lockout, web sessions, the JSON-RPC interface and other subnets. Each setting works only on devices that have it.",
  id: "access",
  inputs: {
    allowPlaintextLogins: field(
      "config/allow_plaintext_logins/",
      z.boolean(),
      "Whether HTTP Basic and other plaintext logins are accepted. This provider never uses them.",
    ),
    lockoutDelayMinutes: field(
      "config/lockout_delay_minutes/",
      z.number().min(0),
      "How long everybody is locked out after several failed logins, in minutes; 0 = no lockout.",
    ),
    sessionTimeoutSeconds: field(
      "auth/cookie_timeout/",
      z.number().min(1),
      "How long an unused web session lasts, in seconds.",
    ),
    realm: field(
      "auth/realm/",
      realmText,
      "Realm of the digest login. Every password login depends on it, so a change needs `allowLockout` and is verified with a fresh login.",
    ),
    allowJsonRpc: field("config/allow_jsonrpc/", z.boolean(), "Whether the JSON-RPC interface is enabled."),
    allowJsonRpcNonAdmin: field(
      "config/allow_jsonrpc_nonadmin/",
      z.boolean(),
      "Whether users other than the admin may use JSON-RPC.",
    ),
    sameSubnetOnly: field(
      "network/same_subnet_only/",
      z.boolean(),
      "Whether only the device's own subnet can reach it. Turning it on needs `allowLockout`, because this provider may connect from another one.",
    ),
  },
});
