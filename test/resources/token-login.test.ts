/** Logins with a token or as a plain user: what the rights cover works, and errors name the missing right. */
import { isForbiddenError } from "../../provider/client";
import { type DialectSettings, dialects, type SimulatedDevice } from "../../simulator";
import type { MiniEngine } from "../lifecycle/mini-engine";
import { onDevice, writes } from "../support/on-device";

const everyOf = (...chosen: (keyof DialectSettings)[]) =>
  chosen.flatMap((name) => dialects[name].values.map((value) => [`${name}=${value}`, { [name]: value }] as const));
const answers = [
  ...everyOf("forbiddenStatus", "scopedContainer", "credForClients", "hiddenMembers", "errorBodyForm"),
  ...everyOf("hiddenElements").map(
    ([name, settings]) =>
      [`scopedContainer=filtered, ${name}`, { scopedContainer: "filtered", ...settings }] satisfies [
        string,
        Partial<DialectSettings>,
      ],
  ),
];

/** A device with a client that has these scopes, and an engine that logs in with its token. */
function byToken(
  settings: Partial<DialectSettings>,
  scopes: readonly string[],
  work: (device: SimulatedDevice, engine: MiniEngine, token: string) => Promise<void>,
): Promise<void> {
  return onDevice({ dialects: settings }, async ({ device, engine }) => {
    const client = await engine.create("ApiClient", { name: "ci", scopes });
    device.journal.clear();
    const token = String(client.state["bearer"]);
    await work(device, engine.as({ "dli:token": token, "dli:username": "", "dli:password": "" }), token);
  });
}

const causeOf = (error: unknown) => (error instanceof Error && error.name === "PartialFailure" ? error.cause : error);

test.each(answers)("a token with the right scopes manages its outlets, with %s", (_name, settings) =>
  byToken(settings, ["/cred/?access=get", "/relay/outlets/=1,2/"], async (device, engine) => {
    const held = await engine.createAll(
      [2, 3].map((number) => ({ type: "Outlet", inputs: { number, name: `host ${number}`, state: false } })),
    );
    expect(device.tree.relay.outlets.slice(0, 4).map(({ name, state }) => `${name} ${state}`)).toEqual([
      "Outlet 1 true",
      "host 2 false",
      "host 3 false",
      "Outlet 4 true",
    ]);
    expect(await engine.refreshAll(held)).toEqual([[], []]);
    const together = await engine.create("Outlets", { outlets: { 2: { state: true }, 3: { state: true } } });
    expect(await engine.refresh(together)).toEqual([]);
    expect(new Set(device.journal.entries.flatMap(({ user }) => user ?? []))).toEqual(new Set(["ci"]));
    expect(device.failedLogins).toBe(0);
  }),
);

test.each(answers)("a token that may only read is told the scope to modify, with %s", (_name, settings) =>
  byToken(settings, ["/cred/?access=get", "/relay/?access=get"], async (device, engine, token) => {
    const error = await engine.create("Outlet", { number: 3, state: false }).catch((thrown: unknown) => thrown);
    expect(isForbiddenError(causeOf(error))).toBe(true);
    expect(String(error)).toContain("`/relay/outlets/2/state/?access=modify`");
    expect(String(error)).toContain("client `ci`");
    expect(String(error)).not.toContain(token.slice(3));
    expect(device.tree.relay.outlets[2]?.state).toBe(true);
    expect(device.failedLogins).toBe(0);
  }),
);

test.each(answers)("a token without a scope for the outlet is told the scope to read it, with %s", (_name, settings) =>
  byToken(settings, ["/cred/?access=get", "/relay/outlets/=0/"], async (device, engine) => {
    const error = await engine.create("Outlet", { number: 3, state: false }).catch((thrown: unknown) => thrown);
    expect(isForbiddenError(causeOf(error))).toBe(true);
    expect(String(error)).toContain("`/relay/outlets/2/?access=get`");
    expect(writes(device)).toEqual([]);
  }),
);

test.each(answers)("a thing that a token may not see is never treated as gone, with %s", (_name, settings) =>
  byToken(settings, ["/"], async (device, engine) => {
    const held = await engine.createAll([
      { type: "Outlet", inputs: { number: 3, name: "web" } },
      { type: "User", inputs: { name: "fred", password: "freds password" } },
      { type: "Setting", inputs: { path: "config/hostname", value: "rack" } },
      { type: "ScriptSnippet", inputs: { name: "greet", source: "log.notice('hello')" } },
      { type: "AutoPingItem", inputs: { addresses: ["10.0.0.1"], outlets: [1] } },
    ]);
    device.tree.auth.clients["ci"]!.scopes = { "/cred/?access=get": true };
    for (const one of held) {
      await expect(engine.refresh(one)).rejects.toThrow(/scope `\/[a-z0-9_/]+\/\?access=get`/);
    }
  }),
);

