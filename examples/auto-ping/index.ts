/** Pings once a minute, acts after five minutes without a response, and gives up after three reboots in a row. */
import * as dli from "pulumi-dli";

new dli.AutoPing("autoping", {
  enabled: true,
  pingIntervalSeconds: 60,
  pingTimeoutSeconds: 300,
  postRebootDelaySeconds: 180,
  maxConsecutiveReboots: 3,
});
