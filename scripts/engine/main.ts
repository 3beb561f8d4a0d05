/**
 * `npm run --silent engine`: gets the engine and the generator of TypeScript programs, and prints the engine's folder
 * as the last line. With a runtime (`npm run --silent engine yaml`), also gets what programs of that runtime need.
 */
import { duration, say } from "../terminal";
import { ensureCodegen } from "./codegen";
import { ensureEngine } from "./ensure";
import { versionOf } from "./search";

async function main(): Promise<void> {
  const started = performance.now();
  const folder = await ensureEngine(process.argv[2]);
  await ensureCodegen(folder);
  say(`engine: pulumi ${await versionOf(folder)}, ready after ${duration(performance.now() - started)}`);
  process.stdout.write(`${folder}\n`);
}

main().catch((error: Error) => {
  say(error.message);
  process.exitCode = 1;
});
