/** What the SDK tells a dynamic provider because the engine does not: which arguments are secrets. */
import * as pulumi from "@pulumi/pulumi";
import * as dli from "../../sdk";

interface Registered {
  readonly marks: unknown;
  readonly names: readonly string[];
}

/** What a program with one resource registers with the engine. */
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

describe("a password in clear in the configuration", () => {
  /** The warnings of a program in a process that has not warned yet. */
  async function warnings(config: Record<string, string>, secretKeys: string[]): Promise<string[]> {
    let found: string[] = [];
    await jest.isolateModulesAsync(async () => {
      const fresh = require("@pulumi/pulumi") as typeof pulumi;
      const resources = require("../../sdk") as typeof dli;
      await fresh.runtime.setMocks({
        newResource: ({ name, inputs }) => ({ id: name, state: inputs }),
        call: () => ({}),
      });
      fresh.runtime.setAllConfig(config, secretKeys);
      const warn = jest.spyOn(fresh.log, "warn").mockResolvedValue(undefined);
      const made = [1, 2].map((number) => new resources.Outlet(`outlet-${number}`, { number }));
      await Promise.all(made.map(({ id }) => new Promise((resolve) => id.apply(resolve))));
      found = warn.mock.calls.map(([message]) => message);
    });
    return found;
  }
  const config = {
    "dli:url": "http://lab",
    "dli:password": "s3cret-word",
    "dli:token": "ci.s3cret-word",
    "dli:devices": JSON.stringify({ lab: { url: "http://lab", password: "s3cret-word" } }),
  };

  test("is warned of once, with the commands, and without the password", async () => {
    const [warning = "", ...others] = await warnings(config, []);
    expect(others).toEqual([]);
    expect(warning).toContain("`pulumi config set --secret dli:password`");
    expect(warning).toContain("`pulumi config set --secret dli:token`");
    expect(warning).toContain("`pulumi config set --secret dli:devices`");
    expect(warning).not.toContain("s3cret-word");
  });

  test.each<[string, Record<string, string>, string[]]>([
    ["when it is a secret", config, ["dli:password", "dli:token", "dli:devices"]],
    ["when devices are configured without one", { "dli:devices": '{"lab":{"url":"http://lab"}}' }, []],
  ])("is not warned of %s", async (_when, config, secretKeys) => {
    expect(await warnings(config, secretKeys)).toEqual([]);
  });
});
