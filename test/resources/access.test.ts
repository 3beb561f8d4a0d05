/** Access: settings in three places of the device. */
import { names, onDevice, writes } from "../support/on-device";

test("Access reads each of its three places once, writes only what differs, and changes the network last", () =>
  onDevice({}, async ({ device, engine }) => {
    const held = await engine.create("Access", {
      sameSubnetOnly: false,
      lockoutDelayMinutes: 0,
      allowPlaintextLogins: false,
      sessionTimeoutSeconds: 60,
    });
    expect(writes(device)).toEqual([
      "PUT config/lockout_delay_minutes/",
      "PUT auth/cookie_timeout/",
      "PUT network/same_subnet_only/",
    ]);
    device.journal.clear();
    expect(await engine.refresh(held)).toEqual([]);
    const reads = device.journal.filter({ method: "GET" }).filter(({ status }) => status === 200);
    expect(reads.map(({ path }) => path)).toEqual(
      ["config/serial/", "config/", "auth/", "network/"].map((subtree) => `/restapi/${subtree}`),
    );
  }));

test("a setting that the device does not have is an error only when it is declared", () =>
  onDevice({}, async ({ device, engine }) => {
    for (const path of ["network/same_subnet_only", "config/allow_jsonrpc_nonadmin"]) {
      device.behaviours.register({ name: "not on this device", path, read: () => undefined });
    }
    const imported = await engine.import("Access", "default/access");
    expect(Object.keys(imported?.inputs ?? {})).not.toContain("sameSubnetOnly");
    await expect(engine.create("Access", { allowJsonRpc: true, sameSubnetOnly: false })).rejects.toThrow(
      /this device does not have the setting `sameSubnetOnly` of Access/,
    );
    expect(writes(device)).toEqual([]);
    const held = await engine.create("Access", { allowJsonRpc: true });
    expect(await engine.refresh(held)).toEqual([]);
  }));

test("destroying Access restores what was there, the realm only with allowLockout", () =>
  onDevice({}, async ({ device, engine }) => {
    const held = await engine.create("Access", {
      realm: "Rack 1",
      lockoutDelayMinutes: 1,
      allowLockout: true,
      onDestroy: "restore",
    });
    device.tree.config.allow_jsonrpc = true;
    expect(names(await engine.refresh(held))).toEqual([]);
    await engine.destroy(held);
    expect([device.tree.auth.realm, device.tree.config.lockout_delay_minutes]).toEqual(["LPC9-000001", 5]);
    expect(device.tree.config.allow_jsonrpc).toBe(true);
    expect(device.failedLogins).toBe(0);
  }));

describe("a realm", () => {
  test.each(["Rack Büro", "机架 🔌", "DLI LPC9", "a, b=c"])("%s is written, and everybody logs in with it", (realm) =>
    onDevice({}, async ({ device, engine }) => {
      const held = await engine.create("Access", { realm, allowLockout: true });
      expect(device.tree.auth.realm).toBe(realm);
      expect(await engine.refresh(held)).toEqual([]);
      expect(device.failedLogins).toBe(0);
    }),
  );

  test.each(["two\nlines", "tab\there", 'a "quoted" one', "back\\slash", "\u007f", ""])(
    "%j, with which nobody could log in, is refused before anything is written",
    (realm) =>
      onDevice({}, async ({ device, engine }) => {
        for (const [type, inputs] of [
          ["Access", { realm }],
          ["Setting", { path: "auth/realm", value: realm }],
          ["Setting", { path: "/restapi/auth/", value: { realm } }],
        ] as const) {
          await expect(engine.create(type, { ...inputs, allowLockout: true })).rejects.toThrow(/realm|value/);
        }
        expect(device.journal.count({})).toBe(0);
      }),
  );
});
