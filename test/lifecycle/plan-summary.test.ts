/** What the plan of each device says in one line, and as data. */
import type { ResourcePlan } from "../../provider/lifecycle/plan/resource-plan";
import {
  type DevicePlan,
  devicePlans,
  isRisky,
  type PlannedResource,
  summaryLines,
} from "../../provider/lifecycle/plan/summary";
import type { PowerEffect } from "../../provider/runtime/rehearsal/power";

const quiet: Omit<ResourcePlan, "failure"> = {
  device: "rack",
  hasReadDevice: true,
  isWhole: true,
  startsScript: false,
  lines: [],
  outlets: [],
  requests: [],
  notices: [],
  later: [],
  missingFunctions: [],
};
const planned = (resource: string, found: Partial<PlannedResource> = {}): PlannedResource => ({
  ...quiet,
  resource,
  ...found,
});
const outlet = (number: number, effect: PowerEffect, name?: string) => ({
  number,
  effects: [effect],
  ...(name !== undefined && { name }),
});
const planOf = (...all: PlannedResource[]): DevicePlan => devicePlans(all, (device) => device)["rack"] as DevicePlan;
const lineOf = (...all: PlannedResource[]): string => summaryLines({ rack: planOf(...all) })[0] ?? "";

const nothing = "rack: loses power: none; gains power: none; cycles: none";

test.each<[PowerEffect, string]>([
  ["loses", 'rack: loses power: 3 "web"; gains power: none; cycles: none'],
  ["gains", 'rack: loses power: none; gains power: 3 "web"; cycles: none'],
  ["cycles", 'rack: loses power: none; gains power: none; cycles: 3 "web"'],
  ["mayLose", `${nothing}; may lose power: 3 "web"`],
  ["mayCycle", `${nothing}; may be cycled by AutoPing later: 3 "web"`],
  ["mayLoseLater", `${nothing}; may be left off by a power failure or a reboot later: 3 "web"`],
])("an outlet that %s", (effect, line) => {
  expect(lineOf(planned("Outlet web", { outlets: [outlet(3, effect, "web")] }))).toBe(line);
});

test("outlets come in the order of their numbers, each once, with its newest name if it has one", () => {
  const outlets = [outlet(11, "loses"), outlet(2, "loses", 'the "dome"'), { ...outlet(3, "loses"), renamed: "web" }];
  const line = lineOf(planned("one", { outlets }), planned("other", { outlets: [outlet(2, "loses")] }));
  expect(line).toContain('loses power: 2, 3 "web", 11;');
  const plan = planOf(
    planned("one", { outlets: [outlet(2, "loses")] }),
    planned("other", { outlets: [outlet(2, "loses", "b")] }),
  );
  expect(plan.losesPower).toEqual([{ outlet: 2, name: "b", resources: ["one", "other"] }]);
});

test("what is started, not known or fails is named, one after the other", () => {
  const all = [
    planned("ScriptRun a", { startsScript: true }),
    planned("ScriptRun b", { startsScript: true, isWhole: false }),
    planned("User c", { isWhole: false }),
    planned("User d", { failure: "no" }),
    planned("User e", { failure: "no" }),
  ];
  expect(lineOf(...all)).toBe(
    `${nothing}; a script is started that may switch any outlet: ScriptRun a, ScriptRun b; not all is known of: ScriptRun b, User c; would fail: User d, User e`,
  );
  expect(planOf(...all).resources.map(({ failure }) => failure)).toEqual([undefined, undefined, undefined, "no", "no"]);
});

test("a device that the plan has not looked at says only that", () => {
  expect(lineOf(planned("a"), planned("b", { hasReadDevice: false }))).toBe(
    "rack: the plan has not looked at the device (previewReads is false), so it does not say what will happen to its power",
  );
});

test("only the sole default device of the engine's own provider needs no name", () => {
  const plan = planOf(planned("a"));
  const short = nothing.replace("rack: ", "");
  expect(summaryLines({ default: plan })).toEqual([short]);
  expect(summaryLines({ default: plan }, "lab")).toEqual([`default: ${short}`]);
  expect(summaryLines({ default: plan, rack: plan })).toEqual([`default: ${short}`, nothing]);
  expect(summaryLines({ rack: plan })).toEqual([nothing]);
});

test("resources are sorted by the device that they are on, if it is known", () => {
  const nowhere = planned("c", { device: undefined });
  const plans = devicePlans(
    [planned("a"), planned("b", { device: "lab" }), nowhere, planned("d")],
    (device) => `the ${device}`,
  );
  expect(Object.entries(plans).map(([key, { resources }]) => [key, resources.map(({ resource }) => resource)])).toEqual(
    [
      ["the rack", ["a", "d"]],
      ["the lab", ["b"]],
      ["not known yet", ["c"]],
    ],
  );
});

test.each<[string, Partial<PlannedResource>, boolean]>([
  ["nothing", {}, false],
  ["power that is gained", { outlets: [outlet(1, "gains")] }, false],
  ["a cycle later", { outlets: [outlet(1, "mayCycle")] }, false],
  ["a loss later", { outlets: [outlet(1, "mayLoseLater")] }, false],
  ["power that is lost", { outlets: [outlet(1, "loses")] }, true],
  ["power that may be lost", { outlets: [outlet(1, "mayLose")] }, true],
  ["a cycle", { outlets: [outlet(1, "cycles")] }, true],
  ["a script", { startsScript: true }, true],
  ["what is not shown", { isWhole: false }, true],
  ["a failure", { failure: "no" }, true],
  ["a device that was not looked at", { hasReadDevice: false }, true],
])("%s", (_what, found, risk) => {
  expect(isRisky(planOf(planned("a", found)))).toBe(risk);
});
