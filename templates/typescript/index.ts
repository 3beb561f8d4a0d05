/**
 * Three outlets of one device, by the numbers printed on its case. They get these names; nothing is switched, because an
 * outlet without `state` never is. `pulumi destroy` gives back the names that they had.
 */
import * as dli from "pulumi-dli";

new dli.Outlet("router", { number: 1, name: "router", onDestroy: "restore" });
new dli.Outlet("nas", { number: 2, name: "nas", onDestroy: "restore" });
new dli.Outlet("web", { number: 3, name: "web", onDestroy: "restore" });
