/** Clients that log in with a token: generated once, known to the device only by its hash, and used as a login. */
import { createHash } from "node:crypto";
import type { SimulatedDevice } from "../../simulator";
import { MiniEngine } from "../lifecycle/mini-engine";
import { names, onDevice, writes } from "../support/on-device";

const scopes = ["/relay/outlets/=1,3/state/?access=get,modify"];
const hashOf = (token: string) => createHash("sha256").update(Buffer.from(token, "base64url")).digest("hex");
const hashesOn = (device: SimulatedDevice) => Object.keys(device.tree.auth.clients["ci"]!.access_tokens);

/** Bytes that count up, so that tokens are distinct and known. */
function countingRandom() {
  let made = 0;
  return {
    random: (count: number) => new Uint8Array(count).fill(++made),
    get made() {
      return made;
    },
  };
}

test("a token is generated once from 32 random bytes, kept over refresh and update, and never shown", () =>
  onDevice({}, async ({ device }) => {
    const source = countingRandom();
    const engine = new MiniEngine({ device, random: source.random });
    const held = await engine.create("ApiClient", { name: "ci", scopes });
    const token = Buffer.from(new Uint8Array(32).fill(1)).toString("base64url");
    expect(held.state).toMatchObject({ token, bearer: `ci.${token}`, tokenSha256: hashOf(token) });
    expect(hashesOn(device)).toEqual([hashOf(token)]);
    expect(held.inputs["token"]).toBeUndefined();

    expect(await engine.refresh(held)).toEqual([]);
    expect(names(await engine.up(held, { name: "ci", scopes: ["/cred/"] }))).toEqual(["scopes"]);
    expect(held.state["token"]).toBe(token);
    expect(hashesOn(device)).toEqual([hashOf(token)]);
    expect(held.state["managed"]).toEqual(["scopes"]);
    expect(source.made).toBe(1);
    expect(device.journal.dump()).not.toContain(token);
  }));

test("a hash that was removed from the device is drift, and the same token comes back", () =>
  onDevice({}, async ({ device, engine }) => {
    const held = await engine.create("ApiClient", { name: "ci", scopes });
    const token = String(held.state["token"]);
    device.tree.auth.clients["ci"]!.access_tokens = { [hashOf("AAAA")]: {} };
    expect(names(await engine.refresh(held))).toEqual(["token"]);
    expect(names(await engine.up(held, { name: "ci", scopes }))).toEqual(["token"]);
    expect(hashesOn(device)).toEqual([hashOf(token)]);
    expect(held.state["token"]).toBe(token);
    expect(await engine.refresh(held)).toEqual([]);
  }));

test("an imported client without a known token is not written, and its hash still shows drift", () =>
  onDevice({}, async ({ device, engine }) => {
    await engine.create("ApiClient", { name: "ci", scopes });
    const imported = await engine.import("ApiClient", "default/clients/ci");
    device.journal.clear();
    expect(await engine.up(imported!, { name: "ci", scopes })).toEqual([]);
    expect(await engine.refresh(imported!)).toEqual([]);
    expect([imported?.state["token"], imported?.state["tokenSha256"]]).toEqual([undefined, hashesOn(device)[0]]);
    expect(writes(device)).toEqual([]);
    device.tree.auth.clients["ci"]!.access_tokens = {};
    expect(names(await engine.refresh(imported!))).toEqual(["token"]);
  }));

describe("a client that is there while its token is not known ends with a token all the same", () => {
  test.each([
    ["adopted after its state was deleted", { adopt: true }],
    ["left by a run that was killed", {}],
  ])("%s", (_name, more) =>
    onDevice({}, async ({ device, engine }) => {
      const first = await engine.create("ApiClient", { name: "ci", scopes });
      const held = await engine.create("ApiClient", { name: "ci", scopes, ...more });
      const token = String(held.state["token"]);
      expect(held.state["bearer"]).toBe(`ci.${token}`);
      expect(token).not.toBe(first.state["token"]);
      expect(hashesOn(device)).toEqual([hashOf(token)]);
      expect(engine.warnings).toContainEqual(expect.stringMatching(/its token is not known, so a new one is made/));
      expect(await engine.refresh(held)).toEqual([]);
    }),
  );

  test("with other scopes it is somebody else's", () =>
    onDevice({}, async ({ device, engine }) => {
      await engine.create("ApiClient", { name: "ci", scopes });
      const before = hashesOn(device);
      await expect(engine.create("ApiClient", { name: "ci", scopes: ["/cred/"] })).rejects.toThrow(/already exists/);
      expect(hashesOn(device)).toEqual(before);
    }));
});

