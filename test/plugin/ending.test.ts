/** The plugin's messages when the engine ends a run: the sum of the plan, and deletions that it was not asked about. */
import { setImmediate as turn } from "node:timers/promises";
import { ConstructRequest } from "@pulumi/pulumi/proto/provider_pb";
import { type Fixture, withPlugin } from "./fixture";
import { token, unknown as unknownText, urn, type Values } from "./plugin-client";

const outlet = { device: "default", number: 3, state: false };
const restoring = { device: "default", number: 3, state: true, onDestroy: "restore" };
const summary = 'loses power: 3 "Outlet 3"; gains power: none; cycles: none';
const goes = 'outlet 3 "Outlet 3" will lose power: on -> off';

const saidBy = ({ engine }: Fixture) => engine.logged.map(({ message }) => message);

/** A resource with a secret baseline, as the engine keeps it. */
async function created({ client, configuration, device }: Fixture, inputs: Values): Promise<Values> {
  device.switchOutlet(3, false);
  const { inputs: checked } = await client.check("Outlet", inputs);
  const { properties } = await client.create("Outlet", checked);
  // Each operation of the engine is a run.
  await client.configure(configuration);
  return properties;
}

test("what a plan comes to is said once, at the end", () =>
  withPlugin(async (fixture) => {
    const { client, device } = fixture;
    device.switchOutlet(3, true);
    await client.create("Outlet", (await client.check("Outlet", outlet)).inputs, { preview: true });
    expect(saidBy(fixture)).toEqual([goes]);
    await client.cancel();
    await client.cancel();
    expect(saidBy(fixture)).toEqual([goes, summary]);
    expect(fixture.engine.logged.map((word) => word.urn)).toEqual([urn(token("Outlet"), "it"), ""]);
  }));

test("what a program has shown itself is not said again", () =>
  withPlugin(async (fixture) => {
    const { client, device } = fixture;
    device.switchOutlet(3, true);
    await client.create("Outlet", (await client.check("Outlet", outlet)).inputs, { preview: true });
    expect(await client.invoke("dli:index:plan")).toEqual({ isRisky: true, summary: [summary] });
    await client.cancel();
    expect(saidBy(fixture)).toEqual([goes]);
  }));

test("a run that plans nothing, and one that is cut short, say nothing of a plan", () =>
  withPlugin(
    async (fixture) => {
      const { client } = fixture;
      const inputs = (await client.check("Outlet", { ...outlet, waitForPhysical: true, state: true })).inputs;
      const running = client.create("Outlet", inputs).catch(() => undefined);
      const planning = client.create("Outlet", inputs, { preview: true });
      await client.cancel();
      await Promise.all([running, planning]);
      expect(saidBy(fixture).filter((line) => line.includes("loses power"))).toEqual([]);
    },
    { speed: 1, dialects: { physicalLagMilliseconds: 1500 } },
  ));

test("what the engine has read and the program does not declare is said to go", () =>
  withPlugin(async (fixture) => {
    const { client } = fixture;
    const state = await created(fixture, restoring);
    await client.read("Outlet", "default/outlets/3", state, restoring);
    await client.check("Outlet", { number: 4, name: "other" });
    await client.cancel();
    expect(saidBy(fixture)).toEqual([goes, summary]);
    expect(fixture.engine.logged[0]?.urn).toBe(urn(token("Outlet"), "it"));
  }));

test("what goes is said once, to a program that has shown the rest of the plan too", () =>
  withPlugin(async (fixture) => {
    const { client } = fixture;
    const state = await created(fixture, restoring);
    await client.read("Outlet", "default/outlets/3", state, restoring);
    await client.create("Outlet", (await client.check("Outlet", { number: 4, name: "other" })).inputs, {
      preview: true,
    });
    await client.invoke("dli:index:plan");
    await client.cancel();
    await client.cancel();
    expect(saidBy(fixture).slice(1)).toEqual([goes, `what is deleted: ${summary}`]);
  }));

