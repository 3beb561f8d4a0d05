/** Switches lights off and cameras on in one request when `night` changes; a reboot of the device undoes it. */
import * as pulumi from "@pulumi/pulumi";
import * as dli from "pulumi-dli";

const config = new pulumi.Config();
const isNight = config.getBoolean("night") ?? true;

const scene = new dli.SwitchOutlets("scene", {
  states: { 1: !isNight, 2: !isNight, 3: !isNight, 7: isNight, 8: isNight },
  triggers: [isNight],
});

/** Outlets whose state changed. */
export const switched = scene.switched;
