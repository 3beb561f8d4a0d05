/** What the SDK tells a dynamic provider, which the engine does not tell it: which arguments are secrets. */
import * as pulumi from "@pulumi/pulumi";
import * as dli from "../../sdk";

interface Registered {
  readonly marks: unknown;
  readonly names: readonly string[];
}

/** What a program with one resource registers. */
async function registered(declare: () => pulumi.CustomResource): Promise<Registered> {
  let inputs: Record<string, unknown> = {};
  await pulumi.runtime.setMocks({
    newResource(args) {
      inputs = args.inputs;
      return { id: args.name, state: args.inputs };
    },
    call: () => ({}),
  });
  const resource = declare();
  await new Promise((resolve) => resource.id.apply(resolve));
  return { marks: inputs["__secrets"], names: Object.keys(inputs) };
}

const plain = <T>(value: T) => pulumi.output(value);
const { secret } = pulumi;

test.each<[string, () => pulumi.CustomResource, unknown]>([
  ["a text", () => new dli.Outlet("x", { number: 1, name: secret("a") }), [["name"]]],
  ["a number", () => new dli.Outlet("x", { number: secret(1) }), [["number"]]],
  [
    "a setting of one entry of a map",
    () => new dli.Outlets("x", { outlets: { 1: { name: "a" }, 4: { name: secret("b"), state: plain(true) } } }),
    [["outlets", "4", "name"]],
  ],
  ["a whole map", () => new dli.Outlets("x", { outlets: secret({ 1: { name: "a" } }) }), [["outlets"]]],
  [
    "a member deep inside, and one behind a promise",
    () =>
      new dli.Setting("x", {
        path: "mqtt",
        value: { a: { b: [1, secret(2)] }, c: Promise.resolve(secret("d")) } as never,
      }),
    [
      ["value", "a", "b"],
      ["value", "c"],
    ],
  ],
  ["an Output that is no secret", () => new dli.Outlet("x", { number: plain(1), name: plain("a") }), undefined],
  ["nothing", () => new dli.Outlet("x", { number: 1, name: "a" }), undefined],
  [
    "a property of another resource",
    () => new dli.Outlet("x", { number: 1, name: secret("a").apply((a) => `${a}!`) }),
    [["name"]],
  ],
])("%s", async (_what, declare, marks) => {
  const found = await registered(declare);
  expect(found.marks).toEqual(marks);
  expect(found.names.includes("__secrets")).toBe(marks !== undefined);
});
