import * as dli from "pulumi-dli";

/** Named, on, and safe from every plan that would switch it off. */
export const router = new dli.Outlet("router", { number: 1, name: "router", state: true, protectFromOff: true }).id;

/** A change by keypad or until the next reboot counts as drift, too. */
export const nas = new dli.Outlet("nas", { number: 2, name: "nas", state: true, enforce: "physical" }).physicalState;

/** Only the name is managed; whoever switches it, it is no drift. Destroying gives it its old name back. */
new dli.Outlet("bench", { number: 3, name: "bench", cycleDelaySeconds: 10, onDestroy: "restore" });
