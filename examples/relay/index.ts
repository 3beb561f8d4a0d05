/** Settings of all outlets together, and the device's name. */
import * as dli from "pulumi-dli";

const relay = new dli.Relay("relay", {
  name: "Rack 7",
  sequenceDelaySeconds: 2,
  cycleDelaySeconds: 10,
  keypadEnabled: false,
});

export const model = relay.model;