test("a declared token replaces a generated one, and is kept when it is no longer declared", () =>
  onDevice({}, async ({ device, engine }) => {
    const held = await engine.create("ApiClient", { name: "ci", scopes });
    const token = Buffer.alloc(16, 7).toString("base64url");
    expect(names(await engine.up(held, { name: "ci", scopes, token }))).toEqual(["token"]);
    expect(hashesOn(device)).toEqual([hashOf(token)]);
    expect(await engine.up(held, { name: "ci", scopes })).toEqual([]);
    expect(held.state["token"]).toBe(token);
  }));

test("what was set on the client elsewhere stays", () =>
  onDevice({}, async ({ device, engine }) => {
    const held = await engine.create("ApiClient", { name: "ci", scopes });
    device.tree.auth.clients["ci"]!.redirect_urls = { "https://example.org": true };
    await engine.up(held, { name: "ci", scopes: ["/cred/"] });
    expect(device.tree.auth.clients["ci"]).toMatchObject({
      redirect_urls: { "https://example.org": true },
      scopes: { "/cred/": true },
    });
  }));

test("a device with old firmware is a clear error, and an import finds nothing", () =>
  onDevice({ firmware: "1.9.9.0" }, async ({ device, engine }) => {
    await expect(engine.create("ApiClient", { name: "ci", scopes })).rejects.toThrow(
      /this device has no API clients\. Update its firmware to 1\.10/,
    );
    expect(await engine.import("ApiClient", "default/clients/ci")).toBeUndefined();
    expect(writes(device)).toEqual([]);
  }));

/** Scopes from real devices, one of them with firmware 1.13. */
const asOwnersWriteThem = [
  "/relay/outlets/=0,1,2,3,4,5,6,7;/=state/?access=modify,get",
  "/relay/outlets/=0,1,...,7;/=state/?access=modify,get",
  "/relay/outlets/=0;/=state,physical_state;/?access=get",
  "/relay/outlets/name=web;/state/",
  "/relay/outlets/all;locked=false;/state/",
];

test("scopes of a device that owners have set up are imported, and an up finds no difference", () =>
  onDevice({}, async ({ device, engine }) => {
    device.tree.auth.clients["old"] = {
      name: "old",
      redirect_urls: {},
      refresh_tokens: {},
      access_tokens: { ["ab".repeat(32)]: {} },
      scopes: Object.fromEntries(asOwnersWriteThem.map((scope) => [scope, true])),
    };
    const imported = (await engine.import("ApiClient", "default/clients/old"))!;
    expect(imported.inputs["scopes"]).toEqual([...asOwnersWriteThem].sort());
    expect(imported.inputs).not.toHaveProperty("device");
    expect(names(await engine.up(imported, imported.inputs))).toEqual([]);
    expect(await engine.refresh(imported)).toEqual([]);
    expect(writes(device)).toEqual([]);
  }));

