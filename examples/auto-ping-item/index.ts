/** Cycles outlet 1 when neither address responds. */
import * as dli from "pulumi-dli";

new dli.AutoPingItem("uplink", { addresses: ["192.0.2.1", "198.51.100.1"], outlets: [1] });
