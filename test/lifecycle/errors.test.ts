/** Errors of the lifecycle itself: what happened, what to do, and whether something may have changed. */
import {
  alreadyExistsError,
  ambiguousError,
  changedElsewhereError,
  createdButNotFoundError,
  declaredTwiceError,
  goneError,
  notRemovedError,
  writeNotTakenError,
} from "../../provider/lifecycle/errors/errors";
import { resources } from "../../provider/registry";
import { Properties } from "../../provider/schema/properties";

const of = (type: string, values: Record<string, unknown>) =>
  Properties.of(resources.find((one) => one.type === type)!, { device: "rack", ...values } as never);

test("each member that differs is named, with both values or as missing", () => {
  const desired = of("Outlet", { number: 2, name: "web", critical: true });
  const error = writeNotTakenError("rack", "rack/outlets/2", desired, of("Outlet", { name: "Outlet 2" }), [
    "name",
    "critical",
  ]);
  expect(error.message).toContain(
    'rack/outlets/2 still differs after the device accepted the update: name is "Outlet 2", expected "web"; critical is missing.',
  );
});

test("of a secret nothing is said, not even that it is missing", () => {
  const desired = of("User", { name: "fred", password: "fr3d s3cret" });
  for (const observed of [of("User", { name: "fred" }), of("User", { name: "fred", password: "another s3cret" })]) {
    const { message } = writeNotTakenError("rack", "rack/users/fred", desired, observed, ["password"]);
    expect(message).toContain(": password is not the declared one.");
    expect(message).not.toContain("s3cret");
  }
});

test("a thing that is not there is said to be missing as a whole", () => {
  const desired = of("User", { name: "fred", password: "fr3d s3cret" });
  const { message } = writeNotTakenError("rack", "rack/users/fred", desired, undefined, ["password"]);
  expect(message).toContain("rack/users/fred was not found after the device accepted the request");
});

const fred = "rack/users/fred";
const waysOut =
  "Look at the device's own page. Where it has what this resource was to be, remove that there and run `pulumi up --refresh`, or declare it as the device names it, with `adopt: true`. Where it has not, take this resource out of the state (`pulumi state delete` with its URN); the next `pulumi up` makes it.";
const adoptIt =
  "Set `adopt: true` to take it over (with the native plugin an import does so too), or choose another name.";
const again = "Another client may be writing to it, or the device rejects this value.";

test.each<[string, Error, string, string]>([
  [
    "what was made and is not shown",
    createdButNotFoundError("rack", fred, true),
    `${fred} was not found after the device accepted the request that makes it, which is not repeated. Look for it on the device's own page. It is in the state, so the next \`pulumi up\` looks again and does not repeat the request either; where it is not on the device, \`pulumi up --refresh\` creates it anew.`,
    "unknown",
  ],
  [
    "what was made and is not shown to a login that was not shown what was there before",
    createdButNotFoundError("rack", fred, false),
    `${fred} was not found after the device accepted the request that makes it, which is not repeated. ${waysOut}`,
    "unknown",
  ],
  [
    "what is new instead of what was made",
    ambiguousError("rack", fred, ["bob", ["10.0.0.1", "router"]], "accepted"),
    `${fred} was not found after the device accepted the request that makes it, which is not repeated; new on the device since then: \`bob\` and \`10.0.0.1, router\`. Whether that is what was made does not show. ${waysOut}`,
    "unknown",
  ],
  [
    "what is new since an earlier run",
    ambiguousError("rack", fred, ["bob"], "earlier"),
    `${fred} was not found after an earlier run sent the request that makes it, which is not repeated; new on the device since then: \`bob\`. Whether that is what was made does not show. ${waysOut}`,
    "unknown",
  ],
  [
    "what stays",
    notRemovedError("rack", fred),
    `${fred} still exists after the device accepted the request. ${again}`,
    "unknown",
  ],
  [
    "what has gone",
    goneError("rack", fred),
    `${fred} is not on the device any more, and the plan was to change it, not to create it. Run \`pulumi up --refresh\`, which plans to create it again.`,
    "notSent",
  ],
  [
    "what is there already",
    alreadyExistsError("rack", fred),
    `${fred} already exists on the device. ${adoptIt}`,
    "notSent",
  ],
  [
    "what is there already in another spelling",
    alreadyExistsError("rack", fred, "Fred"),
    `${fred} already exists on the device as \`Fred\`, if it takes that for the same. ${adoptIt}`,
    "notSent",
  ],
  [
    "what is declared twice",
    declaredTwiceError("rack", fred),
    `${fred} is declared by two resources of this program. Keep one of them.`,
    "notSent",
  ],
  [
    "what is not put back, of one member",
    changedElsewhereError("rack", "rack/outlets/1", ["name"]),
    "rack/outlets/1 is not restored: name was changed outside Pulumi since. Run `pulumi refresh` to accept the change first, or set `onDestroy` to `leave`.",
    "notSent",
  ],
  [
    "what is not put back, of several members",
    changedElsewhereError("rack", "rack/outlets/1", ["name", "critical"]),
    "rack/outlets/1 is not restored: name, critical were changed outside Pulumi since. Run `pulumi refresh` to accept the change first, or set `onDestroy` to `leave`.",
    "notSent",
  ],
])("%s: the error says so, and what to do", (_what, error, message, outcome) => {
  expect(error.message).toBe(`device "rack": ${message}`);
  expect(error).toMatchObject({ outcome });
});
