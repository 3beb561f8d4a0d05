/** Import through the plugin: missing inputs, absent things, and how the engine checks what was read. */
import { packageSchema } from "../../provider/plugin/schema/package-schema";
import { resources } from "../../provider/registry";
import { until } from "../until";
import { withPlugin } from "./fixture";

const said = (engine: { logged: readonly { message: string }[] }) => engine.logged.map(({ message }) => message);

/** Messages to the engine about something, waited for; empty if none comes. */
async function told(engine: { logged: readonly { message: string }[] }, about: string): Promise<string[]> {
  const words = () => said(engine).filter((message) => message.includes(about));
  let looks = 0;
  await until(() => words().length > 0 || ++looks > 300);
  return words();
}

test.each([
  ["User", "default/users/frad", "default/users/fred"],
  ["Outlet", "default/outlets/99", "default/outlets/8"],
  ["ApiClient", "default/clients/nobody", "no ApiClient"],
])("an import of an absent %s says what exists", (type, id, exists) =>
  withPlugin(async ({ client, engine }) => {
    await client.create("User", (await client.check("User", { name: "fred", password: "x y z" })).inputs);
    expect(await client.read(type, id)).toMatchObject({ id: "", properties: undefined });
    expect(await told(engine, `no ${id} on the device`)).toEqual([expect.stringContaining(exists)]);
  }),
);

test("what a device does not show is no mistake of the provider: the program has to declare it", () =>
  withPlugin(async ({ client, engine }) => {
    const { inputs } = await client.read("AdminPassword", "default/admin");
    // As `pulumi import` does: the inputs that were read are the old and the new ones.
    expect((await client.check("AdminPassword", inputs!, inputs!)).failures).toEqual([]);
    expect(await told(engine, 'password: config.requireSecret("password")')).toHaveLength(1);
    const program = await client.check("AdminPassword", {}, inputs!);
    expect(program.failures).toEqual([{ property: "", reason: "password is required." }]);
  }));

test("inputs without the defaults, as an import leaves them, are read again and stay without them", () =>
  withPlugin(async ({ client, device, configuration }) => {
    const { inputs, properties } = await client.read("Outlet", "default/outlets/3");
    expect(Object.keys(inputs!).sort()).toEqual(["critical", "cycleDelaySeconds", "name", "number", "state"]);
    const again = await client.read("Outlet", "default/outlets/3", properties, inputs);
    expect(again.inputs).toEqual(inputs);
    device.tree.relay.outlets[2]!.name = "by hand";
    // The next run of the engine.
    await client.configure(configuration);
    const drifted = await client.read("Outlet", "default/outlets/3", properties, inputs);
    expect([drifted.inputs, drifted.properties?.["name"]]).toEqual([inputs, "by hand"]);
  }));

test("what was imported and is then replaced by itself stays on the device", () =>
  withPlugin(async ({ client, device, engine, configuration }) => {
    const { inputs: made } = await client.check("User", { name: "fred", password: "x y z" });
    await client.create("User", made);
    await client.configure(configuration);
    const { inputs, properties } = await client.read("User", "default/users/fred");
    const program = await client.check("User", inputs!, inputs!);
    await client.delete("User", "default/users/fred", properties!);
    await client.create("User", program.inputs);
    expect(device.journal.writes().map(({ method }) => method)).not.toContain("DELETE");
    // No warning that the user was taken for somebody else's.
    expect(said(engine)).toEqual([]);
    expect(device.tree.auth.users.map(({ name }) => name)).toContain("fred");
  }));

test("the schema says what can be listed: all but a Setting, which has no end, actions and components", () => {
  const all = packageSchema()["resources"] as Record<string, { listInputs?: { properties: object } }>;
  const actions = resources.filter(({ family }) => family === "action");
  const without = Object.entries(all).filter(([, { listInputs }]) => listInputs === undefined);
  expect(without.map(([token]) => token.split(":").at(-1)).sort()).toEqual(
    [...actions.map(({ type }) => type), "Setting", "PowerController", "SecurityBaseline"].sort(),
  );
  expect(Object.keys(all["dli:index:Outlet"]!.listInputs!.properties)).toEqual(["device"]);
});
