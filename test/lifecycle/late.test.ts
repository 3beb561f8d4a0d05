/** A device that shows what it has accepted only a few seconds later: nothing is written twice, and no other thing is hit. */
import type { SimulatedDevice } from "../../simulator";
import { eachOnDevice, writes } from "../support/on-device";
import type { MiniEngine } from "./mini-engine";

let device: SimulatedDevice;
let engine: MiniEngine;

eachOnDevice({}, (bench) => {
  ({ device, engine } = bench);
});

/** Longer than any request takes, shorter than anybody's patience. */
const lag = 3000;

function showsLate(path: string): void {
  device.behaviours.register({
    name: "late",
    path,
    write: (_context, value, next) => void device.clock.startTimer(lag, () => next(value)),
    remove: (_context, next) => void device.clock.startTimer(lag, next),
  });
}

const items = () => device.tree.autoping.items.map(({ addresses }) => addresses.join());

test("the removal of an element of a list that still shows it is not repeated, which would hit the next element", async () => {
  const names = ["10.0.0.1", "10.0.0.2", "10.0.0.3"];
  const all = await engine.createInTurn(
    names.map((name) => ({ type: "AutoPingItem", inputs: { addresses: [name], outlets: [1] } })),
  );
  showsLate("autoping/items/*");
  device.journal.clear();
  await engine.destroy(all[0]!);
  expect(items()).toEqual(["10.0.0.2", "10.0.0.3"]);
  expect(writes(device)).toEqual(["DELETE autoping/items/0/"]);
});

test("a removal that shows late is not repeated if somebody removes another element in the meantime", async () => {
  const names = ["10.0.0.1", "10.0.0.2", "10.0.0.3"];
  const all = await engine.createInTurn(
    names.map((name) => ({ type: "AutoPingItem", inputs: { addresses: [name], outlets: [1] } })),
  );
  let isLate = true;
  device.behaviours.register({
    name: "late",
    path: "autoping/items/*",
    remove: (_context, next) => {
      if (!isLate) {
        return next();
      }
      isLate = false;
      device.clock.startTimer(1000, () => device.removeByHand("autoping/items/0"));
      // The device removes the one that it was asked to, which has moved up by then.
      device.clock.startTimer(lag, () => device.removeByHand("autoping/items/0"));
    },
  });
  device.journal.clear();
  await engine.destroy(all[1]!);
  expect(items()).toEqual(["10.0.0.3"]);
  expect(writes(device)).toEqual(["DELETE autoping/items/1/"]);
});

test("a list that never shows the removal is an error, and the removal is not repeated", async () => {
  const held = await engine.create("AutoPingItem", { addresses: ["10.0.0.1"], outlets: [1] });
  device.behaviours.register({ name: "deaf", path: "autoping/items/*", remove: () => undefined });
  device.journal.clear();
  await expect(engine.destroy(held)).rejects.toThrow("10.0.0.1 still exists after the device accepted the request");
  expect(writes(device)).toEqual(["DELETE autoping/items/0/"]);
});

test("the removal of a user that still shows is not repeated", async () => {
  const held = await engine.create("User", { name: "fred", password: "freds password" });
  showsLate("auth/users/*");
  device.journal.clear();
  await engine.destroy(held);
  expect(writes(device)).toEqual(["DELETE auth/users/name=fred/"]);
});

test.each([
  ["Outlet", { number: 2, name: "web" }, "relay/outlets/*/name", "PUT relay/outlets/1/name/"],
  ["Relay", { name: "Rack" }, "relay/name", "PUT relay/name/"],
  ["Setting", { path: "config/hostname", value: "rack" }, "config/hostname", "PUT config/hostname/"],
] as const)("a value of %s that still shows the old one is written once", async (type, inputs, path, request) => {
  showsLate(path);
  await engine.create(type, inputs);
  expect(writes(device)).toEqual([request]);
});

test.each([true, false])("an outlet whose state shows later than its relay is switched once: %s", async (state) => {
  device.switchOutlet(4, !state);
  let switchedAt = Number.POSITIVE_INFINITY;
  device.behaviours.register({
    name: "late state",
    path: "relay/outlets/3/state",
    read: (_context, next) => (device.clock.now() < switchedAt + lag ? !state : next()),
    write: (_context, value, next) => {
      switchedAt = device.clock.now();
      next(value);
    },
  });
  await engine.create("Outlet", { number: 4, state });
  expect(writes(device)).toEqual(["PUT relay/outlets/3/state/"]);
});

