/** Paths of the device's tree as text. */
import fc from "fast-check";
import {
  all,
  allWhere,
  DevicePath,
  devicePath,
  elements,
  InvalidPathError,
  isInvalidInputError,
  type MatrixSegment,
  members,
  one,
  type Segment,
  where,
} from "../../provider/client";

test("paths are built as the vendor's documents show them", () => {
  expect(String(devicePath("relay", "outlets", 2, "state"))).toBe("relay/outlets/2/state/");
  expect(String(devicePath("relay", "outlets", elements(0, 4), "state"))).toBe("relay/outlets/=0,4/state/");
  expect(String(devicePath("relay", "outlets", all, members("name", "physical_state")))).toBe(
    "relay/outlets/all;/=name,physical_state/",
  );
  expect(String(devicePath("auth", "users", where({ name: "fred" })))).toBe("auth/users/name=fred/");
  expect(String(devicePath("auth", "users", where({ is_admin: true })))).toBe("auth/users/is_admin=true/");
  expect(String(devicePath("relay", "outlets", allWhere({ locked: false }), "state"))).toBe(
    "relay/outlets/all;locked=false/state/",
  );
  expect(String(devicePath("auth", "users", one({ name: "fred" })))).toBe("auth/users/one;name=fred/");
  expect(String(devicePath())).toBe("");
});

test("everything but unreserved characters is encoded, and so are keys with a meaning", () => {
  expect(String(devicePath("a b", "x;y=z,w", "!(*)'", "~-_.", ".", "..", "!x", "ä/?#%"))).toBe(
    "a%20b/x%3By%3Dz%2Cw/%21%28%2A%29%27/~-_./!./!../%21x/%C3%A4%2F%3F%23%25/",
  );
  expect(String(devicePath(where({ name: "a;b=c,d/e" })))).toBe("name=a%3Bb%3Dc%2Cd%2Fe/");
});

test.each([
  ["relay/outlets/=0,4/state", "relay/outlets/=0,4/state/"],
  ["/relay/name/", "relay/name/"],
  ["/restapi/config/=version/", "config/=version/"],
  ["auth/users/name=fred", "auth/users/name=fred/"],
  ["relay/outlets/all;/state", "relay/outlets/all;/state/"],
  ["relay/outlets/all;locked=false/state", "relay/outlets/all;locked=false/state/"],
  ["auth/users/one;name=a%2Cb", "auth/users/one;name=a%2Cb/"],
  ["script/snippets/my snippet", "script/snippets/my%20snippet/"],
  ["a/!./!../%21b", "a/!./!../%21b/"],
  ["", ""],
  ["/restapi/", ""],
  ["restapi/x", "restapi/x/"],
  ["/restapi", ""],
  ["/restapix/y", "restapix/y/"],
  ["relay/restapi/x", "relay/restapi/x/"],
  ["/relay/restapi/x", "relay/restapi/x/"],
  [" relay/name ", "relay/name/"],
])("the text %s is read", (text, canonical) => {
  expect(String(devicePath.parse(text))).toBe(canonical);
});

test.each([
  ["relay//outlets", "empty segment"],
  ["relay/../auth", "write !.."],
  ["relay/.", "write !."],
  ["relay/!x", "reserved !"],
  ["relay?x=1", "bare ? or #"],
  ["relay/%zz", "hexadecimal"],
  ["relay/%ff", "hexadecimal"],
  ["relay/outlets/0,4/state", "=0,4"],
  ["relay/outlets/=", "=0,4"],
  ["relay/outlets/=0,,4", "=0,4"],
  ["relay/outlets/all;one;x=y", "=0,4"],
  ["auth/users/name=a=b", "=0,4"],
  ["auth/users/name=a,b", "=0,4"],
  ["relay/outlets/=0;x", "=0,4"],
  ["relay/outlets/=0=1", "=0,4"],
])("the text %s is refused", (text, words) => {
  expect(() => devicePath.parse(text)).toThrow(InvalidPathError);
  expect(() => devicePath.parse(text)).toThrow(words);
});

