/**
 * Another device at the address, as after a change of DHCP: for every resource, action and operation of the engine,
 * nothing is written there and the state stays. A device that was replaced can be accepted.
 */
import * as fc from "fast-check";
import { isOtherDeviceError } from "../../provider/client";
import { PartialFailure } from "../../provider/lifecycle/errors/errors";
import type { SimulatedDevice } from "../../simulator";
import { actionCases } from "./action-cases";
import type { Held } from "./mini-engine";
import { inRack, type Life, lives, type Rack } from "./rack";

/** What the engine does with a resource of the state, or in the same run. */
const operations = {
  "an update": ({ engine }: Rack, held: Held, { changed }: Life) => engine.up(held, changed),
  "a repeated update": ({ engine }: Rack, held: Held, { inputs }: Life) => engine.up(held, inputs, { isForced: true }),
  "an unchanged update": ({ engine }: Rack, held: Held, { inputs }: Life) => engine.up(held, inputs),
  "a refresh": ({ engine }: Rack, held: Held) => engine.refresh(held),
  "a removal": ({ engine }: Rack, held: Held) => engine.destroy(held),
  "a new resource declared later": ({ engine }: Rack, held: Held) =>
    engine.createBeside([held], { type: "Outlet", inputs: { number: 7, name: "new" } }, "after"),
  "a new resource declared before": ({ engine }: Rack, held: Held) =>
    engine.createBeside([held], { type: "User", inputs: { name: "new", password: "passw0rd" } }, "before"),
  "a new action": ({ engine }: Rack, held: Held) =>
    engine.createBeside([held], { type: "SwitchOutlets", inputs: { states: { 2: false } } }, "after"),
} as const;

/** Operations that need no request: they notice nothing and change nothing on the device. */
const isSilent = (operation: string, { type }: Life, isAddressKept: boolean) => {
  const isAction = actionCases.some((life) => life.type === type);
  const isAdopted = !["User", "ApiClient", "AutoPingItem", "ScriptSnippet"].includes(type);
  return (
    (operation === "an unchanged update" && isAddressKept) ||
    (operation === "a removal" && (isAction || isAdopted)) ||
    (isAction && ["a refresh", "a repeated update"].includes(operation))
  );
};

/** Does the operation and expects that it changes neither the other device nor the state. */
async function expectRefused(rack: Rack, held: Held, life: Life, operation: keyof typeof operations): Promise<void> {
  const tree = structuredClone(rack.second.tree);
  const state = structuredClone(held.state);
  const error = await Promise.resolve(operations[operation](rack, held, life)).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(rack.second.journal.writes()).toEqual([]);
  expect(structuredClone(rack.second.tree)).toEqual(tree);
  if (isSilent(operation, life, held.state["deviceUrl"] === rack.second.url)) {
    expect(error === undefined || isOtherDeviceError(error)).toBe(true);
    return;
  }
  expect(error).not.toBeInstanceOf(PartialFailure);
  expect(isOtherDeviceError(error)).toBe(true);
  expect((error as Error).message).toMatch(/RACK-2.*RACK-1.*pulumi config set dli:serial RACK-2/s);
  expect(held.state).toEqual(state);
}

describe.each(lives.map((life) => [life.type, life] as const))("%s", (_type, life) => {
  test.each(Object.keys(operations) as (keyof typeof operations)[])(
    `${life.type}: %s is refused by another device behind the address`,
    async (operation) => {
      for (const isAddressKept of [true, false]) {
        await inRack(life, async (rack) => {
          const held = await rack.engine.create(life.type, life.inputs);
          expect(held.state).toMatchObject({ deviceSerial: "RACK-1", deviceUrl: rack.first.url });
          rack.swap([held], isAddressKept);
          await expectRefused(rack, held, life, operation);
        });
      }
    },
  );

  test(`${life.type}: the first device is refused when configuration demands another one`, () =>
    inRack(life, async (rack) => {
      rack.accept();
      const error = await rack.engine.create(life.type, life.inputs).catch((thrown: unknown) => thrown);
      expect(isOtherDeviceError(error)).toBe(true);
      expect((error as Error).message).toMatch(/RACK-1.*RACK-2/s);
      expect(rack.first.journal.writes()).toEqual([]);
    }));
});

test("in whatever order resources come by, nothing is written to a device that is not theirs", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.constantFrom(...lives.filter(({ type }) => type !== "AdminPassword")), {
        minLength: 1,
        maxLength: 4,
        selector: ({ type }) => type,
      }),
      fc.array(fc.tuple(fc.nat(3), fc.constantFrom(...(Object.keys(operations) as (keyof typeof operations)[]))), {
        minLength: 1,
        maxLength: 4,
      }),
      fc.boolean(),
      async (some, steps, isAddressKept) => {
        const all = {
          prepare: (device: SimulatedDevice) => {
            for (const { prepare } of some) {
              prepare?.(device);
            }
          },
        };
        await inRack(all, async (rack) => {
          const helds: Held[] = [];
          for (const { type, inputs } of some.filter(({ type }) => type !== "Outlets")) {
            helds.push(await rack.engine.create(type, inputs));
          }
          rack.swap(helds, isAddressKept);
          for (const [index, operation] of steps) {
            const held = helds[index % Math.max(helds.length, 1)];
            const life = lives.find(({ type }) => type === held?.type);
            if (held && life && !isSilent(operation, life, isAddressKept)) {
              await expectRefused(rack, held, life, operation);
            }
          }
        });
      },
    ),
    { numRuns: 15, seed: 20_261 },
  );
}, 120_000);
