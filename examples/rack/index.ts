/** One device in a rack: eight named outlets, two people, AutoPing for the web server, a script, and access. */
import * as pulumi from "@pulumi/pulumi";
import * as dli from "pulumi-dli";

const config = new pulumi.Config();

const names = ["router", "switch", "nas", "web", "db", "camera", "dome", "spare"];
const outlets = names.map(
  (name, index) =>
    new dli.Outlet(name, {
      number: index + 1,
      name,
      state: true,
      critical: name === "router",
      protectFromOff: name === "router",
    }),
);

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

new dli.AutoPing("autoping", { enabled: true, pingIntervalSeconds: 60, pingTimeoutSeconds: 300 });
new dli.AutoPingItem("watch-web", {
  addresses: ["192.168.0.80"],
  outlets: [4],
  script: script.functions.apply(() => "restart_web"),
});

new dli.Ssh("ssh", { enabled: false });
new dli.RestApi("rest", { enabled: true, allowNonAdmin: true });

/** Names of the outlets that supply power now, as the device reports it. */
export const powered = pulumi
  .all(outlets.map((outlet) => outlet.physicalState))
  .apply((states) => names.filter((_, index) => states[index]));
