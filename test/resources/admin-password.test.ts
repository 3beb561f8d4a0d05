/** AdminPassword: which passwords are tried how often, what a lost answer leaves, and that nobody is locked out. */
import { isLoginRefusedError } from "../../provider/client";
import { PartialFailure } from "../../provider/lifecycle/errors/errors";
import { manualClock, type SimulatedDevice, type SimulatorOptions, startSimulator } from "../../simulator";
import { type Held, MiniEngine } from "../lifecycle/mini-engine";

const [first, second, third] = ["first secret", "second secret", "third secret"] as const;

class Device {
  constructor(readonly device: SimulatedDevice) {}

  /** A run with this configuration. */
  engine(password: string, previousPassword?: string): MiniEngine {
    const config = { "dli:password": password, ...(previousPassword && { "dli:previousPassword": previousPassword }) };
    return new MiniEngine({ device: this.device, config });
  }

  get password(): string {
    return this.device.tree.auth.users.find(({ is_admin }) => is_admin)?.password ?? "";
  }

  /** How many logins the device refuses during the work. */
  async refusals(work: () => Promise<unknown>): Promise<number> {
    const before = this.device.failedLogins;
    await work().catch(() => undefined);
    return this.device.failedLogins - before;
  }
}

/** Runs a test on a device of its own, after which nobody is locked out and no password is in the journal. */
async function keepingAccess(work: (fixture: Device) => Promise<void>, options: SimulatorOptions = {}): Promise<void> {
  const device = await startSimulator({ clock: manualClock(), password: first, ...options });
  try {
    await work(new Device(device));
    expect(device.isLockedOut).toBe(false);
    expect([first, second, third, "1234"]).toContain(new Device(device).password);
    for (const secret of [first, second, third]) {
      expect(device.journal.dump()).not.toContain(secret);
    }
  } finally {
    await device.close();
  }
}

const declare = (password: string) => ({ type: "AdminPassword", inputs: { password } });

/** The resource after AdminPassword has set `second` on the device. */
async function rotated(fixture: Device): Promise<Held> {
  return fixture.engine(first).create("AdminPassword", { password: second });
}

test("the password changes from the factory's to the configured one, and again, without a rejected login", () =>
  keepingAccess(
    async (fixture) => {
      const held = await fixture.engine("1234").create("AdminPassword", { password: first });
      expect(held.state).toMatchObject({ username: "admin", password: first });
      await fixture.engine(first).up(held, { password: second });
      expect(fixture.password).toBe(second);
      expect(fixture.device.failedLogins).toBe(0);
      expect(fixture.device.journal.writes().map(({ method, path }) => `${method} ${path}`)).toEqual([
        "PATCH /restapi/auth/users/is_admin=true/",
        "PATCH /restapi/auth/users/is_admin=true/",
      ]);
    },
    { password: "1234" },
  ));

test("every other resource of the run continues with the new password", () =>
  keepingAccess(async (fixture) => {
    await fixture
      .engine(first)
      .createInTurn([
        { type: "Relay", inputs: { name: "before" } },
        declare(second),
        { type: "Outlet", inputs: { number: 1, name: "after" } },
      ]);
    expect(fixture.device.tree.relay.outlets[0]?.name).toBe("after");
    expect(fixture.device.failedLogins).toBe(0);
  }));

test("the password is changed after everything else that is running on the device", () =>
  keepingAccess(async (fixture) => {
    await fixture
      .engine(first)
      .createAll([
        declare(second),
        { type: "Relay", inputs: { name: "Rack" } },
        { type: "Outlet", inputs: { number: 1, name: "web", state: false } },
        { type: "User", inputs: { name: "fred", password: "pw of fred" } },
      ]);
    const writes = fixture.device.journal.writes();
    expect(writes).toHaveLength(5);
    expect(writes.at(-1)?.method).toBe("PATCH");
    expect(fixture.device.failedLogins).toBe(0);
  }));

describe("AdminPassword with configuration and state of different ages", () => {
  test("a state from before the change works with a configuration from after it", () =>
    keepingAccess(async (fixture) => {
      const held = await fixture.engine(first).create("AdminPassword", { password: first });
      const engine = fixture.engine(second, first);
      expect(await fixture.refusals(() => engine.up(held, { password: second }))).toBe(1);
      expect(fixture.password).toBe(second);
      expect(await fixture.refusals(() => engine.refresh(held))).toBe(0);
    }));

  test("a state from after the change works with a configuration from before it that names a previous password", () =>
    keepingAccess(async (fixture) => {
      const held = await rotated(fixture);
      const before = fixture.engine(first, third);
      expect(await fixture.refusals(() => before.refresh(held))).toBe(1);
      expect(await before.refresh(held)).toEqual([]);
      expect(await fixture.refusals(() => before.up(held, { password: first }))).toBe(1);
      expect(fixture.password).toBe(first);
      expect(await fixture.refusals(() => before.refresh(held))).toBe(0);
    }));

  test("a device that already has the declared password is adopted without a state", () =>
    keepingAccess(async (fixture) => {
      const held = await fixture.engine(second, first).create("AdminPassword", { password: second });
      await fixture.engine(second, first).create("AdminPassword", { password: second });
      expect(held.state["password"]).toBe(second);
      expect(fixture.device.journal.writes()).toHaveLength(1);
    }));

  test("an unknown password ends after two rejected logins, and the error says what to do", () =>
    keepingAccess(
      async (fixture) => {
        const held = await rotated(fixture);
        fixture.device.tree.auth.users[0]!.password = third;
        const engine = fixture.engine(first, "a wrong one");
        const all = [{ type: "Outlet", inputs: { number: 1, name: "x" } }, declare(second)];
        expect(await fixture.refusals(() => engine.createAll(all))).toBe(2);
        const error = await engine.refresh(held).catch((thrown: unknown) => thrown);
        expect(isLoginRefusedError(error)).toBe(true);
        expect((error as Error).message).toMatch(/dli:password.*DLI_PASSWORD/);
      },
      { dialects: { lockoutAttempts: 5 } },
    ));
});

