/**
 * The program `pulumi-converter-dli`, which Pulumi starts for `pulumi import --from dli` and whose first line of output
 * is its port. It is not meant to be started by hand.
 */
import { runForEngine } from "../lifecycle/engine/engine-program";
import { version } from "../version";
import { startConverter } from "./server";

const help = `pulumi-converter-dli ${version}: turns what is on a Digital Loggers power controller into resources.

Pulumi starts it by itself, for a device that DLI_URL, DLI_USERNAME and DLI_PASSWORD lead to:
  pulumi import --from dli -- default [--only outlets,users] [--except relay] [--each-outlet] [--setting PATH]`;

void runForEngine({ help, start: () => startConverter() });
