/**
 * Devices that keep a new thing under a name of their own: it is found as what is new on the device, is one thing for
 * its whole life and has one owner. What others add at the same moment, or have under a similar name, is not taken.
 */
import fc from "fast-check";
import { PartialFailure } from "../../provider/lifecycle/errors/errors";
import type { SimulatedDevice } from "../../simulator";
import { onDevice } from "../support/on-device";
import { type Held, MiniEngine } from "./mini-engine";

const answers = ["201WithLocation", "201Body", "200", "204"] as const;
const long = "monitoring-account-of-rack";
const user = { name: long, password: "pw pw pw", outletAccess: [2] };
const item = { addresses: ["icmp://10.0.0.1"], outlets: [1] };

type Wire = { name: string; outlet_access: boolean[]; addresses: string[]; outlets: number[] };

/** Makes the device keep new elements of a list in its own spelling. */
function keeps(device: SimulatedDevice, path: string, kept: (given: Wire) => Wire): void {
  device.behaviours.register({
    name: "own spelling",
    path,
    insert: (_context, value, next) => next(kept(value as Wire) as never),
  });
}

const cutting = (length: number) => (given: Wire) => ({ ...given, name: given.name.slice(0, length) });
const names = ({ tree }: SimulatedDevice) => tree.auth.users.map(({ name }) => name);
const addresses = ({ tree }: SimulatedDevice) => tree.autoping.items.map((one) => one.addresses);
const posts = (device: SimulatedDevice) => device.journal.writes().filter(({ method }) => method === "POST").length;

/** Adds an account by hand. */
function addByHand({ tree }: SimulatedDevice, name: string, outlets: readonly number[]): void {
  const [admin] = tree.auth.users;
  const outlet_access = Array.from({ length: 8 }, (_, index) => outlets.includes(index + 1));
  tree.auth.users.push({ ...structuredClone(admin as never as Wire), name, is_admin: false, outlet_access } as never);
}