test.each<[string, (fixture: Fixture, state: Values) => Promise<unknown>]>([
  ["declares", ({ client }) => client.check("Outlet", restoring)],
  [
    "declares with a value that is not known yet",
    ({ client }) => client.check("Outlet", { ...restoring, name: unknownText }),
  ],
  ["has deleted", ({ client }, state) => client.delete("Outlet", "default/outlets/3", state)],
  ["only refreshes", async () => undefined],
])("nothing is said to go that the run %s", (_what, work) =>
  withPlugin(async (fixture) => {
    const { client } = fixture;
    const state = await created(fixture, restoring);
    await client.read("Outlet", "default/outlets/3", state, restoring);
    await work(fixture, state);
    await client.cancel();
    expect(saidBy(fixture)).toEqual([]);
  }),
);

test("a resource that is replaced says what becomes of the old one, and then of the new one", () =>
  withPlugin(async (fixture) => {
    const { client, device } = fixture;
    device.switchOutlet(4, false);
    const olds = await created(fixture, restoring);
    const moved = { ...restoring, number: 4 };
    const { inputs: news } = await client.check("Outlet", moved, restoring);
    expect(await client.diff("Outlet", { id: "default/outlets/3", olds, news })).toMatchObject({
      replaces: ["number"],
    });
    await client.create("Outlet", news, { preview: true });
    await client.cancel();
    expect(saidBy(fixture)).toEqual([
      goes,
      'outlet 4 "Outlet 4": off -> on',
      'when it is deleted, outlet 4 "Outlet 4" will lose power: on -> off',
      'loses power: 3 "Outlet 3"; gains power: 4 "Outlet 4"; cycles: none',
    ]);
  }));

describe("a process that the engine attaches to", () => {
  test("serves each run that says hello after the last one has ended, with its own plan and its own last words", () =>
    withPlugin(async (fixture) => {
      const { client, configuration, device, engine } = fixture;
      device.switchOutlet(3, true);
      const { inputs } = await client.check("Outlet", outlet);
      await client.create("Outlet", inputs, { preview: true });
      await client.cancel();
      await expect(client.create("Outlet", inputs)).rejects.toThrow("cancelled");
      for (const preview of [true, false]) {
        await client.handshake(engine.address);
        await client.configure(configuration);
        await client.create("Outlet", (await client.check("Outlet", outlet)).inputs, { preview });
        await client.cancel();
      }
      expect(saidBy(fixture)).toEqual([goes, summary, goes, summary]);
      expect(device.tree.relay.outlets[2]).toMatchObject({ state: false });
    }));

  test("serves one provider of a program: with two, what one declares would go to the device of the other", () =>
    withPlugin(async ({ client, configuration, engine, restart }) => {
      await client.configure(configuration, "default_0_1_0");
      await client.handshake(engine.address);
      const second = client.configure({ ...configuration, url: "http://192.0.2.1" }, "rack2");
      await expect(second).rejects.toThrow(/one process cannot serve.*PULUMI_DEBUG_PROVIDERS/);
      await client.read("Outlet", "default/outlets/3");
      await restart(configuration, "rack2");
    }));
});

test("a plugin whose components cannot be loaded fails their call, and ends as any other", async () => {
  const unhandled = jest.fn();
  process.on("unhandledRejection", unhandled);
  try {
    await withPlugin(async ({ client }) => {
      await expect(client.call("construct", new ConstructRequest())).rejects.toThrow("without its components");
    });
    await turn();
    expect(unhandled).not.toHaveBeenCalled();
  } finally {
    process.off("unhandledRejection", unhandled);
  }
});

test("a tool that is no engine says where none is, and the plugin still answers", () =>
  withPlugin(async ({ client, configuration, engine }) => {
    await client.handshake("");
    await client.configure(configuration);
    await client.create("Outlet", (await client.check("Outlet", outlet)).inputs, { preview: true });
    expect(engine.logged).not.toEqual([]);
  }));
