/** Models of the resources that consist of settings alone. */
import type { ResourceModel } from "../resource-model";
import { settingsModel } from "../settings-model";

const lines = (text: unknown) => String(text).trimEnd();

export const relayModel: ResourceModel = settingsModel("Relay", {
  name: { path: "relay/name", values: ["Rack 1", "Rack 2"] },
  sequenceDelaySeconds: { path: "relay/sequence_delay", values: [1, 2] },
  cycleDelaySeconds: { path: "relay/cycle_delay", values: [1, 5] },
  // Two numbers that exist however the device counts modes.
  recoveryMode: { path: "relay/recovery_mode", values: [1, 2] },
  keypadEnabled: { path: "relay/keypad_enabled", values: [true, false] },
});

export const sshModel: ResourceModel = settingsModel("Ssh", {
  enabled: { path: "config/ssh_enabled", values: [true, false] },
  port: { path: "config/ssh_port", values: [22, 2222] },
  authorizedKeys: {
    path: "config/ssh_authorized_keys",
    values: ["", "ssh-ed25519 AAAA me\n", "ssh-ed25519 AAAA me"],
    same: (found, declared) => lines(found) === lines(declared),
  },
});

export const restApiModel: ResourceModel = settingsModel("RestApi", {
  allowNonAdmin: { path: "config/allow_rest_nonadmin", values: [true, false] },
});

export const autoPingModel: ResourceModel = settingsModel("AutoPing", {
  enabled: { path: "autoping/enabled", values: [true, false] },
  pingIntervalSeconds: { path: "autoping/ping_interval", values: [30, 60] },
  pingTimeoutSeconds: { path: "autoping/ping_timeout", values: [150, 600] },
  maxReboots: { path: "autoping/max_reboot_count", values: [null, 3] },
  maxConsecutiveReboots: { path: "autoping/max_consecutive_reboot_count", values: [null, 5] },
  pingsBeforeEnabling: { path: "autoping/pings_before_enabling", values: [0, 5] },
  handleFailuresImmediately: { path: "autoping/handle_failures_immediately", values: [true, false] },
});
