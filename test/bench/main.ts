/**
 * What the provider costs on top of the engine: requests on the wire, time and memory, each with its target. Run with
 * `npm run bench`; `-- --rounds N` sets the number of rounds. Nothing fails here, because times depend on the machine.
 */
import { parseArgs } from "node:util";
import { ensureEngine } from "../../scripts/engine/ensure";
import { step } from "../../scripts/terminal";
import { type Results, reportCosts, reportRequests } from "./report";
import { type Operation, operations, Subject, subjectNames } from "./subjects";

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { rounds: { type: "string", default: "5" } } });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new Error("--rounds takes a number of 1 or more");
  }
  await ensureEngine();
  const subjects = await step("making the stacks", () => Promise.all(subjectNames.map((name) => Subject.start(name))));
  const results: Results = [];
  try {
    for (let round = 1; round <= rounds; round++) {
      await step(`round ${round} of ${rounds}`, () => measureRound(subjects, results));
    }
  } finally {
    for (const subject of subjects) {
      await subject.dispose();
    }
  }
  reportRequests(results);
  reportCosts(results);
}

/** All subjects take turns at each operation, so that other load on the machine affects all of them. */
async function measureRound(subjects: readonly Subject[], results: Results): Promise<void> {
  for (const operation of Object.keys(operations) as Operation[]) {
    for (const subject of subjects) {
      results.push({ subject: subject.name, operation, sample: await subject.measure(operation) });
    }
  }
  for (const subject of subjects) {
    await subject.clear();
  }
}

void main();
