/**
 * Three sites with a list of devices each, one stack for a site. The list and the addresses are in `Pulumi.SITE.yaml`, the
 * passwords too, encrypted. `run.sh` runs a command of Pulumi for every site, and `fleet.yml` is a matrix for GitHub.
 */
import { Config } from "@pulumi/pulumi";
import * as dli from "pulumi-dli";

const racks = new Config().requireObject<string[]>("racks");

/** The wiring is the same in every rack. What is not declared, here whether an outlet is on, stays as people set it. */
const wiring = { 1: { name: "router" }, 2: { name: "switch" }, 3: { name: "server" } };

/** One resource for each device keeps a fleet quick to plan. */
const devices = racks.map((device) => new dli.Outlets(device, { device, outlets: wiring }));

export const managed = devices.map((device) => device.id);
