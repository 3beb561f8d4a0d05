/** Huge lists and maps: no resource type takes long over them or fails with anything but an error of ours. */
import { isDliError } from "../../provider/client";
import { PartialFailure } from "../../provider/lifecycle/errors/errors";
import { type Json, manualClock, startSimulator } from "../../simulator";
import { MiniEngine } from "./mini-engine";
import { cases } from "./resource-cases";

const user = { name: "x", is_admin: false, is_allowed: true, outlet_access: [] };
const outlet = { name: "x", state: true, transient_state: true, physical_state: true, locked: false };
const item = { addresses: ["10.0.0.9"], outlets: [0], enabled: false };
const some = 20_000;

function list(element: Json, length = some): Json {
  return Array.from({ length }, () => element);
}

function map(element: Json): Json {
  return Object.fromEntries(Array.from({ length: some }, (_, index) => [`k${index}`, element]));
}

/** What a device shows at a path, with its name in the tests. */
const endless: readonly [string, string, Json][] = [
  ["places without an account", "auth/users", list(null, 300_000)],
  ["accounts", "auth/users", list(user)],
  ["a far account", "auth/users", { 0: user, 999999999: user }],
  ["clients", "auth/clients", map({ scopes: {}, access_tokens: {} })],
  ["items", "autoping/items", list(item)],
  ["empty items", "autoping/items", list({}, 200_000)],
  ["a far item", "autoping/items", { 0: item, 999999999: item }],
  ["outlets", "relay/outlets", list(outlet)],
  ["a far outlet", "relay/outlets", { 0: outlet, 999999999: outlet }],
  ["places without an outlet", "relay/outlets", list(null, 300_000)],
  ["snippets", "script/snippets", map({ source: "" })],
  ["functions", "script/user_functions", map({})],
  ["rights", "cred/outlet_access", list(true, 300_000)],
];

describe.each(endless)("%s", (_, path, value) => {
  test.each(cases.map((life) => [life.type, life] as const))("of a device with a %s", async (type, life) => {
    const device = await startSimulator({ clock: manualClock() });
    life.prepare?.(device);
    device.behaviours.register({ name: "endless", path, read: () => value });
    const engine = new MiniEngine({ device, config: () => life.config?.(device) ?? {} });
    try {
      const held = await engine.create(type, life.inputs);
      await engine.up(held, life.changed);
    } catch (error) {
      const { cause } = error as Error;
      const thrown = error instanceof PartialFailure ? cause : error;
      expect([String(error), isDliError(thrown)]).toEqual([String(error), true]);
      expect(String(error).length).toBeLessThan(5000);
    } finally {
      await device.close();
    }
  });
});