describe("AdminPassword whose response was lost", () => {
  test.each([
    ["after the change", "dropAfter", 0],
    ["before the change", "dropBefore", 1],
  ] as const)("%s is found out by one login", (_label, kind, refused) =>
    keepingAccess(async (fixture) => {
      fixture.device.faults.add({ kind, method: "PATCH", onlyAuthenticated: true });
      let held: Held | undefined;
      expect(
        await fixture.refusals(async () => {
          held = await fixture.engine(first).create("AdminPassword", { password: second });
        }),
      ).toBe(refused);
      expect(held?.state["password"]).toBe(second);
      expect(fixture.password).toBe(second);
    }),
  );

  test("a change that cannot be verified in this run is verified in the next one, with the configuration unchanged", () =>
    keepingAccess(async (fixture) => {
      fixture.device.faults.add(
        { kind: "dropAfter", method: "PATCH" },
        { kind: "dropBefore", path: "cred/", times: "always" },
      );
      const failure = await fixture
        .engine(first)
        .create("AdminPassword", { password: second })
        .catch((e: unknown) => e);
      expect(failure).toBeInstanceOf(PartialFailure);
      const { id, state } = failure as PartialFailure;
      expect(state["password"]).not.toBe(second);
      fixture.device.faults.clear();
      const held = { type: "AdminPassword", id, state, inputs: { device: "default", password: second } } as Held;
      expect(await fixture.refusals(() => fixture.engine(first).up(held, { password: second }))).toBe(1);
      expect(held.state["password"]).toBe(second);
      expect(fixture.device.journal.writes()).toHaveLength(1);
    }));

  test.each([
    ["that never got to the device", first],
    ["that the device carried out", second],
  ])("a change by a process that was killed, %s, is completed by the next run", (_label, inForce) =>
    keepingAccess(async (fixture) => {
      fixture.device.tree.auth.users[0]!.password = inForce;
      const engine = fixture.engine(first);
      expect(await fixture.refusals(() => engine.create("AdminPassword", { password: second }))).toBe(
        inForce === first ? 0 : 1,
      );
      expect(fixture.password).toBe(second);
    }),
  );
});

describe("what AdminPassword rejects", () => {
  const check = (fixture: Device, inputs: Record<string, unknown>) => () =>
    fixture.engine(first).check("AdminPassword", inputs);

  test("the factory password is rejected unless allowDefault is true", () =>
    keepingAccess(async (fixture) => {
      expect(check(fixture, { password: "1234" })).toThrow("is the one that every device is shipped with");
      expect(check(fixture, { password: "1234", allowDefault: true })).not.toThrow();
    }));

  test("a password with a line end, and an empty one, are rejected", () =>
    keepingAccess(async (fixture) => {
      expect(check(fixture, { password: "secret\n" })).toThrow("must not contain control characters");
      expect(check(fixture, { password: "" })).toThrow("password");
    }));

  test("onDestroy restore is rejected, because nobody knows the password from before", () =>
    keepingAccess(async (fixture) => {
      expect(check(fixture, { password: second, onDestroy: "restore" })).toThrow("does not tell which password it had");
    }));

  test("a login other than the administrator's is rejected", () =>
    keepingAccess(async (fixture) => {
      const { tree } = fixture.device;
      tree.config.allow_rest_nonadmin = true;
      const access = tree.relay.outlets.map(() => true);
      tree.auth.users.push({ name: "fred", password: third, is_allowed: true, is_admin: false, outlet_access: access });
      const config = { "dli:username": "fred", "dli:password": third };
      const engine = new MiniEngine({ device: fixture.device, config });
      await expect(engine.create("AdminPassword", { password: second })).rejects.toThrow(/fred.*admin/);
      expect(fixture.password).toBe(first);
    }));
});

test("a lock bit of the device that forbids the change is named, and nothing changes", () =>
  keepingAccess(async (fixture) => {
    fixture.device.protection.add("credentials");
    await expect(fixture.engine(first).create("AdminPassword", { password: second })).rejects.toThrow(
      /[Pp]rotection bit/,
    );
    expect(fixture.password).toBe(first);
    expect(await fixture.refusals(() => fixture.engine(first).create("AdminPassword", { password: first }))).toBe(0);
  }));

test("a device that accepts the change without making it is detected with one rejected login", () =>
  keepingAccess(async (fixture) => {
    fixture.device.behaviours.register({ name: "polite", path: "auth/users/*", patchForm: () => true });
    const engine = fixture.engine(first);
    const failure = await engine.create("AdminPassword", { password: second }).catch((error: unknown) => error);
    expect(failure).not.toBeInstanceOf(PartialFailure);
    expect((failure as Error).message).toContain("the old one is still active");
    expect(fixture.device.failedLogins).toBe(1);
  }));

test("destroying AdminPassword leaves the password as it is", () =>
  keepingAccess(async (fixture) => {
    const held = await rotated(fixture);
    await fixture.engine(second).destroy(held);
    expect(fixture.password).toBe(second);
  }));
