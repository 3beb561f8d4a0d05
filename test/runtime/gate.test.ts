/** The gate's judgement of requests, compared with a tree to which any request is applied. */
import * as fc from "fast-check";
import { all, allWhere, elements, isJsonObject, type Json, members, type Segment, where } from "../../provider/client";
import type { WriteRequest } from "../../provider/runtime/gate/effect";
import { accessLoss, leaves } from "../../provider/runtime/gate/own-access";
import { foreignOwner, withoutForeign } from "../../provider/runtime/gate/owned-subtrees";
import { isReboot, powerLoss, powerLossByReboot } from "../../provider/runtime/gate/protected-outlets";
import { gateWith } from "./gate-with";
import { apply, type Tree } from "./request-tree";

const outlet = (name: string) => ({ name, state: true, transient_state: true, physical_state: true, locked: false });
const fresh = (): Tree => ({
  relay: { name: "rack", outlets: [outlet("a"), outlet("b"), outlet("c")] },
  auth: { realm: "DLI", users: [{ name: "admin" }] },
  autoping: { items: [] },
});

const key = fc.constantFrom(
  "relay",
  "outlets",
  "state",
  "transient_state",
  "name",
  "auth",
  "users",
  "0",
  "1",
  "2",
  "01",
);
const selection = fc.constantFrom(
  all,
  elements(0, 1),
  elements(1),
  elements(2),
  where({ name: "b" }),
  allWhere({ locked: false }),
);
const path = fc.oneof(
  fc.array(key, { maxLength: 4 }),
  fc
    .tuple(
      fc.constant<Segment[]>(["relay", "outlets"]),
      fc.oneof(selection, fc.constantFrom("0", "1", "2")),
      fc.array(fc.constantFrom("state", "transient_state", "name"), { maxLength: 1 }),
    )
    .map(([base, middle, rest]): Segment[] => [...base, middle, ...rest]),
  fc
    .tuple(fc.constantFrom("0", "1"), fc.constant(members("state", "name")))
    .map(([index, names]): Segment[] => ["relay", "outlets", index, names]),
);
const leaf = fc.constantFrom<Json>(true, false, null, "b", 0, {}, []);
const outletValue = fc.record(
  { name: fc.constant("x"), state: fc.boolean(), transient_state: fc.boolean() },
  { requiredKeys: [] },
);
const value: fc.Arbitrary<Json> = fc.oneof(
  leaf,
  outletValue as fc.Arbitrary<Json>,
  fc.array(outletValue, { maxLength: 3 }) as fc.Arbitrary<Json>,
  fc.record(
    { outlets: fc.array(outletValue, { maxLength: 3 }), name: fc.constant("y") },
    { requiredKeys: [] },
  ) as fc.Arbitrary<Json>,
);
/** Steps that a device may read like those of a path: a selection, an escape, another name for an index. */
const oddStep = fc.constantFrom("all;", "=0,1", "%30", "name=b", "-", "..", "~");
const pointer = fc
  .tuple(
    fc.constantFrom("", "/relay", "/relay/outlets", "/relay/outlets"),
    fc.array(fc.oneof({ weight: 4, arbitrary: key }, { weight: 1, arbitrary: oddStep }), { maxLength: 3 }),
  )
  .map(([start, steps]) => start + steps.map((step) => `/${step}`).join(""));
const operation = fc.record({
  op: fc.constantFrom("add", "replace", "remove", "move", "copy", "test"),
  path: pointer,
  from: pointer,
  value,
});
const request: fc.Arbitrary<WriteRequest> = fc.oneof(
  fc.record({ method: fc.constantFrom("PUT" as const, "DELETE" as const), segments: path, value }),
  fc.record({
    method: fc.constant("PATCH" as const),
    segments: path,
    value: fc.array(operation, { maxLength: 3 }) as fc.Arbitrary<Json>,
  }),
);

const isOn = (tree: Tree, index: number) => {
  const relay = tree["relay"];
  const outlets = isJsonObject(relay) ? relay["outlets"] : undefined;
  const found = Array.isArray(outlets) ? outlets[index] : undefined;
  return isJsonObject(found) && found["state"] === true && found["transient_state"] === true;
};

const runs = { numRuns: 20_000 };

test("whatever leaves a protected outlet off in the tree is seen in the request alone", () => {
  let off = 0;
  fc.assert(
    fc.property(request, fc.integer({ min: 0, max: 2 }), (sent, index) => {
      const stays = isOn(apply(fresh(), sent), index);
      off += stays ? 0 : 1;
      return stays || powerLoss(sent, index + 1) !== undefined;
    }),
    runs,
  );
  expect(off).toBeGreaterThan(2_000);
});

