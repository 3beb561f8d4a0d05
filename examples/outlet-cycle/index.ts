import * as pulumi from "@pulumi/pulumi";
import * as dli from "pulumi-dli";

const config = new pulumi.Config();

const modem = new dli.Outlet("modem", { number: 4, name: "modem", state: true });

/** Cycled once now, and once more whenever `restart` is set to another value: `pulumi config set restart again`. */
const restart = new dli.OutletCycle("restart-modem", {
  outlets: [modem.number],
  waitSeconds: 60,
  triggers: [config.get("restart") ?? "first"],
});

/** The router gets its name only when the modem is on again. */
new dli.Outlet("router", { number: 5, name: "router" }, { dependsOn: restart });

export const cycled = restart.cycled;
