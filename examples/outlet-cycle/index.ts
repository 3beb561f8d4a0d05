/** Cycles a modem once, and again whenever `restart` changes: `pulumi config set restart again`. */
import * as pulumi from "@pulumi/pulumi";
import * as dli from "pulumi-dli";

const config = new pulumi.Config();

const modem = new dli.Outlet("modem", { number: 4, name: "modem", state: true });

const restart = new dli.OutletCycle("restart-modem", {
  outlets: [modem.number],
  waitSeconds: 60,
  triggers: [config.get("restart") ?? "first"],
});

/** The router gets its name only when the modem is on again. */
new dli.Outlet("router", { number: 5, name: "router" }, { dependsOn: restart });

export const cycled = restart.cycled;