test.each([
  ["OutletCycle", { outlets: [3] }, "`/relay/outlets/2/cycle/?access=invoke`"],
  ["ScriptRun", { function: "hello" }, "`/script/start/?access=invoke`"],
  ["Reboot", {}, "`/system/reboot/?access=invoke`"],
])("the action %s without the right to its call names the scope", (type, inputs, scope) =>
  byToken({}, ["/?access=get,modify"], async (device, engine) => {
    device.changeByHand("script/source", "function hello()\nend\n");
    await expect(engine.create(type, inputs)).rejects.toThrow(scope);
  }),
);

test("a token that the device does not know is rejected once, and is in no error", () =>
  onDevice({}, async ({ device, engine }) => {
    const stranger = engine.as({ "dli:token": "ci.bm90LXRoZS10b2tlbg", "dli:username": "", "dli:password": "" });
    const error = await stranger
      .createAll([1, 2, 3].map((number) => ({ type: "Outlet", inputs: { number, state: false } })))
      .catch((thrown: unknown) => thrown);
    expect(String(error)).toMatch(/the device refuses the token.*dli:token/);
    expect(String(error)).not.toContain("bm90LXRoZS10b2tlbg");
    expect(device.failedLogins).toBe(1);
  }));

test.each(everyOf("forbiddenStatus", "hiddenMembers"))(
  "a user is told what needs the administrator, with %s",
  (_name, settings) =>
    onDevice({ dialects: settings }, async ({ device, engine }) => {
      await engine.create("User", { name: "fred", password: "freds password", outletAccess: "all" });
      device.tree.config.allow_rest_nonadmin = true;
      const fred = engine.as({ "dli:username": "fred", "dli:password": "freds password" });
      for (const [type, inputs] of [
        ["User", { name: "ann", password: "anns password" }],
        ["Script", { source: "function hello()\nend\n" }],
        ["Relay", { name: "Rack" }],
        ["AutoPing", { enabled: true }],
      ] as const) {
        const error = await fred.create(type, inputs).catch((thrown: unknown) => thrown);
        expect(String(error)).toMatch(/user `fred` may not (read|change) this: it takes the administrator's rights/);
        expect(String(error)).not.toMatch(/freds password|anns password/);
      }
      expect([device.failedLogins, device.isLockedOut]).toEqual([0, false]);
    }),
);

describe("the outlets of a device, by a token", () => {
  const all = Object.fromEntries(Array.from({ length: 8 }, (_, index) => [index + 1, { name: `host ${index}` }]));
  const reads = ({ journal }: SimulatedDevice) =>
    journal.filter({ method: "GET" }).map(({ path }) => path.replace("/restapi/", ""));

  test.each(answers)("whose scopes say that it sees all of them are read in one list, with %s", (_name, settings) =>
    byToken(settings, ["/"], async (device, engine) => {
      const held = await engine.create("Outlets", { outlets: { ...all, 2: { state: false } } });
      expect(reads(device).filter((path) => /^relay\/outlets\/\d/.test(path))).toEqual([]);
      device.journal.clear();
      expect(await engine.refresh(held)).toEqual([]);
      expect(reads(device)).toEqual(["cred/", "config/serial/", "relay/outlets/", "auth/clients/ci/scopes/"]);
      const others = [1, 3].map((number) => ({ type: "Outlet", inputs: { number, critical: false } }));
      device.journal.clear();
      await engine.createAll(others);
      expect(reads(device)).toEqual(["cred/", "config/serial/", "relay/outlets/", "auth/clients/ci/scopes/"]);
    }),
  );

  test.each(dialects.forbiddenStatus.values)(
    "that does not show its scopes are read once each besides the list, and its scopes asked for once, with %s",
    (forbiddenStatus) =>
      byToken({ forbiddenStatus }, ["/cred/", "/config/", "/relay/"], async (device, engine) => {
        const held = await engine.create("Outlets", { outlets: all });
        device.journal.clear();
        expect(await engine.refresh(held)).toEqual([]);
        const each = Array.from({ length: 8 }, (_, index) => `relay/outlets/${index}/`);
        const once = ["cred/", "config/serial/", "relay/outlets/", "auth/clients/ci/scopes/", ...each];
        expect(reads(device)).toEqual(once);
        await engine.up(held, { outlets: { ...all, 2: { state: false } } });
        const scopes = reads(device).filter((path) => path.startsWith("auth/"));
        expect(scopes).toEqual(["auth/clients/ci/scopes/", "auth/clients/ci/scopes/"]);
        const [list, elements] = [/^relay\/outlets\/$/, /^relay\/outlets\/\d+\/$/].map(
          (form) => reads(device).filter((path) => form.test(path)).length,
        );
        expect(elements).toBe(8 * (list ?? 0));
      }),
  );
});
