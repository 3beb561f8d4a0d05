/** What is said of a deleted resource that leaves its thing, or a part of it, to another one. */
import {
  leftBehind,
  leftToOthers,
  leftToSuccessor,
  remembers,
  staysAsItIs,
} from "../../provider/lifecycle/reconcile/left-behind";
import { definitionOf } from "../../provider/registry";
import { Properties } from "../../provider/schema/properties";
import type { Values } from "../../provider/schema/values";

const of = (type: string, values: Values) => Properties.of(definitionOf(type)!, { device: "rack", ...values });

const id = "rack/outlets/3";
const outlet = of("Outlet", { number: 3, name: "web", critical: true, cycleDelaySeconds: 5, onDestroy: "restore" });
const takenOver = "another resource of this program has taken it over";
const bothTaken = "another resource of this program has taken them over";

test.each<[what: string, taken: string[], before: Values | undefined, warning: string]>([
  ["all of it", ["name", "critical", "cycleDelaySeconds"], undefined, `${id} is left as it is: ${takenOver}`],
  ["one member", ["critical"], undefined, `${id}: critical stays as it is: ${takenOver}`],
  ["two members", ["name", "critical"], undefined, `${id}: name, critical stay as they are: ${bothTaken}`],
  ["what had no former value", ["name"], { critical: false }, `${id}: name stays as it is: ${takenOver}`],
  [
    "what had a former value beside what had none",
    ["name", "critical"],
    { critical: false },
    `${id}: name, critical stay as they are: ${bothTaken}, and what was there before is forgotten`,
  ],
])("left to others: %s", (_what, taken, before, warning) => {
  expect(leftToOthers(id, outlet, { taken, before: before && of("Outlet", before) })).toBe(warning);
});

const forgotten =
  /, and what was there before, or was generated, is forgotten\. .*`aliases: \[\{ name: "\.\.\." \}\]`.*out of a component, with the old `parent`/;
const held = of("Outlet", { number: 3, name: "web", baseline: { name: "Outlet 3" } });
const bare = of("Outlet", { number: 3, name: "web", baseline: {} });
const usual = { isTheSame: false, contains: false, isMade: true, knowsState: false };

test.each<[what: string, of: Partial<typeof usual>, state: Properties, warning: string | RegExp | undefined]>([
  ["one that has taken it over, and nothing is lost", {}, bare, `${id} is left as it is: ${takenOver}`],
  ["one that has taken it over, and something is lost", {}, held, forgotten],
  ["one that knows the state", { knowsState: true }, held, `${id} is left as it is: ${takenOver}`],
  ["one that is only declared", { isMade: false }, held, `${id} is left as it is: this program declares it`],
  ["itself, and nothing is lost", { isTheSame: true }, bare, undefined],
  ["itself, and something is lost", { isTheSame: true }, held, forgotten],
  ["one that has it as a part", { contains: true, isMade: false }, bare, `${id} is left as it is: ${takenOver}`],
  [
    "one that has it as a part, and something is lost",
    { contains: true, isTheSame: true, knowsState: true },
    held,
    `${id} is left as it is: ${takenOver}, and what was there before is forgotten`,
  ],
])("left to a successor: %s", (_what, successor, state, warning) => {
  const text = leftBehind(id, outlet, state, { ...usual, ...successor });
  if (warning instanceof RegExp) {
    expect(text).toMatch(warning);
  } else {
    expect(text).toBe(warning);
  }
});

test("a successor under another name of the device is named", () => {
  const left = `${id} is left as it is: it is on the same device as rack7/outlets/3, which takes it over`;
  expect(leftToSuccessor(id, "rack7/outlets/3", { forgets: false })).toBe(left);
  expect(leftToSuccessor(id, "rack7/outlets/3", { forgets: true })).toMatch(forgotten);
});

test("a state remembers a baseline that is to be restored, or what was generated", () => {
  const baseline = { name: "Outlet 3" };
  expect(remembers(outlet, of("Outlet", { number: 3, baseline }))).toBe(true);
  expect(remembers(outlet, of("Outlet", { number: 3, baseline: {} }))).toBe(false);
  expect(remembers(of("Outlet", { number: 3, onDestroy: "leave" }), of("Outlet", { number: 3, baseline }))).toBe(false);
  const client = of("ApiClient", { name: "ci" });
  expect(remembers(client, of("ApiClient", { name: "ci", token: "t0ken" }))).toBe(true);
  expect(remembers(client, of("ApiClient", { name: "ci" }))).toBe(false);
});

test("values that stay are each named once, without what is inside a secret", () => {
  expect(staysAsItIs(id, outlet, ["name", "critical"], "unknown")).toBe(
    `${id}: name, critical stay as they are, because no former value of them is known`,
  );
  const setting = of("Setting", { path: "mqtt", value: { user: "a", password: "b" }, secret: true });
  expect(staysAsItIs("rack/settings/mqtt", setting, ["value.user", "value.password"], "dropped")).toBe(
    "rack/settings/mqtt: value stays as it is, because the program has stopped declaring it",
  );
});
