/** Logins that see only a part of a container: what they are not shown never counts as gone nor is created again. */
import { isForbiddenError } from "../../provider/client";
import { type DialectSettings, dialects } from "../../simulator";
import type { MiniEngine } from "../lifecycle/mini-engine";
import { type Bench, onDevice, writes } from "../support/on-device";

const waysToHide = dialects.hiddenElements.values.flatMap((hiddenElements) =>
  dialects.forbiddenStatus.values.flatMap((forbiddenStatus) =>
    dialects.scopedContainer.values.map((scopedContainer) => ({ hiddenElements, forbiddenStatus, scopedContainer })),
  ),
);

/** Ways to hide by "not found", which reveals the least. */
const least = waysToHide.filter(({ forbiddenStatus }) => forbiddenStatus === 404);

const unseen = [
  { type: "User", inputs: { name: "fred", password: "freds password" } },
  { type: "ApiClient", inputs: { name: "other", scopes: ["/cred/"] } },
  { type: "AutoPingItem", inputs: { addresses: ["10.0.0.2"], outlets: [2] } },
  { type: "ScriptSnippet", inputs: { name: "b", source: "x=1" } },
];

/** A device with things of which a token with these scopes sees some, and an engine that logs in with it. */
function asToken(
  settings: Partial<DialectSettings>,
  scopes: readonly string[],
  work: (bench: Bench & { token: MiniEngine }) => Promise<void>,
): Promise<void> {
  return onDevice({ dialects: settings }, async ({ device, engine }) => {
    await engine.create("AutoPingItem", { addresses: ["10.0.0.1"], outlets: [1] });
    await engine.create("ScriptSnippet", { name: "a", source: "x=1" });
    const { state } = await engine.create("ApiClient", { name: "ci", scopes: ["/cred/?access=get", ...scopes] });
    device.journal.clear();
    const token = engine.as({ "dli:token": String(state["bearer"]), "dli:username": "", "dli:password": "" });
    await work({ device, engine, token });
  });
}

const parts = [
  "/auth/users/0/",
  "/auth/clients/ci/",
  "/autoping/items/0/",
  "/autoping/enabled/?access=get",
  "/script/snippets/a/",
  "/script/source/?access=get",
  "/auth/realm/?access=get",
];

test.each(waysToHide)("what a token is not shown is neither gone nor removed nor made again, with %j", (settings) =>
  asToken(settings, parts, async ({ device, engine, token }) => {
    for (const { type, inputs } of unseen) {
      const held = await engine.create(type, inputs);
      const before = structuredClone(device.tree);
      device.journal.clear();
      for (const operate of [
        () => token.refresh(structuredClone(held)),
        () => token.destroy(structuredClone(held)),
        () => token.create(type, inputs),
      ]) {
        const error = await operate().catch((thrown: unknown) => thrown);
        expect(`${type} ${String(error)}`).toMatch(/scope `\/[a-z0-9_/=]+\/\?access=get`/);
        expect(isForbiddenError(error)).toBe(true);
      }
      expect(device.tree).toEqual(before);
      expect(writes(device)).toEqual([]);
    }
  }),
);

const whole = ["/auth/", "/autoping/", "/script/", "/relay/?access=get"];

test.each(least)("a token that can show that it sees all of it makes, misses and removes things, with %j", (settings) =>
  asToken(settings, whole, async ({ device, token }) => {
    for (const { type, inputs } of unseen) {
      const held = await token.create(type, inputs);
      await token.destroy(held);
      await token.destroy(held);
      expect(await token.refresh(held)).toBeUndefined();
    }
    expect(device.tree.autoping.items).toHaveLength(1);
  }),
);

test.each(least)("a token of a list alone needs its own scopes to prove what is not in it, with %j", (settings) =>
  asToken(settings, ["/autoping/items/", "/script/snippets/"], async ({ device, token }) => {
    for (const { type, inputs } of unseen.slice(2)) {
      await expect(token.create(type, inputs)).rejects.toThrow(/`\/auth\/clients\/ci\/\?access=get`/);
      expect(writes(device)).toEqual([]);
    }
    device.tree.auth.clients["ci"]!.scopes["/auth/clients/ci/?access=get"] = true;
    for (const { type, inputs } of unseen.slice(2)) {
      const held = await token.create(type, inputs);
      await token.destroy(held);
      expect(await token.refresh(held)).toBeUndefined();
    }
    device.tree.script.snippets = {};
    const first = await token.create("ScriptSnippet", { name: "first", source: "x=1" });
    expect(await token.refresh(first)).toEqual([]);
  }),
);

test.each(dialects.hiddenElements.values)(
  "a token of a part is told the scopes by which it could prove what is not there, with hiddenElements=%s",
  (hiddenElements) =>
    asToken({ scopedContainer: "filtered", hiddenElements }, parts.slice(2, 6), async ({ token }) => {
      for (const { type, inputs } of unseen.slice(2)) {
        await expect(token.create(type, inputs)).rejects.toThrow(/`\/auth\/clients\/ci\/\?access=get`/);
      }
    }),
);

test("the administrator under another name proves by its own rights what is not there", () =>
  onDevice({ username: "root" }, async ({ device, engine }) => {
    for (const { type, inputs } of unseen) {
      const held = await engine.create(type, inputs);
      await engine.destroy(held);
      expect(await engine.refresh(held)).toBeUndefined();
    }
    expect(device.tree.auth.users).toHaveLength(1);
  }));

test("the factory's administrator sends no request more for that", () =>
  onDevice({}, async ({ device, engine }) => {
    for (const { type, inputs } of unseen) {
      const held = await engine.create(type, inputs);
      device.tree.auth.users.splice(1);
      device.tree.auth.clients = {};
      device.tree.script.snippets = {};
      device.tree.autoping.items = [];
      device.journal.clear();
      expect(await engine.refresh(held)).toBeUndefined();
      const paths = device.journal.entries.filter(({ status }) => status !== 401).map(({ path }) => path);
      expect([type, paths.length]).toEqual([type, 2]);
    }
  }));
