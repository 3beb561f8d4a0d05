/** OutletCycle against the simulator: what it refuses, what it sends, and its errors when it fails halfway. */
import { PartialFailure } from "../../provider/lifecycle/errors/errors";
import { dialects, type SimulatedDevice } from "../../simulator";
import { advance } from "../lifecycle/action-cases";
import { MiniEngine } from "../lifecycle/mini-engine";
import { onDevice } from "../support/on-device";
import { addUser, loginOf, onDeviceThatIsOff, writesWithBodies } from "./fixture";

function allOn(device: SimulatedDevice, ...except: number[]): void {
  for (const number of [1, 2, 3, 4, 5, 6, 7, 8]) {
    device.switchOutlet(number, !except.includes(number));
  }
  advance(device, 60_000);
}

test("OutletCycle cycles each outlet with a separate request, in rising order", () =>
  onDevice({}, async ({ device, engine }) => {
    allOn(device);
    const { state } = await engine.create("OutletCycle", { outlets: [7, 2] });
    expect(writesWithBodies(device)).toEqual(["POST relay/outlets/1/cycle/", "POST relay/outlets/6/cycle/"]);
    expect(state["cycled"]).toEqual([2, 7]);
  }));

test("OutletCycle of `all` skips outlets that are off", () =>
  onDevice({}, async ({ device, engine }) => {
    allOn(device, 3, 5, 6, 7, 8);
    const { state } = await engine.create("OutletCycle", { outlets: "all" });
    expect(state["cycled"]).toEqual([1, 2, 4]);
    expect(writesWithBodies(device)).toHaveLength(3);
  }));

describe("OutletCycle of outlets that are being switched on", () => {
  const inPhysicalTurn = (device: SimulatedDevice) => {
    const offs: number[] = [];
    device.behaviours.register({
      name: "note what is cycled while it is off",
      path: "relay/outlets/*/cycle",
      call({ keys }, _args, next) {
        const outlet = device.tree.relay.outlets[Number(keys[2])];
        if (outlet?.physical_state === false) {
          offs.push(Number(keys[2]) + 1);
        }
        return next();
      },
    });
    return offs;
  };

  test.each([[[2, 3] as number[] | "all"], ["all" as const]])("waits for their relays: %j", (outlets) =>
    onDeviceThatIsOff({}, async ({ device, engine }) => {
      advance(device, 60_000);
      device.tree.relay.sequence_delay = 30;
      const offs = inPhysicalTurn(device);
      await engine.create("SwitchOutlets", { states: { 2: true, 3: true } });
      const { state } = await engine.create("OutletCycle", { outlets });
      expect(state["cycled"]).toEqual([2, 3]);
      expect(offs).toEqual([]);
    }),
  );

  test.each([
    ["the device's delays", 1, undefined, 10],
    ["ten minutes, whatever the device says", 1e9, undefined, 600],
    ["the operation's own timeout", 1e9, 45_000, 45],
  ])("waits no longer than %s", (_what, sequenceDelay, timeoutMilliseconds, seconds) =>
    onDeviceThatIsOff({}, async ({ device }) => {
      advance(device, 60_000);
      device.tree.relay.outlets[0]!.transient_state = true;
      device.tree.relay.sequence_delay = sequenceDelay;
      device.tree.relay.cycle_delay = 0;
      const started = device.clock.now();
      const engine = new MiniEngine({ device, ...(timeoutMilliseconds && { timeoutMilliseconds }) });
      const failure = await engine.create("OutletCycle", { outlets: [1] }).catch((error: unknown) => error);
      const message = String(failure);
      expect(message).toMatch(/outlet 1 is switched on, but the relay has not followed within \d+ seconds/);
      expect(message.includes("Raise `customTimeouts`")).toBe(timeoutMilliseconds !== undefined);
      expect(writesWithBodies(device)).toEqual([]);
      const waited = (device.clock.now() - started) / 1000;
      expect(waited).toBeGreaterThanOrEqual(seconds);
      expect(waited).toBeLessThan(seconds + 30);
    }),
  );

  test("is rejected when one of them is switched off meanwhile", () =>
    onDeviceThatIsOff({}, async ({ device, engine }) => {
      advance(device, 60_000);
      device.tree.relay.outlets[0]!.transient_state = true;
      device.tree.relay.sequence_delay = 60;
      device.clock.startTimer(5_000, () => device.switchOutlet(1, false));
      await expect(engine.create("OutletCycle", { outlets: [1] })).rejects.toThrow(/outlet 1 is off, .*`dependsOn`/);
      expect(writesWithBodies(device)).toEqual([]);
    }));
});

