/** Three outlets: one that is protected, one whose relay is watched too, and one of which only some settings are managed. */
import * as dli from "pulumi-dli";

/** Named, on, and protected from every plan that would switch it off. */
export const router = new dli.Outlet("router", { number: 1, name: "router", state: true, protectFromOff: true }).id;

/** A change by keypad, or until the next reboot, is drift too. */
export const nas = new dli.Outlet("nas", { number: 2, name: "nas", state: true, enforce: "physical" }).physicalState;

/** The state is not managed, so switching it by hand is not drift. Destroying restores the old name and delay. */
new dli.Outlet("bench", { number: 3, name: "bench", cycleDelaySeconds: 10, onDestroy: "restore" });
