/** The gate's judgement of requests, against a tree to which any request is simply applied. */
import * as fc from "fast-check";
import {
  all,
  allWhere,
  devicePath,
  elements,
  isJsonObject,
  type Json,
  MatrixSegment,
  members,
  type Segment,
  where,
} from "../../provider/client";
import { concernsAutoPing, letsPingCycle } from "../../provider/runtime/gate/auto-ping";
import type { WriteRequest } from "../../provider/runtime/gate/effect";
import { accessLoss } from "../../provider/runtime/gate/own-access";
import { foreignOwner } from "../../provider/runtime/gate/owned-subtrees";
import { isReboot, powerLoss, powerLossByReboot } from "../../provider/runtime/gate/protected-outlets";

type Tree = { [key: string]: Json };

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
/** Steps that a device may read as those of a path: a selection, an escape, an index by another name. */
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

/** Names of the members that a segment selects. */
function selected(container: Json | undefined, segment: Segment): string[] {
  const names = typeof container === "object" && container !== null ? Object.keys(container) : [];
  if (!(segment instanceof MatrixSegment)) {
    return [Array.isArray(container) && /^\d+$/.test(segment) ? String(Number(segment)) : segment];
  }
  if (segment.text.startsWith("=")) {
    const chosen = segment.text.slice(1).split(",");
    return names.filter((name) => chosen.includes(name));
  }
  const [, field, wanted] = /([^=;]+)=([^=;]*)$/.exec(segment.text) ?? [];
  return names.filter(
    (name) => field === undefined || String((container as Record<string, Tree>)[name]?.[field]) === wanted,
  );
}

function applyAt(
  container: Json,
  [segment, ...rest]: readonly Segment[],
  change: (parent: Json, name: string) => void,
): void {
  for (const name of selected(container, segment as Segment).reverse()) {
    if (rest.length === 0) {
      change(container, name);
      continue;
    }
    const inside = (container as Tree)[name];
    if (typeof inside === "object" && inside !== null) {
      applyAt(inside, rest, change);
    }
  }
}

/** What a value that overwrites an object leaves out may stay as it was. */
type Left = "kept" | "fresh";

function put(tree: Tree, segments: readonly Segment[], json: Json, left: Left = "fresh"): Tree {
  if (segments.length === 0) {
    return isJsonObject(json) ? structuredClone(json) : {};
  }
  applyAt(tree, segments, (parent, name) => {
    const before = left === "kept" && isJsonObject(json) ? (parent as Tree)[name] : undefined;
    (parent as Tree)[name] = structuredClone(isJsonObject(before) ? { ...before, ...(json as Tree) } : json);
  });
  return tree;
}

function remove(tree: Tree, segments: readonly Segment[]): Tree {
  if (segments.length === 0) {
    return {};
  }
  applyAt(tree, segments, (parent, name) => {
    if (Array.isArray(parent)) {
      parent.splice(/^\d+$/.test(name) ? Number(name) : parent.length, 1);
    } else {
      delete (parent as Tree)[name];
    }
  });
  return tree;
}

function apply(tree: Tree, { method, segments, value: json }: WriteRequest, left: Left = "fresh"): Tree {
  if (method === "PUT") {
    return put(tree, segments, json as Json, left);
  }
  if (method === "DELETE") {
    return remove(tree, segments);
  }
  let now = tree;
  for (const { op, path: to, from, value: given } of json as {
    op: string;
    path: string;
    from: string;
    value: Json;
  }[]) {
    const steps = (text: string): Segment[] => [...segments, ...text.split("/").slice(1).map(stepOf)];
    if (op === "replace") {
      now = put(now, steps(to), given, left);
    } else if (op === "add") {
      now = insert(now, steps(to), given);
    } else if (op === "remove") {
      now = remove(now, steps(to));
    } else if (op === "move" || op === "copy") {
      const [value] = found(now, steps(from));
      now = op === "move" ? remove(now, steps(from)) : now;
      now = insert(now, steps(to), value ?? null);
    }
  }
  return now;
}

/** As a device that reads a pointer as it reads a path. */
function stepOf(step: string): Segment {
  if (step === "~") {
    return "0";
  }
  return step === ".." ? all : (devicePath.parse(step).segments[0] as Segment);
}

/** Into an array it is inserted, and what stood there moves. */
function insert(tree: Tree, segments: readonly Segment[], json: Json): Tree {
  const last = segments.at(-1);
  const isInserted = typeof last === "string" && (last === "-" || /^\d+$/.test(last));
  if (!isInserted) {
    return put(tree, segments, json);
  }
  applyAt(tree, segments, (parent, name) => {
    if (Array.isArray(parent)) {
      parent.splice(name === "-" ? parent.length : Number(name), 0, structuredClone(json));
    } else {
      (parent as Tree)[name] = structuredClone(json);
    }
  });
  return tree;
}

