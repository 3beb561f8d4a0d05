/**
 * `npm run test:layouts`: the packed package on the real engine, in projects as users have them: versions of Pulumi's
 * SDK and of Node, package managers and languages. `npm run test:layouts -- 3.200.0 pnpm` runs those that match all
 * words.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { runOrThrow } from "../command";
import { ensureEngine } from "../engine/ensure";
import { ROOT } from "../engine/pins";
import { NODE_VERSIONS, nodeFolder } from "../nodes";
import { duration, say } from "../terminal";
import { layouts } from "./layouts";
import { live } from "./life";

/** The oldest that package.json allows, some in between, the tests' own, and the newest when this was written. */
const PULUMIS = ["3.200.0", "3.217.0", "3.235.0", "3.248.0", "3.276.0"];

const PACK_MS = 120_000;

interface Combination {
  readonly pulumi: string;
  readonly node: string;
  readonly layout: (typeof layouts)[number];
}

/** Every Pulumi in the usual layout; every Node and every other layout with the oldest and the newest Pulumi. */
function combinations(): Combination[] {
  const [usual, ...others] = layouts as [(typeof layouts)[number], ...typeof layouts];
  const [oldest, middle, newest] = NODE_VERSIONS as [string, string, string];
  const ends = [PULUMIS[0], PULUMIS.at(-1)] as [string, string];
  return [
    ...PULUMIS.map((pulumi) => ({ pulumi, node: middle, layout: usual })),
    ...ends.flatMap((pulumi) => [oldest, newest].map((node) => ({ pulumi, node, layout: usual }))),
    ...others.flatMap((layout) => ends.map((pulumi) => ({ pulumi, node: middle, layout }))),
  ];
}

const nameOf = ({ pulumi, node, layout }: Combination) => `@pulumi/pulumi ${pulumi}, Node ${node}, ${layout.name}`;

async function pack(folder: string): Promise<string> {
  const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", folder];
  const { stdout } = await runOrThrow("npm", args, { cwd: ROOT, timeoutMs: PACK_MS });
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  return path.join(folder, filename);
}

async function main(words: string[]): Promise<void> {
  const chosen = combinations().filter((one) => words.every((word) => nameOf(one).includes(word)));
  if (chosen.length === 0) {
    throw new Error(`none of these has all the words:\n${combinations().map(nameOf).join("\n")}`);
  }
  const folder = mkdtempSync(path.join(tmpdir(), "pulumi-dli-packed-"));
  try {
    const tarball = await pack(folder);
    const engine = await ensureEngine("nodejs");
    for (const one of chosen) {
      const started = performance.now();
      const bin = [await nodeFolder(one.node), engine];
      const failure = await live({ ...one, bin, tarball }).then(
        () => undefined,
        (error: Error) => error.message,
      );
      const time = duration(performance.now() - started);
      process.stdout.write(`${failure === undefined ? "ok    " : "FAILED"} ${nameOf(one)} (${time})\n`);
      if (failure !== undefined) {
        say(failure);
        process.exitCode = 1;
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

main(process.argv.slice(2)).catch((error: Error) => {
  say(error.message);
  process.exitCode = 1;
});
