/**
 * A user with access to outlets 2, 3 and 5 only: numbers do not shift, and the other outlets are an access error,
 * however the device shows that. Nothing that he may not access ever counts as gone.
 */
import { isForbiddenError } from "../../provider/client";
import { type DialectSettings, dialects, type SimulatedDevice } from "../../simulator";
import type { MiniEngine } from "../lifecycle/mini-engine";
import { onDevice, writes } from "../support/on-device";

const all: readonly Partial<DialectSettings>[] = [
  ...dialects.restrictedOutlets.values.flatMap((restrictedOutlets) =>
    dialects.forbiddenStatus.values.flatMap((forbiddenStatus) =>
      dialects.hiddenMembers.values.map((hiddenMembers) => ({ restrictedOutlets, forbiddenStatus, hiddenMembers })),
    ),
  ),
  ...dialects.hiddenElements.values.flatMap((hiddenElements) =>
    dialects.forbiddenStatus.values.flatMap((forbiddenStatus) =>
      dialects.credOutletAccessForm.values.map((credOutletAccessForm) => ({
        hiddenElements,
        forbiddenStatus,
        credOutletAccessForm,
      })),
    ),
  ),
];

/** The device as fred finds it, and an engine that logs in as him. */
function asFred(
  settings: Partial<DialectSettings>,
  work: (device: SimulatedDevice, engine: MiniEngine) => Promise<void>,
): Promise<void> {
  return onDevice({ dialects: settings }, async ({ device, engine }) => {
    await engine.create("User", { name: "fred", password: "freds password", outletAccess: [2, 3, 5] });
    device.tree.config.allow_rest_nonadmin = true;
    device.journal.clear();
    await work(device, engine.as({ "dli:username": "fred", "dli:password": "freds password" }));
  });
}

describe.each(all.map((settings) => [Object.values(settings).join(", "), settings] as const))(
  "under %s",
  (_name, settings) => {
    test("the outlets that a user has access to keep their numbers, one by one and together", () =>
      asFred(settings, async (device, engine) => {
        const held = await engine.createAll(
          [2, 3, 5].map((number) => ({ type: "Outlet", inputs: { number, state: false } })),
        );
        expect(held.map(({ state }) => state["name"])).toEqual(["Outlet 2", "Outlet 3", "Outlet 5"]);
        const off = device.tree.relay.outlets.flatMap(({ state }, index) => (state ? [] : [index + 1]));
        expect(off).toEqual([2, 3, 5]);
        expect(await engine.refreshAll(held)).toEqual([[], [], []]);

        const outlets = { 2: { state: true }, 5: { state: true } };
        const together = await engine.create("Outlets", { outlets });
        expect(await engine.refresh(together)).toEqual([]);
        expect(device.tree.relay.outlets.flatMap(({ state }, index) => (state ? [] : [index + 1]))).toEqual([3]);
        const seen = Object.keys((await engine.import("Outlets", "default/outlets"))?.state["outlets"] ?? {});
        expect(seen).toEqual(
          settings.restrictedOutlets === "readable" ? ["1", "2", "3", "4", "5", "6", "7", "8"] : ["2", "3", "5"],
        );
      }));

    test.each([1, 4, 8])(
      "outlet %i without access is an access error that names it, and nothing is written",
      (number) =>
        asFred(settings, async (device, engine) => {
          const programs: [string, Record<string, unknown>][] = [
            ["Outlet", { number, state: false }],
            ["Outlets", { outlets: { 2: { state: false }, [number]: { state: false } } }],
          ];
          for (const [type, inputs] of programs) {
            const error = await engine.create(type, inputs).catch((thrown: unknown) => thrown);
            const cause = error instanceof Error && error.name === "PartialFailure" ? error.cause : error;
            expect(isForbiddenError(cause)).toBe(true);
            expect(String(error)).toMatch(
              new RegExp(`user \`fred\` has no access to outlet ${number}\\. Add ${number} to`),
            );
          }
          expect(device.tree.relay.outlets[number - 1]?.state).toBe(true);
          expect(device.failedLogins).toBe(0);
          if (settings.restrictedOutlets !== "readable") {
            expect(writes(device)).toEqual([]);
          }
        }),
    );

    test("an outlet that a user may no longer see stays in the state, and refresh fails", () =>
      asFred(settings, async (device, engine) => {
        const held = await engine.create("Outlet", { number: 3, state: true });
        const user = device.tree.auth.users.find(({ name }) => name === "fred");
        user!.outlet_access[2] = false;
        if (settings.restrictedOutlets === "readable") {
          expect(await engine.refresh(held)).toEqual([]);
        } else {
          await expect(engine.refresh(held)).rejects.toThrow(/user `fred` has no access to outlet 3/);
        }
      }));

    test("an outlet that the device does not have is not an access error", () =>
      asFred(settings, async (_device, engine) => {
        await expect(engine.create("Outlet", { number: 99, state: true })).rejects.toThrow(
          /this device has no outlet 99/,
        );
      }));

    test("a name that only the administrator may change is an error that says so", () =>
      asFred(settings, async (device, engine) => {
        await expect(engine.create("Outlet", { number: 2, name: "mine" })).rejects.toThrow(
          /user `fred` may not change this: it takes the administrator's rights/,
        );
        expect(device.tree.relay.outlets[1]?.name).toBe("Outlet 2");
      }));
  },
);

test.each(dialects.credOutletAccessForm.values)(
  "a user who has access to no outlet switches none, however the device shows that: credOutletAccessForm=%s",
  (credOutletAccessForm) =>
    asFred({ credOutletAccessForm, restrictedOutlets: "readable" }, async (device, engine) => {
      device.tree.auth.users.find(({ name }) => name === "fred")!.outlet_access.fill(false);
      for (const [type, inputs] of [
        ["Outlet", { number: 2, state: false }],
        ["Outlets", { outlets: { 2: { state: false } } }],
      ] as const) {
        await expect(engine.create(type, inputs)).rejects.toThrow(/user `fred` has no access to outlet 2/);
      }
      expect(writes(device)).toEqual([]);
    }),
);
