/** AutoPing items on protected outlets: a function has to show on the device before the item may act on them. */
import type { SimulatedDevice } from "../../simulator";
import { MiniEngine } from "../lifecycle/mini-engine";
import { eachOnDevice } from "../support/on-device";

let device: SimulatedDevice;
let engine: MiniEngine;

eachOnDevice({}, (bench) => {
  ({ device } = bench);
  engine = new MiniEngine({ device, config: { "dli:protectedOutlets": "7" } });
  device.changeByHand("script/source", "function restart()\nend\nfunction other()\nend\n");
});

const item = { addresses: ["192.0.2.1"], outlets: [7], script: "restart" };

/** Makes the device ignore the function of an item, and notes whether an item could ever cycle outlet 7. */
function ignoreFunctions(isIgnored: () => boolean): () => boolean {
  let mayCycle = false;
  device.behaviours.register({
    name: "ignores functions",
    path: "autoping/items/*/script",
    accept: (_context, value, next) => next(isIgnored() ? "" : value),
    write: (_context, value, next) => (isIgnored() ? undefined : next(value)),
  });
  return () => {
    mayCycle ||= device.tree.autoping.items.some(
      ({ outlets, enabled, script }) => outlets.includes(6) && enabled && !script,
    );
    return mayCycle;
  };
}

const requests = () => device.journal.writes().map(({ method, requestBody }) => `${method} ${requestBody}`);

test("an item with a function on a protected outlet is created switched off, and switched on once the function shows", async () => {
  const held = await engine.create("AutoPingItem", item);
  expect(device.tree.autoping.items).toMatchObject([{ outlets: [6], enabled: true, script: "restart" }]);
  expect(requests()).toEqual([
    'POST {"addresses":["192.0.2.1"],"outlets":[6],"enabled":false,"script":"restart"}',
    expect.stringMatching(/^PATCH .*"path":"\/enabled","value":true/),
  ]);
  expect(await engine.refresh(held)).toEqual([]);
  device.journal.clear();
  await engine.up(held, { ...item, script: "other", outlets: [7, 8] });
  expect(requests()).toHaveLength(1);
});

test("the plan of such an item succeeds, and is the one of the update", async () => {
  const [look] = await engine.plan([{ type: "AutoPingItem", inputs: item }]);
  expect(look?.failure).toBeUndefined();
  const held = await engine.create("AutoPingItem", { addresses: item.addresses, outlets: [1] });
  const [second] = await engine.plan([{ type: "AutoPingItem", inputs: item }], held);
  expect(second?.failure).toBeUndefined();
});

test("an item on another outlet is created by one request", async () => {
  await engine.create("AutoPingItem", { ...item, outlets: [1] });
  expect(requests()).toHaveLength(1);
});

test("an item gets its function before a protected outlet", async () => {
  const held = await engine.create("AutoPingItem", { addresses: item.addresses, outlets: [1] });
  device.journal.clear();
  await engine.up(held, item);
  expect(device.tree.autoping.items).toMatchObject([{ outlets: [6], enabled: true, script: "restart" }]);
  expect(requests()).toEqual([
    expect.stringMatching(/"path":"\/script","value":"restart"/),
    expect.stringMatching(/"path":"\/outlets","value":\[6\]/),
  ]);
});

test("on a device that ignores the function, no item may ever cycle a protected outlet", async () => {
  const mayCycle = ignoreFunctions(() => true);
  await expect(engine.create("AutoPingItem", item)).rejects.toThrow();
  expect(mayCycle()).toBe(false);
  const other = await engine.create("AutoPingItem", { addresses: ["192.0.2.2"], outlets: [1] });
  await expect(engine.up(other, { ...item, addresses: ["192.0.2.2"] })).rejects.toThrow(/script/);
  expect(mayCycle()).toBe(false);
  expect(device.tree.autoping.items.find(({ addresses }) => addresses[0] === "192.0.2.2")?.outlets).toEqual([0]);
});
