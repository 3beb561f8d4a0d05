/** Which sequences are tried: always the same ones unless the environment says otherwise. */
import fc from "fast-check";
import { counts, Laboratory } from "./laboratory";
import { scenarios, type Weights } from "./steps";

const defaultSeed = 20_260_101;

const seed = Number(process.env["MODEL_SEED"] ?? defaultSeed);

/** Tries `runs` sequences; in the environment, `MODEL_RUNS` sets another number and `MODEL_SEED` selects others. */
export async function trySequences(weights: Weights, runs: number): Promise<void> {
  const numRuns = Number(process.env["MODEL_RUNS"] ?? runs);
  // The jitter of retries decides at which point of a run a restart happens.
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

/** A summary of what was tried, for the log. */
export function summary(): string {
  const { sequences, ups, operations, errors, partly, faults, refusals, twice } = counts;
  return (
    `model (seed ${seed}): ${sequences} sequences, ${ups} ups with ${operations} operations; ${faults} requests struck, ` +
    `${errors} errors, ${partly} of them halfway; ${refusals} programs rightly refused, and ${twice} that declare a thing twice; then all as declared and nothing else changed`
  );
}
