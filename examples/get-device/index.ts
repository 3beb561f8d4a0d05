/** Uses what the device says about itself, which is read at every preview and update. */
import * as pulumi from "@pulumi/pulumi";
import * as dli from "pulumi-dli";

const device = dli.getDeviceOutput();

/** With the serial number in its name, a device is easy to find among many. */
new dli.Relay("relay", { name: pulumi.interpolate`Rack 7, ${device.serial}` });

export const model = device.model;
export const firmware = device.firmware;
