/**
 * `npm run --silent engine`: gets the engine and prints, as the last line, the folder that holds it. With the name of
 * a runtime (`npm run --silent engine yaml`) also what programs of that one need.
 */
import { duration, say } from "../terminal";
import { ensureEngine } from "./ensure";
import { versionOf } from "./search";

async function main(): Promise<void> {
  const started = performance.now();
  const folder = await ensureEngine(process.argv[2]);
  say(`engine: pulumi ${await versionOf(folder)}, ready after ${duration(performance.now() - started)}`);
  process.stdout.write(`${folder}\n`);
}

main().catch((error: Error) => {
  say(error.message);
  process.exitCode = 1;
});
