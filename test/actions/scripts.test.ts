/** ScriptRun and ScriptStop against the simulator. */
import { PartialFailure } from "../../provider/lifecycle/errors/errors";
import { luaCall } from "../../provider/subtrees/lua";
import type { SimulatedDevice } from "../../simulator";
import { onDevice } from "../support/on-device";
import { addUser, loginOf, writesWithBodies } from "./fixture";

const source = "function work(n)\n  log.notice(n)\nend\nfunction forever()\n  while true do\n    wait(1)\n  end\nend\n";
const brought = (device: SimulatedDevice) => device.changeByHand("script/source", source);
const labels = (device: SimulatedDevice) => Object.values(device.tree.script.threads).map(({ label }) => label);

describe("arguments of ScriptRun", () => {
  test.each([
    [[], "f()"],
    [[5, -1.5, true, null], "f(5, -1.5, true, nil)"],
    [['say "hi" \\ bye'], 'f("say \\"hi\\" \\\\ bye")'],
    [["two\nlines\tand \u00011"], 'f("two\\010lines\\009and \\0011")'],
    [[[1, "a"], { b: [false], "c d": 2 }], 'f({1, "a"}, {["b"] = {false}, ["c d"] = 2})'],
    [['"); os.execute("x'], 'f("\\"); os.execute(\\"x")'],
  ])("the arguments %j become Lua source", (values, text) => {
    expect(luaCall("f", values)).toBe(text);
  });

  test("arguments arrive at the function", () =>
    onDevice({ dialects: { threadMilliseconds: 60_000 } }, async ({ device, engine }) => {
      brought(device);
      await engine.create("ScriptRun", { function: "work", arguments: ["ON", 2] });
      expect(labels(device)).toEqual(["work (admin via web ui) ON 2"]);
    }));
});

test("ScriptRun of an unknown function says where those of the script are listed, and sends nothing", () =>
  onDevice({}, async ({ device, engine }) => {
    brought(device);
    await expect(engine.create("ScriptRun", { function: "wrok" })).rejects.toThrow(
      "the device's script has no function of the name in `function`. Correct the name (the output `functions` of Script",
    );
    expect(writesWithBodies(device)).toEqual([]);
  }));

test("ScriptRun runs a function that a Script of the same program brings", () =>
  onDevice({}, async ({ device, engine }) => {
    await engine.createAll([
      { type: "ScriptRun", inputs: { function: "work" } },
      { type: "Script", inputs: { source } },
    ]);
    expect(labels(device)).toEqual(["work (admin via web ui)"]);
  }));

test("ScriptRun runs a function that the Script of another provider, in a process of its own, brings meanwhile", () =>
  onDevice({ dialects: { threadMilliseconds: 60_000 } }, async ({ device, engine }) => {
    // The script arrives at the moment when the device is asked for the missing function.
    const arrives = device.behaviours.register({
      name: "the other process",
      path: "script/user_functions",
      read(_context, next) {
        const before = next();
        arrives();
        brought(device);
        return before;
      },
    });
    await engine.create("ScriptRun", { function: "work", arguments: ["ON", 2] });
    expect(labels(device)).toEqual(["work (admin via web ui) ON 2"]);
  }));

test("ScriptRun waits until the function has ended, and fails if it is still running", () =>
  onDevice({ dialects: { threadMilliseconds: 60_000 } }, async ({ device, engine }) => {
    brought(device);
    await engine.create("ScriptRun", { function: "work", waitSeconds: 90 });
    expect(labels(device)).toEqual([]);
    const failure = await engine
      .create("ScriptRun", { function: "forever", waitSeconds: 30 })
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(PartialFailure);
    expect((failure as PartialFailure).message).toContain(
      "`forever` was started as thread 2 and is still running after 30 seconds",
    );
    expect((failure as PartialFailure).state["threadId"]).toBe("2");
  }));

