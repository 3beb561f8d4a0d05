/** The plan fails if the update fails, with the same message, and says what it cannot know; it writes nothing. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { LoginLedger } from "../../provider/client";
import { PlanFile } from "../../provider/lifecycle/plan/plan-file";
import type { ResourcePlan } from "../../provider/lifecycle/plan/resource-plan";
import { devicePlans, type PlannedResource, summaryLines } from "../../provider/lifecycle/plan/summary";
import { unknownValue } from "../../provider/schema/unknown";
import { manualClock, type SimulatedDevice, startSimulator } from "../../simulator";
import { everyDialect, oncePerDevice } from "./every-dialect";
import { MiniEngine } from "./mini-engine";
import { lives } from "./rack";

let device: SimulatedDevice;

beforeEach(async () => {
  device = await startSimulator({ clock: manualClock(), serial: "PLAN-1" });
});

afterEach(() => device.close());

interface Failing {
  readonly type: string;
  readonly inputs: Record<string, unknown>;
  readonly config?: Record<string, string>;
  readonly prepare?: (device: SimulatedDevice) => void;
  /** A part of the message. */
  readonly says: string;
}

const outlet = { type: "Outlet", inputs: { number: 3, state: false } };

const failing: Readonly<Record<string, Failing>> = {
  "no address": { ...outlet, config: { "dli:url": "" }, says: "no address is configured" },
  "no password": { ...outlet, config: { "dli:password": "" }, says: "no password is configured" },
  "a wrong password": { ...outlet, config: { "dli:password": "wrong" }, says: "password" },
  "REST off": {
    ...outlet,
    prepare: ({ tree }) => {
      tree.config.allow_rest = false;
    },
    says: "Allow REST-style API",
  },
  "another device": { ...outlet, config: { "dli:serial": "PLAN-2" }, says: "PLAN-1" },
  "outlet 9 of 8": { type: "Outlet", inputs: { number: 9, name: "x" }, says: "no outlet 9" },
  "outlet 9 of 8 among several": {
    type: "Outlets",
    inputs: { outlets: { 1: { name: "a" }, 9: { name: "x" } } },
    says: "no outlet 9",
  },
  "an action on outlet 9 of 8": { type: "OutletCycle", inputs: { outlets: [9] }, says: "no outlet 9" },
  "a user's outlet that is not there": {
    type: "User",
    inputs: { name: "ann", password: "x", outletAccess: [9] },
    says: "names outlet 9",
  },
  "an unknown script function": {
    type: "AutoPingItem",
    inputs: { addresses: ["10.0.0.1"], script: "nobody" },
    says: "no function of the name",
  },
  "an absent capability": {
    type: "Relay",
    inputs: { keypadEnabled: true },
    prepare: ({ tree }) => {
      delete (tree.relay as unknown as Record<string, unknown>)["keypad_enabled"];
    },
    says: "does not have the setting `keypadEnabled`",
  },
  "a value below the device's minimum": {
    type: "Relay",
    inputs: { sequenceDelaySeconds: 0 },
    says: "requires at least",
  },
  "a number of which not every digit would be kept": {
    type: "Setting",
    inputs: { path: "mqtt", value: { enabled: true, broker_port: 2 ** 60 } },
    says: "too large for every digit",
  },
  "a user that exists": {
    type: "User",
    inputs: { name: "ann", password: "x" },
    prepare: ({ tree }) => {
      tree.auth.users.push({ ...tree.auth.users[0]!, name: "ann", is_admin: false, is_allowed: false });
    },
    says: "already exists",
  },
  "a locked outlet": {
    ...outlet,
    prepare: (simulated) => {
      simulated.switchOutlet(3, true);
      simulated.tree.relay.outlets[2]!.locked = true;
    },
    says: "is locked",
  },
  "a protected outlet": {
    type: "SwitchOutlets",
    inputs: { states: { 3: false } },
    config: { "dli:protectedOutlets": "3" },
    prepare: (simulated) => simulated.switchOutlet(3, true),
    says: "protected",
  },
  "a recovery mode that may leave a protected outlet off": {
    type: "Setting",
    inputs: { path: "relay", value: { recovery_mode: 0 } },
    config: { "dli:protectedOutlets": "3" },
    says: "outlet 3 is protected",
  },
  "AutoPing on a protected outlet": {
    type: "AutoPingItem",
    inputs: { addresses: ["10.0.0.1"], outlets: [3] },
    config: { "dli:protectedOutlets": "3" },
    says: "let AutoPing cycle it",
  },
  "a reboot that leaves a protected outlet off": {
    type: "Reboot",
    inputs: {},
    config: { "dli:protectedOutlets": "3" },
    prepare: ({ tree }) => {
      Object.assign(tree.relay.outlets[2]!, { state: false, transient_state: true, physical_state: true });
    },
    says: "a reboot could leave it off",
  },
  "our own access": { type: "RestApi", inputs: { enabled: false }, says: "allowLockout" },
  "our own account": {
    type: "Setting",
    inputs: { path: "config", value: { allow_restapi: false } },
    says: "allowLockout",
  },
};

