/** Several runs in one process, as with the Automation API: what one of them was told does not count for the next. */
import * as pulumi from "@pulumi/pulumi";
import * as dli from "../../sdk";

const told = jest.spyOn(console, "warn").mockImplementation(() => {});

afterEach(() => told.mockClear());

/** One program whose stack has its password in plain text, or not. */
async function run(isSecret: boolean): Promise<string> {
  told.mockClear();
  await pulumi.runtime.setMocks({ newResource: ({ name, inputs }) => ({ id: name, state: inputs }), call: () => ({}) });
  pulumi.runtime.setAllConfig({ "dli:password": "s3cret" }, isSecret ? ["dli:password"] : []);
  new dli.Outlet("web", { number: 1 });
  new dli.Outlet("db", { number: 2 });
  await pulumi.runtime.disconnect();
  return told.mock.calls.flat().join("\n");
}

test("each stack whose password is in plain text is told so, once", async () => {
  for (const isSecret of [false, true, false]) {
    expect((await run(isSecret)).split("dli:password is not a secret")).toHaveLength(isSecret ? 1 : 2);
  }
});