test.each([500, 400])("an element of a list is changed where a JSON Patch is answered with %s", async (status) => {
  const item = { addresses: ["10.0.0.1"], outlets: [1] };
  const held = await engine.create("AutoPingItem", item);
  device.faults.add({ kind: "status", status, method: "PATCH", times: "always" });
  await engine.up(held, { ...item, outlets: [2], pingsBeforeEnabling: 3 });
  expect(device.tree.autoping.items).toMatchObject([{ outlets: [1], pings_before_enabling: 3 }]);

  const links = [{ href: "/a", description: "A" }];
  device.changeByHand("config/links", links);
  await engine.create("Setting", { path: "config/links", value: [{ ...links[0], description: "B" }] });
  expect(device.tree.config.links).toEqual([{ href: "/a", description: "B" }]);
});

test("an outlet that SwitchOutlets has switched may show it late", async () => {
  device.switchOutlet(4, true);
  let switchedAt = Number.POSITIVE_INFINITY;
  device.behaviours.register({
    name: "late state",
    path: "relay/outlets/3/transient_state",
    read: (_context, next) => (device.clock.now() < switchedAt + lag ? true : next()),
  });
  device.behaviours.register({
    name: "noted call",
    path: "relay/set_outlet_transient_states",
    call: (_context, _args, next) => {
      switchedAt = device.clock.now();
      return next();
    },
  });
  await engine.create("SwitchOutlets", { states: { 4: false } });
  expect(writes(device)).toEqual(["POST relay/set_outlet_transient_states/"]);
});

test.each([500, 400, 405])("a JSON Patch that is answered with %s leads to single requests at once", async (status) => {
  device.switchOutlet(1, true);
  device.switchOutlet(2, true);
  device.faults.add({ kind: "status", status, method: "PATCH", times: "always" });
  const began = device.clock.now();
  const outlets = { 1: { name: "web", state: false }, 2: { name: "nas", state: false } };
  await engine.create("Outlets", { outlets });
  expect(device.tree.relay.outlets.slice(0, 2)).toMatchObject([
    { name: "web", state: false },
    { name: "nas", state: false },
  ]);
  expect(device.clock.now() - began).toBeLessThan(5000);
});

/** What a value of any place is given shows late. */
function allShowsLate(): void {
  for (let depth = 1; depth <= 6; depth++) {
    showsLate(Array.from({ length: depth }, () => "*").join("/"));
  }
}

test("what is changed of an AutoPing item is sent once, in the request that tests which item it is", async () => {
  const item = { addresses: ["10.0.0.1"], outlets: [1] };
  const held = await engine.create("AutoPingItem", item);
  allShowsLate();
  device.journal.clear();
  await engine.up(held, { ...item, outlets: [2], pingsBeforeEnabling: 3 });
  expect(writes(device)).toEqual(["PATCH autoping/items/0/"]);
});

test.each([
  ["Outlet", { number: 2, name: "web", critical: true, state: false }, "PATCH relay/outlets/1/"],
  ["Outlets", { outlets: { 2: { name: "web", critical: true, state: false } } }, "PATCH relay/outlets/"],
] as const)("the settings of an %s that is switched afterwards are sent once", async (type, inputs, patch) => {
  device.switchOutlet(2, true);
  allShowsLate();
  await engine.create(type, inputs);
  expect(writes(device)).toEqual([patch, "PUT relay/outlets/1/state/"]);
});

test("an ApiClient whose new token shows late is waited for", async () => {
  const client = { name: "ci", scopes: ["/relay/"], token: "A".repeat(32) };
  const held = await engine.create("ApiClient", client);
  showsLate("auth/clients/*");
  device.journal.clear();
  await engine.up(held, { ...client, token: "B".repeat(32) });
  expect(writes(device)).toEqual(["PUT auth/clients/ci/"]);
  expect(await engine.refresh(held)).toEqual([]);
});
