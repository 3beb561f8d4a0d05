/** What is said when a device accepts a write and is not as declared afterwards. */
import { didNotTake } from "../../provider/lifecycle/errors/errors";
import { resources } from "../../provider/registry";
import { Properties } from "../../provider/schema/properties";

const of = (type: string, values: Record<string, unknown>) =>
  Properties.of(resources.find((one) => one.type === type)!, { device: "rack", ...values } as never);

test("each member that differs is named, with both values or as missing", () => {
  const desired = of("Outlet", { number: 2, name: "web", critical: true });
  const error = didNotTake("rack", "rack/outlets/2", desired, of("Outlet", { name: "Outlet 2" }), ["name", "critical"]);
  expect(error.message).toContain(
    'rack/outlets/2 still differs after the device accepted the update: name is "Outlet 2", expected "web"; critical is missing.',
  );
});

test("of a secret nothing is said, not even that it is missing", () => {
  const desired = of("User", { name: "fred", password: "fr3d s3cret" });
  for (const observed of [of("User", { name: "fred" }), of("User", { name: "fred", password: "another s3cret" })]) {
    const { message } = didNotTake("rack", "rack/users/fred", desired, observed, ["password"]);
    expect(message).toContain(": password is not the declared one.");
    expect(message).not.toContain("s3cret");
  }
});

test("a thing that is not there is said to be missing as a whole", () => {
  const desired = of("User", { name: "fred", password: "fr3d s3cret" });
  const { message } = didNotTake("rack", "rack/users/fred", desired, undefined, ["password"]);
  expect(message).toContain("rack/users/fred was not found after the device accepted the request");
});
