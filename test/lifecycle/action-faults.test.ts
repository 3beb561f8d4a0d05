/**
 * The fault matrix of the actions: each fault at each write, and at every third read (`TEST_CASES=all`: at each). An
 * action happens at most once, even if the answer is lost; the state says whether it counts as done; and the next run
 * does neither more nor less than what is left to do.
 */
import { PartialFailure } from "../../provider/lifecycle/errors/errors";
import { type Fault, manualClock, startSimulator } from "../../simulator";
import { isTried } from "../share";
import { type ActionCase, actionCases } from "./action-cases";
import { configUnder, everyFault, struckRun } from "./fault-kinds";
import { type Held, MiniEngine } from "./mini-engine";
import { adminPassword, expectClear } from "./trial";

const counts = { runs: 0, right: 0, nothing: 0, done: 0, mayBe: 0 };
afterAll(() => {
  console.log(
    `fault matrix of the actions: ${counts.runs} runs struck by one fault; ${counts.right} happened once and ended ` +
      `right, ${counts.nothing} ended in an error before anything happened and happened once in the next run, ` +
      `${counts.done} happened and ended in an error that says so, ${counts.mayBe} did not happen and count as done ` +
      "because the device could not tell; none happened twice",
  );
});

/** For each request of the action without a fault, whether it is a write. */
async function requestsOf(life: ActionCase): Promise<boolean[]> {
  const device = await startSimulator({ clock: manualClock(), password: adminPassword });
  try {
    life.prepare(device);
    life.watch(device);
    device.journal.clear();
    await new MiniEngine({ device }).create(life.type, life.inputs);
    return device.journal.entries.map(({ isWrite }) => isWrite);
  } finally {
    await device.close();
  }
}

/** Runs the action with a fault at one request. */
async function strike(life: ActionCase, fault: Fault, nth: number): Promise<void> {
  const device = await startSimulator({ clock: manualClock(), password: adminPassword });
  const config: Record<string, string> = {};
  const engine = new MiniEngine({ device, config });
  try {
    life.prepare(device);
    const happenings = life.watch(device);
    device.faults.add({ ...fault, nth });
    Object.assign(config, configUnder(fault));
    let held: Held | undefined;
    let error: Error | undefined;
    try {
      held = await engine.create(life.type, life.inputs);
    } catch (thrown) {
      error = thrown as Error;
    }
    expect(device.faults.struck).toBeGreaterThan(0);
    device.faults.clear();
    for (const key of Object.keys(config)) {
      delete config[key];
    }
    counts.runs += 1;
    expect(happenings.most).toBeLessThanOrEqual(1);

    if (error) {
      expectClear(error, [adminPassword]);
    }
    if (error instanceof PartialFailure) {
      expect(error.message).toContain("counts as done");
      // An action that did not happen may count as done only if the answer to a write was lost.
      const wasLost = device.journal.entries.some((entry) => entry.isWrite && entry.fault !== null);
      expect(happenings.most === 1 || wasLost).toBe(true);
      held = { type: life.type, id: error.id, inputs: engine.check(life.type, life.inputs), state: error.state };
      counts[happenings.most === 1 ? "done" : "mayBe"] += 1;
    } else if (error) {
      expect(happenings.most).toBe(0);
      held = await engine.create(life.type, life.inputs);
      expect([happenings.least, happenings.most]).toEqual([1, 1]);
      counts.nothing += 1;
    } else {
      expect([happenings.least, happenings.most]).toEqual([1, 1]);
      expect(held?.state).toMatchObject(life.outputs);
      life.done(device);
      counts.right += 1;
    }

    // After a failure, the engine updates even without a difference.
    const before = happenings.most;
    await engine.up(held as Held, life.inputs, { isForced: true });
    await engine.refresh(held as Held);
    expect(happenings.most).toBe(before);
    expect(device.isLockedOut).toBe(false);
  } catch (error) {
    const where = `${life.type}, request ${nth}`;
    throw new Error(`${where}: ${(error as Error).message}\n${device.journal.dump()}`, { cause: error });
  } finally {
    await device.close();
  }
}

describe.each(actionCases.map((life) => [life.type, life] as const))("%s", (type, life) => {
  let requests: boolean[];
  beforeAll(async () => {
    requests = await requestsOf(life);
  });

  test.each(everyFault)(
    `${type} runs at most once under %s at each request`,
    async (_label, fault) => {
      const turn = everyFault.findIndex(([, other]) => other === fault);
      expect(requests.length).toBeGreaterThan(2);
      for (const [index, isWrite] of requests.entries()) {
        if (isWrite || isTried(index, turn)) {
          await struckRun(fault, () => strike(life, fault, index + 1));
        }
      }
    },
    120_000,
  );
});
