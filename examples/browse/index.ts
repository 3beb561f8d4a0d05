import * as dli from "pulumi-dli";

/** One level of the REST API; what lies deeper is given by its path. */
export const root = dli.browseOutput({ depth: 1 }).value;

/** A setting that no resource of its own covers; `Setting` writes to it. */
export const timeServers = dli.browseOutput({ path: "config/ntp_peers" }).value;
