/** Property paths: what is printed can be parsed, and a pattern covers what it names. */
import fc from "fast-check";
import { InvalidInputError } from "../../provider/client";
import { covers, parsePath, pathText, valueAt } from "../../provider/schema/property-path";

test.each([
  [["name"], "name"],
  [["outlets", "3", "name"], 'outlets["3"].name'],
  [["addresses", 1], "addresses[1]"],
  [["value", 'a"b.c', "d"], 'value["a\\"b.c"].d'],
])("the path %j is printed and read as %s", (path, text) => {
  expect(pathText(path)).toBe(text);
  expect(parsePath(text)).toEqual(path);
});

test("every path is read as it was printed", () => {
  const step = fc.oneof(fc.string({ minLength: 1, unit: "binary" }), fc.nat());
  fc.assert(
    fc.property(fc.array(step, { minLength: 1 }), (path) => {
      expect(parsePath(pathText(path))).toEqual(path);
    }),
  );
});

test.each([['name["a\\qb"]'], ['value["a'], ['outlets["3"'], ["list[1"], ["a]b"], ["list[x]"], ['["\n"]']])(
  "%s is no path, and the error names it and what is right",
  (text) => {
    expect(() => parsePath(text)).toThrow(InvalidInputError);
    expect(() => parsePath(text)).toThrow(/is no property path.*`outlets\["3"\]\.name`/s);
  },
);

test.each([
  ["outlets", 'outlets["3"].name', true],
  ['outlets["3"]', 'outlets["3"].name', true],
  ["outlets[*].name", 'outlets["3"].name', true],
  ["outlets[3].name", 'outlets["3"].name', true],
  ['outlets["4"]', 'outlets["3"].name', false],
  ['outlets["3"].name', "outlets", false],
  ["out", "outlets", false],
])("%s covers %s: %s", (pattern, path, expected) => {
  expect(covers(parsePath(pattern), parsePath(path))).toBe(expected);
});

test("the value at a path is undefined where there is none", () => {
  const value = { outlets: { 3: { name: "web" } }, list: [1, null] };
  expect(valueAt(value, parsePath('outlets["3"].name'))).toBe("web");
  expect(valueAt(value, parsePath("list[0]"))).toBe(1);
  expect(valueAt(value, parsePath("list[1].name"))).toBeUndefined();
  expect(valueAt(value, parsePath('outlets["4"].name'))).toBeUndefined();
});
