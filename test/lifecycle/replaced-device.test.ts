/**
 * A replaced device, once `dli:serial` names the new one: everything that the program declares is created there,
 * nothing counts as present that was not seen there, and actions do not happen again.
 */
import { resources } from "../../provider/registry";
import { marksName } from "../../provider/schema/secrecy";
import type { SimulatedDevice } from "../../simulator";
import { actionCases } from "./action-cases";
import { inRack, type Rack } from "./rack";
import { cases, type LifecycleCase } from "./resource-cases";

const userOn = ({ tree }: SimulatedDevice, name: string) => tree.auth.users.find((user) => user.name === name);

/** The known part of a baseline: a secret that the device does not show is empty. */
const shownIn = (baseline: unknown) => Object.entries(baseline ?? {}).filter(([, value]) => value !== "");

/** Whether every device has the thing, so that it may have been changed on the new one. */
const isAdopted = ({ type }: LifecycleCase) =>
  resources.some((definition) => definition.type === type && definition.family === "adopted");

/** Expects the new device to have what is declared, as if it had been there from the beginning. */
async function expectMade(
  rack: Rack,
  life: LifecycleCase,
  after: () => Promise<Record<string, unknown>>,
): Promise<void> {
  const state = await after();
  expect(state).toMatchObject({ deviceSerial: "RACK-2", deviceUrl: rack.second.url });
  const known = structuredClone(rack.second.tree);
  const { held: fresh, writes } = await rack.third({
    ...life,
    prepare: (device) => {
      life.prepare?.(device);
      if (isAdopted(life)) {
        life.drift(device);
      }
    },
  });
  expect(rack.second.journal.writes()).toHaveLength(writes);
  expect(Object.keys(state).sort()).toEqual(Object.keys(fresh.state).sort());
  expect(shownIn(state["baseline"])).toEqual(shownIn(fresh.state["baseline"]));
  expect(state["managed"]).toEqual(fresh.state["managed"]);
  expect(structuredClone(rack.second.tree)).toEqual(known);
}

describe.each(cases.map((life) => [life.type, life] as const))("%s", (_type, life) => {
  test(`${life.type}: an update makes it on the new device, with what was there before as its baseline`, () =>
    inRack(life, async (rack) => {
      if (isAdopted(life)) {
        life.drift(rack.second);
      }
      const held = await rack.engine.create(life.type, life.inputs);
      rack.swap([held], false);
      rack.accept();
      await expectMade(rack, life, async () => {
        expect((await rack.engine.up(held)).map(({ property }) => property)).toContain("deviceSerial");
        return held.state;
      });
      expect(await rack.engine.refresh(held)).toEqual([]);
      expect(await rack.engine.up(held)).toEqual([]);
      // The key can be removed: all states are about the new device.
      delete rack.config["dli:serial"];
      expect(await rack.engine.refresh(held)).toEqual([]);
    }));

  test(`${life.type}: a refresh finds it missing or different, and the next update makes it`, () =>
    inRack(life, async (rack) => {
      if (isAdopted(life)) {
        life.drift(rack.second);
      }
      const held = await rack.engine.create(life.type, life.inputs);
      const declared = held.inputs;
      rack.swap([held], false);
      rack.accept();
      await expectMade(rack, life, async () => {
        const found = await rack.engine.refresh(held);
        expect(rack.second.journal.writes()).toEqual([]);
        if (found === undefined) {
          return (await rack.engine.create(life.type, declared)).state;
        }
        await rack.engine.up(held, declared);
        return held.state;
      });
    }));

  test(`${life.type}: a refresh says what it leaves on a device that had another address, as it may still be there`, () =>
    inRack(life, async (rack) => {
      const held = await rack.engine.create(life.type, life.inputs);
      if ("onDestroy" in held.state) {
        held.state["onDestroy"] = "restore";
      }
      for (const isAddressKept of [true, false]) {
        const former = structuredClone(held);
        rack.swap([former], isAddressKept);
        rack.accept();
        await rack.engine.refresh(former);
        const left = `${held.id} is left as it is on the device with the serial number RACK-1 at ${rack.first.url}`;
        expect(rack.engine.warnings.filter((warning) => warning.startsWith(left))).toHaveLength(isAddressKept ? 0 : 1);
        rack.back();
      }
    }));

  test(`${life.type}: a refresh without the engine's inputs forgets neither what is declared nor what is secret`, () =>
    inRack(life, async (rack) => {
      const names = Object.keys(life.inputs).filter((name) => name !== "device");
      const marks = names.map((name) => [name]);
      const held = await rack.engine.create(life.type, { ...life.inputs, [marksName]: marks });
      const declared = held.inputs;
      if (!isAdopted(life)) {
        await rack.engine.as({ "dli:url": rack.second.url }).create(life.type, life.inputs);
      }
      rack.swap([held], false);
      rack.accept();
      expect(await rack.engine.refresh(held)).toBeDefined();
      expect(held.state[marksName]).toEqual(marks);
      expect(held.inputs).toEqual(declared);
    }));

  test(`${life.type}: removing it leaves alone what the new device has`, () =>
    inRack(life, async (rack) => {
      const held = await rack.engine.create(life.type, life.inputs);
      const before = structuredClone(rack.second.tree);
      if ("onDestroy" in held.state) {
        held.state["onDestroy"] = "restore";
      }
      rack.swap([held], false);
      rack.accept();
      await rack.engine.destroy(held);
      expect(rack.second.journal.writes()).toEqual([]);
      expect(structuredClone(rack.second.tree)).toEqual(before);
      expect(rack.engine.warnings).toEqual([expect.stringMatching(/was on the device with the serial number RACK-1/)]);
    }));
});

