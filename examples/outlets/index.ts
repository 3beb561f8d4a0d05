import * as dli from "pulumi-dli";

const servers = ["router", "switch", "nas", "web", "db"];

/** A whole device as one resource: each outlet that is named is managed, and only what is said of it. */
const rack = new dli.Outlets("rack", {
  outlets: {
    ...Object.fromEntries(servers.map((name, index) => [index + 1, { name, state: true }])),
    1: { name: "router", state: true, critical: true, protectFromOff: true },
    7: { name: "lamp", state: false, enforce: "physical" },
    // Whoever switches the last one, it is no drift.
    8: { name: "spare" },
  },
});

/** Which outlets carry power now, by their numbers. */
export const powered = rack.status.apply((status) =>
  Object.keys(status).filter((number) => status[number]?.physicalState),
);
