/** Arguments that are no plain values: another resource, and something that is known only later, as a whole. */
import * as pulumi from "@pulumi/pulumi";
import * as dli from "../../sdk";
import { onMocks } from "./mocks";

const registered = onMocks();

test("a resource as a trigger stands for its id, whatever the program exports", async () => {
  await pulumi.runtime.runInPulumiStack(async () => {
    const user = new dli.User("fred", { name: "fred", password: "passw0rd" });
    const run = new dli.ScriptRun("run", { function: "f", triggers: [user, { of: user }] });
    // The stack, which every resource has as its parent, is complete only when this is known.
    return { id: run.id };
  });
  const { inputs } = registered.find(({ name }) => name === "run")!;
  expect(inputs["triggers"]).toEqual(["fred-id", { of: "fred-id" }]);
  // Its id is no secret, although its password is.
  expect(inputs).not.toHaveProperty("__secrets");
});

test.each<[what: string, args: () => unknown, end: string]>([
  ["a promise", () => Promise.resolve({ url: "http://x" }), ", and no promise: `await` it first."],
  ["an Output", () => pulumi.output({ url: "http://x" }), "."],
  ["a list", () => [3], "."],
  ["a text", () => "web", "."],
  ["a number", () => 3, "."],
])("%s in place of all arguments is refused, because none of them would count", (_what, args, end) => {
  for (const resource of [dli.Outlet, dli.Relay, dli.Provider]) {
    const declare = () => new resource("web", args() as never);
    expect(declare).toThrow(pulumi.RunError);
    expect(declare).toThrow(`${resource.name} "web": the arguments have to be an object${end}`);
  }
  expect(registered).toEqual([]);
});

test.each([
  ["users", "users has to be an object with names as its keys"],
  ["watch", "watch has to be an object with names as its keys"],
  ["autoPing", "autoPing has to be an object"],
  ["hardened", "hardened has to be true, false or an object"],
])("a promise in place of %s of a component is refused, because nothing would be made of it", (name, reason) => {
  const declare = () => new dli.PowerController("rack", { outlets: { web: 1 }, [name]: Promise.resolve({}) });
  expect(declare).toThrow(`${reason}, and no promise: \`await\` it first.`);
  expect(registered).toEqual([]);
});

test("null in place of an argument of a provider gives nothing, as if it were left out", async () => {
  const provider = new dli.Provider("rack", {
    url: "http://x",
    username: null as never,
    readOnly: pulumi.output(null) as never,
  });
  await new Promise((resolve) => provider.urn.apply(resolve));
  expect(registered[0]?.inputs).toEqual({ url: "http://x" });
});