test.each<[what: string, attempt: () => unknown, problem: string]>([
  ["an empty key", () => devicePath(""), "cannot be empty"],
  ["a negative index", () => devicePath(-1), "-1 cannot be an index in a path; indices are whole and start at 0"],
  ["half an index", () => devicePath(1.5), "1.5 cannot be an index"],
  ["half a character", () => devicePath("\ud800"), "half of a surrogate pair"],
  ["a negative element", () => elements(-1), "-1 cannot be an index in a path; indices are whole and start at 0"],
  ["half an element", () => elements(0.5), "0.5 cannot be an index"],
  ["no elements", () => elements(), "a selection names nothing"],
  ["no members", () => members(), "a selection names nothing"],
  ["a member without a name", () => members("a", ""), "a selected member needs a name"],
  ["no condition", () => where({}), "takes exactly one field"],
  ["two conditions", () => where({ a: 1, b: 2 }), "takes exactly one field"],
  ["a condition on no field", () => where({ "": 1 }), "takes exactly one field"],
])("%s is no segment", (_what, attempt, problem) => {
  expect(attempt).toThrow(InvalidPathError);
  expect(attempt).toThrow(problem);
});

test("the first index is 0", () => {
  expect(String(devicePath("a", 0, elements(0)))).toBe("a/0/=0/");
});

test.each<[selection: MatrixSegment, key: string, expected: boolean]>([
  [elements(0, 4), "4", true],
  [elements(0, 4), "04", true],
  [elements(0, 4), "1", false],
  [elements(0, 4), "4a", false],
  [elements(0, 4), "a4", false],
  [members("name", "04"), "4", true],
  [members("name", "x4"), "4", false],
  [members("4x"), "4", false],
  [members("a b", "c"), "a b", true],
  [members("a", "c"), "", false],
  [all, "anything", true],
  [where({ name: "fred" }), "0", true],
  [one({ name: "fred" }), "0", true],
])("whether %s may name %s is %p", (selection, key, expected) => {
  expect(selection.mayName(key)).toBe(expected);
});

test("a selection by value tells the value of its field, and of no other", () => {
  expect(where({ "na me": "f=d" }).valueSelecting("na me")).toBe("f=d");
  expect(where({ name: "fred" }).valueSelecting("nam")).toBeUndefined();
  expect(allWhere({ name: "fred" }).valueSelecting("name")).toBeUndefined();
  expect(all.valueSelecting("name")).toBeUndefined();
});

test("an impossible segment is an invalid input", () => {
  try {
    devicePath("");
  } catch (error) {
    expect(isInvalidInputError(error)).toBe(true);
  }
});

const key = fc.string({ unit: "grapheme", minLength: 1 }).filter((text) => text === Buffer.from(text).toString());
const index = fc.nat();
const segment = fc.oneof(
  key,
  fc.constantFrom(".", "..", "!", "!.", "restapi", "all;", "=0"),
  index.map(String),
  fc.array(index, { minLength: 1, maxLength: 4 }).map((list) => elements(...list)),
  fc.array(key, { minLength: 1, maxLength: 4 }).map((list) => members(...list)),
  fc.tuple(fc.constantFrom(where, allWhere, one), key, key).map(([make, name, value]) => make({ [name]: value })),
  fc.constant(all),
);

test("every path survives being printed and read", () => {
  fc.assert(
    fc.property(fc.array(segment), (segments) => {
      const path = devicePath(...segments);
      const read = devicePath.parse(`/restapi/${path}`);
      expect(String(read)).toBe(String(path));
      const plain = (list: readonly Segment[]) => list.map(String);
      expect(plain(read.segments)).toEqual(plain(path.segments));
      expect(String(path)).toMatch(/^([A-Za-z0-9\-_.~%=,;!]+\/)*$/);
    }),
  );
});

test("two different paths are printed differently", () => {
  fc.assert(
    fc.property(fc.array(key), fc.array(key), (one, other) => {
      expect(String(devicePath(...one)) === String(devicePath(...other))).toBe(
        JSON.stringify(one) === JSON.stringify(other),
      );
    }),
  );
});

test("relations compare whole segments, and a matrix as text", () => {
  const related = (a: string, b: string) => devicePath.parse(a).isRelatedTo(devicePath.parse(b));
  expect(related("relay/outlets/1", "relay/outlets/1/state")).toBe(true);
  expect(related("relay/outlets/1", "relay/outlets/10")).toBe(false);
  expect(related("auth/users/name=fred", "auth/users/name=bob")).toBe(false);
  expect(related("auth/users", "auth/users/name=bob")).toBe(true);
  expect(related("", "anything")).toBe(true);
});

test("a path knows its parent, its container and its children", () => {
  const path = devicePath("relay", "outlets", all, "state");
  expect(String(path.container)).toBe("relay/outlets/");
  expect(String(path.parent)).toBe("relay/outlets/all;/");
  expect(path.isMatrix).toBe(true);
  expect(String(devicePath("a").join("b", 1))).toBe("a/b/1/");
  expect(JSON.stringify({ path: devicePath("a") })).toBe('{"path":"a/"}');
  expect(devicePath("a")).toBeInstanceOf(DevicePath);
});
