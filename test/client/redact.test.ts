/** What is taken out of texts and errors. */
import { inspect } from "node:util";
import { isDliError, NotFoundError, redact, redactError } from "../../provider/client";
import { redactEcho } from "../../provider/client/redact";

const secret = 'Swordfish "1" & <2>';

test.each([
  ["as it is", secret],
  ["as JSON", JSON.stringify(secret)],
  ["in a URL", encodeURIComponent(secret)],
  ["in a form", new URLSearchParams({ secret }).toString()],
  ["in a web page", "Swordfish &quot;1&quot; &amp; &lt;2&gt;"],
])("a secret is taken out of a text %s", (_, written) => {
  const clean = redact(`before ${written} after`, [secret]);
  expect(clean).toMatch(/^before .*\[redacted\].* after$/);
  expect(clean).not.toContain("Swordfish");
});

test("an Authorization header is taken out of every text", () => {
  const clean = redact('sent Digest username="admin", response="0123" and Bearer user1.SGVsbG8=', []);
  expect(clean).toBe("sent [redacted]and [redacted]");
});

test("of two secrets of which one begins with the other, both are taken out whole", () => {
  expect(redact("abcdef abc", ["abc", "abcdef"])).toBe("[redacted] [redacted]");
});

test("a secret that is part of the placeholder does not damage it", () => {
  expect(redact("red blue", ["blue", "red"])).toBe("[redacted] [redacted]");
});

test("a secret of any length is taken out, and many of them, in linear time", () => {
  const long = "a = 1;".repeat(500_000);
  expect(redact(`near ${long} end`, [long])).toBe("near [redacted] end");
  const many = Array.from({ length: 20_000 }, (_, index) => `${index}-${"x".repeat(900)}`);
  expect(redact(`near ${many[7]} end`, many)).toBe("near [redacted] end");
});

test("secrets of two letters stay, so that the text can be read", () => {
  expect(redact("it is", ["is", undefined])).toBe("it is");
});

test("of a secret that is no string, its JSON and every string in it are taken out", () => {
  expect(redact('{"pin":"7193"} 7193 1234', [{ pin: "7193" }, 1234])).toBe("[redacted] [redacted] [redacted]");
});

test("so are its numbers, at any depth, and names that no device has of itself", () => {
  const secret = { broker: [{ port: 31415, on: true }], "the blue house": null };
  expect(redact("no 31415 of the%20blue%20house, true; port 131415", [secret])).toBe(
    "no [redacted] of [redacted], true; port 131415",
  );
});

describe("words that are no secret stay", () => {
  const lua = "'end' expected (to close 'function' at line 1) near '<eof>'";

  test.each([
    [lua, "function restart()\n  ON(1)\nend\n"],
    [lua, "function f() ON(1) end"],
    [lua, "eof of what"],
    ["Outlet name must be unique", "name"],
    ["Outlet name must be unique", "Outlet 5"],
    ["Outlet name must be unique", "must be unique in the rack"],
    ["the password is too short", "password"],
    ["this login has no right to do this (403)", "login"],
    ["appending failed", "end"],
    ["port 12345 is in use", "234"],
    ["Argonne", "Argon"],
  ])("%s, when %j was sent", (said, sent) => {
    expect(redactEcho(said, [sent])).toBe(said);
  });

  test.each([
    ['the value "name" is taken', "name", 'the value "[redacted]" is taken'],
    ["password=test is too weak", "test", "password=[redacted] is too weak"],
    ["no user fred here", "fred", "no user [redacted] here"],
    ["pin (7193) is wrong", "7193", "pin ([redacted]) is wrong"],
    ["xswordfishx", "swordfish", "x[redacted]x"],
    ["cut swordfi...", "swordfish-77", "cut [redacted]..."],
  ])("%s, when %j was sent, does not", (said, sent, shown) => {
    expect(redactEcho(said, [sent])).toBe(shown);
  });
});

test("any number of secrets of any length is taken out in one pass", () => {
  const secrets = Array.from({ length: 200 }, (_, index) => `${"a(".repeat(90)}${index}`);
  expect(redactEcho(`${"a(".repeat(2000)} ${secrets[7]}`, secrets)).not.toContain("a(7");
});

describe("redactError", () => {
  const clean = (text: string) => redact(text, ["swordfish"]);
  const original = new NotFoundError({
    device: "swordfish",
    method: "GET",
    path: "auth/users/",
    message: "no swordfish here",
    remedy: "Look for swordfish.",
    words: "swordfish?",
    cause: new TypeError("swordfish", { cause: "swordfish" }),
  });

  test("an error is copied without the secret in any of its texts and causes, and stays what it is", () => {
    const copy = redactError(original, clean);
    expect(copy).toBeInstanceOf(NotFoundError);
    expect(isDliError(copy)).toBe(true);
    expect(copy.cause).toBeInstanceOf(TypeError);
    expect(copy).toMatchObject({ code: "notFound", name: "NotFoundError", problem: "no [redacted] here" });
    expect(copy.device).toBe("swordfish");
    expect(inspect(Object.assign(copy, { device: "" }), { depth: null, showHidden: true })).not.toContain("swordfish");
    expect(original.problem).toBe("no swordfish here");
  });

  test("an error without a secret in it is returned as it is", () => {
    const error = new Error("x", { cause: new Error("y") });
    expect(redactError(error, clean)).toBe(error);
    expect(redactError("no error", clean)).toBe("no error");
  });
});