describe.each([
  ["cut off at 16", "User", user, "auth/users", cutting(16), "monitoring-accou"],
  ["cut off at 9", "User", user, "auth/users", cutting(9), "monitorin"],
  ["with a prefix", "User", user, "auth/users", (given: Wire) => ({ ...given, name: `u_${given.name}` }), `u_${long}`],
  [
    "without icmp://",
    "AutoPingItem",
    item,
    "autoping/items",
    (given: Wire) => ({ ...given, addresses: given.addresses.map((one) => one.replace("icmp://", "")) }),
    "10.0.0.1",
  ],
  [
    "with a slash at the end",
    "AutoPingItem",
    { ...item, addresses: ["http://host"] },
    "autoping/items",
    (given: Wire) => ({ ...given, addresses: given.addresses.map((one) => `${one}/`) }),
    "http://host/",
  ],
] as const)("a name that the device keeps %s", (_how, type, inputs, path, kept, keptAs) => {
  const changed = type === "User" ? { ...inputs, outletAccess: [3] } : { ...inputs, outlets: [3] };
  const count = (device: SimulatedDevice) => names(device).length + addresses(device).length;

  test.each(answers)("is made once and is one thing for its whole life, with postAnswer=%s", (postAnswer) =>
    onDevice({ dialects: { postAnswer, duplicateUser: "taken" } }, async ({ device, engine }) => {
      keeps(device, path, kept);
      const held = await engine.create(type, inputs);
      expect(String(held.state["keptAs"])).toBe(keptAs);
      expect(engine.warnings).toContainEqual(expect.stringContaining(`the device keeps it as \`${keptAs}\``));
      expect(await engine.up(held)).toEqual([]);
      expect(await engine.refresh(held)).toEqual([]);
      await engine.up(held, changed);
      expect(await engine.refresh(held)).toEqual([]);
      expect(posts(device)).toBe(1);
      await engine.destroy(held);
      expect(count(device)).toBe(1);
    }),
  );

  test.each(["before", "after"] as const)("has no second owner that is declared %s it", (order) =>
    onDevice({ dialects: { postAnswer: "204", duplicateUser: "taken" } }, async ({ device, engine }) => {
      keeps(device, path, kept);
      const held = await engine.create(type, inputs);
      const second = { type, inputs: { ...inputs, ...(type === "User" ? { name: keptAs } : { addresses: [keptAs] }) } };
      // The first resource is compared before or after the second is declared.
      const both = engine.createBeside([held], second, order === "before" ? "after" : "before");
      await expect(both).rejects.toThrow(/declared by/);
      expect(posts(device)).toBe(1);
      expect(count(device)).toBe(2);
    }),
  );

  test("is not made again when the response was lost", () =>
    onDevice({ dialects: { duplicateUser: "taken" } }, async ({ device, engine }) => {
      keeps(device, path, kept);
      device.faults.add({ kind: "dropAfter", method: "POST", onlyAuthenticated: true });
      const held = await engine.create(type, inputs).catch((error: Error) => error);
      expect(posts(device)).toBe(1);
      expect(count(device)).toBe(2);
      if (held instanceof Error) {
        expect(held.message).toContain(`new on the device since then: \`${keptAs}\``);
      }
    }));

  const operations = {
    update: (engine: MiniEngine, held: Held) => engine.up(held, inputs, { isForced: true }),
    refresh: (engine: MiniEngine, held: Held) => engine.refresh(held),
    destroy: (engine: MiniEngine, held: Held) => engine.destroy(held),
  };
  const ways = Object.keys(operations).flatMap((operation) =>
    [true, false].map((isAnswered) => [operation as keyof typeof operations, isAnswered] as const),
  );

  test.each(ways)(
    "where the device then falls silent, the next %s does not lose it (answered: %s)",
    (name, isAnswered) =>
      onDevice({ dialects: { duplicateUser: "taken" } }, async ({ device, engine }) => {
        keeps(device, path, (given) => {
          device.faults.add({ kind: "dropBefore", method: "GET", times: "always" });
          return kept(given);
        });
        if (!isAnswered) {
          device.faults.add({ kind: "dropAfter", method: "POST", onlyAuthenticated: true });
        }
        const failure = await engine.create(type, inputs).catch((error: unknown) => error);
        expect(failure).toBeInstanceOf(PartialFailure);
        device.faults.clear();
        const { id, state } = failure as PartialFailure;
        const held: Held = { type, id, inputs: engine.check(type, inputs), state };
        const error = await operations[name](engine, held).then(
          () => undefined,
          (thrown: Error) => thrown,
        );
        expect(posts(device)).toBe(1);
        expect(count(device)).toBe(name === "destroy" && error === undefined ? 1 : 2);
        expect(error?.message ?? keptAs).toContain(keptAs);
        if (name !== "destroy" && error === undefined) {
          expect(String(held.state["keptAs"])).toBe(keptAs);
          expect(held.state).not.toHaveProperty("madeBeside");
        }
      }),
  );

  test("is not made again when the state was lost, where its name tells", () =>
    onDevice({ dialects: { duplicateUser: "taken" } }, async ({ device, engine }) => {
      keeps(device, path, kept);
      await engine.create(type, inputs);
      const isTold = keptAs.length === 16 || keptAs === "10.0.0.1";
      const again = await engine.create(type, inputs).catch((error: Error) => error);
      expect(posts(device)).toBe(isTold ? 1 : 2);
      if (isTold && type === "User") {
        expect(String(again)).toMatch(/already exists on the device as `monitoring-accou`.*adopt: true/);
        const held = await engine.create(type, { ...inputs, adopt: true });
        expect(await engine.refresh(held)).toEqual([]);
        expect(count(device)).toBe(2);
      }
    }));
});

test("what somebody else adds in the same moment is not taken for ours", () =>
  fc.assert(
    fc.asyncProperty(
      fc.subarray([[2], [3], []], { minLength: 1 }),
      fc.constantFrom("cut", "prefixed", "hidden"),
      async (added, how) =>
        onDevice({ dialects: { postAnswer: "204" } }, async ({ device, engine }) => {
          const kept = how === "cut" ? cutting(16) : (given: Wire) => ({ ...given, name: `u_${given.name}` });
          keeps(device, "auth/users", (given) => {
            for (const [index, outlets] of added.entries()) {
              addByHand(device, `hand${index}`, outlets);
            }
            return how === "hidden"
              ? { ...given, name: "ours", outlet_access: given.outlet_access.map(() => true) }
              : kept(given);
          });
          const found = await engine.create("User", user).catch((error: Error) => error);
          expect(posts(device)).toBe(1);
          if (how === "cut") {
            expect((found as Held).state["keptAs"]).toBe("monitoring-accou");
          } else {
            expect(String(found)).toMatch(
              /was not found after the device accepted.*new on the device since then: .*`hand0`/,
            );
          }
          expect(names(device).filter((name) => name.startsWith("hand"))).toHaveLength(added.length);
        }),
    ),
    { numRuns: 30 },
  ));