const waysToHide = dialects.restrictedOutlets.values.flatMap((restrictedOutlets) =>
  dialects.forbiddenStatus.values.flatMap((forbiddenStatus) =>
    dialects.hiddenMembers.values.map((hiddenMembers) => ({ restrictedOutlets, forbiddenStatus, hiddenMembers })),
  ),
);

test.each(waysToHide)("OutletCycle of `all` skips outlets that this user has no access to, under %j", (settings) =>
  onDevice(
    { dialects: settings },
    async ({ device, engine }) => {
      allOn(device, 7);
      addUser(device, "fred", [2, 5, 7]);
      const { state } = await engine.create("OutletCycle", { outlets: "all" });
      expect(state["cycled"]).toEqual([2, 5]);
      expect(writesWithBodies(device)).toEqual(["POST relay/outlets/1/cycle/", "POST relay/outlets/4/cycle/"]);
    },
    loginOf("fred"),
  ),
);

test.each(waysToHide)(
  "OutletCycle rejects an outlet that this user has no access to as an access error, under %j",
  (settings) =>
    onDevice(
      { dialects: settings },
      async ({ device, engine }) => {
        allOn(device);
        addUser(device, "fred", [2]);
        await expect(engine.create("OutletCycle", { outlets: [2, 3] })).rejects.toThrow("no access to outlet 3");
        expect(writesWithBodies(device)).toEqual([]);
      },
      loginOf("fred"),
    ),
);

test.each([
  [
    "locked",
    (device: SimulatedDevice) => device.changeByHand("relay/outlets/2/locked", true),
    /outlet 3 is locked.*keypad.*uom/,
  ],
  ["off", (device: SimulatedDevice) => device.switchOutlet(3, false), /outlet 3 is off, so nothing was cycled/],
])("OutletCycle is rejected as a whole when one outlet is %s", (_label, prepare, words) =>
  onDevice({}, async ({ device, engine }) => {
    allOn(device);
    prepare(device);
    advance(device, 60_000);
    const failure = await engine.create("OutletCycle", { outlets: [2, 3] }).catch((error: unknown) => error);
    expect(failure).not.toBeInstanceOf(PartialFailure);
    expect((failure as Error).message).toMatch(words);
    expect(writesWithBodies(device)).toEqual([]);
  }),
);

test("OutletCycle rejects an outlet that the device does not have", () =>
  onDevice({}, async ({ device, engine }) => {
    allOn(device);
    await expect(engine.create("OutletCycle", { outlets: [9] })).rejects.toThrow("this device has no outlet 9");
  }));

describe("OutletCycle and protectFromOff", () => {
  const outlet = { type: "Outlet", inputs: { number: 2, state: true, protectFromOff: true } };
  const cycle = { type: "OutletCycle", inputs: { outlets: [1, 2] } };

  test("a protected outlet that was declared before the cycle is rejected in the plan", () =>
    onDevice({}, async ({ device, engine }) => {
      allOn(device);
      await expect(engine.createAll([outlet, cycle])).rejects.toThrow(
        "outlets: outlet 2 is protected by protectFromOff",
      );
      expect(writesWithBodies(device)).toEqual([]);
    }));

  test("a protected outlet that is declared after the cycle is rejected before anything is sent", () =>
    onDevice({}, async ({ device, engine }) => {
      allOn(device);
      await expect(engine.createAll([cycle, outlet])).rejects.toThrow(
        "outlet 2 is protected by protectFromOff or dli:protectedOutlets, so nothing was cycled",
      );
      expect(writesWithBodies(device)).toEqual([]);
    }));

  test("an outlet whose protection is declared while the cycle is running is not cycled", () =>
    onDevice({}, async ({ device, engine }) => {
      allOn(device);
      device.clock.startTimer(150, () => void engine.check(outlet.type, outlet.inputs));
      await expect(engine.create(cycle.type, cycle.inputs)).rejects.toThrow("outlet 2 is protected by protectFromOff");
      expect(writesWithBodies(device)).toEqual([]);
    }));

  test("a protected outlet is not cycled by `all`", () =>
    onDevice({}, async ({ device, engine }) => {
      allOn(device);
      const all = { type: "OutletCycle", inputs: { outlets: "all" } };
      await expect(engine.createAll([outlet, all])).rejects.toThrow("outlet 2 is protected");
      expect(writesWithBodies(device)).toEqual([]);
    }));
});

