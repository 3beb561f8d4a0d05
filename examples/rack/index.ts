/**
 * One device in a rack: eight named outlets, two people, AutoPing for the web server, a script, and access. Outlets with
 * `state: true` are switched on, and AutoPing cycles outlet 4 for as long as 192.168.0.80 does not answer: put in your own.
 */
import * as pulumi from "@pulumi/pulumi";
import * as dli from "pulumi-dli";

const config = new pulumi.Config();

const outlets = {
  router: new dli.Outlet("router", { number: 1, name: "router", state: true, critical: true, protectFromOff: true }),
  switch: new dli.Outlet("switch", { number: 2, name: "switch", state: true }),
  nas: new dli.Outlet("nas", { number: 3, name: "nas", state: true }),
  web: new dli.Outlet("web", { number: 4, name: "web", state: true }),
  db: new dli.Outlet("db", { number: 5, name: "db", state: true }),
  camera: new dli.Outlet("camera", { number: 6, name: "camera", state: true }),
  dome: new dli.Outlet("dome", { number: 7, name: "dome", state: true }),
  // Without `state`, an outlet is never switched.
  spare: new dli.Outlet("spare", { number: 8, name: "spare" }),
};

new dli.User("fred", {
  name: "fred",
  password: config.requireSecret("fredPassword"),
  outletAccess: [4, 5],
});
new dli.User("ann", {
  name: "ann",
  password: config.requireSecret("annPassword"),
  outletAccess: "all",
});

const script = new dli.Script("script", {
  source: `
function restart_web()
  outlet[4].cycle()
end
`,
});

/** Destroying the stack leaves AutoPing as it was before. */
new dli.AutoPing("autoping", {
  enabled: true,
  pingIntervalSeconds: 60,
  pingTimeoutSeconds: 300,
  onDestroy: "restore",
});
new dli.AutoPingItem("watch-web", {
  addresses: ["192.168.0.80"],
  outlets: [4],
  script: script.functions.apply(() => "restart_web"),
});

new dli.Ssh("ssh", { enabled: false });
new dli.RestApi("rest", { enabled: true, allowNonAdmin: true });

/** Names of the outlets that supply power now, as the device reports it. */
export const powered = pulumi
  .all(Object.values(outlets).map((outlet) => outlet.physicalState))
  .apply((states) => Object.keys(outlets).filter((_, index) => states[index]));
