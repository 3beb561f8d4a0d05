/**
 * Words of the engine's protocol that a device says: they reach the engine as data, and what was there before is put
 * back as it was. `test/plugin/both-adapters.test.ts` has what both adapters pass on.
 */
import { LoginLedger } from "../../provider/client";
import { Devices } from "../../provider/devices/devices";
import { callFunction } from "../../provider/lifecycle/invoke";
import { fromEngine, toEngine } from "../../provider/lifecycle/state/engine-form";
import { signatureKey, unknownSpellings } from "../../provider/lifecycle/state/engine-words";
import { withoutWrappers } from "../../provider/lifecycle/state/secret-values";
import { definitionOf, functionNamed } from "../../provider/registry";
import type { Json } from "../../simulator";
import { onDevice } from "../support/on-device";
import { clockOf } from "./device-clock";

/** An asset at an address, a file, a secret, something that no engine knows, and the values that are not known yet. */
const words: readonly Json[] = [
  { [signatureKey]: "c44067f5952c0a294b673a41bacd8c17", uri: "http://127.0.0.1:1/" },
  { [signatureKey]: "c44067f5952c0a294b673a41bacd8c17", path: "/etc/hostname" },
  { [signatureKey]: "1b47061264138c4ac30d75fd1eb44270", value: "mine" },
  { [signatureKey]: "strange" },
  [{ inside: { [signatureKey]: "strange" } }],
  ...unknownSpellings,
];

/** Whether the engine would act on a part of this value. */
function isActedOn(value: unknown): boolean {
  if (typeof value !== "object" || value === null) {
    return unknownSpellings.has(String(value));
  }
  return Object.hasOwn(value, signatureKey) || Object.values(value).some(isActedOn);
}

test.each(words)("%j is read as data, and an update writes what is declared in its place", (word) =>
  onDevice({}, async ({ device, engine }) => {
    const inputs = { path: "mqtt/topic_root", value: "mine" };
    const held = await engine.create("Setting", inputs);
    const stop = device.behaviours.register({ name: "the engine's word", path: inputs.path, read: () => word });
    expect(await engine.refresh(held)).toHaveLength(1);
    expect(isActedOn(held.state["value"])).toBe(false);
    const imported = await engine.import("Setting", held.id);
    expect(isActedOn([imported?.inputs, imported?.state["value"]])).toBe(false);
    stop();
    await engine.up(held, inputs);
    expect(held.state["value"]).toBe("mine");
  }),
);

test.each([...unknownSpellings])("an outlet of the name %s has that name again when its resource is deleted", (word) =>
  onDevice({}, async ({ device, engine }) => {
    device.changeByHand("relay/outlets/2/name", word);
    const held = await engine.create("Outlet", { number: 3, state: true, onDestroy: "restore" });
    expect(isActedOn(held.state["name"])).toBe(false);
    await engine.up(held, { number: 3, name: "web", onDestroy: "restore" });
    const definition = definitionOf("Outlet")!;
    held.state = fromEngine(definition, withoutWrappers(toEngine(definition, held.state)));
    await engine.destroy(held);
    expect(device.tree.relay.outlets[2]?.name).toBe(word);
  }),
);

test.each(words)("a function returns %j as data", (word) =>
  onDevice({}, async ({ device }) => {
    device.behaviours.register({ name: "the engine's word", path: "mqtt/topic_root", read: () => word });
    const config: Record<string, string> = { "dli:url": device.url, "dli:password": device.password };
    const devices = new Devices({
      lookup: (key) => config[key],
      env: {},
      clock: clockOf(device),
      logins: new LoginLedger(),
    });
    const browse = functionNamed("browse")!;
    expect(isActedOn(await callFunction(browse, { path: "mqtt" }, devices))).toBe(false);
    await devices.close();
  }),
);

test("an asset is no value of a setting", () =>
  onDevice({}, async ({ device, engine }) => {
    const value = { file: { [signatureKey]: "c44067f5952c0a294b673a41bacd8c17", path: "/etc/hostname" } };
    await expect(engine.create("Setting", { path: "mqtt", value })).rejects.toThrow(
      "value.file must be a plain value, not an asset, an archive or a resource.",
    );
    expect(device.journal.writes()).toEqual([]);
  }));
