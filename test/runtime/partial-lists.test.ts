/** A token that is shown a part of a list: gate and plan do not take the place in it for an outlet's number. */
import { type DialectSettings, dialects, type SimulatedDevice } from "../../simulator";
import { type Held, MiniEngine } from "../lifecycle/mini-engine";
import { onDevice, writes } from "../support/on-device";

/** A device, and an engine that logs in with a token of these scopes and protects an outlet. */
async function byToken(
  hiddenElements: (typeof dialects.hiddenElements.values)[number],
  scopes: readonly string[],
  work: (device: SimulatedDevice, engineProtecting: (outlet: string) => MiniEngine) => Promise<void>,
  others: Partial<DialectSettings> = {},
): Promise<void> {
  await onDevice(
    { dialects: { ...others, hiddenElements, scopedContainer: "filtered" } },
    async ({ device, engine }) => {
      const { state } = await engine.create("ApiClient", { name: "ci", scopes: [...scopes, "/cred/"] });
      const login = { "dli:token": String(state["bearer"]), "dli:username": "", "dli:password": "" };
      device.journal.clear();
      await work(device, (outlet) => new MiniEngine({ device, config: { ...login, "dli:protectedOutlets": outlet } }));
    },
  );
}

describe.each(dialects.hiddenElements.values)("with hiddenElements=%s", (hiddenElements) => {
  const reboot = { waitForDevice: false };
  const scopes = ["/system/?access=get,invoke", "/relay/outlets/=2,4/?access=get", "/relay/recovery_mode/?access=get"];

  test(`${hiddenElements}: a reboot takes nothing from an outlet that is not shown, or from one further down`, () =>
    byToken(hiddenElements, scopes, async (device, protecting) => {
      const { outlets } = device.tree.relay;
      device.tree.relay.recovery_mode = 2;
      for (const [index, outlet] of outlets.entries()) {
        Object.assign(outlet, { state: index !== 4, transient_state: true, physical_state: true });
      }
      for (const outlet of ["1", "5", "3,5"]) {
        const refused = protecting(outlet).create("Reboot", reboot);
        await expect(refused).rejects.toThrow(/is protected, and a reboot could leave it off: its persistent state/);
      }
      expect(writes(device)).toEqual([]);
      await protecting("3").create("Reboot", reboot);
      expect(writes(device)).toEqual(["POST system/reboot/"]);
    }));

  const item = (outlets: number[]) => ({ addresses: [`192.0.2.${outlets[0]}`], outlets, enabled: true, script: "" });

  test.each([
    ["one item", ["/autoping/enabled/?access=get,modify", "/autoping/items/1/?access=get"], false],
    ["all items", ["/autoping/?access=get,modify", "/auth/clients/ci/?access=get"], true],
  ] as const)(
    `${hiddenElements}: a token that is shown %s switches AutoPing on only where no item may cycle a protected outlet`,
    (_, scopes, isAll) =>
      byToken(hiddenElements, scopes, async (device, protecting) => {
        const { autoping } = device.tree;
        autoping.enabled = false;
        autoping.items.push(item([0]) as never, item([2]) as never);
        const enabled = { path: "autoping/enabled", value: true };
        await expect(protecting("1").create("Setting", enabled)).rejects.toThrow(/would let AutoPing cycle it/);
        expect(writes(device)).toEqual([]);
        const other = protecting("6").create("Setting", enabled);
        await (isAll ? other : expect(other).rejects.toThrow(/would let AutoPing cycle it/));
        expect(autoping.enabled).toBe(isAll);
      }),
  );

  test.each([
    ["is taken", "taken"],
    ["is refused", "refused"],
    ["is ignored", "ignored"],
  ] as const)(
    `${hiddenElements}: a token that may change all items changes and removes none but its own, where a JSON Patch %s`,
    async (_, jsonPatch) => {
      const scopes = ["/autoping/?access=modify", "/autoping/enabled/?access=get", "/autoping/items/=1,2/?access=get"];
      const changes = [
        (engine: MiniEngine, held: Held) => engine.up(held, { ...held.inputs, outlets: [8] }),
        (engine: MiniEngine, held: Held) => engine.destroy(held),
      ];
      for (const change of changes) {
        await byToken(
          hiddenElements,
          scopes,
          async (device, protecting) => {
            const { autoping } = device.tree;
            autoping.items.push(item([0]) as never, item([2]) as never, item([4]) as never);
            const others = () => autoping.items.filter(({ addresses }) => addresses[0] !== "192.0.2.2");
            const before = JSON.stringify(others());
            const engine = protecting("");
            const held = await engine.import("AutoPingItem", "default/autoping/192.0.2.2");
            const refused = await change(engine, held!).then(
              () => "",
              ({ message }: Error) => message,
            );
            expect(refused).toMatch(/^$|lacks the scope `\/autoping\/items\//);
            expect(JSON.stringify(others())).toBe(before);
          },
          { jsonPatch },
        );
      }
    },
  );

  test(`${hiddenElements}: the plan names the outlets that are switched, and not those that stand in their places`, () => {
    const outlets = "/relay/outlets/=2,4/?access=get,modify,invoke";
    return byToken(hiddenElements, [outlets, "/relay/?access=invoke"], async (device, protecting) => {
      for (const outlet of device.tree.relay.outlets) {
        Object.assign(outlet, { state: true, transient_state: true, physical_state: true });
      }
      const [look] = await protecting("8").plan([{ type: "SwitchOutlets", inputs: { states: { 3: false } } }]);
      expect(look?.outlets).toEqual([{ number: 3, name: "Outlet 3", effects: ["loses"] }]);
      const [second] = await protecting("8").plan([{ type: "OutletCycle", inputs: { outlets: [5] } }]);
      expect(second?.outlets).toEqual([{ number: 5, name: "Outlet 5", effects: ["cycles"] }]);
    });
  });
});
