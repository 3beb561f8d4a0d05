/**
 * A renamed key of `dli:devices`: the serial number shows that it is the same device, so everything stays as it is, no
 * action happens again and no outlet loses power. Another device under that name is another device.
 */
import { manualClock, type SimulatedDevice, startSimulator } from "../../simulator";
import { actionCases, advance } from "./action-cases";
import { type Held, MiniEngine } from "./mini-engine";
import { type Life, lives } from "./rack";

/** Devices under the names in the configuration, and an engine; `names` may be changed between runs. */
async function withNames(
  life: Pick<Life, "prepare" | "config">,
  work: (devices: SimulatedDevice[], engine: MiniEngine, names: Record<string, SimulatedDevice>) => Promise<void>,
): Promise<void> {
  const clock = manualClock();
  const devices = await Promise.all(["RACK-1", "RACK-2"].map((serial) => startSimulator({ clock, serial })));
  const names: Record<string, SimulatedDevice> = {};
  const engine = new MiniEngine({
    device: devices[0]!,
    command: "deployment",
    config: () => ({
      "dli:devices": JSON.stringify(
        Object.fromEntries(
          Object.entries(names).map(([name, device]) => {
            const { "dli:password": password = device.password } = life.config?.(device) ?? {};
            return [name, { url: device.url, password, unreachable: "keep" }];
          }),
        ),
      ),
    }),
  });
  try {
    for (const device of devices) {
      life.prepare?.(device);
    }
    await work(devices, engine, names);
  } finally {
    await Promise.all(devices.map((device) => device.close()));
  }
}

/** With `onDestroy: restore` if the type has it: the worst that a removal can do. */
const withRestore = (life: Life) =>
  life.type in withoutRestore ? life.inputs : { ...life.inputs, onDestroy: "restore" };
const withoutRestore: Readonly<Record<string, true>> = {
  AdminPassword: true,
  User: true,
  ApiClient: true,
  AutoPingItem: true,
  ScriptSnippet: true,
  ...Object.fromEntries(actionCases.map(({ type }) => [type, true])),
};

test.each(lives.map((life) => [life.type, life] as const))(
  "%s stays as it is when its device gets another name, with or without the old one",
  async (_type, life) => {
    for (const [isOldNameKept, isShown] of [
      [true, true],
      [false, true],
      [true, false],
      [false, false],
    ]) {
      await withNames(life, async ([first], engine, names) => {
        names["old"] = first!;
        if (!isShown) {
          first!.faults.add({ kind: "status", status: 403, path: "config/serial", times: "always" });
        }
        const inputs = withRestore(life);
        const held = await engine.create(life.type, { ...inputs, device: "old" });
        if (!isOldNameKept) {
          delete names["old"];
        }
        names["new"] = first!;
        // The relays come to rest.
        advance(first!, 60_000);
        first!.journal.clear();
        const before = structuredClone(first!.tree);
        const renamed = await engine.replaceInPlace(held, { ...inputs, device: "new" });
        // The password of an account cannot be seen, so it is written once more if it may differ.
        expect(first!.journal.writes().filter(({ method }) => method !== "PUT")).toEqual([]);
        expect(structuredClone(first!.tree)).toEqual(before);
        expect(renamed.id).toBe(held.id.replace("old/", "new/"));
        const { deviceUrl: _url, device: _device, ...state } = held.state;
        expect(renamed.state).toMatchObject({ ...state, device: "new" });
        expect(await engine.refresh(renamed)).toEqual([]);
        const warnings = engine.warnings.filter((text) => !text.includes("its serial number cannot be read"));
        expect(warnings).toEqual([expect.stringMatching(/is on the same device as new\/\S+, which takes it over$/)]);
      });
    }
  },
);

test("a device with another name and another address is the same one by its serial number", () =>
  withNames({}, async ([first], engine, names) => {
    names["old"] = first!;
    const user = { name: "fred", password: "passw0rd" };
    const held = await engine.create("User", { ...user, device: "old" });
    delete names["old"];
    const url = first!.url.replace("127.0.0.1", "localhost");
    names["new"] = Object.create(first!, { url: { value: url } }) as SimulatedDevice;
    const { id } = await engine.replaceInPlace(held, { ...user, device: "new" });
    expect(id).toBe("new/users/fred");
    expect(first!.journal.writes().map(({ method }) => method)).not.toContain("DELETE");
    expect(first!.tree.auth.users.map(({ name }) => name)).toEqual(["admin", "fred"]);
  }));

