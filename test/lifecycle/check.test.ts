/** Checking the inputs of a resource without its device. */
import { checkInputs, checkValues, failureText, readablePart } from "../../provider/lifecycle/inputs/check";
import { definitionOf } from "../../provider/registry";
import { inputsOf } from "../../provider/schema/common-inputs";
import { unknownValue } from "../../provider/schema/unknown";

const item = definitionOf("AutoPingItem")!;
const warnings: string[] = [];
const context = { warn: (text: string) => void warnings.push(text) } as never as Parameters<typeof checkInputs>[2];

beforeEach(() => {
  warnings.length = 0;
});

const textsOf = (given: Record<string, unknown>, definition = item) =>
  checkInputs(definition, given, context).failures.map(failureText);

test("a number outside its range is shown, unless it is a secret", () => {
  const autoPing = definitionOf("AutoPing")!;
  const inputs = { pingIntervalSeconds: 1 };
  const [shown] = textsOf(inputs, autoPing);
  expect(shown).toMatch(/^pingIntervalSeconds is 1; it has to be /);
  const [hidden] = textsOf({ ...inputs, __secrets: [["pingIntervalSeconds"]] }, autoPing);
  expect(hidden).toMatch(/^pingIntervalSeconds /);
  expect(hidden).not.toMatch(/is 1\b/);
});

test("a missing input, one too many and one of the wrong form are each named", () => {
  const { failures, isWellFormed } = checkInputs(item, { adresses: ["10.0.0.1"] }, context);
  expect(isWellFormed).toBe(false);
  expect(failures.map(({ property }) => property).sort()).toEqual(["addresses", "adresses"]);
  expect(failures.map(failureText).join(" ")).toMatch(/adresses is not an input of AutoPingItem.*`addresses`/);
  expect(failures.map(failureText).join(" ")).toContain("it has addresses, outlets, enabled, script, ");
  expect(failures.map(failureText)).toContain("addresses is required.");
  expect(checkInputs(item, { adresses: undefined, addresses: ["10.0.0.1"] }, context).failures).toEqual([]);
});

test.each([
  ["", '[""] is not an input'],
  ["a b", '["a b"] is not an input'],
  ["a[", '["a["] is not an input'],
  ["\u001b[2J", '["\\u001b[2J"] is not an input'],
  ["constructor", "constructor is not an input"],
])("an input of the odd name %j is refused, and named so that a terminal shows it", (name, text) => {
  expect(textsOf({ addresses: ["10.0.0.1"], [name]: 1 })).toEqual([expect.stringContaining(text)]);
  const { failures } = checkValues("a function", {}, { [name]: 1 });
  expect(failures.map(failureText)).toEqual([expect.stringContaining(text)]);
});

test("what is not known yet passes, and with it what contains it", () => {
  expect(textsOf({ addresses: unknownValue })).toEqual([]);
  expect(textsOf({ addresses: ["10.0.0.1", unknownValue] })).toEqual([]);
  expect(textsOf({ addresses: [5, unknownValue] })).not.toEqual([]);
});

test("a failure is one sentence", () => {
  const text = (reason: string) => failureText({ property: "name", reason });
  expect(text("is required")).toBe("name is required.");
  expect(text("unknown to the device")).toBe("name: unknown to the device.");
  expect(text("has an end already!")).toBe("name has an end already!");
});

test("the values that are valid by themselves are left when others are not", () => {
  const outlets = definitionOf("Outlets")!;
  const read = (values: Record<string, unknown>) => readablePart(outlets, values as never);
  expect(read({ device: 5, outlets: { 3: { name: "web", state: "on", nonsense: 1 } } })).toEqual({
    outlets: { 3: { name: "web" } },
  });
  expect(read({ device: "rack", outlets: "all" })).toEqual({ device: "rack" });
});

test("a secret that becomes part of an id is warned of, once for each input, unless something is not known yet", () => {
  const user = definitionOf("User")!;
  const ann = { name: "ann", password: "anns password", __secrets: [["name"], ["password"]] };
  checkInputs(user, ann, context);
  expect(warnings).toEqual([expect.stringContaining("`name` of User is given as a secret")]);
  warnings.length = 0;
  checkInputs(user, { ...ann, password: unknownValue }, context);
  expect(warnings).toEqual([]);
  checkInputs(user, { ...ann, __secrets: [["password"]] }, context);
  expect(warnings).toEqual([]);
});

test("values of any owner are checked against specs alone", () => {
  const specs = inputsOf(item);
  const { inputs, failures } = checkValues("a monitor", specs, { addresses: ["10.0.0.1"], pingInterval: 5 });
  expect(inputs["addresses"]).toEqual(["10.0.0.1"]);
  expect(failures.map(failureText)[0]).toMatch(/^pingInterval is not an input of a monitor/);
});
