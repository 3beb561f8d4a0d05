/** Messages about a denial for each kind of login: the missing right, what may be hidden, and other causes. */
import {
  type DliError,
  ForbiddenError,
  isForbiddenError,
  NotFoundError,
  RefusedError,
  RestDisabledError,
} from "../../provider/client";
import { type Identity, withDenial } from "../../provider/runtime/denials";

const fred: Identity = { user: "fred" };
const token: Identity = { client: "ci" };
const lacksScope = "the token of client `ci` lacks the scope";
const details = {
  device: "lab",
  method: "GET",
  path: "config/hostname/",
  status: 403,
  message: "it says no",
  remedy: "Ask it.",
};

function said(error: DliError): string {
  return `${error.problem} | ${error.remedy}`;
}

test.each<[what: string, error: DliError, identity: Identity, expected: RegExp]>([
  [
    "a forbidden read",
    new ForbiddenError(details),
    token,
    /^the token of client `ci` lacks the scope `\/config\/hostname\/\?access=get` \| Add it/,
  ],
  ["a forbidden write", new ForbiddenError({ ...details, method: "PUT" }), token, /\?access=modify`/],
  ["a forbidden call", new ForbiddenError({ ...details, method: "POST" }), token, /\?access=invoke`/],
  [
    "a forbidden new user",
    new ForbiddenError({ ...details, method: "POST", path: "auth/users/" }),
    token,
    /\?access=modify`/,
  ],
  [
    "a forbidden outlet",
    new ForbiddenError({ ...details, path: "relay/outlets/2/state/" }),
    fred,
    /^user `fred` has no access to outlet 3 \| Add 3 to `outletAccess`/,
  ],
  [
    "a forbidden setting",
    new ForbiddenError(details),
    fred,
    /^user `fred` may not read this: it takes the administrator's rights/,
  ],
  [
    "nothing at a path",
    new NotFoundError({ ...details, status: 404 }),
    fred,
    /^the device shows nothing at this path: user `fred` may not read this.*, or it does not exist \| Log in as the admin/,
  ],
  [
    "a switched off API",
    new RestDisabledError(details),
    token,
    new RegExp(`^it says no \\| Ask it\\. If that is done, ${lacksScope}`),
  ],
])("%s: the right that is missing is named", (_, error, identity, expected) => {
  const named = withDenial(error, identity, false);
  expect(said(named)).toMatch(expected);
  expect(named).toMatchObject({ device: "lab", path: error.path, status: error.status });
});

test("only what may be hidden is called hidden", () => {
  expect(isForbiddenError(withDenial(new NotFoundError({ ...details, status: 404 }), fred, false))).toBe(true);
  expect(said(withDenial(new ForbiddenError(details), fred, false))).not.toContain("shows nothing");
});

test.each<[what: string, error: DliError, identity: Identity, isAdmin: boolean | undefined]>([
  ["to the admin", new NotFoundError({ ...details, status: 404 }), fred, true],
  ["to somebody who may be the admin", new NotFoundError({ ...details, status: 404 }), fred, undefined],
  ["about no path", new ForbiddenError({ ...details, path: undefined }), fred, false],
  ["a switched off API to a user", new RestDisabledError(details), fred, false],
  ["a rule that a value breaks", new RefusedError({ ...details, status: 409 }), fred, false],
])("%s: nothing is said about rights", (_, error, identity, isAdmin) => {
  expect(withDenial(error, identity, isAdmin)).toBe(error);
});