test("what the device has accepted and does not show is in the state, and the next run does not make it again", () =>
  onDevice({ dialects: { postAnswer: "204" } }, async ({ device, engine }) => {
    keeps(device, "auth/users", (given) => {
      addByHand(device, "hand", [2]);
      return { ...given, name: `u_${given.name}` };
    });
    const failure = await engine.create("User", user).catch((error: Error & { state?: never; id?: string }) => error);
    const held = {
      type: "User",
      id: failure.id,
      inputs: engine.check("User", user),
      state: failure.state,
    } as never as Held;
    const clear = /new on the device since then: .*`u_monitoring-account-of-rack`/;
    await expect(engine.up(held, user, { isForced: true })).rejects.toThrow(clear);
    await expect(engine.refresh(held)).rejects.toThrow(clear);
    expect(posts(device)).toBe(1);
  }));

test("two programs that create at once on a device which cuts names off each get their own", () =>
  onDevice({ dialects: { postAnswer: "204" } }, async ({ device, engine }) => {
    keeps(device, "auth/users", cutting(16));
    const other = new MiniEngine({ device });
    const [first, second] = await Promise.all([
      engine.create("User", user),
      other.create("User", { ...user, name: "another-account-of-the-rack" }),
    ]);
    expect([first.state["keptAs"], second.state["keptAs"]]).toEqual(["monitoring-accou", "another-account-"]);
    expect(await engine.refresh(first)).toEqual([]);
    expect(posts(device)).toBe(2);
  }));

test("several resources of one program on a device which cuts names off each get their own", () =>
  onDevice({ dialects: { postAnswer: "204", newElementLagMilliseconds: 3000 } }, async ({ device, engine }) => {
    keeps(device, "auth/users", cutting(16));
    const wanted = ["monitoring", "another", "third"].map((name) => ({
      type: "User",
      name,
      inputs: { ...user, name: `${name}-account-of-the-rack` },
    }));
    const all = await engine.createAll(wanted);
    expect(all.map(({ state }) => state["keptAs"])).toEqual([
      "monitoring-accou",
      "another-account-",
      "third-account-of",
    ]);
    await engine.destroy(...all);
    expect(names(device)).toEqual(["admin"]);
  }));

describe("an account whose name differs in case", () => {
  const passwordOf = ({ tree }: SimulatedDevice) => tree.auth.users.find(({ name }) => name === "nagios")?.password;

  test("is somebody else's without adopt, and its password stays", () =>
    onDevice({}, async ({ device, engine }) => {
      addByHand(device, "nagios", []);
      const before = structuredClone(device.tree);
      const wanted = { name: "Nagios", password: "pw pw pw" };
      await expect(engine.create("User", wanted)).rejects.toThrow(/exists on the device as `nagios`.*adopt: true/);
      const [look] = await engine.plan([{ type: "User", inputs: wanted }]);
      expect(String(look?.failure)).toMatch(/as `nagios`.*adopt: true/);
      expect(device.tree).toEqual(before);
      const held = await engine.create("User", { ...wanted, adopt: true });
      expect(held.state["keptAs"]).toBe("nagios");
      expect(passwordOf(device)).toBe("pw pw pw");
    }));
});

test("`icmp://host` and `host` are one thing", () =>
  onDevice({}, ({ engine }) =>
    engine.run(async () => {
      engine.check("AutoPingItem", item, "one");
      const other = { ...item, addresses: ["10.0.0.1"] };
      expect(() => engine.check("AutoPingItem", other, "other")).toThrow(/a device may take .* for the same/);
    }),
  ));
