/** A program with tests of its own, which need no device and no engine: index.test.ts. */
import * as pulumi from "@pulumi/pulumi";
import * as dli from "pulumi-dli";

export const router = new dli.Outlet("router", { number: 1, name: "router", state: true, protectFromOff: true });
export const web = new dli.Outlet("web", { number: 2, name: "web", state: true });

export const fred = new dli.User("fred", {
  name: "fred",
  password: new pulumi.Config().requireSecret("fredPassword"),
  outletAccess: [2],
});

export const about = pulumi.interpolate`${dli.getDeviceOutput({}).name}: router on outlet ${router.number}`;