test("a device with another name is the same one by its address if it no longer shows its serial number", () =>
  withNames({}, async ([first, second], engine, names) => {
    names["old"] = first!;
    const user = { name: "fred", password: "passw0rd" };
    const held = await engine.create("User", { ...user, device: "old" });
    for (const device of [first!, second!]) {
      device.faults.add({ kind: "status", status: 403, path: "config/serial", times: "always" });
    }
    names["new"] = first!;
    first!.journal.clear();
    const renamed = await engine.replaceInPlace(held, { ...user, device: "new" });
    expect(first!.journal.writes().map(({ method }) => method)).not.toContain("DELETE");
    names["new"] = second!;
    await engine.replaceInPlace({ ...held, state: { ...renamed.state, device: "old" } }, { ...user, device: "new" });
    expect(first!.tree.auth.users.map(({ name }) => name)).toEqual(["admin"]);
  }));

test("a generated token and what was there at adoption survive the new name", () =>
  withNames({}, async ([first], engine, names) => {
    names["old"] = first!;
    const client = await engine.create("ApiClient", { name: "ci", scopes: ["/cred/"], device: "old" });
    const outlet = { number: 1, name: "web", state: false, onDestroy: "restore" };
    const held = await engine.create("Outlet", { ...outlet, device: "old" });
    names["new"] = first!;
    const renamed = await engine.replaceInPlace(client, { name: "ci", scopes: ["/cred/"], device: "new" });
    expect(renamed.state["bearer"]).toBe(client.state["bearer"]);
    const again = await engine.replaceInPlace(held, { ...outlet, device: "new" });
    expect(first!.tree.relay.outlets[0]).toMatchObject({ state: false, name: "web" });
    await engine.destroy(again);
    expect(first!.tree.relay.outlets[0]).toMatchObject({ state: true, name: "Outlet 1" });
  }));

test("a resource that gets another device is removed from the old one and made on the new one", () =>
  withNames({}, async ([first, second], engine, names) => {
    Object.assign(names, { old: first, new: second });
    const user = { name: "fred", password: "passw0rd" };
    const held = await engine.create("User", { ...user, device: "old" });
    const outlet = { number: 1, state: false, onDestroy: "restore" };
    const off = await engine.create("Outlet", { ...outlet, device: "old" });
    const moved = await engine.replaceInPlace(held, { ...user, device: "new" });
    await engine.replaceInPlace(off, { ...outlet, device: "new" });
    expect([first, second].map((device) => device!.tree.auth.users.map(({ name }) => name))).toEqual([
      ["admin"],
      ["admin", "fred"],
    ]);
    expect([first, second].map((device) => device!.tree.relay.outlets[0]!.state)).toEqual([true, false]);
    expect(moved.state["deviceSerial"]).toBe("RACK-2");
  }));

test.each(actionCases.map((life) => [life.type, life] as const))(
  "%s: none of several with one id happens again when the device gets another name",
  (_type, life) =>
    withNames(life, async ([first], engine, names) => {
      names["old"] = first!;
      const held: Held[] = [];
      for (const trigger of ["one", "other"]) {
        held.push(await engine.create(life.type, { ...life.inputs, triggers: [trigger], device: "old" }));
        advance(first!, 60_000);
      }
      names["new"] = first!;
      first!.journal.clear();
      const renamed = await engine.replaceAllInPlace(held.map((one) => [one, { ...one.inputs, device: "new" }]));
      expect(first!.journal.writes()).toEqual([]);
      const own = ({ state: { device: _device, deviceUrl: _url, ...state } }: Held) => state;
      expect(renamed.map(own)).toEqual(held.map(own));
    }),
);

