/** Which sequences are tried: the same ones every time, unless the environment says otherwise. */
import fc from "fast-check";
import { counts, Laboratory } from "./laboratory";
import { scenarios, type Weights } from "./steps";

const defaultSeed = 20_260_101;

const seed = Number(process.env["MODEL_SEED"] ?? defaultSeed);

/** Tries that many sequences; `MODEL_RUNS` in the environment sets another number, `MODEL_SEED` other ones. */
export async function trySequences(weights: Weights, runs: number): Promise<void> {
  const numRuns = Number(process.env["MODEL_RUNS"] ?? runs);
  // The jitter of retries decides what a restart in the middle of a run meets.
  jest.spyOn(Math, "random").mockReturnValue(0.5);
  await fc.assert(
    fc.asyncProperty(scenarios(weights), (scenario) => Laboratory.run(scenario)),
    {
      seed,
      numRuns,
      ...(process.env["MODEL_PATH"] && { path: process.env["MODEL_PATH"] }),
    },
  );
}

/** What was tried, for the log. */
export function summary(): string {
  const { sequences, ups, operations, errors, partly, faults, refusals, twice } = counts;
  return (
    `model (seed ${seed}): ${sequences} sequences, ${ups} ups with ${operations} operations; ${faults} requests struck, ` +
    `${errors} errors, ${partly} of them halfway; ${refusals} programs rightly refused, and ${twice} that declare a thing twice; then all as declared and nothing else changed`
  );
}
