/** A user who may switch outlets 5 to 8 on the web page, and by REST once `RestApi.allowNonAdmin` is on. */
import * as pulumi from "@pulumi/pulumi";
import * as dli from "pulumi-dli";

const config = new pulumi.Config();

new dli.User("tom", {
  name: "tom",
  password: config.getSecret("tomPassword") ?? "change me",
  outletAccess: [5, 6, 7, 8],
});