test("under another name of its own, too, or in a resource of another type, what is forgotten is said", () =>
  withNames({}, async ([first], engine, names) => {
    const outlet = { number: 3, name: "web", onDestroy: "restore" };
    const outlets = { outlets: { 3: { name: "web" } }, onDestroy: "restore" };
    const client = { name: "ci", scopes: ["/cred/"] };
    for (const [type, inputs, later, laterInputs] of [
      ["Outlet", outlet, "Outlet", outlet],
      ["Outlet", outlet, "Outlets", outlets],
      ["ApiClient", client, "ApiClient", { ...client, adopt: true }],
    ] as const) {
      names["old"] = first!;
      const held = await engine.create(type, { ...inputs, device: "old" });
      names["new"] = first!;
      engine.warnings.length = 0;
      const moved = { ...laterInputs, device: "new" };
      const renamed = await engine.replace(held, { type: later, inputs: moved });
      expect(engine.warnings.at(-1)).toMatch(/is on the same device as new\/.*is forgotten.*aliases/);
      await engine.destroy(renamed);
    }
  }));

test("a removal asks no other device of the fleet, unless nothing is known of it", () =>
  withNames({}, async ([first, second], engine, names) => {
    Object.assign(names, { one: first, two: second });
    const outlet = { number: 3, name: "web", onDestroy: "restore" };
    const [one, two] = await engine.createAll([
      { type: "Outlet", inputs: { ...outlet, device: "one" } },
      { type: "Outlet", inputs: { ...outlet, device: "two" } },
    ]);
    second!.journal.clear();
    await engine.upBeside(two!, one!);
    expect(first!.tree.relay.outlets[2]?.name).toBe("Outlet 3");
    expect(second!.journal.entries).toEqual([]);
    const again = await engine.create("Outlet", { ...outlet, device: "one" });
    await engine.destroy(two!);
    second!.journal.clear();
    await engine.replaceInPlace(again, { ...outlet, device: "two" });
    expect(second!.journal.entries.filter(({ path }) => path.endsWith("config/serial/")).length).toBeGreaterThan(0);
    expect(first!.tree.relay.outlets[2]?.name).toBe("Outlet 3");
  }));

describe("another device on which the program has the same thing cannot be asked", () => {
  const outlet = { number: 3, name: "web", onDestroy: "restore" };
  const nameOn = ({ tree }: SimulatedDevice) => tree.relay.outlets[2]?.name;

  const troubles: [string, (other: SimulatedDevice) => unknown][] = [
    ["is silent", (other) => other.close()],
    ["has another password", ({ tree }) => Object.assign(tree.auth.users[0]!, { password: "by hand" })],
    ["is another one by now", ({ tree }) => Object.assign(tree.config, { serial: "RACK-9" })],
    ["has this one's serial number", ({ tree }) => Object.assign(tree.config, { serial: "RACK-1" })],
  ];

  test.each(troubles)("it %s: what is removed from this one is removed as ever", (_, change) =>
    withNames({}, async ([first, second], engine, names) => {
      Object.assign(names, { one: first, two: second });
      const [one, two] = await engine.createAll([
        { type: "Outlet", inputs: { ...outlet, device: "one" } },
        { type: "Outlet", inputs: { ...outlet, device: "two" } },
      ]);
      await change(second!);
      await engine.upBeside(two!, one!);
      expect(nameOn(first!)).toBe("Outlet 3");
    }),
  );

  test("unless it should be the same device under that name, too", () =>
    withNames({}, async ([first, second], engine, names) => {
      names["two"] = first!;
      const two = await engine.create("Outlet", { ...outlet, device: "two" });
      Object.assign(names, { one: first, two: second });
      const one = await engine.create("Outlet", { ...outlet, device: "one" });
      await second!.close();
      await engine.upBeside(two, one);
      expect(nameOn(first!)).toBe("web");
      expect(engine.warnings.at(-1)).toContain(
        "one/outlets/3 is left as it is: it is on the same device as two/outlets/3",
      );
    }));

  test("nor if nothing is known of it", () =>
    withNames({}, async ([first, second], engine, names) => {
      Object.assign(names, { one: first, two: second });
      const one = await engine.create("Outlet", { ...outlet, device: "one" });
      await second!.close();
      const moved = engine.replaceInPlace(one, { ...outlet, device: "two" });
      await expect(moved).rejects.toThrow(/that dli:devices\.two\.url \(DLI_TWO_URL\) is right/);
      expect(nameOn(first!)).toBe("web");
    }));
});
