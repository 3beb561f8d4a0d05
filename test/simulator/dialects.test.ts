/** Every dialect of the simulator is documented, and what each value changes. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { ROOT } from "../../scripts/engine/pins";
import { type Dialect, type DialectName, dialects } from "../../simulator";
import { dialectSettings } from "../../simulator/dialects";
import { Person } from "./http";
import { startDevice } from "./start";

const pairs = Object.entries(dialects).flatMap(([name, { values }]) =>
  values.map((value): [DialectName, unknown] => [name as DialectName, value]),
);

const facts = readFileSync(path.join(ROOT, "docs", "device.md"), "utf8");
const [, unknowns = "", questions = ""] = /^## 11 (.*?)^## 12 (.*?)^## 13 /ms.exec(facts) ?? [];

/** Whether a cell of a table has exactly this text. */
function isRow(table: string, cell: string): boolean {
  return new RegExp(`\\| *${cell} *\\|`).test(table);
}

/** Citations in a source that docs/device.md lacks. */
function missingIn(source: string): string[] {
  const sections = [...source.matchAll(/(?:sections?|and) (\d+(?:\.\d+)?)/g)].map(([, number]) => number ?? "");
  const rows = [...source.matchAll(/#(\d+)/g)].map(([, number]) => number ?? "");
  return [
    ...sections.filter((number) => !new RegExp(`^#+ ${number} `, "m").test(facts)),
    ...rows.filter((number) => !isRow(unknowns, number)).map((number) => `#${number}`),
  ];
}

describe("dialects", () => {
  test.each(Object.entries<Dialect>(dialects))(
    "%s has a description, a source, and its default among several values",
    (name, { description, source, values, default: usual }) => {
      expect(description.length).toBeGreaterThan(10);
      expect(source).toMatch(/^(device\.md sections? \d|report by \S|https:\/\/\S)/);
      expect(missingIn(source)).toEqual([]);
      expect(
        isRow(questions, `\`${name}\``) ? [] : [`a row of ${name} in a table of docs/device.md section 12`],
      ).toEqual([]);
      expect(new Set(values).size).toBeGreaterThan(1);
      expect(values).toContain(usual);
    },
  );

  test("a source that cites a section or a row that docs/device.md does not have is found", () => {
    expect(missingIn("device.md sections 1.2 and 99 #8 and #888")).toEqual(["99", "#888"]);
  });

  test.each(pairs)("a device with %s=%s responds", async (name, value) => {
    const device = await startDevice({ dialects: { [name]: value } });
    expect(device.dialects[name]).toBe(value);
    expect((await new Person(device).send("GET", "relay/name/")).status).toBe(200);
  });

  test("values may be texts; unknown names and values are refused with a list of the known ones", () => {
    expect(dialectSettings({ deleteAnswer: "200" }).deleteAnswer).toBe(200);
    expect(() => dialectSettings({ nosuch: 1 })).toThrow(/no dialect "nosuch".*postAnswer/);
    expect(() => dialectSettings({ deleteAnswer: 500 })).toThrow(/cannot be "500".*204, 200/);
  });
});

describe("the form of JSON", () => {
  const raw = async (path: string, settings: Parameters<typeof startDevice>[0]) =>
    (await new Person(await startDevice(settings)).send("GET", path)).body;

  test.each([
    ["integers", "3"],
    ["floats", "3.0"],
    ["fractions", "3.000000"],
  ] as const)("numbersAs=%s sets the form of numbers", async (numbersAs, text) => {
    expect(await raw("relay/sequence_delay/", { dialects: { numbersAs } })).toBe(text);
  });

  test.each([
    ["typed", "{}", "[]"],
    ["array", "[]", "[]"],
    ["object", "{}", "{}"],
  ] as const)("emptyTable=%s sets the form of empty objects and arrays", async (emptyTable, map, list) => {
    expect(await raw("script/threads/", { dialects: { emptyTable } })).toBe(map);
    expect(await raw("autoping/items/", { dialects: { emptyTable } })).toBe(list);
  });

  test("keyOrder decides whether members are shuffled or come as declared", async () => {
    const orders = async (keyOrder: "shuffled" | "declared") => {
      const admin = new Person(await startDevice({ dialects: { keyOrder } }));
      const texts = [];
      for (let time = 0; time < 5; time += 1) {
        texts.push(Object.keys((await admin.get("relay/outlets/0/")) as object).join());
      }
      return new Set(texts).size;
    };
    expect(await orders("shuffled")).toBeGreaterThan(1);
    expect(await orders("declared")).toBe(1);
  });

  test("both forms of an empty table are accepted", async () => {
    const device = await startDevice();
    device.tree.config.ntp_peers = ["a"];
    expect(await new Person(device).put("config/ntp_peers/", {})).toBe(204);
    expect(device.tree.config.ntp_peers).toEqual([]);
  });
});

describe("the form of responses", () => {
  test.each([
    ["text", "Not found\n"],
    ["json", '{"error":{"code":404,"message":"Not found"}}'],
    ["empty", ""],
  ] as const)("errorBodyForm=%s sets the body of an error", async (errorBodyForm, body) => {
    const device = await startDevice({ dialects: { errorBodyForm } });
    expect((await new Person(device).send("GET", "nosuch/")).body).toBe(body);
  });

  test("errorBodyForm=html escapes what an error quotes", async () => {
    const device = await startDevice({ dialects: { errorBodyForm: "html" } });
    const { body } = await new Person(device).send("PUT", "relay/", { json: { "<b>": 1 } });
    expect(body).toContain("<h1>409 Conflict</h1>");
    expect(body).not.toContain("<b>");
  });

  test.each([
    ["DELETE", "config/ntp_peers/0/", { deleteAnswer: 200 }, 200],
    ["DELETE", "config/ntp_peers/0/", { deleteAnswer: 204 }, 204],
    ["PATCH", "relay/name/", { patchScalarStatus: 200 }, 200],
    ["PATCH", "relay/name/", { patchScalarStatus: 204 }, 204],
    ["POST", "relay/outlets/0/cycle/", { callStatus: 200 }, 200],
    ["PUT", "script/snippets/new/", { putCreateStatus: 201 }, 201],
    ["PUT", "relay/version/", { methodRefusedStatus: 403 }, 403],
    ["PUT", "config/ssh_port/", { badBodyStatus: 422 }, 422],
    ["PUT", "relay/sequence_delay/", { badBodyStatus: 409 }, 409],
    ["PATCH", "relay/", { mergePatch: "refused" }, 415],
    ["PATCH", "script/snippets/new/", {}, 404],
  ] as const)("the response to %s %s under %j is %d", async (method, path, settings, status) => {
    const device = await startDevice({ dialects: settings });
    const bodies: Record<string, unknown> = { "script/snippets/new/": { source: "" }, "relay/": { name: "x" } };
    const json = path.startsWith("relay/outlets") ? [] : (bodies[path] ?? "x");
    expect((await new Person(device).send(method, path, { json })).status).toBe(status);
  });

  test("a PATCH by an object of members works under mergePatch=taken only", async () => {
    const device = await startDevice({ dialects: { mergePatch: "taken" } });
    const { status } = await new Person(device).send("PATCH", "relay/", { json: { name: "x", cycle_delay: 9 } });
    expect([status, device.tree.relay.name, device.tree.relay.cycle_delay]).toEqual([204, "x", 9]);
  });

  test.each([
    ["taken", 204, ["x", 9]],
    ["refused", 415, ["DLI Controller", 5]],
    ["firstOperation", 204, ["x", 5]],
    ["ignored", 204, ["DLI Controller", 5]],
  ] as const)("jsonPatch=%s decides about what becomes of a JSON patch", async (jsonPatch, status, values) => {
    const device = await startDevice({ dialects: { jsonPatch } });
    const json = [
      { op: "replace", path: "/name", value: "x" },
      { op: "replace", path: "/cycle_delay", value: 9 },
    ];
    expect((await new Person(device).send("PATCH", "relay/", { json })).status).toBe(status);
    expect([device.tree.relay.name, device.tree.relay.cycle_delay]).toEqual(values);
  });

  test.each([
    [{}, 204, ["one", "two"]],
    [{ patchPointers: "ownMembers" }, 409, ["Outlet 1", "Outlet 2"]],
  ] as const)("a JSON patch of several elements under %j is answered with %d", async (settings, status, names) => {
    const device = await startDevice({ dialects: settings });
    const json = [
      { op: "replace", path: "/0/name", value: "one" },
      { op: "replace", path: "/1/name", value: "two" },
    ];
    const admin = new Person(device);
    expect((await admin.send("PATCH", "relay/outlets/", { json })).status).toBe(status);
    expect(device.tree.relay.outlets.slice(0, 2).map(({ name }) => name)).toEqual(names);
    const own = [{ op: "replace", path: "/name", value: "mine" }];
    expect((await admin.send("PATCH", "relay/outlets/1/", { json: own })).status).toBe(204);
  });

  test.each([
    ["nothing", "DLI Controller"],
    ["upToThere", "x"],
  ] as const)(
    "patchFailure=%s decides about what stays of a JSON patch that is refused",
    async (patchFailure, name) => {
      const device = await startDevice({ dialects: { patchFailure } });
      const json = [
        { op: "replace", path: "/name", value: "x" },
        { op: "replace", path: "/version", value: "2" },
        { op: "replace", path: "/cycle_delay", value: 9 },
      ];
      expect((await new Person(device).send("PATCH", "relay/", { json })).status).toBe(405);
      expect([device.tree.relay.name, device.tree.relay.cycle_delay]).toEqual([name, 5]);
    },
  );

  test.each([
    ["replaceAndTest", 409, ["a"]],
    ["all", 204, ["b"]],
  ] as const)(
    "patchOperations=%s decides about add and remove in a JSON patch",
    async (patchOperations, status, peers) => {
      const device = await startDevice({ dialects: { patchOperations } });
      device.tree.config.ntp_peers = ["a"];
      const json = [
        { op: "remove", path: "/0" },
        { op: "add", path: "/-", value: "b" },
      ];
      expect((await new Person(device).send("PATCH", "config/ntp_peers/", { json })).status).toBe(status);
      expect(device.tree.config.ntp_peers).toEqual(peers);
    },
  );

  test.each([
    ["nulls", "[null,null]"],
    ["emptyTexts", '["",""]'],
    ["emptyList", "[]"],
  ] as const)("matrixWriteBody=%s sets the body of a matrix write", async (matrixWriteBody, body) => {
    const device = await startDevice({ dialects: { matrixWriteBody } });
    const answer = await new Person(device).send("PUT", "relay/outlets/=0,1/critical/", { json: true });
    expect([answer.status, answer.body]).toEqual([207, body]);
  });

  test.each([
    ["refused", 409],
    ["ignored", 204],
  ] as const)("unknownMember=%s decides about unknown members in a write", async (unknownMember, status) => {
    const device = await startDevice({ dialects: { unknownMember } });
    expect(await new Person(device).put("network/wireless/", { enabled: true, speed: 1 })).toBe(status);
    expect(device.tree.network.wireless.enabled).toBe(status === 204);
  });

  test("readonlyMember=refused refuses a PUT with a read-only member", async () => {
    const device = await startDevice({ dialects: { readonlyMember: "refused" } });
    expect(await new Person(device).put("relay/outlets/0/", { name: "x", physical_state: true })).toBe(409);
  });
});