describe("ScriptRun whose response was lost", () => {
  test("a started function is proved by its new thread", () =>
    onDevice({}, async ({ device, engine }) => {
      brought(device);
      const other = await engine.create("ScriptRun", { function: "forever" });
      device.faults.add({ kind: "dropAfter", method: "POST", onlyAuthenticated: true });
      const { state } = await engine.create("ScriptRun", { function: "forever" });
      expect([other.state["threadId"], state["threadId"]]).toEqual(["1", "2"]);
      expect(labels(device)).toHaveLength(2);
    }));

  test("a device that says it is busy, but has started the function, is not asked again", () =>
    onDevice({}, async ({ device, engine }) => {
      brought(device);
      device.faults.add({ kind: "status", status: 503, acts: true, method: "POST", onlyAuthenticated: true });
      const { state } = await engine.create("ScriptRun", { function: "forever" });
      expect([state["threadId"], labels(device).length]).toEqual(["1", 1]);
    }));

  test("a device that is busy has started nothing, and the next run asks it again", () =>
    onDevice({}, async ({ device, engine }) => {
      brought(device);
      device.faults.add({ kind: "status", status: 503, method: "POST", onlyAuthenticated: true });
      const failure = await engine.create("ScriptRun", { function: "forever" }).catch((error: unknown) => error);
      expect(failure).not.toBeInstanceOf(PartialFailure);
      expect((failure as Error).message).toMatch(/the device is busy \(503\).*Run again later/);
      expect(labels(device)).toEqual([]);
      await engine.create("ScriptRun", { function: "forever" });
      expect(labels(device)).toHaveLength(1);
    }));

  test("a function that ended before it could be seen counts as run, and the error says so", () =>
    onDevice({}, async ({ device, engine }) => {
      brought(device);
      device.behaviours.register({
        name: "ends at once",
        path: "script/start",
        call: (_context, _args, next) => {
          const id = next();
          delete device.tree.script.threads[String(id)];
          return id;
        },
      });
      device.faults.add({ kind: "dropAfter", method: "POST", onlyAuthenticated: true });
      const failure = await engine.create("ScriptRun", { function: "work" }).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(PartialFailure);
      expect((failure as Error).message).toMatch(/may or may not have been started.*no new thread.*counts as done/);
    }));
});

describe.each(["ScriptRun", "ScriptStop"])("%s without the right to it", (type) => {
  const inputs = type === "ScriptRun" ? { function: "work" } : { thread: "all" };

  test("a login without the right to scripts is told who has it", () =>
    onDevice(
      {},
      async ({ device, engine }) => {
        brought(device);
        addUser(device, "fred", [1]);
        await expect(engine.create(type, inputs)).rejects.toThrow(/user `fred` may not .*the administrator's rights/);
        expect(labels(device)).toEqual([]);
      },
      loginOf("fred"),
    ));
});

describe("ScriptStop", () => {
  test("ScriptStop stops one thread and leaves the others", () =>
    onDevice({}, async ({ device, engine }) => {
      brought(device);
      const run = await engine.create("ScriptRun", { function: "forever" });
      await engine.create("ScriptRun", { function: "forever", arguments: [2] });
      const { state } = await engine.create("ScriptStop", { thread: run.state["threadId"] });
      expect(state["stopped"]).toEqual(["1"]);
      expect(labels(device)).toEqual(["forever (admin via web ui) 2"]);
    }));

  test("ScriptStop counts a thread that has ended as stopped", () =>
    onDevice({}, async ({ device, engine }) => {
      const { state } = await engine.create("ScriptStop", { thread: "7" });
      expect(state["stopped"]).toEqual([]);
      expect(writesWithBodies(device)).toEqual([]);
    }));

  test("ScriptStop fails when a thread is still running after it was stopped", () =>
    onDevice({}, async ({ device, engine }) => {
      brought(device);
      await engine.create("ScriptRun", { function: "forever" });
      device.behaviours.register({ name: "deaf", path: "script/stop", call: () => null });
      await expect(engine.create("ScriptStop", { thread: "all" })).rejects.toThrow("thread 1 is still running");
    }));

  test("ScriptStop rejects an id of the wrong form", () =>
    onDevice({}, async ({ engine }) => {
      expect(() => engine.check("ScriptStop", { thread: "work" })).toThrow("must be `all` or a thread's id");
    }));
});

test.each(["", "x y", 1.5, -1, true, { id: "12" }])(
  "what a device answers with %j is no thread's id: the new thread in its list is",
  (answer) =>
    onDevice({ dialects: { threadMilliseconds: 60_000 } }, async ({ device, engine }) => {
      brought(device);
      const call = (_context: unknown, _args: unknown, next: () => unknown) => {
        next();
        return answer;
      };
      device.behaviours.register({ name: "odd answer", path: "script/start", call: call as never });
      const { state } = await engine.create("ScriptRun", { function: "work", waitSeconds: 90 });
      expect([state["threadId"], labels(device)]).toEqual(["1", []]);
      device.behaviours.register({ name: "no list", path: "script/threads", read: () => ({}) });
      const failure = await engine.create("ScriptRun", { function: "work" }).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(PartialFailure);
      expect(String(failure)).toMatch(/may or may not have been started.*no new thread shows it/);
    }),
);