test.each(actionCases.map((life) => [life.type, life] as const))(
  "%s does not happen again on the new device before its triggers change",
  (_type, life) =>
    inRack(life, async (rack) => {
      const held = await rack.engine.create(life.type, life.inputs);
      rack.swap([held], false);
      rack.accept();
      const happenings = life.watch(rack.second);
      expect((await rack.engine.up(held)).map(({ property }) => property)).toEqual(["deviceSerial"]);
      expect(rack.second.journal.writes()).toEqual([]);
      expect(held.state).toMatchObject({ ...life.outputs, deviceSerial: "RACK-2" });
      expect(await rack.engine.up(held)).toEqual([]);
      expect(happenings.most).toBe(0);
      await rack.engine.up(held, { ...life.inputs, triggers: ["again"] });
      expect([happenings.least, happenings.most]).toEqual([1, 1]);
    }),
);

test("a password that the new device does not show is written, whether it is updated or refreshed first", () =>
  inRack({}, async (rack) => {
    for (const isRefreshed of [false, true]) {
      rack.back();
      const name = `user-${isRefreshed}`;
      const held = await rack.engine.create("User", { name, password: "as declared" });
      const { inputs } = held;
      // The accounts of the old device were created by hand, with other passwords.
      rack.second.tree.auth.users.push({ ...structuredClone(userOn(rack.first, name)!), password: "another one" });
      rack.swap([held], false);
      rack.accept();
      if (isRefreshed) {
        await rack.engine.refresh(held);
      }
      await rack.engine.up(held, inputs);
      expect(userOn(rack.second, name)?.password).toBe("as declared");
    }
  }));

test("what the program ignores stays as the new device has it", () =>
  inRack({}, async (rack) => {
    const inputs = { number: 1, name: "web", state: false };
    const held = await rack.engine.create("Outlet", inputs);
    rack.swap([held], false);
    rack.accept();
    await rack.engine.up(held, inputs, { ignored: ["state"] });
    expect(rack.second.tree.relay.outlets[0]).toMatchObject({ name: "web", state: true });
  }));

test("a generated token survives the device", () =>
  inRack({}, async (rack) => {
    const held = await rack.engine.create("ApiClient", { name: "ci", scopes: ["/cred/"] });
    const { bearer } = held.state;
    rack.swap([held], false);
    rack.accept();
    await rack.engine.up(held);
    expect(held.state["bearer"]).toBe(bearer);
    expect(rack.second.tree.auth.clients["ci"]?.access_tokens).toEqual(
      rack.first.tree.auth.clients["ci"]?.access_tokens,
    );
  }));

test("states that name two devices are an error that names both resources, until configuration names one device", () =>
  inRack({}, async (rack) => {
    const one = await rack.engine.create("Outlet", { number: 1, name: "one" });
    rack.swap([], false);
    const other = await rack.engine.create("Outlet", { number: 2, name: "two" });
    const before = rack.second.journal.writes().length;
    await expect(rack.engine.refreshAll([other, one])).rejects.toThrow(
      /default\/outlets\/[12] on the one with the serial number RACK-[12], default\/outlets\/[12] on RACK-[12]/,
    );
    expect(rack.second.journal.writes()).toHaveLength(before);
    rack.accept();
    expect(await rack.engine.up(one)).not.toEqual([]);
    delete rack.config["dli:serial"];
    expect(await rack.engine.refreshAll([other, one])).toEqual([[], []]);
  }));
