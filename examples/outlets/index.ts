/** A whole device as one resource: the outlets and settings listed here are managed, the others are not. */
import * as dli from "pulumi-dli";

const servers = ["router", "switch", "nas", "web", "db"];

const rack = new dli.Outlets("rack", {
  outlets: {
    ...Object.fromEntries(servers.map((name, index) => [index + 1, { name, state: true }])),
    1: { name: "router", state: true, critical: true, protectFromOff: true },
    7: { name: "lamp", state: false, enforce: "physical" },
    // The state is not managed, so switching it by hand is not drift.
    8: { name: "spare" },
  },
});

/** Numbers of the outlets that supply power now. */
export const powered = rack.status.apply((status) =>
  Object.keys(status).filter((number) => status[number]?.physicalState),
);
