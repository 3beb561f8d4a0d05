import * as dli from "pulumi-dli";

/** Ping once a minute, act after five minutes of silence, and give up after three times without an answer. */
new dli.AutoPing("autoping", {
  enabled: true,
  pingIntervalSeconds: 60,
  pingTimeoutSeconds: 300,
  postRebootDelaySeconds: 180,
  maxConsecutiveReboots: 3,
});
