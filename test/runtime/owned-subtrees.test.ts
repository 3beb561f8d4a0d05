/** The part of a tree that a resource may write: what belongs to resources of other types is left out and named. */
import type { Json } from "../../provider/client";
import { withoutForeign } from "../../provider/runtime/gate/owned-subtrees";

const users = "User (the admin: AdminPassword)";

test.each<[string, string, Json, ReturnType<typeof withoutForeign>]>([
  ["a value of its own", "config/hostname", "rack", { value: "rack", withheld: [], owners: [] }],
  ["an empty object of its own", "config", {}, { value: {}, withheld: [], owners: [] }],
  [
    "a value of another",
    "auth/users/0/name",
    "fred",
    { value: undefined, withheld: ["auth/users/0/name"], owners: [users] },
  ],
  [
    "an object with parts of others",
    "auth",
    { realm: "rack", users: [{ name: "fred" }], clients: {} },
    { value: { realm: "rack" }, withheld: ["auth/users", "auth/clients"], owners: [users, "ApiClient"] },
  ],
  [
    "an object of which nothing is left",
    "auth/clients",
    { ci: { access_tokens: {} }, ops: { access_tokens: {} } },
    { value: undefined, withheld: ["auth/clients"], owners: ["ApiClient"] },
  ],
  [
    "parts of others inside of an object",
    "",
    { autoping: { enabled: true, items: [] }, script: { snippets: { a: { source: "x=1" } }, source: "y=2" } },
    {
      value: { autoping: { enabled: true }, script: { source: "y=2" } },
      withheld: ["autoping/items", "script/snippets"],
      owners: ["AutoPingItem", "ScriptSnippet"],
    },
  ],
])("of %s at %s, a Setting may write what is its own", (_name, path, value, expected) => {
  const segments = path === "" ? [] : path.split("/");
  expect(withoutForeign(segments, value, "Setting")).toEqual(expected);
});
