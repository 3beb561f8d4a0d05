/** Secrets in the engine's form: which values are marked, and what a program has begun to give as a secret. */
import type { Json } from "../../provider/client";
import { IgnoredChanges } from "../../provider/lifecycle/diff/ignore-changes";
import { newlySecret } from "../../provider/lifecycle/state/newly-secret";
import {
  secretSignature,
  withoutMarks,
  withoutWrappers,
  withSecretsMarked,
} from "../../provider/lifecycle/state/secret-values";
import { definitionOf } from "../../provider/registry";

const wrapped = (value: Json) => ({ "4dabf18193072939515e22adb298388d": secretSignature, value });

const marked = (type: string, values: Record<string, Json>) => withSecretsMarked(definitionOf(type)!, values);

test("what a definition or the program says is a secret is marked, once, and can be taken off again", () => {
  const user = { device: "rack", name: "ann", password: "anns password", isAllowed: true };
  expect(marked("User", user)).toEqual({ ...user, password: wrapped("anns password") });
  const setting = { device: "rack", path: "mqtt", value: { user: "a", inner: { key: "b" } } };
  const values = { ...setting, __secrets: [["value", "inner", "key"]] };
  const inside = marked("Setting", values);
  expect(inside).toMatchObject({ value: { user: "a", inner: { key: wrapped("b") } } });
  expect(marked("Setting", inside)).toEqual(inside);
  expect(withoutMarks(withoutWrappers(inside))).toEqual(setting);
  expect(marked("Setting", { ...setting, secret: true })).toMatchObject({ value: wrapped(setting.value) });
});

test("a value that lacks the part that is a secret is marked as a whole", () => {
  const setting = (value: Json) => ({ device: "rack", path: "mqtt", value, __secrets: [["value", "key"]] });
  expect(marked("Setting", setting({ user: "a" }))["value"]).toEqual(wrapped({ user: "a" }));
  expect(marked("Setting", setting("plain"))["value"]).toEqual(wrapped("plain"));
  expect(marked("Setting", { device: "rack", path: "mqtt", __secrets: [["value"]] })).not.toHaveProperty("value");
});

test("wrappers are taken off wherever they are, and one around nothing is null", () => {
  const { value: _none, ...empty } = wrapped(0);
  expect(withoutWrappers({ list: [wrapped(wrapped(1)), { a: wrapped("b") }], empty })).toEqual({
    list: [1, { a: "b" }],
    empty: null,
  });
});

describe("what a program has begun to give as a secret", () => {
  const begun = (
    state: Record<string, Json>,
    marks: string[][],
    ignored: string[] = [],
    type = "Outlet",
    inputs: Record<string, Json> = {},
  ) =>
    newlySecret(definitionOf(type)!, state, { ...inputs, __secrets: marks }, new IgnoredChanges(ignored)).map(
      ({ property, kind, replaces }) => `${kind} ${property} ${replaces}`,
    );
  const enforced = (enforce: string) => begun({ managed: [] }, [["enforce"]], [], "Outlet", { enforce });

  test.each<[what: string, found: string[], expected: string[]]>([
    ["an input", begun({ managed: ["name"] }, [["name"]]), ["update name false"]],
    ["what was one before", begun({ managed: ["name"], __secrets: [["name"]] }, [["name"]]), []],
    ["a part of one", begun({ managed: [], __secrets: [["name"]] }, [["name", "x"]]), []],
    ["what is ignored", begun({ managed: ["name"] }, [["name"]], ["name"]), []],
    ["what is one by its definition", begun({ managed: [] }, [["password"]], [], "User"), []],
    ["what is no input", begun({ managed: [] }, [["nonsense"]]), []],
    ["an instruction that is in no state", enforced("persistent"), []],
    ["an instruction that is in the state", enforced("physical"), ["update enforce false"]],
    ["after an import", begun({ managed: ["*"] }, [["name"]]), []],
    ["in a state without bookkeeping", begun({}, [["name"]]), ["update name false"]],
  ])("%s", (_what, found, expected) => {
    expect(found).toEqual(expected);
  });
});