test("whatever changes the list of users is seen as the User's, unless a User sends it", () => {
  let changed = 0;
  fc.assert(
    fc.property(request, (sent) => {
      const after = apply(fresh(), sent);
      const auth = after["auth"];
      const users = isJsonObject(auth) ? auth["users"] : undefined;
      const isSame = JSON.stringify(users) === JSON.stringify([{ name: "admin" }]);
      changed += isSame ? 0 : 1;
      return isSame || (foreignOwner(sent, "Setting") ?? "").startsWith("User");
    }),
    runs,
  );
  expect(changed).toBeGreaterThan(200);
});

describe("an outlet may be", () => {
  const of = (method: WriteRequest["method"], segments: Segment[], json?: Json): WriteRequest => ({
    method,
    segments,
    value: json,
  });

  test.each([
    ["renamed", of("PUT", ["relay", "outlets", "0", "name"], "x")],
    ["left to a recovery of the last state", of("PUT", ["relay", "recovery_mode"], 2)],
    ["switched on", of("PUT", ["relay", "outlets", "0", "state"], true)],
    ["left alone while another is switched off", of("PUT", ["relay", "outlets", "1", "state"], false)],
    ["left alone by a selection of others", of("PUT", ["relay", "outlets", elements(1, 2), "state"], false)],
    ["left alone by a call about others", of("POST", ["relay", "set_outlet_transient_states"], [[[1, false]]])],
    ["switched on by the call", of("POST", ["relay", "set_outlet_transient_states"], [[[0, true]]])],
  ])("%s although it is protected", (_what, sent) => {
    expect(powerLoss(sent, 1)).toBeUndefined();
  });

  test.each([
    ["switched off", of("PUT", ["relay", "outlets", "0", "state"], false)],
    ["switched off under a name in capitals", of("PUT", ["Relay", "outlets", "0", "STATE"], false)],
    ["switched off under a name with a blank", of("PUT", ["relay", "outlets", " 0", "state "], false)],
    ["switched off behind slashes that are encoded", of("PUT", ["relay/outlets", "0/state"], false)],
    ["switched off behind backslashes", of("PUT", ["relay\\outlets\\0\\state"], false)],
    ["switched off as a member in capitals", of("PUT", ["relay"], { Outlets: [{ state: false }] })],
    ["set to nothing", of("PUT", ["relay", "outlets", "0", "transient_state"], null)],
    ["switched off by a form", of("PATCH", ["relay", "outlets", "0"], { state: false })],
    ["cycled", of("POST", ["relay", "outlets", "0", "cycle"])],
    ["cycled with all", of("POST", ["relay", "outlets", all, "cycle"])],
    ["cycled by its name", of("POST", ["relay", "outlets", where({ name: "a" }), "cycle"])],
    ["switched off by the call", of("POST", ["relay", "set_outlet_transient_states"], [[[0, false]]])],
    ["reached by a call of another form", of("POST", ["relay", "set_outlet_transient_states"], ["?"])],
    ["overwritten with the whole relay", of("PUT", ["relay"], {})],
    ["left to a recovery that may switch all off", of("PUT", ["relay", "recovery_mode"], 0)],
    ["left to a recovery of an unknown number", of("PUT", ["relay", "recovery_mode"], 256)],
    ["left to a recovery between two numbers", of("PUT", ["relay", "recovery_mode"], 2.5)],
    ["left to a recovery of an odd kind", of("PATCH", ["relay"], [{ op: "remove", path: "/recovery_mode" }])],
  ])("not %s when it is protected", (_what, sent) => {
    expect(powerLoss(sent, 1)).toBeDefined();
  });

  test("not moved to another place by one that is inserted before it, when it is protected", () => {
    const inserted = [{ op: "add", path: "/0", value: { state: true, transient_state: true } }];
    expect(powerLoss(of("PATCH", ["relay", "outlets"], inserted), 2)).toBeDefined();
  });

  test("rebooted away only where its state or the recovery mode may leave it off", () => {
    for (const call of ["reboot", "upgrade", "restore_backup", "apply_maintenance_code"]) {
      expect(isReboot(of("POST", ["system", call]))).toBe(true);
    }
    expect(isReboot(of("PUT", ["system", "reboot"], []))).toBe(true);
    expect(isReboot(of("PUT", ["system"], { reboot: [] }))).toBe(true);
    expect(isReboot(of("PUT", ["system"], { time: 1 }))).toBe(false);
    expect(isReboot(of("POST", ["system", "create_backup"]))).toBe(false);
    expect(isReboot(of("PUT", ["system", "time"], 1))).toBe(false);
    expect(powerLossByReboot({ recoveryMode: 2, isOnByState: true })).toBeUndefined();
    expect(powerLossByReboot({ recoveryMode: 3, isOnByState: true })).toBeUndefined();
    expect(powerLossByReboot({ recoveryMode: 4, isOnByState: true })).toContain("recovery_mode is 4");
    expect(powerLossByReboot({ recoveryMode: 1, isOnByState: true })).toContain("recovery_mode is 1");
    expect(powerLossByReboot({ recoveryMode: undefined, isOnByState: true })).toContain("does not show");
    expect(powerLossByReboot({ recoveryMode: 2, isOnByState: false })).toContain("persistent state is off");
  });
});

