/** SSH on another port, with one authorised key. */
import * as dli from "pulumi-dli";

new dli.Ssh("ssh", {
  enabled: true,
  port: 2222,
  authorizedKeys: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExampleExampleExampleExampleExampleExample ops@example.com\n",
});
