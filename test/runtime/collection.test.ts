/** What proves that something is not in a collection, if this login may be shown only a part of it. */
import {
  devicePath,
  ForbiddenError,
  type Json,
  NotFoundError,
  NotUnderstoodError,
  type PathLike,
  where,
} from "../../provider/client";
import { findElement, type LoginView } from "../../provider/runtime/tree/collection";

const request = { device: "rack", method: "GET", path: "auth/users/", outcome: "refused" } as const;
const notShown = new ForbiddenError({ ...request, message: "not shown to this login" });
const notFound = new NotFoundError({ ...request, message: "not found", status: 404 });

/** A device that shows one account in its list, and this for the path of the one that is sought. */
function viewOf(alone: Json | Error, isAllShown: boolean): LoginView {
  return {
    name: "rack",
    read: async () => ({ realm: "rack", users: [{ name: "admin" }] }),
    get: async () => {
      if (alone instanceof Error) {
        throw alone;
      }
      return alone;
    },
    seesAll: async () => isAllShown,
    mayBeHiddenError: () => notShown,
  };
}

const look = (at: LoginView, alone: PathLike) =>
  findElement(at, { container: "auth/", member: "users", form: "list" }, { find: () => undefined, alone: [alone] });

const selection = devicePath("auth", "users", where({ name: "fred" }), "name");
const plain = devicePath("auth", "users", "7", "name");

test.each<[what: string, alone: Json | Error, path: PathLike, kind: unknown]>([
  ["a selection of nothing", [], selection, notShown],
  ["a selection of places that show nothing", [null, {}], selection, notShown],
  ["a selection of something", [{ name: "fred" }], selection, expect.any(NotUnderstoodError)],
  ["a selection of something beside nothing", [null, { name: "fred" }], selection, expect.any(NotUnderstoodError)],
  ["an empty list at a plain path", [], plain, expect.any(NotUnderstoodError)],
  ["another value at a selection", "busy", selection, expect.any(NotUnderstoodError)],
  ["nothing, by 404", notFound, selection, undefined],
])("%s, for a login that is shown a part", async (_what, alone, path, kind) => {
  const result = await look(viewOf(alone, false), path).catch((error: unknown) => error);
  expect(result).toEqual(kind);
});

test.each<[Json | Error]>([[[]], [notFound], ["busy"]])(
  "a list that is understood and shown as a whole needs no other answer, not even %j",
  async (alone) => {
    expect(await look(viewOf(alone, true), selection)).toBeUndefined();
  },
);
