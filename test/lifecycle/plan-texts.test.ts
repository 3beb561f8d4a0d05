/** The sentences of a plan about outlets. */
import { outletLines } from "../../provider/lifecycle/plan/texts";
import type { PowerEffect } from "../../provider/runtime/rehearsal/power";

const outlets = (count: number, effects: readonly PowerEffect[] = ["loses"]) =>
  Array.from({ length: count }, (_, index) => ({ number: index + 1, name: `rack ${index + 1}`, effects }));

test("up to three outlets to which the same happens have a line each", () => {
  expect(outletLines(outlets(3))).toEqual([
    'outlet 1 "rack 1" will lose power: on -> off',
    'outlet 2 "rack 2" will lose power: on -> off',
    'outlet 3 "rack 3" will lose power: on -> off',
  ]);
});

test("more than three are one line, and those to which something else happens another one", () => {
  const [first, second, third, fourth, ...others] = outlets(8);
  const gaining = outlets(8, ["gains"]).slice(4);
  expect(others).toHaveLength(4);
  expect(outletLines([first!, gaining[0]!, second!, third!, ...gaining.slice(1), fourth!])).toEqual([
    'outlets 1 "rack 1", 2 "rack 2", 3 "rack 3", 4 "rack 4" will lose power: on -> off',
    'outlets 5 "rack 5", 6 "rack 6", 7 "rack 7", 8 "rack 8": off -> on',
  ]);
});

test("an outlet that gets another name has a line of its own, however many others there are", () => {
  const [first, ...others] = outlets(5);
  expect(outletLines([{ ...first!, renamed: "dome" }, ...others])).toEqual([
    'outlet 1 "rack 1" -> "dome" will lose power: on -> off',
    'outlets 2 "rack 2", 3 "rack 3", 4 "rack 4", 5 "rack 5" will lose power: on -> off',
  ]);
});

test("what happens to an outlet one after the other is one sentence, and a name that is a secret is not in it", () => {
  expect(outletLines([{ number: 7, isRenamed: true, effects: ["gains", "mayCycle"] }])).toEqual([
    "outlet 7 with another name: off -> on, then may be cycled by AutoPing later",
  ]);
});
