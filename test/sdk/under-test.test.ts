/** The SDK in programs that are unit-tested or judged by policies, with Pulumi's mocks in place of the engine. */
import * as pulumi from "@pulumi/pulumi";
import * as dli from "../../sdk";

test("functions ask the mocks of a program's own tests, and not the network", async () => {
  const asked: pulumi.runtime.MockCallArgs[] = [];
  await pulumi.runtime.setMocks({
    newResource: ({ name, inputs }) => ({ id: name, state: inputs }),
    call(args) {
      asked.push(args);
      return { name: "mocked" };
    },
  });
  expect(await dli.getDevice({ device: "lab" })).toMatchObject({ name: "mocked" });
  expect(asked).toMatchObject([{ token: "dli:index:getDevice", inputs: { device: "lab" } }]);
});

const classes = Object.entries(dli).flatMap(([name, value]) =>
  typeof value === "function" && value.prototype instanceof pulumi.CustomResource && name !== "Provider"
    ? [[name, value as unknown as typeof dli.Outlet] as const]
    : [],
);

test.each(classes)("%s knows its own instances by both types, and no others", (name, resource) => {
  expect(classes.length).toBeGreaterThan(15);
  const tokens = [`pulumi-nodejs:dynamic/dli:${name}`, `dli:index:${name}`];
  expect(tokens.map((__pulumiType) => resource.isInstance({ __pulumiType }))).toEqual([true, true]);
  const others = ["dli:index:Other", `other:index:${name}`, `pulumi-nodejs:dynamic/dli:${name}s`, undefined];
  expect(others.map((__pulumiType) => resource.isInstance({ __pulumiType }))).toEqual(others.map(() => false));
  expect([undefined, null, "text"].map((value) => resource.isInstance(value))).toEqual([false, false, false]);
});
