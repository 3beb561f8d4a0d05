import * as dli from "pulumi-dli";

const ssh = new dli.Ssh("ssh", { enabled: false });

/** Restarts the device once the setting is made, and again whenever it changes; waits until the device is back. */
const restart = new dli.Reboot("restart", { triggers: [ssh.enabled] });

/** Whatever depends on the restart finds a device that answers. */
new dli.Outlet("server", { number: 1, name: "server", state: true }, { dependsOn: restart });

export const uptimeSeconds = restart.uptimeSeconds;
