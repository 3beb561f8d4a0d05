/** What the device does with new elements of collections and how it shows them, for each value of these dialects. */
import { Person } from "./http";
import { startDevice } from "./start";

const fred = { name: "Fred", password: "freds password" };

test.each([0, 300, 3000] as const)("a new element shows after newElementLagMilliseconds=%i", async (lag) => {
  const device = await startDevice({ dialects: { newElementLagMilliseconds: lag } });
  const admin = new Person(device);
  const posted = await admin.send("POST", "auth/users/", { json: fred });
  expect([posted.status, posted.headers.location]).toEqual([201, "/restapi/auth/users/1/"]);
  expect(await admin.put("script/snippets/greet/", { source: "" })).toBe(204);
  const shown = () => [device.tree.auth.users.length, Object.keys(device.tree.script.snippets).length];
  expect(shown()).toEqual(lag === 0 ? [2, 1] : [1, 0]);
  device.clock.advance(lag);
  expect(shown()).toEqual([2, 1]);
});

test("elements that show late come one after the other, and by hand at once", async () => {
  const device = await startDevice({ dialects: { newElementLagMilliseconds: 300, duplicateUser: "taken" } });
  const admin = new Person(device);
  await admin.send("POST", "auth/users/", { json: fred });
  await admin.send("POST", "auth/users/", { json: { ...fred, name: "Ann" } });
  device.changeByHand("auth/users/1", { name: "Bob", password: "bobs password" });
  device.clock.advance(300);
  expect(device.tree.auth.users.map(({ name }) => name)).toEqual(["admin", "Bob", "Fred", "Ann"]);
});

test.each(["asGiven", "lowerCase"] as const)("names are kept as keySpelling=%s says", async (keySpelling) => {
  const device = await startDevice({ dialects: { keySpelling } });
  const admin = new Person(device);
  await admin.send("POST", "auth/users/", { json: fred });
  await admin.send("POST", "autoping/items/", { json: { addresses: ["Router.Example"], outlets: [] } });
  await admin.put("auth/clients/CI/", { name: "CI" });
  await admin.put("script/snippets/Greet/", { source: "" });
  const { auth, autoping, script } = device.tree;
  const kept = [auth.users[1]?.name, autoping.items[0]?.addresses[0], ...Object.keys(auth.clients)];
  const given = ["Fred", "Router.Example", "CI", "Greet"];
  expect([...kept, ...Object.keys(script.snippets)]).toEqual(
    keySpelling === "lowerCase" ? given.map((name) => name.toLowerCase()) : given,
  );
  expect(Object.values(auth.clients)[0]?.name).toBe(Object.keys(auth.clients)[0]);
});

test.each([
  ["staysEnabled", true],
  ["readsDisabled", false],
] as const)("an item on trial shows enabled as autopingTrial=%s says", async (autopingTrial, onTrial) => {
  const device = await startDevice({ dialects: { autopingTrial } });
  const admin = new Person(device);
  device.tree.autoping.enabled = true;
  await admin.send("POST", "autoping/items/", { json: { addresses: ["a"], outlets: [], pings_before_enabling: 1 } });
  expect(await admin.get("autoping/items/0/enabled/")).toBe(onTrial);
  device.ping(0, true);
  expect(await admin.get("autoping/items/0/enabled/")).toBe(true);
  expect(await admin.put("autoping/items/0/enabled/", false)).toBe(204);
  expect(await admin.get("autoping/items/0/enabled/")).toBe(false);
  expect(device.tree.autoping.items[0]?.enabled).toBe(false);
});

test("an item that is off is not on trial", async () => {
  const device = await startDevice();
  device.changeByHand("autoping/items/0", { addresses: ["a"], outlets: [], enabled: false } as never);
  const stateOf = () => device.tree.autoping.items[0]?.status.hosts[0]?.state;
  expect(stateOf()).toBe("idle");
  device.changeByHand("autoping/items/0/enabled", true);
  expect(stateOf()).toBe("trial");
  device.changeByHand("autoping/items/0/enabled", false);
  expect(stateOf()).toBe("idle");
});

test.each([
  ["null", [null, "Outlet 2", null, null, "Outlet 5", null, null, null]],
  ["leftOut", ["Outlet 2", "Outlet 5"]],
  ["numbered", { 1: "Outlet 2", 4: "Outlet 5" }],
] as const)(
  "a list of which a login may read two elements looks as hiddenElements=%s says",
  async (hiddenElements, list) => {
    const device = await startDevice({ dialects: { hiddenElements } });
    const admin = new Person(device);
    device.tree.config.allow_rest_nonadmin = true;
    const access = Array.from({ length: 8 }, (_, index) => index === 1 || index === 4);
    await admin.send("POST", "auth/users/", { json: { ...fred, outlet_access: access } });
    const shown = (await new Person(device, fred.name, fred.password).send("GET", "relay/outlets/")).json;
    const names = Object.entries(shown as object).map(([key, value]) => [
      key,
      (value as { name: string } | null)?.name ?? null,
    ]);
    expect(Array.isArray(shown) ? names.map(([, name]) => name) : Object.fromEntries(names)).toEqual(list);
    expect(await admin.get("relay/outlets/")).toHaveLength(8);
  },
);

describe("a key that every JavaScript object has is a key like any other", () => {
  const names = ["__proto__", "constructor", "toString"];

  test.each(names)("%s of a map: alone, with its map, and in a JSON patch", async (name) => {
    const device = await startDevice({ dialects: { patchOperations: "all" } });
    const admin = new Person(device);
    const text = (value: unknown) => JSON.stringify({ [name]: value });
    const whole = (path: string) => admin.send("GET", path).then(({ body }) => body.trim());
    expect(await admin.put(`script/snippets/${name}/`, { source: "a = 1" })).toBe(204);
    expect(await admin.get(`script/snippets/${name}/source/`)).toBe("a = 1");
    expect(await whole("script/snippets/")).toContain(`"${name}":{"source":"a = 1"}`);
    expect((await admin.send("DELETE", `script/snippets/${name}/`)).status).toBe(204);
    expect((await admin.send("GET", `script/snippets/${name}/`)).status).toBe(404);
    const json = { "Content-Type": "application/json" };
    expect((await admin.send("PUT", "script/variables/", { text: text(5), headers: json })).status).toBe(204);
    expect(await whole("script/variables/")).toBe(text(5));
    expect(await admin.put(`script/variables/${name}/`, 6)).toBe(204);
    expect(await whole("script/variables/")).toBe(text(6));
    expect((await admin.send("GET", `script/${name}/`)).status).toBe(404);
    expect((await admin.send("GET", `script/variables/all;${name}=1/`)).status).toBe(404);
  });
});
