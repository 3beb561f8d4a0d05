/** A whole device in one component: outlets by name, a user, a watched address, hardened. */
import * as dli from "pulumi-dli";

const rack = new dli.PowerController("rack", {
  outlets: { router: 1, nas: { number: 2, state: true }, web: { number: 3, state: true, enforce: "physical" } },
  users: { fred: { password: process.env["FRED_PASSWORD"] ?? "change me", outlets: ["web"] } },
  watch: { web: { addresses: ["192.0.2.80"] } },
  hardened: true,
});

export const webHasPower = rack.outlets["web"]?.physicalState;
