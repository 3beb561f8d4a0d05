/** How the device reacts when the addresses of AutoPing items answer or are silent. */
import type { SimulatorOptions } from "../../simulator";
import { Person } from "./http";
import { startDevice } from "./start";

const source = "function restart(numbers)\n  while true do delay(1) end\nend\n";

async function startWatching(options: SimulatorOptions = {}, item: Record<string, unknown> = {}) {
  const device = await startDevice(options);
  device.tree.autoping.enabled = true;
  device.changeByHand("script/source", source);
  device.changeByHand("autoping/items/0", { addresses: ["10.0.0.1", "10.0.0.2"], outlets: [2, 4], ...item } as never);
  const items = device.tree.autoping.items;
  return {
    device,
    item: items[0]!,
    hear(...answers: boolean[]) {
      for (const isAnswered of answers) {
        device.ping(0, isAnswered);
      }
    },
    noted: (text: string) => device.log.lines.filter((line) => line.text.includes(text)).length,
  };
}

const times = (count: number, isAnswered: boolean) => Array<boolean>(count).fill(isAnswered);

describe("an AutoPing item", () => {
  test("an AutoPing item counts for nothing until it has answered as often as its trial asks", async () => {
    const { device, item, hear, noted } = await startWatching();
    hear(...times(4, true), false, ...times(4, true));
    expect(item.status.hosts[0]).toEqual({ state: "trial", success_count: 8, failure_count: 1 });
    hear(true);
    expect(item.status.hosts.map(({ state }) => state)).toEqual(["ok", "ok"]);
    expect(noted("enable approved")).toBe(1);
    expect(device.tree.relay.outlets[2]?.transient_state).toBe(true);
  });

  test("an AutoPing item that is silent after its trial cycles its outlets", async () => {
    const { device, item, hear, noted } = await startWatching({}, { pings_before_enabling: 1 });
    hear(true, false);
    expect(item.status.hosts[0]?.state).toBe("failed");
    expect(noted("item 1 (10.0.0.1, 10.0.0.2) failed [1/5]")).toBe(1);
    device.clock.advance(1000);
    expect(device.tree.relay.outlets.map((outlet) => outlet.physical_state)).toEqual(
      [0, 1, 2, 3, 4, 5, 6, 7].map((index) => index !== 2 && index !== 4),
    );
  });

  test("an AutoPing item leaves a locked outlet alone", async () => {
    const { device, hear } = await startWatching({}, { pings_before_enabling: 0 });
    device.tree.relay.outlets[2]!.locked = true;
    hear(false);
    device.clock.advance(1000);
    expect([2, 4].map((index) => device.tree.relay.outlets[index]?.physical_state)).toEqual([true, false]);
  });

  test("an AutoPing item with a script runs its function with the numbers of the outlets, from 1", async () => {
    const { device, hear } = await startWatching({}, { pings_before_enabling: 0, script: "restart" });
    hear(false);
    expect(Object.values(device.tree.script.threads).map(({ label }) => label)).toEqual([
      "restart (admin via web ui) {3, 5}",
    ]);
    device.tree.autoping.items[0]!.script = "gone";
    hear(false);
    expect(device.log.lines.at(-1)).toMatchObject({ severity: "warning", text: expect.stringContaining('"gone"') });
  });

  test("an AutoPing item that fails too often in a row is disabled by the device; an answer in between restarts the count", async () => {
    const { item, hear, noted } = await startWatching({}, { pings_before_enabling: 1 });
    hear(true, ...times(5, false), true, ...times(5, false));
    expect([item.enabled, noted("disabling")]).toEqual([true, 0]);
    hear(false, false, false);
    expect([item.enabled, noted("failed over 5 times in a row, disabling")]).toEqual([false, 1]);
    expect(item.status.hosts[0]?.failure_count).toBe(11);
  });

  test("an AutoPing item that fails too often in total is disabled by the device", async () => {
    const { device, item, hear, noted } = await startWatching({}, { pings_before_enabling: 0 });
    device.tree.autoping.max_reboot_count = 2;
    hear(false, true, false, true, false);
    expect([item.enabled, noted("failed over 2 times, disabling")]).toEqual([false, 1]);
  });

  test("an AutoPing item without limits never gives up", async () => {
    const { device, item, hear } = await startWatching({}, { pings_before_enabling: 0 });
    device.tree.autoping.max_consecutive_reboot_count = null;
    hear(...times(300, false));
    expect(item.enabled).toBe(true);
  });

  test("an AutoPing item on older firmware has one limit, for failures in a row", async () => {
    const { item, hear, noted } = await startWatching({ firmware: "1.7.24.0" }, { pings_before_enabling: 0 });
    hear(...times(5, false), true, ...times(6, false));
    expect([item.enabled, noted("failed over 5 times in a row")]).toEqual([false, 1]);
  });

  test("an AutoPing item is in trial again after it was enabled again, and when its addresses change", async () => {
    const { device, item, hear } = await startWatching({}, { pings_before_enabling: 1 });
    const admin = new Person(device);
    hear(true);
    await admin.put("autoping/items/0/enabled/", false);
    expect(item.status.hosts[0]?.state).toBe("ok");
    await admin.put("autoping/items/0/enabled/", true);
    expect(item.status.hosts[0]?.state).toBe("trial");
    hear(true);
    await admin.put("autoping/items/0/addresses/", ["10.0.0.3"]);
    expect(item.status.hosts).toEqual([{ state: "trial", success_count: 0, failure_count: 0 }]);
  });

  test("an AutoPing item does nothing about silence while it or all of AutoPing is disabled", async () => {
    const { device, item, hear } = await startWatching({}, { pings_before_enabling: 0, enabled: false });
    hear(false);
    item.enabled = true;
    device.tree.autoping.enabled = false;
    hear(false);
    expect(item.status.hosts[0]?.failure_count).toBe(0);
    expect(() => device.ping(1, true)).toThrow("There is no AutoPing item 1, counted from 0");
  });

  test.each([
    ["cleared", 0],
    ["kept", 1],
  ] as const)(
    "an AutoPing item has its counters %s at a reboot, and is in trial again",
    async (autopingCountersAtReboot, count) => {
      const { device, item, hear } = await startWatching(
        { dialects: { autopingCountersAtReboot } },
        { pings_before_enabling: 1 },
      );
      hear(true);
      device.reboot();
      expect(item.status.hosts[0]).toEqual({ state: "trial", success_count: count, failure_count: 0 });
      expect(device.log.lines).toEqual([]);
    },
  );

  test.each([
    ["resume_without_retrial", { resume_without_retrial: true }, {}],
    ["its own resumption_trial off", {}, { resumption_trial: false }],
  ])("an AutoPing item is not in trial again after a reboot with %s", async (_what, settings, own) => {
    const { device, item, hear } = await startWatching({}, { pings_before_enabling: 1, ...own });
    Object.assign(device.tree.autoping, settings);
    hear(true);
    device.reboot();
    expect(item.status.hosts[0]?.state).toBe("ok");
  });
});
