/**
 * The program `pulumi-resource-dli`. The engine starts it with its own address as the last argument and reads the port
 * from the first line; it is not meant to be started by hand, except for `PULUMI_DEBUG_PROVIDERS=dli:PORT`.
 */
import path from "node:path";
import { setFlagsFromString } from "node:v8";
import { runForEngine } from "../lifecycle/engine/engine-program";
import { version } from "../version";
import { startPlugin } from "./server";

// As in provider/dynamic/provider.ts: V8 would spend 30 MB on a faster undici parser, which never pays off in seconds.
setFlagsFromString("--wasm-tiering-budget=1000000000");

const help = `pulumi-resource-dli ${version}: the native Pulumi plugin for Digital Loggers power controllers.

Pulumi starts it by itself, with the address of its engine as the last argument, and reads a port from the first line
that it prints. To use it, set dli:plugin to true in a stack's configuration, or make a dli.Provider in the program.

  --help     prints this
  --version  prints the version

To debug it, start it by hand and give Pulumi the port that it prints: PULUMI_DEBUG_PROVIDERS=dli:PORT pulumi up`;

// In a file of its own, since few programs have components in a language other than TypeScript.
const loadComponents = () => require(path.join(__dirname, "components.js"));

void runForEngine({ help, start: (engineAddress) => startPlugin({ engineAddress, loadComponents }) });