/** The values at a path. */
function found(tree: Tree, segments: readonly Segment[]): Json[] {
  const values: Json[] = [];
  applyAt({ root: tree }, ["root", ...segments], (parent, name) => {
    const value = (parent as Tree)[name];
    if (value !== undefined) {
      values.push(value);
    }
  });
  return values;
}

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
    ["set to nothing", of("PUT", ["relay", "outlets", "0", "transient_state"], null)],
    ["switched off by a form", of("PATCH", ["relay", "outlets", "0"], { state: false })],
    ["cycled", of("POST", ["relay", "outlets", "0", "cycle"])],
    ["cycled with all", of("POST", ["relay", "outlets", all, "cycle"])],
    ["cycled by its name", of("POST", ["relay", "outlets", where({ name: "a" }), "cycle"])],
    ["switched off by the call", of("POST", ["relay", "set_outlet_transient_states"], [[[0, false]]])],
    ["reached by a call of another form", of("POST", ["relay", "set_outlet_transient_states"], ["?"])],
    ["overwritten with the whole relay", of("PUT", ["relay"], {})],
    ["left to a recovery that may switch all off", of("PUT", ["relay", "recovery_mode"], 0)],
    ["left to a recovery of an odd kind", of("PATCH", ["relay"], [{ op: "remove", path: "/recovery_mode" }])],
  ])("not %s when it is protected", (_what, sent) => {
    expect(powerLoss(sent, 1)).toBeDefined();
  });

  test("rebooted away only where its state or the recovery mode may leave it off", () => {
    expect(isReboot(of("POST", ["system", "reboot"]))).toBe(true);
    expect(isReboot(of("PUT", ["system", "time"], 1))).toBe(false);
    expect(powerLossByReboot({ recoveryMode: 2, isOnByState: true })).toBeUndefined();
    expect(powerLossByReboot({ recoveryMode: 3, isOnByState: true })).toBeUndefined();
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

describe("AutoPing", () => {
  const item = (outlets: Json, enabled = true, script = "") => ({ addresses: ["a"], outlets, enabled, script });
  const anyItem = fc.record(
    {
      addresses: fc.constant(["a"]),
      outlets: fc.constantFrom<Json>([0], [0, 1], [1], {}),
      enabled: fc.constantFrom(false, false, true),
      script: fc.constantFrom("", "", "restart"),
    },
    { requiredKeys: ["addresses"] },
  );
  const anyPing = fc.record({
    enabled: fc.constantFrom(true, true, false),
    items: fc.array(anyItem, { maxLength: 3 }),
  });
  const anyValue = fc.oneof(
    anyItem,
    fc.array(anyItem, { maxLength: 2 }),
    anyPing,
    fc.constantFrom<Json>(true, true, true, { enabled: true }, [0], false, null, "", "restart", [], { script: "" }),
  ) as fc.Arbitrary<Json>;
  const below = fc.oneof(
    fc.constantFrom<Segment[]>([], ["enabled"], ["items"]),
    fc
      .tuple(
        fc.constantFrom<Segment>("0", "1", "2", all, elements(0, 1)),
        fc.constantFrom<Segment[]>([], [], ["outlets"], ["enabled"], ["enabled"], ["script"]),
      )
      .map(([at, member]): Segment[] => ["items", at, ...member]),
  );
  const step = fc.constantFrom("items", "0", "1", "-", "outlets", "enabled", "script");
  const patched = fc.record({
    op: fc.constantFrom("add", "replace", "remove", "move", "copy", "test"),
    path: fc.array(step, { maxLength: 3 }).map((steps) => steps.map((one) => `/${one}`).join("")),
    from: fc.array(step, { maxLength: 2 }).map((steps) => steps.map((one) => `/${one}`).join("")),
    value: anyValue,
  });
  const anyRequest: fc.Arbitrary<WriteRequest> = fc.oneof(
    fc.record({
      method: fc.constantFrom("PUT" as const, "PUT" as const, "DELETE" as const),
      segments: below.map((rest): Segment[] => ["autoping", ...rest]),
      value: anyValue,
    }),
    fc.record({ method: fc.constant("POST" as const), segments: fc.constant(["autoping", "items"]), value: anyValue }),
    fc.record({
      method: fc.constant("PATCH" as const),
      segments: fc.constantFrom<Segment[]>(["autoping"], ["autoping", "items"], ["autoping", "items", "0"]),
      value: fc.array(patched, { maxLength: 3 }) as fc.Arbitrary<Json>,
    }),
  );

  function cycles({ autoping: ping }: Tree, index: number): boolean {
    const list = isJsonObject(ping) ? ping["items"] : undefined;
    if (!isJsonObject(ping) || ping["enabled"] !== true || !Array.isArray(list)) {
      return false;
    }
    return list.some((one) => {
      const { outlets = [], enabled = true, script = "" } = isJsonObject(one) ? one : {};
      return Array.isArray(outlets) && outlets.includes(index) && enabled !== false && script === "";
    });
  }

  test("whatever lets AutoPing cycle an outlet that it did not cycle before is seen", () => {
    let woken = 0;
    fc.assert(
      fc.property(anyPing, anyRequest, fc.constantFrom<Left>("kept", "fresh"), (ping, sent, left) => {
        const tree = () => structuredClone({ autoping: ping }) as unknown as Tree;
        const isAdded = sent.method === "POST";
        const after = isAdded ? insert(tree(), [...sent.segments, "-"], sent.value as Json) : apply(tree(), sent, left);
        if (cycles(tree(), 0) || !cycles(after, 0)) {
          return true;
        }
        woken += 1;
        return concernsAutoPing(sent) && letsPingCycle(sent, 0, tree()["autoping"]);
      }),
      { numRuns: 40_000 },
    );
    expect(woken).toBeGreaterThan(400);
  });

  const of = (method: WriteRequest["method"], segments: Segment[], value?: Json): WriteRequest => ({
    method,
    segments: ["autoping", ...segments],
    value,
  });
  const off = item([0], false);

  test.each<[string, WriteRequest, Json]>([
    ["is switched on while an item has it", of("PUT", ["enabled"], true), [item([0])]],
    ["is switched on by a patch", of("PATCH", [], [{ op: "add", path: "/enabled", value: true }]), [item([0])]],
    ["gets an item for it", of("POST", ["items"], item([0])), []],
    ["gets an item for it that is off", of("POST", ["items"], off), []],
    ["gets it for an item", of("PUT", ["items", "0", "outlets"], [1, 0]), [item([1])]],
    ["gets it for an item that is off", of("PUT", ["items", "0"], off), [item([1], false)]],
    ["gets its item switched on", of("PUT", ["items", "1", "enabled"], true), [item([1]), off]],
    ["gets a part of its item", of("PUT", ["items", "0"], { enabled: true }), [off]],
    [
      "gets its item switched on by a patch",
      of("PATCH", ["items", "0"], [{ op: "replace", path: "/enabled", value: true }]),
      [off],
    ],
    ["gets its item without the function", of("PUT", ["items", "0", "script"], ""), [item([0], true, "restart")]],
    ["gets its item resumed", of("POST", ["items", "0", "resume"]), [off]],
    ["gets its item another way", of("PATCH", ["items"], [{ op: "copy", from: "/0", path: "/-" }]), [off]],
  ])("%s: that is seen", (_what, sent, items) => {
    expect(letsPingCycle(sent, 0, { enabled: false, items })).toBe(true);
  });

  test.each<[string, WriteRequest, Json]>([
    ["is switched off", of("PUT", ["enabled"], false), [item([0])]],
    ["is switched on without an item for it", of("PUT", ["enabled"], true), [item([1]), item({})]],
    ["is switched on while its item is off", of("PUT", ["enabled"], true), [off]],
    ["is switched on while its item has a function", of("PUT", ["enabled"], true), [item([0], true, "restart")]],
    ["gets another interval", of("PUT", ["ping_interval"], 60), [item([0])]],
    ["gets its item switched off", of("PUT", ["items", "0"], off), [item([0])]],
    [
      "gets its item switched off by a patch",
      of("PATCH", ["items"], [{ op: "replace", path: "/0/enabled", value: false }]),
      [item([0])],
    ],
    ["loses its item", of("DELETE", ["items", "0"]), [item([0])]],
    ["loses another item", of("DELETE", ["items", "0"]), [item([1]), item([0])]],
    ["loses it from an item", of("PUT", ["items", "0", "outlets"], [1]), [item([0])]],
    ["gets another item switched on", of("PUT", ["items", "0", "enabled"], true), [item([1]), off]],
    ["gets an item with a function", of("POST", ["items"], item([0], true, "restart")), []],
  ])("may be told that it %s", (_what, sent, items) => {
    expect(concernsAutoPing(sent) && letsPingCycle(sent, 0, { enabled: true, items })).toBe(false);
  });
});
