/** When two Lua sources are the same script, judged by an independent Lua parser. */
import * as fc from "fast-check";
import { parse } from "luaparse";
import { normalisedSource, sameSource } from "../../provider/subtrees/lua";

/** The meaning of a source, without comments and insignificant white space; Lua reads `\r\n` as one newline. */
const meaning = (source: string) =>
  JSON.stringify(
    parse(source, { comments: false, luaVersion: "5.1", encodingMode: "x-user-defined" }),
    (name, value: unknown) =>
      name === "raw" ? undefined : typeof value === "string" ? value.replace(/\r\n/g, "\n") : value,
  );

const blanks = fc.constantFrom("", " ", "  ", "\t", " \t ");
const text = fc.stringMatching(/^[a-z [\]=-]{0,3}$/);
const newline = fc.constantFrom("\n", "\r\n");

/** A string over several lines, in which white space matters. */
const longString = fc
  .tuple(fc.array(fc.tuple(text, blanks), { minLength: 1, maxLength: 3 }), newline)
  .map(([lines, end]) => `[====[${lines.map(([line, blank]) => line + blank).join(end)}]====]`);
const shortString = fc.constantFrom('"a"', "'[[ '", '"--[["', '"\\"[==["', "'\\\\'", '"a\\\n  b"', '"]]"');
const comment = fc.constantFrom(
  "",
  "-- [[ not a string",
  "--[[ one ]]",
  "--[==[ two\nlines ]] ]==]",
  "--[==[ x\n[[ \n ]==]",
  "--[=x",
  "--",
);
const statement = fc
  .tuple(fc.constantFrom("a", "b"), fc.oneof(longString, shortString, fc.constantFrom("1", "t[t[1]]", "#t - -1")))
  .map(([name, value]) => `${name} = ${value}`);
const line = fc.oneof(
  fc.constant(""),
  fc.tuple(statement, blanks, comment).map(([code, blank, remark]) => code + blank + remark),
);
const lines = fc.array(line, { minLength: 1, maxLength: 5 });
const runs = { numRuns: 2_000 };

test("what is taken for the same means the same", () => {
  let different = 0;
  fc.assert(
    fc.property(lines, lines, newline, (one, other, end) => {
      const [left, right] = [one.join(end), other.join("\n")];
      expect(meaning(normalisedSource(left))).toBe(meaning(left));
      if (meaning(left) !== meaning(right)) {
        different += 1;
        expect(sameSource(left, right)).toBe(false);
      }
    }),
    runs,
  );
  expect(different).toBeGreaterThan(400);
});

test("what editors and YAML do to a source makes no difference", () => {
  fc.assert(
    fc.property(
      lines,
      fc.array(fc.tuple(blanks, newline), { maxLength: 3 }),
      blanks,
      newline,
      (all, around, blank, end) => {
        const edge = around.map(([some, after]) => some + after).join("");
        const edited = edge + all.map((one) => one + blank).join(end) + edge;
        expect(normalisedSource(edited)).toBe(normalisedSource(all.join("\n")));
        expect(normalisedSource(normalisedSource(edited))).toBe(normalisedSource(edited));
      },
    ),
    runs,
  );
});

test("a blank more at the end of a line inside of a long string is another script", () => {
  fc.assert(
    fc.property(lines, lines, blanks, (before, after, blank) => {
      const around = (string: string) => [...before, `s = ${string}`, ...after].join("\n");
      const [left, right] = [around(`[[a${blank}\n b]]`), around(`[[a${blank} \n b]]`)];
      expect(sameSource(left, right)).toBe(false);
    }),
    runs,
  );
});

test("a source of any kind is normalised once and for all, in linear time", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[[\]="'\\\n\r a-]{0,40}$/), (source) => {
      expect(normalisedSource(normalisedSource(source))).toBe(normalisedSource(source));
    }),
    runs,
  );
  for (const piece of ["[", "[=", "[[", "--[[", '"', "'\\", " ", "\n", " \n", "--", "[=[ ]=]"]) {
    expect(normalisedSource(piece.repeat(50_000))).toBeDefined();
  }
});