describe.each(Object.entries(failing))("%s", (_name, { type, inputs, config = {}, prepare, says }) => {
  test("a plan fails as the update does, and writes nothing", async () => {
    prepare?.(device);
    const engine = new MiniEngine({ device, config, logins: new LoginLedger() });
    const outcome = async (work: () => Promise<unknown>) =>
      work().then(
        () => "no failure",
        (error: Error) => error.message,
      );
    const planned = await outcome(async () => {
      const [look] = await engine.plan([{ type, inputs }]);
      throw look?.failure ?? new Error("no failure");
    });
    expect(device.journal.writes()).toEqual([]);
    expect(planned).toContain(says);
    const again = new MiniEngine({ device, config, logins: new LoginLedger() });
    expect(planned).toBe(await outcome(() => again.create(type, inputs)));
    expect(device.journal.writes()).toEqual([]);
  });
});

test("a plan of many resources fails a login as often as one operation does", async () => {
  const engine = new MiniEngine({ device, config: { "dli:password": "wrong" } });
  const looks = await engine.plan([1, 2, 3, 4].map((number) => ({ type: "Outlet", inputs: { number, state: true } })));
  expect(looks.every(({ failure }) => failure !== undefined)).toBe(true);
  const tried = device.journal.entries.filter(({ status }) => status === 401).length;
  expect(tried).toBeLessThanOrEqual(3);
});

