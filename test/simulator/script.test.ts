/** The script of the simulated device: source, functions, threads, snippets and variables. */
import { Person } from "./http";
import { startDevice } from "./start";

const source = `
-- lights
function flash_a_light() ON(1) end
local function helper() end
function cycle_an_outlet(outlet, seconds)
  local function inner() end
end
function for_ever()
  while true do delay(1) end
end
`;

async function startWithScript(dialects: Parameters<typeof startDevice>[0] = {}) {
  const device = await startDevice(dialects);
  device.tree.script.source = source;
  return { device, admin: new Person(device) };
}

describe("scripts", () => {
  test("a source is accepted as text/x-lua and its functions are listed", async () => {
    const device = await startDevice();
    const admin = new Person(device);
    const headers = { "Content-Type": "text/x-lua" };
    expect((await admin.send("PUT", "script/source/", { text: source, headers })).status).toBe(204);
    expect(await admin.get("script/user_functions/")).toEqual({ flash_a_light: {}, cycle_an_outlet: {}, for_ever: {} });
    expect(await admin.get("script/user_functions/", { Range: "dli-depth=1" })).toMatchObject({
      for_ever: { $ref: "for_ever/" },
    });
    const lua = await admin.send("GET", "script/source/", { headers: { Accept: "text/x-lua" } });
    expect([lua.headers["content-type"], lua.body]).toEqual(["text/x-lua", source]);
  });

  test.each([409, 400] as const)(
    "a syntax error is refused with its line and status %d, and the old source stays",
    async (status) => {
      const { device, admin } = await startWithScript({ dialects: { scriptErrorStatus: status } });
      const answer = await admin.send("PUT", "script/source/", { json: "function f()\nx = = 1\nend" });
      expect([answer.status, answer.body]).toEqual([status, expect.stringMatching(/^script:2: /)]);
      expect(device.tree.script.source).toBe(source);
    },
  );

  test.each([
    ["string", "1"],
    ["number", 1],
  ] as const)("a start returns the thread's id as a %s", async (threadIdType, id) => {
    const { admin } = await startWithScript({ dialects: { threadIdType } });
    const answer = await admin.post("script/start/", [{ user_function: "flash_a_light" }]);
    expect([answer.status, answer.json]).toEqual([200, id]);
    expect(await admin.get("script/threads/")).toEqual({ "1": { label: "flash_a_light (admin via web ui)" } });
  });

  test("a thread's label shows the arguments, and JSON that curl labels as a form is accepted", async () => {
    const { device, admin } = await startWithScript();
    const call = [{ user_function: "cycle_an_outlet", source: 'cycle_an_outlet(5,"ON")' }];
    const headers = { "Content-Type": "application/x-www-form-urlencoded" };
    expect((await admin.send("POST", "script/start/", { text: JSON.stringify(call), headers })).status).toBe(200);
    expect(device.tree.script.threads["1"]?.label).toBe("cycle_an_outlet (admin via web ui) 5 ON");
  });

  test.each([
    [409, [{ user_function: "helper" }]],
    [409, [{ user_function: "flash_a_light", source: "for_ever()" }]],
    [409, [{ user_function: "flash_a_light", source: "flash_a_light(" }]],
    [409, [{ user_function: "flash_a_light", source: "x = 1" }]],
    [400, ["flash_a_light"]],
    [400, []],
  ])("a start returns %d for %j", async (status, args) => {
    const { device, admin } = await startWithScript();
    expect((await admin.post("script/start/", args)).status).toBe(status);
    expect(device.tree.script.threads).toEqual({});
  });

  test("a thread ends by itself, an endless one by a stop, and all of them by a reboot", async () => {
    const { device, admin } = await startWithScript({ dialects: { threadMilliseconds: 1000 } });
    for (const user_function of ["flash_a_light", "for_ever", "for_ever"]) {
      await admin.post("script/start/", [{ user_function }]);
    }
    device.clock.advance(60_000);
    expect(Object.keys(device.tree.script.threads)).toEqual(["2", "3"]);
    expect((await admin.post("script/stop/", ["9"])).status).toBe(409);
    expect((await admin.post("script/stop/", [2])).status).toBe(200);
    expect(Object.keys(device.tree.script.threads)).toEqual(["3"]);
    device.reboot();
    expect(device.tree.script.threads).toEqual({});
  });

  test("a stop of all ends every thread", async () => {
    const { device, admin } = await startWithScript();
    await admin.post("script/start/", [{ user_function: "for_ever" }]);
    await admin.post("script/start/", [{ user_function: "flash_a_light" }]);
    expect((await admin.post("script/stop/", ["all"])).status).toBe(200);
    expect(device.tree.script.threads).toEqual({});
  });

  test("threads cannot be written, and snippets are any text, Lua or not", async () => {
    const { admin } = await startWithScript();
    expect(await admin.put("script/threads/5/", { label: "x" })).toBe(404);
    expect(await admin.put("script/snippets/a/", { source: "x = 1" })).toBe(204);
    expect(await admin.put("script/snippets/a/source/", "x = = 1")).toBe(204);
    expect(await admin.get("script/snippets/")).toEqual({ a: { source: "x = = 1" } });
  });

  test.each([
    ["done", 204],
    ["refused", 403],
  ] as const)("a shipped snippet can be overwritten; a DELETE of it is %s by dialect", async (removal, status) => {
    const device = await startDevice({
      preset: "factory",
      dialects: { restFromFactory: "on", shippedSnippetRemoval: removal },
    });
    const admin = new Person(device);
    expect(Object.keys((await admin.get("script/snippets/")) as object)).toEqual(["default.cycle_twice"]);
    expect(await admin.put("script/snippets/default.cycle_twice/source/", "x = 1")).toBe(204);
    expect((await admin.send("DELETE", "script/snippets/default.cycle_twice/")).status).toBe(status);
    expect(await admin.put("script/snippets/mine/", { source: "" })).toBe(204);
    expect((await admin.send("DELETE", "script/snippets/mine/")).status).toBe(204);
  });

  test.each([
    ["scalars", 400],
    ["any", 204],
  ] as const)(
    "variables are texts, numbers and booleans; others are refused unless scriptVariables=%s",
    async (scriptVariables, status) => {
      const { device, admin } = await startWithScript({ dialects: { scriptVariables } });
      for (const value of ["text", 1.5, true]) {
        expect(await admin.put("script/variables/x/", value)).toBe(204);
      }
      for (const value of [{ a: 1 }, [1], null]) {
        expect(await admin.put("script/variables/y/", value)).toBe(status);
      }
      expect(device.tree.script.variables["x"]).toBe(true);
      expect((await admin.send("DELETE", "script/variables/x/")).status).toBe(204);
    },
  );

  test.each([
    [true, true, ["for_ever (system via boot)"]],
    [true, false, []],
    [false, true, ["for_ever (system via boot) cold_boot"]],
    [false, false, ["for_ever (system via boot) warm_boot"]],
  ])("the boot handler runs as it should (legacy: %s, after a power loss: %s)", async (isLegacy, powerLoss, labels) => {
    const { device } = await startWithScript();
    Object.assign(device.tree.script, { boot_handler: "for_ever", boot_handler_legacy: isLegacy });
    device.reboot({ powerLoss });
    expect(Object.values(device.tree.script.threads).map((thread) => thread.label)).toEqual(labels);
  });
});
