/** What a misspelt name was meant to be, compared with the textbook distance. */
import * as fc from "fast-check";
import { didYouMean, meantBy } from "../../provider/runtime/typo";

/** Optimal string alignment: letters added, removed or changed, and neighbours swapped, each at most once. */
function distance(one: string, other: string): number {
  const rows = Array.from({ length: one.length + 1 }, (_, row) => [row, ...new Array<number>(other.length).fill(0)]);
  rows[0] = Array.from({ length: other.length + 1 }, (_, column) => column);
  const at = (row: number, column: number) => rows[row]?.[column] ?? 0;
  for (let row = 1; row <= one.length; row++) {
    for (let column = 1; column <= other.length; column++) {
      const isSame = one[row - 1] === other[column - 1];
      const isSwapped =
        row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      rows[row]![column] = Math.min(
        at(row - 1, column) + 1,
        at(row, column - 1) + 1,
        at(row - 1, column - 1) + (isSame ? 0 : 1),
        isSwapped ? at(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY,
      );
    }
  }
  return at(one.length, other.length);
}

const word = fc.string({ unit: fc.constantFrom("a", "b", "c", "A"), maxLength: 5 });

test("a name is a misspelling of another one exactly if one error that leaves something of it, or the case, is between them", () => {
  fc.assert(
    fc.property(word, word, (name, candidate) => {
      const errors = distance(name, candidate);
      const isClose = errors <= 1 && errors < Math.max(name.length, candidate.length);
      const isSame = name.toLowerCase() === candidate.toLowerCase();
      expect(meantBy(name, [candidate])).toBe(name !== candidate && (isClose || isSame) ? candidate : undefined);
    }),
    { numRuns: 5_000 },
  );
});

test("a name that there is was meant, and of several others the first close one", () => {
  expect(meantBy("name", ["named", "name"])).toBeUndefined();
  expect(meantBy("nmae", ["state", "name", "nmaes"])).toBe("name");
  expect(didYouMean("nmae", ["state", "name"])).toBe(" (did you mean `name`?)");
  expect(didYouMean("other", ["state", "name"])).toBe("");
});
