/**
 * Nothing is created twice: a request that creates something is not repeated once it was answered, whatever the device
 * shows afterwards and however it spells the new thing. What an interrupted run has created is taken over.
 */
import fc from "fast-check";
import { resources } from "../../provider/registry";
import type { Fault, SimulatedDevice } from "../../simulator";
import { onDevice } from "../support/on-device";
import type { Held } from "./mini-engine";
import { cases, type LifecycleCase } from "./resource-cases";

const created = cases.filter(({ type }) =>
  resources.some((definition) => definition.type === type && definition.family === "created"),
);
/** Names that a device may normalise. */
const spelled: Readonly<Record<string, Record<string, unknown>>> = {
  User: { name: "Fred.Smith" },
  ApiClient: { name: "CI" },
  AutoPingItem: { addresses: ["Router.example.com", "10.0.0.1"] },
  ScriptSnippet: { name: "Say Hello" },
};

/** How many things of each collection the device has. */
const counts = ({ tree }: SimulatedDevice) => [
  tree.auth.users.length,
  Object.keys(tree.auth.clients).length,
  tree.autoping.items.length,
  Object.keys(tree.script.snippets).length,
];

/** Requests that create something, as the device received them. */
const makes = (device: SimulatedDevice, { type }: LifecycleCase) =>
  device.journal
    .writes()
    .filter(({ method, path }) =>
      ["User", "AutoPingItem"].includes(type) ? method === "POST" : method === "PUT" && !/source\/$/.test(path),
    ).length;

