/** Which functions a Lua source defines, as far as its text shows: a plan fails only for those certainly missing. */
import * as fc from "fast-check";
import { functionsOf } from "../../provider/subtrees/lua-functions";

/** What is known about the function `f`. */
const knownIn = (source: string) => functionsOf(source)("f");

test.each([
  "function f() end",
  "function a() end function f() end",
  "x = 1; function f(...) return 1 end",
  "--[[ a ]] function f() end -- b",
  "\n\n   function\n f\n(a, b)\nend",
  "local s = [==[ ]] ]==] function f() end",
])("%j brings it", (source) => expect(knownIn(source)).toBe(true));

test.each([
  "f = function() end",
  "a, f = 1, function() end",
  "f = g",
  "local function f() end",
  "local f = function() end",
  "if true then function f() end end",
  "function g() function f() end end",
  "_G.f = function() end",
  '_G["f"] = function() end',
  "function _G.f() end",
  '_G["g" .. 1] = function() end',
  "local all = _G; all.f = print",
  'for _, name in ipairs({"f"}) do _G[name] = g end',
  'loadstring("function f() end")()',
  "setfenv(1, {})",
  "function f() goto done ::done:: end",
  "this is no Lua",
  "function f(",
  '_G["\\102"] = g',
])("%j may bring it", (source) => expect(knownIn(source)).toBeUndefined());

test.each([
  "",
  "function g() end",
  "--[[\nfunction f()\nend\n]]",
  "-- function f() end",
  "s = 'function f() end'",
  "s = [==[\nfunction f()\nend\n]==]",
  "function a.f() end",
  "a.f = function() end",
  "function a:f() end",
  "f()",
  "local x = f",
  '_G.g = 1 _G["h"] = 2',
  "local load = 3 function g(f) return load end",
])("%j lacks it", (source) => expect(knownIn(source)).toBe(false));

test("any text is read without an error, a deep or a long one too", () => {
  const parts = fc.constantFrom("function ", "f", "()", " end ", "[[", "]]", "--", "\n", "_G", "=", '"', "(");
  fc.assert(
    fc.property(fc.array(parts), (text) => {
      expect([true, false, undefined]).toContain(knownIn(text.join("")));
    }),
  );
  expect(knownIn("(".repeat(100_000))).toBeUndefined();
  expect(knownIn(`${"function g() end\n".repeat(5_000)}function f() end`)).toBe(true);
});
