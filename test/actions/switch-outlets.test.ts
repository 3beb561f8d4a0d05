/** SwitchOutlets against the simulator: one call, or matrix requests if the firmware lacks that call. */
import { PartialFailure } from "../../provider/lifecycle/errors/errors";
import { dialects } from "../../simulator";
import { addUser, loginOf, onDeviceThatIsOff, writesWithBodies } from "./fixture";

const older = { firmware: "1.10.5.0" };

test("SwitchOutlets switches all outlets with one call where the firmware has it", () =>
  onDeviceThatIsOff({ firmware: "1.10.11.0" }, async ({ device, engine }) => {
    device.switchOutlet(3, true);
    const { state } = await engine.create("SwitchOutlets", { states: { 5: true, 3: false } });
    expect(writesWithBodies(device)).toEqual(["POST relay/set_outlet_transient_states/ [[[2,false],[4,true]]]"]);
    expect(state["switched"]).toEqual([3, 5]);
    expect(device.tree.relay.outlets.map((outlet) => outlet.state)[4]).toBe(false);
  }));

test("SwitchOutlets sends one request per state where the firmware does not have the call", () =>
  onDeviceThatIsOff(older, async ({ device, engine }) => {
    device.switchOutlet(3, true);
    device.switchOutlet(4, true);
    await engine.create("SwitchOutlets", { states: { 5: true, 1: true, 3: false, 4: false } });
    expect(writesWithBodies(device).slice(1)).toEqual([
      "PUT relay/outlets/=2,3/transient_state/ false",
      "PUT relay/outlets/=0,4/transient_state/ true",
    ]);
    expect(device.tree.relay.outlets.map((outlet) => outlet.transient_state).slice(0, 5)).toEqual([
      true,
      false,
      false,
      false,
      true,
    ]);
  }));

test("SwitchOutlets with `persistent` writes `state`", () =>
  onDeviceThatIsOff({}, async ({ device, engine }) => {
    await engine.create("SwitchOutlets", { states: { 2: true, 8: true }, persistent: true });
    expect(writesWithBodies(device)).toEqual(["PUT relay/outlets/=1,7/state/ true"]);
    expect(device.tree.relay.outlets[7]?.state).toBe(true);
  }));

test("SwitchOutlets with `persistent` also writes a state that would only last until the next reboot", () =>
  onDeviceThatIsOff({}, async ({ device, engine }) => {
    await engine.create("SwitchOutlets", { states: { 2: true } });
    device.journal.clear();
    await engine.create("SwitchOutlets", { states: { 2: true }, persistent: true });
    expect(writesWithBodies(device)).toEqual(["PUT relay/outlets/1/state/ true"]);
  }));

test("SwitchOutlets sends nothing when every outlet already has its state", () =>
  onDeviceThatIsOff({}, async ({ device, engine }) => {
    const { state } = await engine.create("SwitchOutlets", { states: { 2: false } });
    expect(writesWithBodies(device)).toEqual([]);
    expect(state["switched"]).toEqual([]);
  }));

test("SwitchOutlets is rejected as a whole when an outlet that would change is locked", () =>
  onDeviceThatIsOff({}, async ({ device, engine }) => {
    device.changeByHand("relay/outlets/1/locked", true);
    device.changeByHand("relay/outlets/2/locked", true);
    await expect(engine.create("SwitchOutlets", { states: { 1: true, 2: true, 3: false } })).rejects.toThrow(
      /outlet 2 is locked, so nothing was switched.*keypad/,
    );
    expect(writesWithBodies(device)).toEqual([]);
  }));

test("SwitchOutlets does not switch off what the same program protects, but may switch it on", () =>
  onDeviceThatIsOff({}, async ({ device, engine }) => {
    device.switchOutlet(2, true);
    const outlet = { type: "Outlet", inputs: { number: 2, protectFromOff: true } };
    const off = { type: "SwitchOutlets", inputs: { states: { 1: true, 2: false } } };
    await expect(engine.createAll([outlet, off])).rejects.toThrow("states: outlet 2 is protected by protectFromOff");
    await expect(engine.createAll([off, outlet])).rejects.toThrow(
      "outlet 2 is protected by protectFromOff or dli:protectedOutlets, so nothing",
    );
    expect(writesWithBodies(device)).toEqual([]);
    await engine.createAll([outlet, { type: "SwitchOutlets", inputs: { states: { 1: true, 2: true } } }]);
    expect(device.tree.relay.outlets[0]?.transient_state).toBe(true);
  }));

