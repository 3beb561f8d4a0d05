/** The plan's file while other processes of the run write to it, whatever their clocks and that of its disk say. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { PlanFile } from "../../provider/lifecycle/plan/plan-file";
import { instantClock } from "../client/support/clock";

let folder: string;
let file: string;
let lock: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "dli-test-"));
  file = path.join(folder, "plan.json");
  lock = `${file}.lock`;
  mkdirSync(lock);
});

afterEach(() => rmSync(folder, { recursive: true }));

const hour = 3600;
const written = () => Object.keys(JSON.parse(readFileSync(file, "utf8")).devices);
const devices = { lab: {} as never };

/** Sets how far the lock is in the future, in seconds, according to this clock. */
function ahead(seconds: number): void {
  const time = Date.now() / 1000 + seconds;
  utimesSync(lock, time, time);
}

test.each([0, hour, -hour])(
  "the lock of a killed process, %d s in the future, does not stop anyone",
  async (seconds) => {
    ahead(seconds);
    await new PlanFile(file, "run", instantClock()).write(devices);
    expect(written()).toEqual(["lab"]);
    expect(existsSync(lock)).toBe(false);
  },
);

test.each([0, hour, -hour])("the lock of a process at work, %d s in the future, is waited for", async (seconds) => {
  ahead(seconds);
  const clock = instantClock();
  let pauses = 0;
  const sleep = async (milliseconds: number) => {
    pauses += 1;
    if (pauses === 3) {
      rmdirSync(lock);
    }
    await clock.sleep(milliseconds);
  };
  await new PlanFile(file, "run", { now: () => clock.now(), sleep }).write(devices);
  expect(pauses).toBe(3);
  expect(written()).toEqual(["lab"]);
});

test("locks that others take one after the other are all waited for", async () => {
  const clock = instantClock();
  let pauses = 0;
  const sleep = async (milliseconds: number) => {
    pauses += 1;
    rmdirSync(lock);
    if (pauses < 400) {
      mkdirSync(lock);
      ahead(pauses);
    }
    await clock.sleep(milliseconds);
  };
  await new PlanFile(file, "run", { now: () => clock.now(), sleep }).write(devices);
  expect(pauses).toBe(400);
});