describe.each(created.map((life) => [life.type, life] as const))("%s", (type, life) => {
  test.each([300, 3000] as const)(
    `${type} is made once on a device that shows it %i ms later`,
    (newElementLagMilliseconds) =>
      onDevice({ dialects: { newElementLagMilliseconds } }, async ({ device, engine }) => {
        life.prepare?.(device);
        const before = counts(device);
        const held = await engine.create(type, life.inputs);
        expect(makes(device, life)).toBe(1);
        expect(counts(device).reduce((sum, count) => sum + count)).toBe(before.reduce((sum, count) => sum + count) + 1);
        expect(await engine.refresh(held)).toEqual([]);
        await engine.destroy(held);
        expect(counts(device)).toEqual(before);
      }),
  );

  test(`${type} is made once on a device that shows it too late, and the next run takes it over`, () =>
    onDevice({ dialects: { newElementLagMilliseconds: 3000 } }, async ({ device, engine }) => {
      life.prepare?.(device);
      const blind = device.behaviours.register({
        name: "keep what is new to itself",
        path:
          { User: "auth/users", ApiClient: "auth/clients", AutoPingItem: "autoping/items" }[type] ?? "script/snippets",
        read: () => ({ User: [{ name: "admin", is_admin: true }], AutoPingItem: [] })[type] ?? {},
      });
      await expect(engine.create(type, life.inputs)).rejects.toThrow(/was not found after the device accepted/);
      expect(makes(device, life)).toBe(1);
      blind();
      const held = await engine.create(type, life.inputs);
      expect(makes(device, life)).toBe(type === "ApiClient" ? makes(device, life) : 1);
      expect(engine.warnings).toContainEqual(expect.stringMatching(/exists already.*is taken over/));
      expect(await engine.refresh(held)).toEqual([]);
    }));

  test.each(["201WithLocation", "201Body", "200", "204"] as const)(
    `${type} that the device keeps under another spelling is one thing for its whole life, with postAnswer=%s`,
    (postAnswer) =>
      onDevice({ dialects: { keySpelling: "lowerCase", postAnswer } }, async ({ device, engine }) => {
        life.prepare?.(device);
        const before = counts(device);
        const inputs = { ...life.inputs, ...spelled[type] };
        const held = await engine.create(type, inputs);
        expect(makes(device, life)).toBe(1);
        expect(JSON.stringify(held.state["keptAs"])).toBe(
          JSON.stringify(Object.values(spelled[type] ?? {})[0]).toLowerCase(),
        );
        expect(engine.warnings).toContainEqual(expect.stringMatching(/the device keeps it as `/));
        expect(await engine.refresh(held)).toEqual([]);
        expect(await engine.up(held, inputs)).toEqual([]);
        await engine.up(held, { ...life.changed, ...spelled[type] });
        expect(await engine.refresh(held)).toEqual([]);
        expect(makes(device, life) <= (type === "ApiClient" ? 2 : 1)).toBe(true);
        await engine.destroy(held);
        expect(counts(device)).toEqual(before);
      }),
  );

  test.each(["asGiven", "lowerCase"] as const)(
    `${type} that another resource declares under another spelling stays when the first one goes, with keySpelling=%s`,
    (keySpelling) =>
      onDevice({ dialects: { keySpelling } }, async ({ device, engine }) => {
        life.prepare?.(device);
        const before = counts(device);
        const inputs = { ...life.inputs, ...spelled[type] };
        const inLowerCase = JSON.parse(JSON.stringify(spelled[type]).toLowerCase()) as Record<string, unknown>;
        const first = await engine.create(type, inputs);
        const during = counts(device);
        const second = await engine.replace(first, { type, inputs: { ...inputs, ...inLowerCase, adopt: true } });
        expect(counts(device)).toEqual(during);
        expect(await engine.refresh(second)).toEqual([]);
        // The next run has nothing to do and deletes the first resource again, as if its deletion had failed.
        await engine.upBeside(second, first);
        expect(counts(device)).toEqual(during);
        const third = await engine.replaceInPlace(second, inputs);
        expect(counts(device)).toEqual(during);
        await engine.destroy(third);
        expect(counts(device)).toEqual(before);
      }),
  );

  test(`${type} stays also where the other resource has another name for the device`, () =>
    onDevice({}, async ({ device, engine }) => {
      life.prepare?.(device);
      const login = { url: device.url, username: device.username, password: device.password };
      const both = engine.as({ "dli:url": "", "dli:devices": JSON.stringify({ lab: login, rack: login }) });
      const inputs = { ...life.inputs, ...spelled[type], device: "lab" };
      const inLowerCase = JSON.parse(JSON.stringify(spelled[type]).toLowerCase()) as Record<string, unknown>;
      const first = await both.create(type, inputs);
      const during = counts(device);
      const second = await both.replace(first, {
        type,
        inputs: { ...inputs, ...inLowerCase, device: "rack", adopt: true },
      });
      expect(counts(device)).toEqual(during);
      expect(await both.refresh(second)).toEqual([]);
    }));

  test(`${type} of a run that was killed after the request is taken over with a note, and destroying removes it`, () =>
    onDevice({}, async ({ device, engine }) => {
      life.prepare?.(device);
      const before = counts(device);
      // The effect of the killed run: the device has the thing, and no state does.
      await engine.create(type, life.inputs);
      const held = await engine.create(type, life.inputs);
      expect(engine.warnings).toContainEqual(expect.stringMatching(/exists already.*is taken over/));
      expect(await engine.refresh(held)).toEqual([]);
      await engine.destroy(held);
      expect(counts(device)).toEqual(before);
    }));

  test(`${type} that differs from the declaration is somebody else's, and stays`, () =>
    onDevice({}, async ({ device, engine }) => {
      life.prepare?.(device);
      await engine.create(type, life.inputs);
      life.drift(device);
      const found = structuredClone(device.tree);
      await expect(engine.create(type, life.inputs)).rejects.toThrow(/already exists on the device.*adopt: true/);
      expect(device.tree).toEqual(found);
    }));
});

test("whatever goes wrong with its response, a request that makes something and was answered is made once", () =>
  fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...created),
      fc.record({
        newElementLagMilliseconds: fc.constantFrom(0, 300, 3000),
        keySpelling: fc.constantFrom("asGiven", "lowerCase"),
        postAnswer: fc.constantFrom("201WithLocation", "201Body", "200", "204"),
        duplicateUser: fc.constantFrom("refused", "taken"),
      }),
      fc.constantFrom<Fault | undefined>(
        undefined,
        { kind: "dropAfter" },
        { kind: "halfBody" },
        { kind: "garbage" },
        { kind: "status", status: 500, acts: true },
        { kind: "status", status: 503 },
        { kind: "status", status: 503, acts: true },
        { kind: "status", status: 429, acts: true, retryAfterSeconds: 2 },
      ),
      fc.constantFrom("POST", "PUT"),
      async (life, dialects, fault, method) =>
        onDevice({ dialects: dialects as never }, async ({ device, engine }) => {
          life.prepare?.(device);
          const before = counts(device);
          if (fault) {
            device.faults.add({ ...fault, method, onlyAuthenticated: true });
          }
          const inputs = { ...life.inputs, ...spelled[life.type] };
          let held: Held | undefined;
          for (let run = 0; run < 3 && held === undefined; run += 1) {
            held = await engine.create(life.type, inputs).catch(() => undefined);
          }
          expect(held).toBeDefined();
          const more = counts(device).map((count, index) => count - (before[index] ?? 0));
          expect(more.reduce((sum, count) => sum + count)).toBe(1);
          await engine.destroy(held as Held);
          expect(counts(device)).toEqual(before);
        }),
    ),
    { numRuns: 100 },
  ));

test("a list with odd elements that shows the new thing later than the thing itself is looked at again", () =>
  onDevice({}, async ({ device, engine }) => {
    let late = 2;
    device.behaviours.register({
      name: "a slot without a name, and the new account a little later",
      path: "auth/users",
      read(_context, next) {
        const users = next() as unknown[];
        const shown = users.length > 1 && late-- > 0 ? users.slice(0, 1) : users;
        return [{ is_allowed: false }, ...shown] as never;
      },
    });
    const held = await engine.create("User", { name: "fred", password: "freds password" });
    expect(await engine.refresh(held)).toEqual([]);
    expect(device.journal.writes()).toHaveLength(1);
  }));
