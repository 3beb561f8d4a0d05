/**
 * Elements that are addressed by index: whatever people and other programs do to the list at the same moment, no other
 * element is changed for good. One that was hit by accident is put back and named.
 */
import fc from "fast-check";
import {
  type DialectSettings,
  type Fault,
  manualClock,
  Refusal,
  type SimulatedDevice,
  startSimulator,
} from "../../simulator";
import { until } from "../until";
import { type Held, MiniEngine } from "./mini-engine";

const names = ["a", "b", "c", "d"] as const;
const inputsOf = (name: string, outlet = 1) => ({ addresses: [name], outlets: [outlet] });

/** Addresses and outlets of every item, regardless of their order. */
const itemsOf = ({ tree }: SimulatedDevice) =>
  tree.autoping.items
    .map(({ addresses, outlets }) => `${addresses.join()} ${outlets.map((index) => index + 1).join()}`)
    .sort();

interface Bench {
  readonly device: SimulatedDevice;
  readonly engine: MiniEngine;
  readonly held: Record<string, Held>;
}

async function withItems(dialects: Partial<DialectSettings>, work: (bench: Bench) => Promise<void>): Promise<void> {
  const device = await startSimulator({ clock: manualClock(), dialects });
  try {
    const engine = new MiniEngine({ device });
    const all = await engine.createInTurn(names.map((name) => ({ type: "AutoPingItem", inputs: inputsOf(name) })));
    await work({ device, engine, held: Object.fromEntries(all.map((held, index) => [names[index], held])) });
  } finally {
    await device.close();
  }
}

/** Changes something on the device between a request of the work and its response. */
async function meanwhile(
  device: SimulatedDevice,
  at: { method: string; nth: number },
  hands: () => void,
  work: () => Promise<unknown>,
): Promise<void> {
  const struck = device.faults.struck;
  device.faults.add({ kind: "hold", path: "autoping/items/", onlyAuthenticated: true, ...at });
  let isOver = false;
  const done = work().finally(() => {
    isOver = true;
  });
  await until(() => device.faults.struck > struck || isOver);
  const isHeld = device.faults.struck > struck;
  // The held response is sent only after this turn of the event loop.
  device.faults.clear();
  if (isHeld) {
    hands();
  }
  await done;
}

const removeByHand = (device: SimulatedDevice, name: string) => {
  const index = device.tree.autoping.items.findIndex(({ addresses }) => addresses[0] === name);
  device.removeByHand(`autoping/items/${index}`);
};

/** How the device treats a JSON Patch with a test: it applies it, refuses it or ignores it. */
const patches: readonly Partial<DialectSettings>[] = [{}, { jsonPatch: "refused" }, { jsonPatch: "ignored" }];

describe.each(patches.map((dialects) => [JSON.stringify(dialects), dialects] as const))(
  "with %s",
  (_name, dialects) => {
    const moments = [1, 2, 3, 4].flatMap((nth) => ["GET", "PATCH", "PUT"].map((method) => ({ method, nth })));

    test.each(moments)("an update hits its own item when an earlier one is removed by hand at %j", (at) =>
      withItems(dialects, async ({ device, engine, held }) => {
        const hands = () => removeByHand(device, "a");
        await meanwhile(device, at, hands, () => engine.up(held["c"] as Held, inputsOf("c", 7)));
        expect(itemsOf(device).filter((item) => !item.startsWith("a"))).toEqual(["b 1", "c 7", "d 1"]);
      }),
    );

    test.each([1, 2, 3].flatMap((nth) => ["GET", "DELETE"].map((method) => ({ method, nth }))))(
      "a removal takes away its own item when an earlier one is removed by hand at %j",
      (at) =>
        withItems(dialects, async ({ device, engine, held }) => {
          const hands = () => removeByHand(device, "a");
          await meanwhile(device, at, hands, () => engine.destroy(held["c"] as Held));
          expect(itemsOf(device).filter((item) => !item.startsWith("a"))).toEqual(["b 1", "d 1"]);
        }),
    );
  },
);

test("what a removal hit by accident is put back with what it had, and named", () =>
  withItems({}, async ({ device, engine, held }) => {
    device.changeByHand("autoping/items/3/script", "restart");
    const hands = () => removeByHand(device, "a");
    await meanwhile(device, { method: "GET", nth: 1 }, hands, () => engine.destroy(held["c"] as Held));
    expect(itemsOf(device)).toEqual(["b 1", "d 1"]);
    expect(device.tree.autoping.items.find(({ addresses }) => addresses[0] === "d")?.script).toBe("restart");
    expect(engine.warnings).toEqual([
      expect.stringContaining(
        "the AutoPing item for d was removed by accident, because the list moved at the same moment; what it had was put back",
      ),
    ]);
  }));

