/** What zod finds wrong, in plain English: neither zod's own messages nor values that may be secret reach a user. */
import fc from "fast-check";
import { checkValues, failureText } from "../../provider/lifecycle/inputs/check";
import { resources } from "../../provider/registry";
import { inputsOf } from "../../provider/schema/common-inputs";

const zodsOwn = /invalid (input|option|type)|too (small|big)|expected .* received|unrecognized key|must match pattern/i;

const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom<unknown>(
    -1,
    0,
    0.5,
    1e9,
    Number.NaN,
    "",
    "on",
    [],
    {},
    [[]],
    [""],
    [-1],
    { a: 1 },
    { 1: {} },
    true,
    null,
  ),
);

test("no message says that a value has to be what it is", () => {
  const all = resources.flatMap((definition) =>
    Object.keys(inputsOf(definition)).map((name) => ({ definition, name })),
  );
  fc.assert(
    fc.property(fc.constantFrom(...all), odd, ({ definition, name }, value) => {
      const { failures } = checkValues(definition.type, inputsOf(definition), { [name]: value });
      expect(failures.map(failureText).join()).not.toMatch(/a (list|text|number)\b[^.]*, not a \1\b/);
    }),
    { numRuns: 2000 },
  );
});

test("whatever is given for whichever input, the message says in plain English what it has to be", () => {
  const all = resources.flatMap((definition) =>
    Object.keys(inputsOf(definition)).map((name) => ({ definition, name })),
  );
  fc.assert(
    fc.property(fc.constantFrom(...all), odd, ({ definition, name }, value) => {
      const { failures } = checkValues(definition.type, inputsOf(definition), { [name]: value });
      for (const failure of failures) {
        const text = failureText(failure);
        expect(text).not.toMatch(zodsOwn);
        expect(text).not.toMatch(/undefined|\[object/);
        expect(text).toMatch(/^[a-zA-Z].*[.?!]$/s);
      }
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ["AutoPing", "pingIntervalSeconds", 1, "pingIntervalSeconds is 1; it has to be 2 to 3600 seconds."],
  ["AutoPing", "pingIntervalSeconds", 99999, "pingIntervalSeconds is 99999; it has to be 2 to 3600 seconds."],
  ["AutoPing", "maxReboots", 300, "maxReboots is 300; it has to be a whole number from 1 to 255, or `unlimited`."],
  ["Access", "lockoutDelayMinutes", -1, "lockoutDelayMinutes is -1; it has to be a number of minutes, at least 0."],
  ["Outlet", "onDestroy", "restor", "onDestroy has to be `leave` or `restore` (did you mean `restore`?)."],
  ["Outlet", "number", "3", "number has to be a whole number, at least 1, not a text."],
  ["Outlet", "name", "", "name is empty; it has to be a text with at least one character."],
  ["AutoPingItem", "addresses", "a", "addresses has to be a list of texts, not a text."],
  [
    "AutoPingItem",
    "addresses",
    ["tcp://300.1.1.1:80"],
    "addresses[0] is no IPv4 address, which has four numbers of 0 to 255, and no host name either.",
  ],
  ["User", "outletAccess", [1, "2"], "outletAccess[1] has to be a whole number, at least 1, not a text."],
  ["User", "outletAccess", [1, 0], "outletAccess[1] is 0; it has to be a whole number, at least 1."],
  ["User", "outletAccess", [[1]], "outletAccess[0] has to be a whole number, at least 1, not a list."],
  [
    "User",
    "outletAccess",
    "ALL",
    "outletAccess has to be `all` or a list of whole numbers, each at least 1, not a text.",
  ],
  ["OutletCycle", "outlets", [1.5], "outlets[0] is 1.5; it has to be a whole number, at least 1."],
  ["OutletCycle", "outlets", [1, null], "outlets[1] has to be a whole number, at least 1, not nothing."],
  ["SwitchOutlets", "states", { 1: "on" }, 'states["1"] has to be true or false, not a text.'],
  ["Outlet", "state", "on", "state has to be true or false, not a text."],
  ["Outlet", "state", true, "number is required."],
  ["Outlet", "stat", true, "stat is not an input of Outlet (did you mean `state`?); it has number, name, state,"],
  ["AutoPingItem", "addresses", [], "addresses is empty; it has to name at least one."],
  ["User", "password", 31415926535, "password has to be a text with at least one character, not a number"],
  ["User", "password", { word: "s3cret" }, "password has to be a text with at least one character, not an object"],
  ["User", "password", "", "password is empty"],
])("%s.%s: %p", (type, name, value, message) => {
  const definition = resources.find((one) => one.type === type)!;
  const { failures } = checkValues(type, inputsOf(definition), { [name]: value });
  const texts = failures.map(failureText);
  expect(texts).toContainEqual(expect.stringContaining(message));
  expect(texts.join()).not.toMatch(/3141|s3cret/);
});

test("a number that is a secret is not repeated", () => {
  const definition = resources.find((one) => one.type === "AutoPing")!;
  const { failures } = checkValues("AutoPing", inputsOf(definition), { pingIntervalSeconds: 1 }, () => false);
  expect(failures.map(failureText)).toEqual(["pingIntervalSeconds has to be 2 to 3600 seconds."]);
});

test.each([
  "192.168.0.1",
  "icmp://10.0.0.1",
  "http://192.168.0.1:8080/x",
  "server-1",
  "server.example.org",
  "link://eth0",
  "7.example",
])("%s may be pinged", (address) => {
  const definition = resources.find((one) => one.type === "AutoPingItem")!;
  expect(checkValues("AutoPingItem", inputsOf(definition), { addresses: [address] }).failures).toEqual([]);
});
