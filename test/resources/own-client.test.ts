/** ApiClient for the client that this provider logs in with, and for one that others change at the same moment. */
import { createHash } from "node:crypto";
import { type DialectSettings, dialects } from "../../simulator";
import type { Held, MiniEngine } from "../lifecycle/mini-engine";
import { type Bench, onDevice } from "../support/on-device";
import { until } from "../until";

const tokenOf = (nth: number) => Buffer.alloc(32, nth).toString("base64url");
const hashOf = (token: string) => createHash("sha256").update(Buffer.from(token, "base64url")).digest("hex");
const own = { name: "ci", scopes: ["/"], token: tokenOf(1), adopt: true, allowLockout: true };

/** Lets a provider that logs in with a client's token manage that client. */
function byItself(
  settings: Partial<DialectSettings>,
  work: (bench: Bench & { held: Held }) => Promise<void>,
): Promise<void> {
  return onDevice({ dialects: settings }, async ({ device, engine: admin }) => {
    await admin.create("ApiClient", own);
    const config = { "dli:token": `ci.${own.token}`, "dli:username": "", "dli:password": "" };
    const engine: MiniEngine = admin.as(config);
    const held = await engine.create("ApiClient", own);
    engine.warnings.length = 0;
    await work({ device, engine, held });
  });
}

const login = dialects.forbiddenStatus.values.map((forbiddenStatus) => ({ forbiddenStatus }));

test.each(login)("its new token is in the outputs although it can log in no more, with %j", (settings) =>
  byItself(settings, async ({ device, engine, held }) => {
    await engine.up(held, { ...own, token: tokenOf(2) });
    expect(Object.keys(device.tree.auth.clients["ci"]!.access_tokens)).toEqual([hashOf(tokenOf(2))]);
    expect(held.state).toMatchObject({ bearer: `ci.${tokenOf(2)}`, tokenSha256: hashOf(tokenOf(2)) });
    expect(engine.warnings.at(-1)).toMatch(/: the device accepts this login no longer, as allowed by allowLockout$/);
  }),
);

test.each(login)("its removal is a success, and the warning says what has ended, with %j", (settings) =>
  byItself(settings, async ({ device, engine, held }) => {
    await engine.destroy(held);
    expect(device.tree.auth.clients).toEqual({});
    expect(engine.warnings.at(-1)).toMatch(/: the device accepts this login no longer, as allowed by allowLockout$/);
  }),
);

test.each(login)("it may give up the scope to read itself, with %j", (settings) =>
  byItself(settings, async ({ device, engine, held }) => {
    await engine.up(held, { ...own, scopes: ["/cred/", "/relay/"] });
    expect(Object.keys(device.tree.auth.clients["ci"]!.scopes).sort()).toEqual(["/cred/", "/relay/"]);
    expect(held.state["scopes"]).toEqual(["/cred/", "/relay/"]);
    expect(engine.warnings.at(-1)).toMatch(/lacks the scope `\/auth\/.*, as allowed by allowLockout$/);
    expect(device.failedLogins).toBe(0);
  }),
);

test("a token that somebody gives to a client while its scopes change stays valid", () =>
  onDevice({}, async ({ device, engine }) => {
    const held = await engine.create("ApiClient", own);
    device.faults.add({ kind: "hold", method: "GET", path: "auth/", onlyAuthenticated: true });
    const { struck } = device.faults;
    const update = engine.up(held, { ...own, scopes: ["/", "/meter/"] });
    await until(() => device.faults.struck > struck);
    device.faults.clear();
    const { access_tokens: tokens } = device.tree.auth.clients["ci"]!;
    tokens[hashOf(tokenOf(3))] = {};
    await update;
    const after = device.tree.auth.clients["ci"]!;
    expect(Object.keys(after.access_tokens).sort()).toEqual([own.token, tokenOf(3)].map(hashOf).sort());
    expect(Object.keys(after.scopes)).toContain("/meter/");
  }));
