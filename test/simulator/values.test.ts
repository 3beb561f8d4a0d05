/** Values, methods and media types. */
import { Person } from "./http";
import { startDevice } from "./start";

describe("values and verbs", () => {
  test("a PUT of JSON, of a form and of plain text sets a scalar and returns 204 without a body", async () => {
    const device = await startDevice();
    const admin = new Person(device);
    const json = await admin.send("PUT", "relay/name/", { json: "From JSON" });
    expect([json.status, json.body, device.tree.relay.name]).toEqual([204, "", "From JSON"]);
    await admin.send("PUT", "relay/name/", { form: { value: "From a form & more" } });
    expect(device.tree.relay.name).toBe("From a form & more");
    await admin.send("PUT", "relay/name/", { text: "plain", headers: { "Content-Type": "text/plain" } });
    expect(device.tree.relay.name).toBe("plain");
  });

  test.each(["true", "1", "false", "0"])("the form value=%s is a boolean", async (value) => {
    const device = await startDevice();
    device.tree.config.ssh_enabled = value === "false" || value === "0";
    const { status } = await new Person(device).send("PUT", "config/ssh_enabled/", { form: { value } });
    expect([status, device.tree.config.ssh_enabled]).toEqual([204, value === "true" || value === "1"]);
  });

  test("a bare true without a content type is accepted", async () => {
    const device = await startDevice();
    expect((await new Person(device).send("PUT", "config/ssh_enabled/", { text: "true" })).status).toBe(204);
    expect(device.tree.config.ssh_enabled).toBe(true);
  });

  test("a value of the wrong type, broken JSON and an unknown media type are refused and change nothing", async () => {
    const device = await startDevice();
    const admin = new Person(device);
    const before = structuredClone(device.tree.config);
    expect(await admin.put("config/ssh_enabled/", "true")).toBe(400);
    expect(await admin.put("config/ssh_port/", true)).toBe(400);
    const json = { "Content-Type": "application/json" };
    expect((await admin.send("PUT", "config/ssh_port/", { text: "{", headers: json })).status).toBe(400);
    const image = { "Content-Type": "image/png" };
    expect((await admin.send("PUT", "config/ssh_port/", { text: "1", headers: image })).status).toBe(415);
    expect(await admin.put("config/ssh_port/", 70000)).toBe(409);
    expect(device.tree.config).toEqual(before);
  });

  test("a read-only value refuses a PUT", async () => {
    const device = await startDevice();
    const admin = new Person(device);
    expect(await admin.put("config/version/", "9.9")).toBe(405);
    expect(await admin.put("relay/outlets/0/physical_state/", false)).toBe(405);
    expect(device.tree.config.version).toBe("1.12.14.0");
  });

  test("a call has no value and is left out of its object", async () => {
    const device = await startDevice();
    const admin = new Person(device);
    expect((await admin.send("GET", "relay/outlets/0/cycle/")).status).toBe(405);
    expect(Object.keys((await admin.get("relay/outlets/0/")) as object).sort()).toEqual([
      "critical",
      "cycle_delay",
      "locked",
      "name",
      "physical_state",
      "state",
      "transient_state",
    ]);
  });

  test("a PUT of an object sets the given members, skips read-only ones and refuses unknown ones", async () => {
    const device = await startDevice();
    const admin = new Person(device);
    const value = { name: "Pump", critical: true, physical_state: false };
    expect(await admin.put("relay/outlets/1/", value)).toBe(204);
    expect(device.tree.relay.outlets[1]).toMatchObject({ name: "Pump", critical: true, physical_state: true });
    expect(await admin.put("relay/outlets/1/", { name: "Other", icon: "x" })).toBe(409);
    expect(device.tree.relay.outlets[1]?.name).toBe("Pump");
  });

  test("a form PATCH changes some members, all of them or none", async () => {
    const device = await startDevice();
    const admin = new Person(device);
    const good = await admin.send("PATCH", "network/wired/", { form: { gateway: "10.0.0.1", netmask: "255.0.0.0" } });
    expect(good.status).toBe(204);
    expect(device.tree.network.wired).toMatchObject({ gateway: "10.0.0.1", netmask: "255.0.0.0" });
    const bad = await admin.send("PATCH", "network/wired/", { form: { gateway: "10.0.0.9", protocol: "carrier" } });
    expect([bad.status, device.tree.network.wired.gateway]).toEqual([400, "10.0.0.1"]);
  });

  test("a JSON patch replaces values after its tests have passed", async () => {
    const device = await startDevice();
    const admin = new Person(device);
    const patch = (tested: string) => ({
      text: JSON.stringify([
        { op: "test", path: "/protocol", value: tested },
        { op: "replace", path: "/ip_address", value: "10.1.1.1" },
      ]),
      headers: { "Content-Type": "application/json-patch+json" },
    });
    expect((await admin.send("PATCH", "network/wired/", patch("dhcp"))).status).toBe(409);
    expect(device.tree.network.wired.ip_address).toBe("192.168.0.100");
    expect((await admin.send("PATCH", "network/wired/", patch("static"))).status).toBe(204);
    expect(device.tree.network.wired.ip_address).toBe("10.1.1.1");
  });

  test("a write with Prefer: return=representation returns the written value", async () => {
    const device = await startDevice();
    const headers = { Prefer: "return=representation" };
    const answer = await new Person(device).send("PUT", "relay/name/", { json: "Shown", headers });
    expect([answer.status, answer.json]).toEqual([200, "Shown"]);
  });

  test("an X-HTTP-Method of PUT turns a POST into a PUT", async () => {
    const device = await startDevice();
    const headers = { "X-HTTP-Method": "PUT" };
    expect((await new Person(device).send("POST", "relay/name/", { json: "Tunnelled", headers })).status).toBe(204);
    expect(device.tree.relay.name).toBe("Tunnelled");
  });

  test("a single value without an Accept header is bare text, a container JSON, and either HTML on request", async () => {
    const device = await startDevice();
    const admin = new Person(device);
    expect((await admin.send("GET", "relay/name/", { headers: { Accept: "*/*" } })).body).toBe("DLI Controller");
    const json = await admin.send("GET", "relay/outlets/", { headers: { Accept: "*/*" } });
    expect(json.headers["content-type"]).toBe("application/json");
    const html = await admin.send("GET", "relay/name/", { headers: { Accept: "text/html" } });
    expect([html.headers["content-type"], html.body.includes("<div")]).toEqual(["text/html", true]);
    expect((await admin.send("GET", "relay/", { headers: { Accept: "image/png" } })).status).toBe(406);
  });

  test("an unknown path is 404, a missing slash a redirect, and a HEAD has no body", async () => {
    const device = await startDevice();
    const admin = new Person(device);
    expect((await admin.send("GET", "power/current/")).status).toBe(404);
    expect((await admin.send("GET", "relay/outlets/8/")).status).toBe(404);
    const redirect = await admin.send("PUT", "relay/name", { json: "x" });
    expect([redirect.status, redirect.headers.location]).toEqual([301, "/restapi/relay/name/"]);
    expect(device.tree.relay.name).toBe("DLI Controller");
    const head = await admin.send("HEAD", "relay/outlets/");
    expect([head.status, head.body]).toEqual([200, ""]);
  });

  test("keys are percent-encoded, and !.. means the key of two dots", async () => {
    const device = await startDevice();
    const admin = new Person(device);
    expect(await admin.put("script/snippets/a%2Fb%3D1%20%3B/", { source: "x = 1" })).toBe(204);
    expect(await admin.put("script/snippets/!../", { source: "x = 2" })).toBe(204);
    expect(Object.keys(device.tree.script.snippets)).toEqual(["a/b=1 ;", ".."]);
    expect(await admin.get("script/snippets/!../source/")).toBe("x = 2");
    expect((await admin.send("GET", "script/snippets/!x/")).status).toBe(404);
    expect((await admin.send("DELETE", "script/snippets/a%2Fb%3D1%20%3B/")).status).toBe(204);
    expect(Object.keys(device.tree.script.snippets)).toEqual([".."]);
  });

  test("an array of fixed length accepts exactly one element per outlet", async () => {
    const device = await startDevice();
    const admin = new Person(device);
    const outlets = device.tree.upnp.outlets.map((outlet) => ({ ...outlet, exposed: true }));
    expect(await admin.put("upnp/outlets/", outlets.slice(1))).toBe(409);
    expect(await admin.put("upnp/outlets/", outlets)).toBe(204);
    expect(device.tree.upnp.outlets.every((outlet) => outlet.exposed)).toBe(true);
    expect((await admin.send("DELETE", "upnp/outlets/0/")).status).toBe(405);
    expect((await admin.post("upnp/outlets/", outlets[0])).status).toBe(405);
  });
});
