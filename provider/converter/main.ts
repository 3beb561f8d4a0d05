/**
 * The program `pulumi-converter-dli`, which Pulumi starts for `pulumi import --from dli`, and reads a port from the first
 * line; it is not meant to be started by hand.
 */
import { watchEngine } from "../lifecycle/engine-watch";
import { version } from "../version";
import { startConverter } from "./server";

const help = `pulumi-converter-dli ${version}: turns what is on a Digital Loggers power controller into resources.

Pulumi starts it by itself, for a device that DLI_URL, DLI_USERNAME and DLI_PASSWORD lead to:
  pulumi import --from dli -- default [--only outlets,users] [--except relay] [--each-outlet] [--setting PATH]`;

/** How often to check that the engine is still running. */
const watchMilliseconds = 2_000;

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  if (args.includes("--version")) {
    console.log(version);
    return;
  }
  if (args.includes("--help") || args.includes("-h")) {
    console.log(help);
    return;
  }
  const converter = await startConverter();
  const stop = () => {
    converter.stop();
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, stop);
  }
  const engine = args.filter((arg) => /:\d+$/.test(arg)).at(-1);
  if (engine !== undefined) {
    watchEngine(engine, stop);
  }
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) {
      stop();
    }
  }, watchMilliseconds).unref();
  console.log(converter.port);
}

void main();
