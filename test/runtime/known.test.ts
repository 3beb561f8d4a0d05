/** Which members show that an answer is a certain container of the device. */
import type { Json } from "../../provider/client";
import { isFilledList, isObjectAt, kindOf } from "../../provider/runtime/tree/known";

test.each<[Json, boolean]>([
  [[{ name: "router" }], true],
  [{ 0: { name: "router" } }, true],
  [[], false],
  [{}, false],
  [null, false],
  ["busy", false],
  [8, false],
  [true, false],
])("outlets that are %j show a relay: %s", (outlets, shown) => {
  expect(isObjectAt("relay/", { outlets })).toBe(shown);
});

test.each<[Json, boolean]>([
  [{ realm: "rack", error: "busy" }, true],
  [{ realm: 3 }, false],
  [{ cookie_timeout: 3 }, true],
  [{ cookie_timeout: "3" }, false],
  [{ error: "busy" }, false],
])("an answer %j is the container of accounts: %s", (answer, shown) => {
  expect(isObjectAt("auth/", answer as Record<string, Json>)).toBe(shown);
});

test("a message names the kind of a value and never the value", () => {
  const values: Json[] = [null, [], [1], {}, { a: 1 }, "secret", 3, false];
  expect(values.map(kindOf)).toEqual([
    "null",
    "an empty list",
    "a list",
    "an empty object",
    "an object",
    "a text",
    "a number",
    "true or false",
  ]);
});

test.each<[Json | undefined, boolean]>([
  [[1], true],
  [[], false],
  [{ 0: 1, 2: null }, true],
  [{ "00": 1 }, false],
  [{ 0: 1, name: "x" }, false],
  [{}, false],
  ["0", false],
  [undefined, false],
])("%j is a list with elements: %s", (value, isFilled) => {
  expect(isFilledList(value)).toBe(isFilled);
});
