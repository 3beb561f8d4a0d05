/** Several members at once: whatever they are and however the device treats a JSON Patch, all of them arrive. */
import * as fc from "fast-check";
import type { Json } from "../../provider/client";
import { dialects } from "../../simulator";
import { onDevice, writes } from "../support/on-device";

type Members = { [name: string]: Json };

const some = (values: Record<string, fc.Arbitrary<Json>>) =>
  fc.record(values, { requiredKeys: [] }).filter((members) => Object.keys(members).length > 0) as fc.Arbitrary<Members>;
const address = fc.integer({ min: 2, max: 9 }).map((last) => `10.0.0.${last}`);
const wired = some({
  gateway: address,
  ip_address: address,
  netmask: fc.constantFrom("255.0.0.0", "255.255.0.0"),
  protocol: fc.constantFrom("dhcp", "static"),
});
const settings: fc.Arbitrary<readonly [path: string, value: Members]> = fc.oneof(
  fc.tuple(fc.constant("network/wired"), wired),
  fc.tuple(fc.constant("network"), some({ wired: wired as fc.Arbitrary<Json>, same_subnet_only: fc.boolean() })),
  fc.tuple(
    fc.constant("mqtt"),
    some({
      enabled: fc.boolean(),
      broker_port: fc.integer({ min: 1, max: 65_535 }),
      topic_root: fc.constantFrom("a", "b/c"),
      password: fc.constantFrom("pw-one", "pw-two"),
    }),
  ),
  fc.tuple(fc.constant("upnp"), some({ enabled: fc.boolean(), expose_name: fc.boolean(), expose_model: fc.boolean() })),
  fc.tuple(fc.constant("autoping"), some({ enabled: fc.boolean(), ping_interval: fc.integer({ min: 2, max: 3600 }) })),
);
const kind = fc.record({
  jsonPatch: fc.constantFrom(...dialects.jsonPatch.values),
  patchPointers: fc.constantFrom(...dialects.patchPointers.values),
  patchFailure: fc.constantFrom(...dialects.patchFailure.values),
  matrixPartialFailure: fc.constantFrom(...dialects.matrixPartialFailure.values),
  matrixWriteBody: fc.constantFrom(...dialects.matrixWriteBody.values),
  passwordRead: fc.constantFrom(...(["absent", "masked", "plain"] as const)),
  methodRefusedStatus: fc.constantFrom(...dialects.methodRefusedStatus.values),
});

/** Paths of the single values of an object. */
const leaves = (value: Json, path: string): string[] =>
  typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([name, member]) => leaves(member as Json, `${path}/${name}`))
    : [path];

test("members of any objects arrive on any device, what moves it last, and a second run has nothing to do", async () => {
  let patches = 0;
  await fc.assert(
    fc.asyncProperty(settings, kind, ([path, value], chosen) =>
      onDevice({ dialects: chosen }, async ({ device, engine }) => {
        const inputs = { path, value, allowLockout: true };
        const held = await engine.create("Setting", inputs);
        const there = path.split("/").reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], device.tree);
        expect(there).toMatchObject(value);
        const sent = writes(device);
        patches += sent.filter((request) => request.startsWith("PATCH")).length;
        const moves = sent.findIndex((request) => /wired\/(ip_address|protocol)\/$/.test(request));
        const isLast =
          moves < 0 || sent.slice(moves).every((request) => /wired\/(ip_address|protocol)\/$/.test(request));
        expect([sent, isLast]).toEqual([sent, true]);
        // At most one request for each leaf, and a refused patch for each object.
        expect(sent.length).toBeLessThanOrEqual(leaves(value, path).length + 2);
        device.journal.clear();
        expect(await engine.refresh(held)).toEqual([]);
        expect(await engine.up(held, inputs)).toEqual([]);
        expect(writes(device)).toEqual([]);
      }),
    ),
    { numRuns: 70 },
  );
  expect(patches).toBeGreaterThan(14);
}, 120_000);

const entry = fc.record(
  {
    name: fc.constantFrom("web", "db", "n/a~0"),
    critical: fc.boolean(),
    cycleDelaySeconds: fc.constantFrom(null, 7, 9),
    state: fc.boolean(),
  },
  { requiredKeys: [] },
);
const rack = fc.dictionary(fc.constantFrom("1", "2", "3", "5", "8"), entry, { minKeys: 1, noNullPrototype: true });

test("settings and states of any outlets arrive on any device, and what is not declared stays as it is", () =>
  fc.assert(
    fc.asyncProperty(rack, kind, (outlets, chosen) =>
      onDevice({ dialects: chosen }, async ({ device, engine }) => {
        const expected = device.tree.relay.outlets.map(({ name, critical, cycle_delay, state }, index) => {
          const { cycleDelaySeconds = cycle_delay, ...others } = outlets[index + 1] ?? {};
          return { name, critical, state, ...others, cycle_delay: cycleDelaySeconds };
        });
        const held = await engine.create("Outlets", { outlets });
        expect(device.tree.relay.outlets).toMatchObject(expected);
        const sent = writes(device);
        const firstSwitched = sent.findIndex((request) => request.endsWith("/state/"));
        expect(firstSwitched < 0 || sent.slice(firstSwitched).every((request) => request.endsWith("/state/"))).toBe(
          true,
        );
        expect(sent.length).toBeLessThanOrEqual(Object.values(outlets).flatMap(Object.keys).length + 1);
        device.journal.clear();
        expect(await engine.refresh(held)).toEqual([]);
        expect(await engine.up(held, { outlets })).toEqual([]);
        expect(writes(device)).toEqual([]);
      }),
    ),
    { numRuns: 40 },
  ));

test.each([
  { ".": 1, "..": 2 },
  { "a;b": 1, "50%": 2 },
])("members that a pointer could not name for certain are written one by one: %j", (value) =>
  onDevice({}, async ({ device, engine }) => {
    device.tree.script.variables = Object.fromEntries(Object.keys(value).map((name) => [name, 0])) as never;
    await engine.create("Setting", { path: "script/variables", value });
    expect(device.tree.script.variables).toEqual(value);
    expect(device.journal.writes().map(({ method }) => method)).toEqual(["PUT", "PUT"]);
  }),
);