test("a plan logs in as nobody else, whatever a resource wants to verify", async () => {
  const engine = new MiniEngine({ device });
  const user = { name: "fred", password: "first", verifyPassword: true };
  device.tree.config.allow_rest_nonadmin = true;
  const held = await engine.create("User", user);
  device.journal.clear();
  await engine.plan([{ type: "User", inputs: { ...user, password: "second" } }], held);
  await engine.plan([{ type: "User", inputs: { ...user, name: "ann" } }]);
  expect(device.journal.entries.every(({ user: who }) => who === "admin" || who === null)).toBe(true);
  expect(device.journal.entries.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(2);
});

test("what a Script of the program brings is there for a plan, and what comes before is looked at as it will be", async () => {
  const engine = new MiniEngine({ device });
  device.switchOutlet(5, false);
  const looks = await engine.plan([
    { type: "Script", inputs: { source: "function restart()\nend\n" } },
    { type: "AutoPingItem", inputs: { addresses: ["10.0.0.1"], outlets: [4], script: "restart" } },
    { type: "Outlet", inputs: { number: 5, state: true } },
    { type: "OutletCycle", inputs: { outlets: [5] } },
    { type: "AutoPingItem", inputs: { addresses: ["10.0.0.2"], outlets: [6] } },
    { type: "ScriptRun", inputs: { function: "restart" } },
  ]);
  expect(looks.map(({ failure }) => failure)).toEqual(looks.map(() => undefined));
  expect(looks.map(({ outlets }) => outlets.map(({ number, effects }) => [number, ...effects]))).toEqual([
    [],
    [],
    [[5, "gains"]],
    [[5, "cycles"]],
    [[6, "mayCycle"]],
    [],
  ]);
  expect(looks.at(-1)?.startsScript).toBe(true);
  expect(device.journal.writes()).toEqual([]);
});

test.each([
  ["on one line", "function a() end function restart() end\n"],
  ["after a comment", "--[[ a ]] function restart() end\n"],
])("a function of the program's Script counts, %s", async (_where, source) => {
  const engine = new MiniEngine({ device });
  const wanted = [
    { type: "Script", inputs: { source } },
    { type: "ScriptRun", inputs: { function: "restart" } },
    { type: "AutoPingItem", inputs: { addresses: ["10.0.0.1"], outlets: [4], script: "restart" } },
  ];
  const looks = await engine.plan(wanted);
  expect(looks.map(({ failure, isWhole }) => [failure, isWhole])).toEqual(looks.map(() => [undefined, true]));
  await engine.createInTurn(wanted);
});

test.each([
  ["in a comment", "--[[\nfunction restart()\nend\n]]\n"],
  ["in a text", "s = [[\nfunction restart()\nend\n]]\n"],
])("a function of the program's Script does not count %s, in the plan as in the update", async (_where, source) => {
  const engine = new MiniEngine({ device });
  const wanted = [
    { type: "Script", inputs: { source } },
    { type: "ScriptRun", inputs: { function: "restart" } },
  ];
  const [, look] = await engine.plan(wanted);
  expect(String(look?.failure)).toContain("no function of the name");
  await expect(engine.createInTurn(wanted)).rejects.toThrow("no function of the name");
});

test("where the text of the program's Script does not tell, the plan says so and does not fail", async () => {
  const engine = new MiniEngine({ device });
  const [, run, item] = await engine.plan([
    { type: "Script", inputs: { source: "restart = function()\nend\n" } },
    { type: "ScriptRun", inputs: { function: "restart" } },
    { type: "AutoPingItem", inputs: { addresses: ["10.0.0.1"], outlets: [4], script: "restart" } },
  ]);
  for (const look of [run, item]) {
    expect([look?.failure, look?.isWhole]).toEqual([undefined, false]);
    expect(look?.lines).toContainEqual(expect.stringMatching(/known only in the update, which fails if not/));
  }
});

test("the device is looked at once, however many resources there are", async () => {
  const engine = new MiniEngine({ device });
  const numbers = [1, 2, 3, 4, 5, 6, 7, 8];
  await engine.plan(numbers.map((number) => ({ type: "Outlet", inputs: { number, name: `new ${number}` } })));
  const read = device.journal.entries.filter(({ status }) => status === 200).map((entry) => entry.path);
  expect(read).toEqual(["/restapi/config/serial/", "/restapi/relay/outlets/"]);
});

test("an outlet's line says its names and its power, never a secret one", async () => {
  device.switchOutlet(3, true);
  device.switchOutlet(7, false);
  const engine = new MiniEngine({ device });
  const [dome, web] = await engine.plan([
    { type: "Outlet", inputs: { number: 7, name: "dome", state: true } },
    { type: "Outlet", inputs: { number: 3, state: false } },
  ]);
  expect(dome?.lines).toEqual(['outlet 7 "Outlet 7" -> "dome": off -> on']);
  expect(web?.lines).toEqual(['outlet 3 "Outlet 3" will lose power: on -> off']);
  const [secret] = await engine.plan([{ type: "User", inputs: { name: "fred", password: "s3cret word" } }]);
  expect(JSON.stringify(secret)).not.toContain("s3cret word");
});

describe("what a preview does not know", () => {
  const looked = async (type: string, inputs: Record<string, unknown>, config = {}) => {
    const [look] = await new MiniEngine({ device, config }).plan([{ type, inputs }]);
    return look as ResourcePlan;
  };

  test.each([
    [
      "a managed input",
      "Outlet",
      { number: 3, name: unknownValue, state: false },
      "default/outlets/3: name is known only",
    ],
    ["a key", "Outlet", { number: unknownValue, state: false }, "Outlet: number is known only"],
    ["the device", "Outlet", { number: 3, device: unknownValue }, "Outlet: device is known only"],
    ["an argument of an action", "OutletCycle", { outlets: unknownValue }, "OutletCycle: outlets is known only"],
    [
      "a required input",
      "User",
      { name: "fred", password: unknownValue },
      "default/users/fred: password is known only",
    ],
  ] as [string, string, Record<string, unknown>, string][])(
    "%s is named, and the plan goes on",
    async (_name, type, inputs, line) => {
      device.switchOutlet(3, true);
      const look = await looked(type, inputs);
      expect(look).toMatchObject({ isWhole: false });
      expect(look.failure).toBeUndefined();
      expect(look.lines.join("\n")).toContain(line);
      expect(look.outlets.map(({ effects }) => effects)).toEqual(
        type === "Outlet" && inputs["number"] === 3 && "name" in inputs ? [["loses"]] : [],
      );
    },
  );

  test("with previewReads: false nothing is asked, and the plan says so", async () => {
    device.journal.clear();
    const look = await looked("Outlet", { number: 9, state: false }, { "dli:previewReads": "false" });
    expect(look).toMatchObject({ hasReadDevice: false, lines: [] });
    expect(look.failure).toBeUndefined();
    expect(device.journal.entries).toEqual([]);
    const { failure: _none, ...found } = look;
    const plans = devicePlans([{ ...found, resource: 'Outlet "web"' }], (name) => name);
    expect(summaryLines(plans).join("\n")).toContain("has not looked");
    const wrong = await looked("Outlet", { number: 1 }, { "dli:previewReads": "maybe" });
    expect(String(wrong.failure)).toContain("`previewReads` is neither true nor false");
  });
});

const planEverything = oncePerDevice(async (dialects, onDialect) => {
  const odd = await startSimulator({ clock: manualClock(), dialects, ...(onDialect && { onDialect }) });
  try {
    for (const { type, inputs, prepare, config } of lives) {
      prepare?.(odd);
      const [plan] = await new MiniEngine({ device: odd, config: config?.(odd) ?? {} }).plan([{ type, inputs }]);
      expect([type, plan?.failure]).toEqual([type, undefined]);
    }
    expect(odd.journal.writes()).toEqual([]);
  } finally {
    await odd.close();
  }
});

test.each(everyDialect)("no plan of what the device has fails, and none writes, with %s", (_label, settings) =>
  planEverything(settings),
);

test("to a login that may list no outlets, a plan says what happens to those that it may switch", async () => {
  const strict = await startSimulator({ clock: manualClock(), dialects: { restrictedOutlets: "containerRefused" } });
  try {
    const admin = new MiniEngine({ device: strict });
    await admin.create("User", { name: "fred", password: "freds password", outletAccess: [2, 3] });
    strict.tree.config.allow_rest_nonadmin = true;
    strict.switchOutlet(2, true);
    const fred = admin.as({ "dli:username": "fred", "dli:password": "freds password" });
    const [own, others] = await fred.plan([
      { type: "Outlet", inputs: { number: 2, state: false } },
      { type: "Outlet", inputs: { number: 4, state: false } },
    ]);
    expect(own?.lines).toEqual(['outlet 2 "Outlet 2" will lose power: on -> off']);
    expect(String(others?.failure)).toContain("outlet 4");
  } finally {
    await strict.close();
  }
});

describe("the file of the plan", () => {
  let folder: string;
  const planned = (resource: string, number: number): PlannedResource => ({
    resource,
    device: resource,
    lines: [],
    requests: [],
    outlets: [{ number, name: `n${number}`, effects: ["loses"] }],
    startsScript: false,
    hasReadDevice: true,
    isWhole: true,
    missingFunctions: [],
    notices: [],
    later: [],
  });
  const plan = (resource: string, number: number) => devicePlans([planned(resource, number)], (name) => name);

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "plan-file-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test("holds what all processes of one run have found, and nothing of another run", async () => {
    const file = path.join(folder, "plan.json");
    const read = () => JSON.parse(readFileSync(file, "utf8"));
    await new PlanFile(file, "before").write(plan("old", 1));
    const processes = [1, 2, 3, 4].map((number) => ({ number, own: new PlanFile(file, "now") }));
    await Promise.all(
      processes.flatMap(({ number, own }) => [1, 2, 3].map(() => own.write(plan(`rack${number}`, number)))),
    );
    expect(read()).toMatchObject({ version: 1, run: "now" });
    expect(Object.keys(read().devices).sort()).toEqual(["rack1", "rack2", "rack3", "rack4"]);
    expect(read().devices.rack2.losesPower).toEqual([{ outlet: 2, name: "n2", resources: ["rack2"] }]);
    await new PlanFile(file, "next").write({});
    expect(read().devices).toEqual({});
    expect(readdirSync(folder)).toEqual(["plan.json"]);
  });

  test("that cannot be written is an error that names the variable", async () => {
    const file = new PlanFile(path.join(folder, "none", "plan.json"), "now");
    await expect(file.write({})).rejects.toThrow(/DLI_PLAN_FILE names \(ENOENT\)/);
  });
});
