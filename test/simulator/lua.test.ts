/** Names that a script uses and the device's script language lacks. */
import { readProgram } from "../../simulator/lua";
import { undocumentedNames } from "../../simulator/lua-sandbox";
import { Person } from "./http";
import { startDevice } from "./start";

const missing = (source: string): string[] => undocumentedNames(readProgram(source).globals);

describe("unknown names in scripts", () => {
  test.each([
    ["a legacy word in capitals", 'ON(1) OFF("2") CYCLE(3) RESTORE(4) BEEP() SLEEP(1) WAIT "* * * * *" LOG "x" TIME()'],
    ["the modern functions and tables", "delay(30) wait_until({ hour = 3 }) dump(persistent) outlet[1].on()"],
    [
      "events, threads and the display",
      'event.send("x") thread.run(f) ui.line[1] = "x" log.notice("y") function f() end',
    ],
    ["a documented library function", 'string.format("%d", math.floor(os.time())) table.insert({}, 1) ("x"):rep(2)'],
    ["a local variable", "local print = 1; local function require() end; require(print)"],
    ["a parameter and the variable of a loop", "function f(uom) for io = 1, 2 do log.notice(uom, io) end end"],
    ["a global of its own, set anywhere", "function f() return later end later = 1"],
    ["a member of a library, of its own", "function string.trim(s) return s end string.trim('x')"],
    ["a name that is only a member", "local t = { require = 1 } t.print = 2 t:load()"],
    ["a global of its own by way of _G", "_G.mine = 1 log.notice(mine)"],
  ])("a script with %s causes no warning", (_what, source) => {
    expect(missing(source)).toEqual([]);
  });

  test.each([
    ["wait(3)", ["wait"]],
    ["uom.relay.outlets[1].state = true", ["uom"]],
    [
      "local p = print; setmetatable({}, {}) require('x') coroutine.yield() io.write()",
      ["print", "setmetatable", "require", "coroutine", "io"],
    ],
    [
      "math.randomseed(1) os.execute('x') string.dump(f) function f() end",
      ["math.randomseed", "os.execute", "string.dump"],
    ],
    ["_G.loadstring('x')", ["loadstring"]],
    ["function f() helper() end", ["helper"]],
    ["do local x = 1 end log.notice(x)", ["x"]],
  ])("the unknown names in the script %s are found", (source, names) => {
    expect(missing(source)).toEqual(names);
  });
});

describe("scripts with unknown names", () => {
  test("a script with names that the sandbox does not have is accepted, and the device's log warns of them", async () => {
    const device = await startDevice();
    expect(await new Person(device).put("script/source/", "function f() uom.x() wait(1) end")).toBe(204);
    expect(device.log.lines).toEqual([
      { time: expect.any(Number), severity: "warning", text: expect.stringContaining("the script uses uom, wait,") },
    ]);
    expect(await new Person(device).put("script/source/", "function f() delay(1) end")).toBe(204);
    expect(device.log.lines).toHaveLength(1);
  });

  test("a script with uom is accepted without a warning where the dialect says that scripts have it", async () => {
    const device = await startDevice({ dialects: { uomInScripts: "present" } });
    await new Person(device).put("script/source/", "function f() uom.x() end");
    expect(device.log.lines).toEqual([]);
  });
});
