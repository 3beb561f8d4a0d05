import * as pulumi from "@pulumi/pulumi";
import * as dli from "pulumi-dli";

/** Read at every preview and update. */
const device = dli.getDeviceOutput();

/** The serial number on the device's web page and display, to find the right one in a row of racks. */
new dli.Relay("relay", { name: pulumi.interpolate`Rack 7, ${device.serial}` });

export const model = device.model;
export const firmware = device.firmware;