test("what a change hit by accident is put back, and named", () =>
  withItems({ jsonPatch: "refused" }, async ({ device, engine, held }) => {
    device.changeByHand("autoping/items/3/outlets", [4]);
    const hands = () => removeByHand(device, "a");
    await meanwhile(device, { method: "GET", nth: 2 }, hands, () => engine.up(held["c"] as Held, inputsOf("c", 7)));
    expect(itemsOf(device)).toEqual(["b 1", "c 7", "d 5"]);
    expect(engine.warnings).toEqual([
      expect.stringContaining(
        "the AutoPing item for d was changed by accident, because the list moved at the same moment; what it had was put back",
      ),
    ]);
  }));

describe("an element that was added at the same moment, so that nobody knows what it had, is named", () => {
  const hands = (device: SimulatedDevice) => {
    removeByHand(device, "a");
    device.changeByHand("autoping/items/3", { addresses: ["e"], outlets: [4], enabled: false, script: "" });
  };

  test("if a change has hit it", () =>
    withItems({ jsonPatch: "refused" }, async ({ device, engine, held }) => {
      const update = () => engine.up(held["d"] as Held, inputsOf("d", 7));
      await meanwhile(device, { method: "GET", nth: 2 }, () => hands(device), update);
      expect(itemsOf(device)).toEqual(["b 1", "c 1", "d 7", "e 7"]);
      expect(engine.warnings).toEqual([
        expect.stringMatching(/the AutoPing item for e, .* may have been given the outlets that .* item for d/),
      ]);
    }));

  test("unless it has none of the values", () =>
    withItems({ jsonPatch: "refused" }, async ({ device, engine, held }) => {
      const update = () => engine.up(held["d"] as Held, inputsOf("d", 7));
      await meanwhile(device, { method: "PUT", nth: 1 }, () => hands(device), update);
      expect(itemsOf(device)).toEqual(["b 1", "c 1", "d 7", "e 5"]);
      expect(engine.warnings).toEqual([]);
    }));

  test("if a removal may have hit it", () =>
    withItems({}, async ({ device, engine, held }) => {
      const removal = meanwhile(
        device,
        { method: "GET", nth: 1 },
        () => hands(device),
        () => engine.destroy(held["d"] as Held),
      );
      await expect(removal).rejects.toThrow(/missing since then: a, or one that was added at the same moment/);
      expect(itemsOf(device)).toEqual(["b 1", "c 1", "d 1"]);
    }));
});

test("what somebody else has removed is not put back if the device had nothing to remove at our place", () =>
  withItems({}, async ({ device, engine, held }) => {
    const hands = () => ["d", "b"].forEach((name) => void removeByHand(device, name));
    await meanwhile(device, { method: "GET", nth: 1 }, hands, () => engine.destroy(held["c"] as Held));
    expect(itemsOf(device)).toEqual(["a 1"]);
    expect(engine.warnings).toEqual([]);
  }));

test("what a removal has hit is put back on a device that shows an item on trial as off", () =>
  withItems({ autopingTrial: "readsDisabled" }, async ({ device, engine, held }) => {
    device.tree.autoping.enabled = true;
    const hands = () => removeByHand(device, "a");
    await meanwhile(device, { method: "GET", nth: 1 }, hands, () => engine.destroy(held["c"] as Held));
    expect(itemsOf(device)).toEqual(["b 1", "d 1"]);
    expect(engine.warnings.at(-1)).toContain("what it had was put back");
  }));