describe("our own access", () => {
  const of = (method: WriteRequest["method"], segments: Segment[], json?: Json): WriteRequest => ({
    method,
    segments,
    value: json,
  });
  const http = { url: "http://192.0.2.1", usesPassword: true };
  const tested = (path: string) => ({ op: "test", path, value: true });

  test.each([
    ["the REST switch alone", of("PUT", ["config", "allow_restapi"], false)],
    ["a form", of("PATCH", ["config"], { allow_restapi: false })],
    ["its name in capitals", of("PUT", ["config", "ALLOW_RESTAPI"], false)],
    ["a slash that is encoded", of("PUT", ["config/allow_restapi"], false)],
    ["a JSON Patch", of("PATCH", [], [{ op: "replace", path: "/config/allow_restapi", value: false }])],
    ["a pointer relative to the path", of("PATCH", ["config"], [{ op: "remove", path: "/allow_restapi" }])],
    ["a value from elsewhere", of("PATCH", ["config"], [{ op: "copy", from: "/x", path: "/allow_restapi" }])],
    ["a move from there", of("PATCH", ["config"], [{ op: "move", from: "/allow_restapi", path: "/x" }])],
    ["a move from nowhere", of("PATCH", ["config"], [{ op: "move", path: "/x" }])],
    ["an operation of its own", of("PATCH", ["config"], [{ op: "reset", path: "/allow_restapi" }])],
    ["a pointer that selects", of("PATCH", ["config"], [{ op: "replace", path: "/all;", value: false }])],
    ["an escaped pointer", of("PATCH", ["config"], [{ op: "remove", path: "/allow_rest%61pi" }])],
    ["a pointer without a slash", of("PATCH", ["config"], [{ op: "remove", path: "allow_restapi" }])],
    ["a pointer with too many", of("PATCH", [], [{ op: "remove", path: "/config//allow_restapi" }])],
    ["a pointer that goes up", of("PATCH", ["relay"], [{ op: "remove", path: "/../config/allow_restapi" }])],
    ["a pointer that is none", of("PATCH", ["config"], [{ op: "remove", path: 7 }])],
    ["an operation that is none", of("PATCH", ["config"], ["remove"])],
    ["one of several operations", of("PATCH", [], [tested("/config/x"), { op: "remove", path: "/config" }])],
    ["its removal", of("DELETE", ["config", "allow_restapi"])],
    ["a selection of members", of("PUT", ["config", members("hostname", "allow_restapi")], false)],
    ["the whole of config", of("PUT", ["config"], { hostname: "rack" })],
    ["the whole tree", of("PUT", [], {})],
    ["an empty list of ports", of("PUT", ["config", "http_ports"], {})],
    ["another port", of("PUT", ["config", "http_ports"], [8080])],
    ["the realm", of("PUT", ["auth", "realm"], "other")],
    ["everything about logins", of("PUT", ["auth"], { cookie_timeout: 5 })],
    ["the address", of("PUT", ["network", "wired", "ip_address"], "192.0.2.9")],
    ["something inside the network that is not known yet", of("PUT", ["network", "firewall", "rules", "0"], true)],
  ])("is seen to end by %s", (_what, sent) => {
    expect(accessLoss(sent, http)).toBeDefined();
  });

  test.each([
    ["the host name", of("PUT", ["config", "hostname"], "rack")],
    ["REST for others", of("PUT", ["config", "allow_restapi_nonadmin"], false)],
    ["the ports with ours among them", of("PUT", ["config", "http_ports"], [80, 8080])],
    ["the ports of the other scheme", of("PUT", ["config", "https_ports"], [])],
    ["REST switched on", of("PUT", ["config", "allow_restapi"], true)],
    ["an account", of("POST", ["auth", "users"], { name: "fred" })],
    ["nothing, by a test", of("PATCH", ["config"], [tested("/allow_restapi")])],
    ["a name that only begins like it", of("PATCH", ["config"], [{ op: "remove", path: "/x~1allow_restapi" }])],
    ["REST switched on by a patch", of("PATCH", ["config"], [{ op: "add", path: "/allow_restapi", value: true }])],
  ])("survives a change of %s", (_what, sent) => {
    expect(accessLoss(sent, http)).toBeUndefined();
  });
});

