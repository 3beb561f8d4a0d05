/** Reboots the device after a setting was made, and again whenever it changes, and waits until it is back. */
import * as dli from "pulumi-dli";

const ssh = new dli.Ssh("ssh", { enabled: false });

const restart = new dli.Reboot("restart", { triggers: [ssh.enabled] });

/** Resources that depend on the reboot are written once the device responds again. */
new dli.Outlet("server", { number: 1, name: "server", state: true }, { dependsOn: restart });

export const uptimeSeconds = restart.uptimeSeconds;