describe("what was hit by accident and acts on a protected outlet", () => {
  const isProtected = (device: SimulatedDevice) => new MiniEngine({ device, config: { "dli:protectedOutlets": "3" } });

  /** Makes the last item act on the protected outlet, which only a change by hand can do. */
  function actOnIt(device: SimulatedDevice, script = ""): void {
    device.changeByHand("autoping/items/3/outlets", [2]);
    device.changeByHand("autoping/items/3/script", script);
  }
  const last = ({ tree }: SimulatedDevice) => tree.autoping.items.find(({ addresses }) => addresses[0] === "d");

  test.each(["", "restart"])("is put back after a removal, with script %j, and named", (script) =>
    withItems({}, async ({ device, engine: _, held }) => {
      actOnIt(device, script);
      const engine = isProtected(device);
      const hands = () => removeByHand(device, "a");
      await meanwhile(device, { method: "GET", nth: 1 }, hands, () => engine.destroy(held["c"] as Held));
      expect(itemsOf(device)).toEqual(["b 1", "d 3"]);
      expect(last(device)).toMatchObject({ outlets: [2], script, enabled: true });
      expect(engine.warnings).toEqual([expect.stringContaining("item for d was removed by accident")]);
    }),
  );

  test.each([
    ["refused", 2],
    // Every quarter of a second for five seconds, the device may still show what it has accepted.
    ["ignored", 23],
  ] as const)("is put back after a change, and named, with jsonPatch=%s", (jsonPatch, nth) =>
    withItems({ jsonPatch }, async ({ device, held }) => {
      actOnIt(device);
      const engine = isProtected(device);
      const hands = () => removeByHand(device, "a");
      await meanwhile(device, { method: "GET", nth }, hands, () => engine.up(held["c"] as Held, inputsOf("c", 7)));
      expect(itemsOf(device)).toEqual(["b 1", "c 7", "d 3"]);
      expect(engine.warnings).toEqual([expect.stringContaining("item for d was changed by accident")]);
    }),
  );

  test("is put back by its function before by its outlets, so that it never cycles what it did not", () =>
    withItems({ jsonPatch: "refused" }, async ({ device, held }) => {
      actOnIt(device, "restart");
      device.changeByHand("autoping/items/2/script", "restart");
      const engine = isProtected(device);
      const hands = () => removeByHand(device, "a");
      const wanted = { ...inputsOf("c", 7), script: "" };
      held["c"] = (await engine.import("AutoPingItem", "default/autoping/c")) as Held;
      let isCycled = false;
      device.behaviours.register({
        name: "watches the last item",
        path: "autoping/items/*/script",
        write(_context, value, next) {
          next(value);
          isCycled ||= last(device)?.script === "" && last(device)?.outlets.includes(2) === true;
        },
      });
      await meanwhile(device, { method: "GET", nth: 2 }, hands, () => engine.up(held["c"] as Held, wanted));
      expect(last(device)).toMatchObject({ outlets: [2], script: "restart" });
      expect(isCycled).toBe(false);
    }));
});

describe("what was hit by accident and cannot be put back is named, and nothing says that it was", () => {
  test("after a removal", () =>
    withItems({}, async ({ device, engine, held }) => {
      const hands = () => {
        removeByHand(device, "a");
        device.faults.add({ kind: "status", status: 409, method: "POST", times: "always" });
      };
      const work = () =>
        expect(engine.destroy(held["c"] as Held)).rejects.toThrow(
          /the AutoPing item for d was removed by accident.*could not be put back.*Add it again/,
        );
      await meanwhile(device, { method: "GET", nth: 1 }, hands, work);
      expect(engine.warnings).toEqual([]);
    }));

  test("after a change", () =>
    withItems({ jsonPatch: "refused" }, async ({ device, engine, held }) => {
      const hands = () => {
        removeByHand(device, "a");
        device.faults.add({ kind: "status", status: 409, method: "PUT", nth: 2, times: "always" });
      };
      const work = () =>
        expect(engine.up(held["c"] as Held, inputsOf("c", 7))).rejects.toThrow(
          /the AutoPing item for d was changed by accident.*could not be put back/,
        );
      await meanwhile(device, { method: "GET", nth: 2 }, hands, work);
      expect(engine.warnings).toEqual([]);
    }));

  test("and what a change hit is put back, too, when the rest of the change then fails", () =>
    withItems({ jsonPatch: "refused" }, async ({ device, engine, held }) => {
      const hands = () => {
        removeByHand(device, "a");
        device.faults.add({ kind: "status", status: 409, path: "autoping/items/2/pings_before_enabling/" });
      };
      const wanted = { ...inputsOf("c", 7), pingsBeforeEnabling: 2 };
      const work = () => expect(engine.up(held["c"] as Held, wanted)).rejects.toThrow("409");
      await meanwhile(device, { method: "GET", nth: 2 }, hands, work);
      expect(itemsOf(device)).toContain("d 1");
      expect(engine.warnings).toEqual([expect.stringContaining("item for d was changed by accident")]);
    }));
});

test("a change is one request that tests what stands there", () =>
  withItems({}, async ({ device, engine, held }) => {
    device.journal.clear();
    await engine.up(held["b"] as Held, { ...inputsOf("b", 3), pingsBeforeEnabling: 2 });
    expect(device.journal.writes().map(({ method, path }) => `${method} ${path}`)).toEqual([
      "PATCH /restapi/autoping/items/1/",
    ]);
    expect(device.journal.writes()[0]?.requestBody).toContain('"op":"test","path":"/addresses","value":["b"]');
  }));