describe("OutletCycle that fails halfway", () => {
  test("the error of a rejected outlet names the outlets that were cycled and those that will not be", () =>
    onDevice({}, async ({ device, engine }) => {
      allOn(device);
      device.faults.add({ kind: "status", status: 409, path: "relay/outlets/3/cycle/" });
      const failure = await engine.create("OutletCycle", { outlets: [1, 4, 6] }).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(PartialFailure);
      const { message, state } = failure as PartialFailure;
      expect(message).toContain("outlet 4 was not cycled");
      expect(message).toContain("outlet 1 had been cycled before; outlet 6 will not be cycled");
      expect(state["cycled"]).toEqual([1]);
    }));

  test("a cycle whose response was lost is proved by the relay that went off", () =>
    onDevice({}, async ({ device, engine }) => {
      allOn(device);
      device.faults.add({ kind: "dropAfter", path: "relay/outlets/3/cycle/" });
      const { state } = await engine.create("OutletCycle", { outlets: [4, 6] });
      expect(state["cycled"]).toEqual([4, 6]);
      expect(device.journal.count({ method: "POST", path: "relay/outlets/3/cycle/" })).toBe(1);
    }));

  test.each([
    ["has cycled nevertheless, is not asked again", true, 1],
    ["has done nothing, is asked again", false, 2],
  ])("a device that says it is busy, but %s", (_, acts, requests) =>
    onDevice({}, async ({ device, engine }) => {
      allOn(device);
      device.faults.add({ kind: "status", status: 503, acts, method: "POST", onlyAuthenticated: true });
      const { state } = await engine.create("OutletCycle", { outlets: [4] });
      expect(state["cycled"]).toEqual([4]);
      expect(device.journal.count({ method: "POST" })).toBe(requests);
    }),
  );

  test("a device that stays busy has cycled nothing, and the next run asks it again", () =>
    onDevice({}, async ({ device, engine }) => {
      allOn(device);
      device.faults.add({ kind: "status", status: 429, method: "POST", times: "always", onlyAuthenticated: true });
      const failure = await engine.create("OutletCycle", { outlets: [4] }).catch((error: unknown) => error);
      expect(failure).not.toBeInstanceOf(PartialFailure);
      expect((failure as Error).message).toMatch(/the device is busy \(429\).*Run again later/);
      expect(device.journal.count({ method: "POST" })).toBe(3);
      device.faults.clear();
      expect((await engine.create("OutletCycle", { outlets: [4] })).state["cycled"]).toEqual([4]);
    }));

  test("a cycle whose response was lost without a trace counts as done, and the error says so", () =>
    onDevice({}, async ({ device, engine }) => {
      allOn(device);
      device.faults.add({ kind: "dropBefore", method: "POST" });
      const failure = await engine.create("OutletCycle", { outlets: [4] }).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(PartialFailure);
      expect((failure as Error).message).toMatch(/may or may not have been cycled.*not seen to go off.*counts as done/);
    }));

  test("a cycled outlet that does not come back on in time is an error, and the state keeps what was cycled", () =>
    onDevice({}, async ({ device, engine }) => {
      allOn(device);
      device.changeByHand("relay/outlets/3/cycle_delay", 600);
      const failure = await engine
        .create("OutletCycle", { outlets: [1, 4], waitSeconds: 30 })
        .catch((error: unknown) => error);
      expect((failure as Error).message).toContain(
        "outlets 1 and 4 were cycled, but outlet 4 did not come back on within 30 seconds",
      );
      expect((failure as PartialFailure).state["cycled"]).toEqual([1, 4]);
    }));
});

test("OutletCycle waits until the relay is on again", () =>
  onDevice({}, async ({ device, engine }) => {
    allOn(device);
    device.changeByHand("relay/outlets/0/cycle_delay", 20);
    await engine.create("OutletCycle", { outlets: [1], waitSeconds: 60 });
    expect(device.tree.relay.outlets[0]?.physical_state).toBe(true);
  }));