test("SwitchOutlets finds a failed outlet that a 207 hides", () =>
  onDeviceThatIsOff(older, async ({ device, engine }) => {
    device.behaviours.register({ name: "stuck", path: "relay/outlets/1/transient_state", write: () => undefined });
    const failure = await engine.create("SwitchOutlets", { states: { 1: true, 2: true } }).catch((e: unknown) => e);
    expect(failure).toBeInstanceOf(PartialFailure);
    expect((failure as Error).message).toContain("outlet 2 did not switch");
  }));

test("SwitchOutlets is sent again when the states show that it was lost before it happened", () =>
  onDeviceThatIsOff({}, async ({ device, engine }) => {
    device.faults.add({ kind: "dropBefore", method: "POST", onlyAuthenticated: true });
    await engine.create("SwitchOutlets", { states: { 1: true } });
    expect(device.journal.count({ path: "relay/set_outlet_transient_states/" })).toBe(2);
    expect(device.tree.relay.outlets[0]?.transient_state).toBe(true);
  }));

test("SwitchOutlets is not sent again when the states show that it happened", () =>
  onDeviceThatIsOff({}, async ({ device, engine }) => {
    device.faults.add({ kind: "dropAfter", method: "POST", onlyAuthenticated: true });
    await engine.create("SwitchOutlets", { states: { 1: true } });
    expect(device.journal.count({ path: "relay/set_outlet_transient_states/" })).toBe(1);
  }));

test.each([
  [{ states: {} }, "must name an outlet"],
  [{ states: { 0: true } }, "must name outlets by their numbers"],
  [{ states: { one: true } }, "must name outlets by their numbers"],
])("SwitchOutlets with %j is rejected in the plan", (inputs, words) =>
  onDeviceThatIsOff({}, async ({ engine }) => {
    expect(() => engine.check("SwitchOutlets", inputs)).toThrow(words);
  }),
);

test("a user without access to an outlet is told so by SwitchOutlets", () =>
  onDeviceThatIsOff(
    {},
    async ({ device, engine }) => {
      addUser(device, "fred", [2]);
      await engine.create("SwitchOutlets", { states: { 2: true } });
      await expect(engine.create("SwitchOutlets", { states: { 1: true } })).rejects.toThrow("no access to outlet 1");
    },
    loginOf("fred"),
  ));

test.each(dialects.credOutletAccessForm.values.flatMap((form) => [[form, {}] as const, [form, older] as const]))(
  "a user without access to any outlet is told so by SwitchOutlets, under credOutletAccessForm=%s and %j",
  (credOutletAccessForm, firmware) =>
    onDeviceThatIsOff(
      { ...firmware, dialects: { credOutletAccessForm, restrictedOutlets: "readable" } },
      async ({ device, engine }) => {
        addUser(device, "fred", []);
        await expect(engine.create("SwitchOutlets", { states: { 1: true } })).rejects.toThrow("no access to outlet 1");
        expect(device.tree.relay.outlets[0]?.transient_state).toBe(false);
      },
      loginOf("fred"),
    ),
);

test("a token whose scopes lack the call switches by writing the outlets", () =>
  onDeviceThatIsOff(
    {},
    async ({ device, engine }) => {
      device.tree.auth.clients["lab"] = {
        name: "lab",
        redirect_urls: {},
        refresh_tokens: {},
        scopes: { "/relay/outlets/all;/": true },
        access_tokens: { "185f8db32271fe25f561a6fc938b2e264306ec304eda518007d1764826381969": {} },
      };
      await engine.create("SwitchOutlets", { states: { 2: true } });
      expect(device.tree.relay.outlets[1]?.transient_state).toBe(true);
    },
    { "dli:token": "lab.SGVsbG8", "dli:username": "", "dli:password": "" },
  ));
