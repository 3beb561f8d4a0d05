/** Ids, texts and durations that no honest person or device sends: each is an error that says what is wrong. */
import { isDliError } from "../../provider/client";
import { ownId } from "../../provider/lifecycle/inputs/id";
import { resources } from "../../provider/registry";
import { inputsOf } from "../../provider/schema/common-inputs";
import type { SimulatedDevice } from "../../simulator";
import { eachOnDevice } from "../support/on-device";
import type { MiniEngine } from "./mini-engine";

let device: SimulatedDevice;
let engine: MiniEngine;

eachOnDevice({}, (bench) => {
  ({ device, engine } = bench);
});

const things = resources.filter(({ family }) => family !== "action");
const odd = [
  "%zz",
  "%",
  "%ff",
  "%00",
  "%1b%5b2J",
  "%ef%bf%bd",
  "constructor",
  "__proto__",
  "",
  "/",
  "x".repeat(100_000),
];

describe.each(things.map((definition) => [definition.type, definition] as const))("%s", (type, definition) => {
  test.each(odd.map((text) => [text.slice(0, 20), text]))(
    "an id with %j is not found or is an error with advice",
    async (_, text) => {
      const form = "idForm" in definition ? definition.idForm : "";
      for (const id of [form.replace("<device>", "default").replace(/<.*/, text), `default/${text}`, text]) {
        const found = await engine.import(type, id).catch((error: unknown) => error);
        const isFine =
          found === undefined || isDliError(found) || (found as { id?: string }).id === ownId(definition, id);
        expect([isFine, found]).toEqual([true, found]);
        if (isDliError(found)) {
          expect(found.message.length).toBeLessThan(10_000);
          expect(found.remedy).not.toBe("");
        }
      }
    },
  );

  test("no text is declared that could not be read back", () => {
    for (const [name, spec] of Object.entries(inputsOf(definition))) {
      for (const text of ["a\u001b[2J", "\u009b", "\u202ex", "half \ud800", "was \ufffd", "\u0000", "a\rb"]) {
        for (const value of [text, [text], { a: { b: [text] } }, { [text]: 1 }]) {
          const checked = () => engine.check(type, { [name]: value });
          expect(checked).toThrow(new RegExp(name));
          expect(spec).toBeDefined();
        }
      }
    }
  });
});

test("a value 5,000 levels deep is refused by check, and by nothing later", () => {
  let value: unknown = 1;
  for (let depth = 0; depth < 5_000; depth++) {
    value = { a: value };
  }
  expect(() => engine.check("Setting", { path: "relay/name", value })).toThrow("value is nested deeper than 64 levels");
});

test("a name that is no UTF-8 is not put back as something else", async () => {
  device.changeByHand("relay/outlets/1/name", "K\ufffdche");
  const held = await engine.create("Outlet", { number: 2, name: "kitchen", onDestroy: "restore" });
  device.journal.clear();
  await expect(engine.destroy(held)).rejects.toThrow(/U\+FFFD/);
  expect(device.journal.writes()).toEqual([]);
  expect(device.tree.relay.outlets[1]?.name).toBe("kitchen");
});

test.each([",", "a,", ",a", "a,,b"])("an id of an AutoPing item with %j is none, which is said", (addresses) =>
  expect(engine.import("AutoPingItem", `default/autoping/${addresses}`)).rejects.toThrow("An id looks like"),
);

describe("a wait that the device's own numbers ask for", () => {
  test.each([1e9, 1e300, -5])("is at most ten minutes with a delay of %d s", async (seconds) => {
    (device.tree.relay as { sequence_delay: number }).sequence_delay = seconds;
    device.behaviours.register({ name: "stuck relay", path: "relay/outlets/*/physical_state", read: () => true });
    const before = device.clock.now();
    await expect(engine.create("Outlet", { number: 2, state: false })).rejects.toThrow(/still on after \d+ s/);
    expect(device.clock.now() - before).toBeLessThan(11 * 60 * 1000);
  });

  test("is a few seconds before a reboot, whatever the uptime", async () => {
    const before = device.clock.now();
    device.behaviours.register({ name: "odd uptime", path: "system/uptime", read: () => -1e12 });
    await engine.create("Reboot", { timeoutSeconds: 5 }).catch(() => {});
    expect(device.clock.now() - before).toBeLessThan(10 * 60 * 1000);
  });
});
