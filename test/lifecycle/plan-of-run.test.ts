/** The plan of a run: what it keeps of many resources, under which names, and what it says once all of it is known. */
import { Devices } from "../../provider/devices/devices";
import { lifecycleOf } from "../../provider/lifecycle";
import { ErrorReport } from "../../provider/lifecycle/errors/error-report";
import { Plan } from "../../provider/lifecycle/plan/plan";
import { definitionOf } from "../../provider/registry";
import { manualClock, type SimulatedDevice, startSimulator } from "../../simulator";
import { clockOf } from "./device-clock";

let device: SimulatedDevice;
let devices: Devices;

beforeEach(async () => {
  device = await startSimulator({ clock: manualClock() });
  devices = devicesOf();
});

afterEach(async () => {
  await devices.close();
  await device.close();
});

function devicesOf(provider?: string, more: Readonly<Record<string, string>> = {}): Devices {
  const config: Record<string, string> = {
    ...more,
    "dli:url": device.url,
    "dli:username": device.username,
    "dli:password": device.password,
  };
  return new Devices(
    {
      lookup: (key) => config[key],
      env: {},
      clock: clockOf(device),
      ...(provider !== undefined && { provider }),
    },
    {},
  );
}

const planOf = () => new Plan(devices, new ErrorReport(() => undefined), undefined);

/** Declares a resource and plans it. */
function planFor(plan: Plan, type: string, name: string | undefined, inputs: Record<string, unknown>) {
  const definition = definitionOf(type)!;
  const lifecycle = lifecycleOf(definition, devices);
  const checked = lifecycle.declare(lifecycle.check(inputs), { name });
  expect(checked.failures).toEqual([]);
  return plan.planChange(devices, { definition, inputs: checked.inputs, name });
}

/** A resource that an earlier run has made. */
async function made(type: string, inputs: Record<string, unknown>) {
  const definition = definitionOf(type)!;
  const lifecycle = lifecycleOf(definition, devices);
  const created = await lifecycle.create(lifecycle.check(inputs).inputs);
  await devices.close();
  devices = devicesOf();
  return { definition, ...created };
}

test("each resource is named after its type and its name", async () => {
  device.switchOutlet(3, true);
  const plan = planOf();
  await planFor(plan, "Outlet", "web", { number: 3, state: false });
  await planFor(plan, "Outlet", undefined, { number: 4, name: "spare" });
  const { losesPower, resources } = plan.document()["default"]!;
  expect(losesPower).toEqual([{ outlet: 3, name: "Outlet 3", resources: ['Outlet "web"'] }]);
  expect(resources.map(({ resource }) => resource)).toEqual(['Outlet "web"', "Outlet"]);
  expect(plan.linesOf('Outlet "web"')).toEqual(['outlet 3 "Outlet 3" will lose power: on -> off']);
  expect(plan.linesOf('Outlet "nobody"')).toEqual([]);
  expect(plan.isRisky).toBe(true);
  expect(plan.summary()).toEqual(['loses power: 3 "Outlet 3"; gains power: none; cycles: none']);
});

test("a plan in which nothing loses power is not risky", async () => {
  device.switchOutlet(3, false);
  const plan = planOf();
  await planFor(plan, "Outlet", "web", { number: 3, state: true });
  expect(plan.isRisky).toBe(false);
  expect(plan.summaryOfRemoved()).toEqual([]);
});

test("an outlet that the program protects later is refused, if it loses power", async () => {
  device.switchOutlet(3, true);
  device.switchOutlet(4, false);
  const plan = planOf();
  await planFor(plan, "SwitchOutlets", "off", { states: { 3: false } });
  await planFor(plan, "SwitchOutlets", "on", { states: { 4: true } });
  await plan.refuseProtected();
  expect(plan.resources().map(({ failure }) => failure)).toEqual([undefined, undefined]);
  for (const number of [3, 4]) {
    devices.run.protectedOutlets.add("default", number);
  }
  await plan.refuseProtected();
  const [off, on] = plan.resources();
  expect(off?.failure).toMatch(
    /outlet 3 is protected.*must not lose power.*Leave protected outlets out, or take the protection away where it is declared\./,
  );
  expect(off?.error).toMatchObject({ message: off?.failure });
  expect(off?.lines).toEqual([]);
  expect(on?.failure).toBeUndefined();
  expect(plan.document()["default"]?.fails).toEqual(['SwitchOutlets "off"']);
});

test("what is deleted has a name that says so, and a summary of its own beside what stays", async () => {
  const user = await made("User", { name: "ann", password: "anns password" });
  const plan = planOf();
  const removal = await plan.planRemoval(devices, user, "ann", "removed");
  expect(removal).toMatchObject({ resource: 'User "ann" (removed)', lines: ["default/users/ann will be removed"] });
  // The user has seen nothing else.
  expect(plan.summaryOfRemoved()).toEqual([]);
  await planFor(plan, "Outlet", "web", { number: 4, name: "spare" });
  expect(plan.summaryOfRemoved()).toEqual(["what is deleted: loses power: none; gains power: none; cycles: none"]);
  const unnamed = await planOf().planRemoval(devices, user, undefined, "replaced");
  expect(unnamed.resource).toBe("default/users/ann (replaced)");
});