describe("the check of ApiClient", () => {
  test.each([
    "/",
    "/relay/outlets/all;/=name/",
    "/relay/outlets/=1,3,5/=state,transient_state,physical_state/?access=get",
    "/relay/outlets/5/=cycle/?access=invoke,get",
    "/relay/outlets/all;locked=false/state/?access=modify",
    "/meter/values/all;/value/",
    "/script/start/?access=invoke",
    "/network/wireless/enabled/?access=modify,get",
    "/config/something_newer/",
    ...asOwnersWriteThem,
  ])("the scope %s is accepted", (scope) =>
    onDevice({}, async ({ engine }) => {
      expect(engine.check("ApiClient", { name: "ci", scopes: [scope] })).toBeDefined();
    }),
  );

  test.each([
    ["relay/outlets/", /begin and end with a slash/],
    ["/relay/outlets", /begin and end with a slash/],
    ["/relay/outlets/?acess=get", /only `\?access=` is known/],
    ["/relay/outlets/?access=read", /has an access that is none of get, modify, invoke/],
    ["/relay/outlets/?access=", /has an access that is none of get, modify, invoke/],
    ["/relay/outlets/?access=get,get", /an access twice/],
    ["/relay/outlets/?access=get?", /more than one question mark/],
    ["/relays/outlets/", /begins with none of relay, auth/],
    ["/relay/oulets/", /misspelt segment; did you mean `outlets`\?/],
    ["/relay/outlets/1/sate/", /did you mean `state`/],
    ["/relay/outlets/=1,3/=nmae,state/", /did you mean `name`/],
    ["/relay/outlets/all;/transient-state/", /did you mean `transient_state`/],
    ["/relay//outlets/", /empty segment/],
    ["/relay/outlets/=/state/", /none of all;/],
    ["/relay/outlets/=;/state/", /none of all;/],
    ["/relay/outlets/=0,1;;/state/", /none of all;/],
    ["/relay/outlets/=0,1;/=nmae;/", /did you mean `name`/],
  ])("the scope %s is rejected", (scope, reason) =>
    onDevice({}, async ({ device, engine }) => {
      const check = () => engine.check("ApiClient", { name: "ci", scopes: ["/cred/", scope] });
      expect(check).toThrow(reason);
      expect(check).toThrow(/^scopes\[1\]:? /);
      expect(device.journal.count()).toBe(0);
    }),
  );

  test.each([
    ["a padded token", `${Buffer.alloc(16, 1).toString("base64")}`, /base64url without padding/],
    ["a token with the client's name", `ci.${Buffer.alloc(16, 1).toString("base64url")}`, /without the client's name/],
    ["a short token", "SGVsbG8", /at least 16 bytes/],
  ])("a token that is %s is rejected without being shown", (_name, token, reason) =>
    onDevice({}, async ({ engine }) => {
      const check = () => engine.check("ApiClient", { name: "ci", scopes, token });
      expect(check).toThrow(reason);
      expect(check).not.toThrow(token);
    }),
  );
});

describe("the tokens of others, which end with a new one, are counted in the plan and in the update", () => {
  const other = (nth: number) => Buffer.alloc(32, nth).toString("base64url");
  const inputs = { name: "ci", scopes, token: other(9) };

  /** Gives the client this many tokens by hand. */
  function withTokens(device: SimulatedDevice, count: number): void {
    const tokens = Array.from({ length: count }, (_, nth) => [hashOf(other(nth)), {}] as const);
    Object.assign(device.tree.auth.clients["ci"]!.access_tokens, Object.fromEntries(tokens));
  }

  test.each([
    [1, "has 1 other token,"],
    [3, "has 3 other tokens,"],
  ])("where a client of %i of them is adopted", (count, text) =>
    onDevice({}, async ({ device, engine }) => {
      const first = await engine.create("ApiClient", { name: "ci", scopes });
      withTokens(device, count - 1);
      const adopted = { ...inputs, adopt: true };
      await engine.plan([{ type: "ApiClient", inputs: adopted }]);
      expect(engine.warnings).toEqual([expect.stringContaining(text)]);
      await engine.create("ApiClient", adopted);
      expect(engine.warnings).toEqual([expect.stringContaining(text), expect.stringContaining(text)]);
      expect(hashesOn(device)).toEqual([hashOf(inputs.token)]);
      for (const token of [String(first.state["token"]), inputs.token, other(0)]) {
        expect(engine.warnings.join()).not.toContain(token);
        expect(engine.warnings.join()).not.toContain(hashOf(token));
      }
    }),
  );

  test("where the resource changes its own, which itself is none of them", () =>
    onDevice({}, async ({ device, engine }) => {
      const held = await engine.create("ApiClient", inputs);
      await engine.up(held, { ...inputs, token: other(8) });
      expect(engine.warnings).toEqual([]);
      withTokens(device, 2);
      await engine.up(held, inputs);
      expect(engine.warnings).toEqual([expect.stringContaining("has 2 other tokens,")]);
    }));

  test("and one that the client has already takes nobody's place", () =>
    onDevice({}, async ({ device, engine }) => {
      await engine.create("ApiClient", inputs);
      withTokens(device, 2);
      await engine.create("ApiClient", { ...inputs, adopt: true });
      expect(engine.warnings).toEqual([]);
      expect(hashesOn(device)).toHaveLength(3);
    }));
});