test("of any value, what an import leaves to a Setting is what the gate lets a Setting write", () => {
  const named = fc.constantFrom(
    "relay",
    "outlets",
    "0",
    "state",
    "name",
    "auth",
    "users",
    "realm",
    "script",
    "snippets",
  );
  const tree = fc.letrec<{ node: Json }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 5 },
      { weight: 1, arbitrary: leaf },
      { weight: 1, arbitrary: fc.array(tie("node"), { maxLength: 2 }) },
      { weight: 4, arbitrary: fc.dictionary(named, tie("node"), { maxKeys: 4 }) as fc.Arbitrary<Json> },
    ),
  })).node;
  let withheldAny = 0;
  fc.assert(
    fc.property(fc.array(named, { maxLength: 3 }), tree, (segments, found) => {
      const part = withoutForeign(segments, found, "Setting");
      withheldAny += part.withheld.length > 0 ? 1 : 0;
      const written =
        part.value === undefined ? [] : leaves({ path: segments.join("/"), desired: part.value, present: undefined });
      return written.every(
        (one) =>
          foreignOwner(
            { method: "PUT", segments: one.path.split("/").filter(Boolean), value: one.desired },
            "Setting",
          ) === undefined,
      );
    }),
    { numRuns: 2_000 },
  );
  expect(withheldAny).toBeGreaterThan(100);
});

test.each<[string, Segment[], Json]>([
  ["a switch", ["relay", "outlets", "0", "state"], false],
  ["the recovery mode", ["relay", "recovery_mode"], 0],
  ["AutoPing", ["autoping", "enabled"], true],
  ["a reboot", ["system", "reboot"], null],
  ["fuses", ["relay", "fuses_enabled"], true],
])("what the program declares later protects an outlet from a request about %s", async (_what, segments, value) => {
  let numbers: number[] = [];
  const gate = gateWith({
    protectedOutlets: () => numbers,
    declared: async () => {
      numbers = [1];
    },
  });
  const tree: Tree = { relay: {}, autoping: { items: [{ addresses: ["a"], outlets: [0] }] } };
  const read = async (at: string) => tree[at.split("/")[0] as string] ?? null;
  const admitted = gate.admit({ method: "PUT", segments, value }, read);
  await expect(admitted).rejects.toThrow(/outlet 1 is protected/);
});

test.each<[string, Record<string, boolean>, mode: number, isRefused: boolean]>([
  ["on until the next reboot, in a cycle", { state: false, transient_state: true, physical_state: false }, 2, true],
  ["on, in a cycle", { state: true, transient_state: true, physical_state: false }, 0, true],
  ["on, in a cycle that its state follows", { state: true, transient_state: false, physical_state: false }, 0, true],
  ["on, and shows little", { state: true, physical_state: false }, 0, true],
  ["on until the next reboot", { state: false, transient_state: true, physical_state: true }, 2, true],
  ["on", { state: true, transient_state: true, physical_state: true }, 2, false],
  ["off", { state: false, transient_state: false, physical_state: false }, 0, false],
  ["off, and shows little", { state: false, physical_state: false }, 0, false],
])("a reboot while a protected outlet is %s", async (_what, shown, recoveryMode, isRefused) => {
  const gate = gateWith({ type: "Reboot", protectedOutlets: () => [1] });
  const relay = { recovery_mode: recoveryMode, outlets: [shown] };
  const sent: WriteRequest = { method: "POST", segments: ["system", "reboot"], value: [] };
  const admitted = gate.admit(sent, async (at) => (at === "relay/" ? relay : relay.outlets));
  await (isRefused ? expect(admitted).rejects.toThrow(/a reboot could leave it off/) : admitted);
});
