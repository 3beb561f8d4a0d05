/**
 * The administrator's password is the one in the configuration. To change it:
 *
 *     pulumi config set --secret dli:previousPassword OLD
 *     pulumi config set --secret dli:password NEW
 *     pulumi up
 *
 * The same program and configuration work before and after the change.
 */
import * as pulumi from "@pulumi/pulumi";
import * as dli from "pulumi-dli";

const config = new pulumi.Config("dli");

new dli.AdminPassword("admin", { password: config.requireSecret("password") });
new dli.Relay("relay", { name: "Rack 7" });
