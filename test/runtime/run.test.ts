/** What a run remembers across resources: claims, releases, declarations, protected outlets and script functions. */
import { Devices } from "../../provider/devices/devices";
import { Run } from "../../provider/runtime/run";

const clock = { now: () => 0, sleep: async () => undefined };

test("a run waits until the program has declared nothing for a moment", async () => {
  let now = 0;
  let later = 2;
  const run = new Run({
    now: () => now,
    sleep: async (milliseconds: number) => {
      now += milliseconds;
      if (later-- > 0) {
        run.declarations.arrived();
      }
    },
  });
  await run.declarations.finished();
  expect(now).toBe(0);
  run.declarations.arrived();
  await run.declarations.finished();
  expect(now).toBe(3 * 250);
});

test("a provider of the program, which does not see what the engine asks the others, waits longer", async () => {
  let now = 0;
  const ticking = {
    now: () => now,
    sleep: async (milliseconds: number) => {
      now += milliseconds;
    },
  };
  const { run } = new Devices({ lookup: () => undefined, env: {}, clock: ticking, provider: "rack1" });
  run.declarations.arrived();
  await run.declarations.finished();
  expect(now).toBe(1_500);
});

describe("a component of the program, which declares its resources later than what is beside it", () => {
  const settled = async (work: Promise<void>) => {
    let isSettled = false;
    void work.then(() => {
      isSettled = true;
    });
    await new Promise(setImmediate);
    return isSettled;
  };
  let now = 0;
  const ticking = {
    now: () => now,
    sleep: async (milliseconds: number) => {
      now += milliseconds;
    },
  };

  test("nothing is finished before it has declared its first resource", async () => {
    const run = new Run(ticking);
    const ended = run.declarations.componentBegins("dli:index:PowerController");
    run.declarations.arrived("own");
    run.declarations.arrived("lab:index:Rack/rack-router");
    const finished = run.declarations.finished();
    expect(await settled(finished)).toBe(false);
    run.declarations.arrived("lab:index:Rack/dli:index:PowerController/rack-a/b");
    expect(await settled(finished)).toBe(true);
    ended();
    expect(await settled(run.declarations.finished())).toBe(true);
  });

  test("an engine that asks about no further resource, because as many operations wait as it does at once, is not waited for", async () => {
    const waits: number[] = [];
    let now = 0;
    const { declarations } = new Run({
      now: () => now,
      sleep: (milliseconds) => {
        waits.push(milliseconds);
        now += milliseconds;
        return Promise.resolve();
      },
    });
    declarations.componentBegins("dli:index:PowerController");
    const finished = declarations.finished();
    declarations.componentDeclared("dli:index:SecurityBaseline");
    expect(await settled(finished)).toBe(false);
    expect(waits).toEqual([]);
    declarations.componentDeclared("dli:index:PowerController");
    expect(await settled(finished)).toBe(true);
    expect(waits[0]).toBe(2000);
  });

  test("one that ends without any resource, because its arguments are wrong, holds up nothing", async () => {
    const { declarations } = new Run(ticking);
    expect(declarations.hasComponents).toBe(false);
    const ended = declarations.componentBegins("dli:index:PowerController");
    const finished = declarations.finished();
    expect(await settled(finished)).toBe(false);
    ended();
    expect(await settled(finished)).toBe(true);
    expect(declarations.hasComponents).toBe(true);
  });
});

test("a claim is taken once, and can be taken again after it was dropped", () => {
  const { claims } = new Run(clock);
  expect([claims.take("lab/outlets/1"), claims.take("lab/outlets/1")]).toEqual([true, false]);
  claims.drop("lab/outlets/1");
  expect([claims.has("lab/outlets/1"), claims.take("lab/outlets/1")]).toEqual([false, true]);
});

test("releases of the same thing come one after the other, and the first is told that it is the first", async () => {
  const { releases } = new Run(clock);
  const steps: string[] = [];
  const gate: { open?: () => void } = {};
  const isOpen = new Promise<void>((resolve) => {
    gate.open = resolve;
  });
  const younger = releases.perform(["lab/outlets/1"], async (isFirst) => {
    await isOpen;
    steps.push(`younger, first: ${isFirst}`);
  });
  const older = releases.perform(["lab/outlets", "lab/outlets/1"], async (isFirst) => {
    steps.push(`older, first: ${isFirst}`);
  });
  const other = releases.perform(["lab/outlets/2"], async (isFirst) => {
    steps.push(`other, first: ${isFirst}`);
  });
  await other;
  gate.open?.();
  await releases.finished(["lab/outlets/1"]);
  await Promise.all([younger, older]);
  expect(steps).toEqual(["other, first: true", "younger, first: true", "older, first: false"]);
});

test("a release that fails counts as no release", async () => {
  const { releases } = new Run(clock);
  const failing = releases.perform(["lab/outlets/1"], async () => {
    throw new Error("unreachable");
  });
  await expect(failing).rejects.toThrow("unreachable");
  await releases.finished(["lab/outlets/1"]);
  const told: boolean[] = [];
  await releases.perform(["lab/outlets/1"], async (isFirst) => {
    told.push(isFirst);
  });
  expect(told).toEqual([true]);
});

test("protected outlets are those of their own device", () => {
  const { protectedOutlets } = new Run(clock);
  protectedOutlets.add("lab", 2);
  expect(protectedOutlets.has("lab", 2)).toBe(true);
  expect(protectedOutlets.has("lab", 22)).toBe(false);
  expect(protectedOutlets.has("default", 2)).toBe(false);
});

test("what waits for a script function looks again when an operation has ended", async () => {
  const run = new Run({ now: () => 0, sleep: () => new Promise(() => undefined) });
  let isThere = false;
  const found = run.scriptFunctions.until(() => isThere, 1000);
  await run.operations.perform("lab", "lab/script", async () => {
    isThere = true;
  });
  await expect(found).resolves.toBe(true);
});

test("a function that a Script brings is waited for as long as the program may take to declare it, and no longer", async () => {
  let end = () => {};
  const slow = { now: () => 0, sleep: () => new Promise<void>((resolve) => (end = resolve)) };
  const { scriptFunctions } = new Run(slow);
  const coming = scriptFunctions.isComing("rack", "ring");
  scriptFunctions.announce("rack", (name) => ["ring", "call"].includes(name));
  expect(await coming).toBe(true);
  const missing = scriptFunctions.isComing("rack", "rung");
  scriptFunctions.announce("lab", (name) => name === "rung");
  end();
  expect(await missing).toBe(false);
});

test("what ends our access goes last on the device, whichever name the others have", async () => {
  const { operations } = new Run(clock, undefined, () => "one device");
  let isOver = false;
  let end: () => void = () => undefined;
  const held = operations.perform("rack", "rack/outlets/1", async () => {
    await new Promise<void>((resolve) => {
      end = resolve;
    });
    isOver = true;
  });
  const last = operations.perform("lab", "lab/restApi", async (operation) => {
    await operation.goLast(0);
    return isOver;
  });
  setImmediate(() => end());
  expect(await last).toBe(true);
  await held;
});
