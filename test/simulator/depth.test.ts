/** Reading at a limited depth, and Link headers. */
import { Person } from "./http";
import { startDevice } from "./start";

describe("depth and links", () => {
  test("depth 1 shows each child, scalars too, as a reference, with status 206", async () => {
    const device = await startDevice();
    const answer = await new Person(device).send("GET", "autoping/", { headers: { Range: "dli-depth=1" } });
    expect(answer.status).toBe(206);
    expect(answer.json).toMatchObject({ enabled: { $ref: "enabled/" }, items: { $ref: "items/" } });
  });

  test("depth 2 shows the children's values, with references relative to the requested address", async () => {
    const device = await startDevice({ dialects: { networkMembers: "seen" } });
    expect(await new Person(device).get("network/", { Range: "dli-depth=2" })).toEqual({
      wired: {
        protocol: { $ref: "wired/protocol/" },
        ip_address: { $ref: "wired/ip_address/" },
        netmask: { $ref: "wired/netmask/" },
        gateway: { $ref: "wired/gateway/" },
      },
      wireless: { enabled: { $ref: "wireless/enabled/" } },
      same_subnet_only: true,
    });
  });

  test("a reference percent-encodes unusual keys", async () => {
    const device = await startDevice();
    device.tree.script.snippets["a b/c"] = { source: "" };
    const value = await new Person(device).get("script/snippets/", { Range: "dli-depth=1" });
    expect(value).toEqual({ "a b/c": { $ref: "a%20b%2Fc/" } });
  });

  test.each([
    ["level", [{ $ref: "0/" }, { $ref: "1/" }]],
    ["numberedObject", { "0": { $ref: "0/" }, "1": { $ref: "1/" } }],
  ] as const)("an array at a limited depth has the form of depthArrays=%s", async (depthArrays, expected) => {
    const device = await startDevice({ dialects: { depthArrays } });
    expect(await new Person(device).get("config/ntp_peers/", { Range: "dli-depth=1" })).toEqual(expected);
  });

  test("depthArrays=whole shows arrays in full", async () => {
    const device = await startDevice({ dialects: { depthArrays: "whole" } });
    const value = (await new Person(device).get("relay/", { Range: "dli-depth=1" })) as Record<string, unknown>;
    expect(value["outlets"]).toEqual(device.tree.relay.outlets);
    expect(value["name"]).toEqual({ $ref: "name/" });
  });

  test.each([
    ["reference", 206, { $ref: "" }],
    ["asOne", 206, { enabled: { $ref: "enabled/" } }],
    ["unlimited", 206, { enabled: false }],
  ] as const)("a request of depth 0 is handled as depthZero=%s says", async (depthZero, status, value) => {
    const device = await startDevice({ dialects: { depthZero, networkMembers: "seen" } });
    const answer = await new Person(device).send("GET", "network/wireless/", { headers: { Range: "dli-depth=0" } });
    expect([answer.status, answer.json]).toEqual([status, value]);
  });

  test("another kind of Range and a header dli-depth have no effect", async () => {
    const device = await startDevice({ dialects: { networkMembers: "seen" } });
    const admin = new Person(device);
    for (const headers of [{ Range: "bytes=0-1" }, { "dli-depth": "1" }]) {
      const answer = await admin.send("GET", "network/wireless/", { headers });
      expect([answer.status, answer.json]).toEqual([200, { enabled: false }]);
    }
  });

  test("config has one Link header per child, more than 100, unless linkHeaders=off", async () => {
    const device = await startDevice({ dialects: { passwordRead: "empty" } });
    const { rawHeaders, json } = await new Person(device).send("GET", "config/");
    const links = rawHeaders.filter((text) => text.endsWith("rel=item"));
    expect(links).toHaveLength(Object.keys(json as object).length);
    expect(links.length).toBeGreaterThan(100);
    expect(links).toContain("</restapi/config/hostname/>; rel=item");
    const silent = await startDevice({ dialects: { linkHeaders: "off" } });
    expect((await new Person(silent).send("GET", "config/")).headers.link).toBeUndefined();
  });
});
