/**
 * `npm run test:nodes`: the tests on each version of Node that the package supports: everything but the tests on the
 * engine, then the packed package on the engine. `npm run test:nodes -- 22` runs only that version.
 */
import path from "node:path";
import { runCommand } from "./command";
import { ROOT } from "./engine/pins";
import { NODE_VERSIONS, nodeFolder } from "./nodes";
import { duration, say } from "./terminal";

/** Arguments of scripts/test.mjs. */
const RUNS = {
  "everything but the engine": ["--no-engine", "test/"],
  "the packed package on the engine": ["test/engine/packed"],
};

const TEST_MS = 2 * 60 * 60_000;

async function main(chosen: string[]): Promise<void> {
  const versions = NODE_VERSIONS.filter((version) => chosen.length === 0 || chosen.includes(version.split(".")[0]!));
  if (versions.length === 0) {
    throw new Error(`The versions are ${NODE_VERSIONS.join(", ")}: npm run test:nodes -- 22`);
  }
  const summary: string[] = [];
  for (const version of versions) {
    const bin = await nodeFolder(version);
    for (const [what, args] of Object.entries(RUNS)) {
      say(`--- Node ${version}: ${what}`);
      const node = path.join(bin, "node");
      const { exitCode, stdout, milliseconds } = await runCommand(node, ["scripts/test.mjs", ...args], {
        cwd: ROOT,
        // The engine and npm start the first Node on PATH.
        env: { ...process.env, PATH: `${bin}${path.delimiter}${process.env["PATH"] ?? ""}` },
        timeoutMs: TEST_MS,
        onOutput: (text) => process.stderr.write(text),
      });
      const counts = stdout.trimEnd().split("\n").at(-1);
      const result = exitCode === 0 ? "ok    " : "FAILED";
      summary.push(`${result} Node ${version.padEnd(8)} ${what}: ${counts}, ${duration(milliseconds)}`);
      process.exitCode ||= exitCode;
    }
  }
  say("");
  for (const line of summary) {
    process.stdout.write(`${line}\n`);
  }
}

main(process.argv.slice(2)).catch((error: Error) => {
  say(error.message);
  process.exitCode = 1;
});