describe("when the request that tests what stands there", () => {
  /** The methods of the writes that an update gets through whose first PATCH is struck. */
  const writesAfter = async (fault: Omit<Fault, "method" | "path">) => {
    let methods: string[] = [];
    await withItems({}, async ({ device, engine, held }) => {
      device.journal.clear();
      device.faults.add({ ...fault, method: "PATCH", path: "autoping/items/", onlyAuthenticated: true });
      await engine.up(held["b"] as Held, inputsOf("b", 3));
      expect(itemsOf(device)).toEqual(["a 1", "b 3", "c 1", "d 1"]);
      methods = device.journal.writes().map(({ method }) => method);
    });
    return [...new Set(methods)];
  };

  test.each([400, 404, 405, 409, 501])("is refused with %d, members are written one by one", async (status) => {
    expect(await writesAfter({ kind: "status", status })).toEqual(["PUT"]);
  });

  test.each([429, 503])("finds the device busy (%d), it is sent again", async (status) => {
    expect(await writesAfter({ kind: "status", status })).toEqual(["PATCH"]);
  });

  test.each(["reset", "dropBefore"] as const)("is lost (%s), it is sent again", async (kind) => {
    expect(await writesAfter({ kind })).toEqual(["PATCH"]);
  });
});

test.each([429, 503])(
  "a removal that a device has carried out although it says that it is busy (%d) hits no other item",
  (status) =>
    withItems({}, async ({ device, engine, held }) => {
      device.faults.add({ kind: "status", status, acts: true, method: "DELETE", onlyAuthenticated: true });
      await engine.destroy(held["b"] as Held);
      expect(itemsOf(device)).toEqual(["a 1", "c 1", "d 1"]);
    }),
);

test("two programs at work on one device at once leave each other's items alone", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom("keep", "change", "destroy"), { minLength: 6, maxLength: 6 }),
      fc.constantFrom<DialectSettings["jsonPatch"]>("taken", "refused"),
      fc.integer({ min: 0, max: 3 }),
      async (fates, jsonPatch, delayed) => {
        const device = await startSimulator({ clock: manualClock(), dialects: { jsonPatch } });
        try {
          const engines = [new MiniEngine({ device }), new MiniEngine({ device })];
          const all = await engines[0]!.createInTurn(
            fates.map((_, index) => ({ type: "AutoPingItem", inputs: inputsOf(`item-${index}`) })),
          );
          device.faults.add({
            kind: "delay",
            milliseconds: 2,
            method: "DELETE",
            nth: delayed + 1,
            onlyAuthenticated: true,
          });
          const said: string[] = [];
          const settle = (work: Promise<unknown>) =>
            work.catch((error: Error) => {
              // If more than one element may have been hit, there is no guess.
              expect(error.message).toMatch(/so one of these was removed by accident: /);
              said.push(error.message);
            });
          await Promise.all(
            engines.map(async (engine, one) => {
              for (const [index, held] of all.entries()) {
                if (index % 2 === one && fates[index] === "change") {
                  await settle(engine.up(held, inputsOf(`item-${index}`, 5)));
                }
                if (index % 2 === one && fates[index] === "destroy") {
                  await settle(engine.destroy(held));
                }
              }
            }),
          );
          said.push(...engines.flatMap(({ warnings }) => warnings));
          for (const [index, fate] of fates.entries()) {
            const name = `item-${index}`;
            const items = itemsOf(device).filter((item) => item.startsWith(`${name} `));
            const expected = fate === "destroy" ? [] : [`${name} ${fate === "change" ? 5 : 1}`];
            // If both remove at once, one may put back what the other has just destroyed; it says so.
            if (JSON.stringify(items) !== JSON.stringify(expected) && !said.some((text) => text.includes(name))) {
              throw new Error(`${name} is ${items.join(" and ")}, not ${expected.join()}\n${device.journal.dump()}`);
            }
          }
        } finally {
          await device.close();
        }
      },
    ),
    { numRuns: 20, endOnFailure: true },
  ));

test("what a refused patch leaves done lets an item cycle no outlet that it was to leave to a function", () =>
  withItems({ patchFailure: "upToThere" }, async ({ device, engine, held }) => {
    device.tree.script.source = "function restart() end";
    device.behaviours.register({
      name: "keep the function",
      path: "autoping/items/*/script",
      accept: () => {
        throw new Refusal(409, "not now");
      },
    });
    const left = { ...inputsOf("b", 5), script: "restart", enabled: true };
    await expect(engine.up(held["b"] as Held, left)).rejects.toThrow(/409/);
    expect(device.tree.autoping.items[1]).toMatchObject({ outlets: [0], script: "" });
  }));