test("what is deleted and belongs to another resource by the end of the program is not said to go", async () => {
  device.switchOutlet(3, false);
  const user = await made("User", { name: "ann", password: "anns password" });
  const outlet = await made("Outlet", { number: 3, state: true, onDestroy: "restore" });
  const plan = planOf();
  await plan.planRemoval(devices, user, "ann", "removed");
  await plan.planRemoval(devices, outlet, "web", "removed");
  const lines = () => plan.resources().map(({ lines: shown }) => shown.length);
  expect(lines()).toEqual([1, 1]);
  await planFor(plan, "User", "fred", { name: "ann", password: "anns password", adopt: true });
  expect(lines().slice(0, 2)).toEqual([0, 1]);
  await planFor(plan, "Outlets", "all", { outlets: { 3: { state: true } } });
  expect(lines().slice(0, 2)).toEqual([0, 0]);
});

test("a replacement is not refused for an outlet that another resource takes over and protects", async () => {
  device.switchOutlet(3, false);
  const outlet = await made("Outlet", { number: 3, state: true, onDestroy: "restore" });
  const plan = planOf();
  await plan.planRemoval(devices, outlet, "web", "replaced");
  await planFor(plan, "Outlet", "next", { number: 3, state: true, protectFromOff: true });
  expect(devices.run.protectedOutlets.of("default")).toEqual([3]);
  expect(await plan.refuseProtected()).toEqual([]);
});

test("what will be restored one day is not said where it cannot be known", async () => {
  device.switchOutlet(3, false);
  const held = { number: 3, state: true, onDestroy: "restore" };
  const found = await planFor(planOf(), "Outlet", "web", held);
  expect(found.later).toHaveLength(1);
  await devices.close();
  devices = devicesOf();
  devices.run.protectedOutlets.add("default", 3);
  const refused = await planFor(planOf(), "Outlet", "web", held);
  expect([refused.failure, refused.later]).toEqual([undefined, []]);
});

test("what the engine has read and the program does not declare is looked at, if its deletion restores something", async () => {
  device.switchOutlet(3, false);
  const outlet = await made("Outlet", { number: 3, state: true, onDestroy: "restore" });
  const kept = await made("Outlet", { number: 4, name: "spare" });
  const read = (plan: Plan) => {
    plan.wasRead(outlet, "web");
    plan.wasRead(kept, "spare");
    return plan;
  };
  const labels = async (plan: Plan, deletesAll: boolean) =>
    (await plan.planUndeclared(() => deletesAll)).map(({ resource }) => resource);
  expect(await labels(read(planOf()), true)).toEqual(['Outlet "web" (removed)']);
  // A program that has declared nothing has perhaps failed.
  expect(await labels(read(planOf()), false)).toEqual([]);
  const seen = read(planOf());
  await seen.planRemoval(devices, outlet, "web", "replaced");
  expect(await labels(seen, true)).toEqual([]);
  const changing = read(planOf());
  changing.changesBegin();
  expect(await labels(changing, true)).toEqual([]);
  const declaring = read(planOf());
  await planFor(declaring, "Relay", "relay", { name: "Rack 1" });
  expect(await labels(declaring, false)).toEqual(['Outlet "web" (removed)']);
});

test("where a plan may not look, it says so of what is deleted, too, except of actions, whose removal does nothing", async () => {
  const outlet = await made("Outlet", { number: 3, name: "web", onDestroy: "restore" });
  const cycle = await made("OutletCycle", { outlets: [4] });
  await devices.close();
  devices = devicesOf(undefined, { "dli:previewReads": "false" });
  device.journal.clear();
  const plan = planOf();
  expect(await plan.planRemoval(devices, outlet, "web", "removed")).toMatchObject({
    device: "default",
    hasReadDevice: false,
    lines: [],
  });
  expect(await plan.planRemoval(devices, cycle, "cycle", "removed")).toMatchObject({ hasReadDevice: true, lines: [] });
  expect(device.journal.entries).toEqual([]);
});

test("a plan is done when no resource is being planned", async () => {
  const plan = planOf();
  expect(plan.isUnderWay).toBe(false);
  const planning = planFor(plan, "Outlet", "web", { number: 3, state: true });
  expect(plan.isUnderWay).toBe(true);
  await plan.finished();
  expect(plan.isUnderWay).toBe(false);
  expect(plan.resources()).toHaveLength(1);
  await planning;
});

test("a resource that lacks a function is looked at again once the program has brought it", async () => {
  const plan = planOf();
  const lacking = await planFor(plan, "ScriptRun", "run", { function: "restart" });
  expect(lacking.failure).toContain("no function of the name");
  expect(await plan.planAgain()).toEqual([]);
  await planFor(plan, "Outlet", "web", { number: 3, state: true });
  await planFor(plan, "Script", "script", { source: "function restart()\nend\n" });
  const again = await plan.planAgain();
  expect(again.map(({ resource, failure }) => [resource, failure])).toEqual([['ScriptRun "run"', undefined]]);
  expect(plan.resources().filter(({ failure }) => failure !== undefined)).toEqual([]);
});

test.each([
  [undefined, "default"],
  ["rack", "rack"],
])("the plan of provider %s is kept under %s", async (provider, key) => {
  await devices.close();
  devices = devicesOf(provider);
  const plan = planOf();
  await planFor(plan, "Outlet", "web", { number: 3, name: "web" });
  expect(Object.keys(plan.document())).toEqual([key]);
  expect(plan.summary()[0]?.startsWith("rack: ")).toBe(provider !== undefined);
});
