/** Reads parts of the REST API that no other function returns. */
import * as dli from "pulumi-dli";

/** One level of the REST API; what lies deeper is given by its path. */
export const root = dli.browseOutput({ depth: 1 }).value;

/** A value that only `Setting` can manage. */
export const timeServers = dli.browseOutput({ path: "config/ntp_peers" }).value;
