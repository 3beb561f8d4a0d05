/** However a path is spelt, the gate judges it as anything that a device or a server in front of it may read it as. */
import * as fc from "fast-check";
import { type Json, members, type Segment } from "../../provider/client";
import { accessLoss } from "../../provider/runtime/gate/own-access";
import { foreignOwner } from "../../provider/runtime/gate/owned-subtrees";
import { powerLoss } from "../../provider/runtime/gate/protected-outlets";
import { onDevice, writes } from "../support/on-device";

const off = { place: ["relay", "outlets", "0", "state"], value: false };
const disallowed = { place: ["auth", "users", "0", "is_allowed"], value: false };
const restOff = { place: ["config", "allow_restapi"], value: false };

/** Joints between two steps that a server may resolve to a plain `/`. */
const detour = fc.constantFrom(
  "/",
  "\\",
  "/./",
  "/x/../",
  "%2F",
  "%2f.%2F",
  "%252F",
  "\\.\\",
  "//",
  "/%2e/",
  "/y/%2E./",
);
const written = (step: string) =>
  fc.constantFrom(
    step,
    step.toUpperCase(),
    ` ${step}`,
    `${step}\0x`,
    step.replace("a", "%61"),
    step.replace("t", "%2574"),
  );

/** The steps as segments, some of which contain several steps. */
function spelled(place: readonly string[]): fc.Arbitrary<string[]> {
  const [first = "", ...rest] = place;
  const step = (name: string) => fc.tuple(fc.oneof(detour, fc.constant(undefined)), written(name));
  return fc.tuple(written(first), ...rest.map(step)).map(([start, ...others]) => {
    const segments = [start];
    for (const [joint, name] of others) {
      segments.push(joint === undefined ? name : `${segments.pop()}${joint}${name}`);
    }
    return segments;
  });
}

/** The end of the path as members of a value. */
function asMembers(segments: readonly string[], depth: number, value: Json): { segments: Segment[]; value: Json } {
  const nested = segments.slice(depth).reduceRight<Json>((inner, name) => ({ [name]: inner }), value);
  return { segments: segments.slice(0, depth), value: nested };
}

const runs = { numRuns: 5_000 };
const access = { url: "http://192.0.2.1", usesPassword: true };

test.each([
  ["the switch of a protected outlet", off, (sent: never) => powerLoss(sent, 1)],
  ["whether a user may log in", disallowed, (sent: never) => foreignOwner(sent, "Setting")],
  ["the REST API", restOff, (sent: never) => accessLoss(sent, access)],
])("%s is guarded under every spelling of its path", (_what, { place, value }, judged) => {
  fc.assert(
    fc.property(spelled(place), fc.nat(place.length), (segments, depth) => {
      const { segments: above, value: below } = asMembers(segments, depth, value);
      expect(judged({ method: "PUT", segments: above, value: below } as never)).toBeDefined();
      const pointer = `/${segments.join("/")}`;
      const patch = [{ op: "replace", path: pointer, value }];
      expect(judged({ method: "PATCH", segments: [], value: patch } as never)).toBeDefined();
    }),
    runs,
  );
});

test.each([
  ["a selection of names with steps of their own", ["relay", members("x/../outlets/0/state")]],
  ["a selection that leads below an outlet", ["relay", "outlets", members("0/state")]],
  ["a selection in capitals", ["relay", "outlets", "0", members("State")]],
])("a protected outlet is not switched off by %s", (_what, segments: Segment[]) => {
  expect(powerLoss({ method: "PUT", segments, value: false }, 1)).toBeDefined();
});

test.each([10, 100_000])("a name that is encoded %i times over may be any, and is judged at once", (times) => {
  const name = `%${"25".repeat(times)}41`;
  for (const segments of [["relay"], ["relay", "buses"]]) {
    const sent = { method: "PUT" as const, segments, value: [{ [name]: 1 }] };
    expect(powerLoss(sent, 1)).toBeDefined();
  }
});

test("a name that only looks odd is a name", () => {
  for (const name of ["a.b", "...", "100%", "%zz", ".", "..", "x y"]) {
    const sent = { method: "PUT" as const, segments: ["script", "variables", name], value: 1 };
    expect(powerLoss(sent, 1) ?? accessLoss(sent, access) ?? foreignOwner(sent, "Setting")).toBeUndefined();
  }
});

test.each([
  ["relay%2F.%2Foutlets/0/state", false],
  ["relay%2Fx%2F..%2Foutlets/0/state", false],
  ["relay", { "x/../outlets/0/state": false }],
  ["auth%2F.%2Fusers/0/is_allowed", false],
  ["config%2F.%2Fallow_restapi", false],
  ["config%00/allow_restapi", false],
] as const)("a secret Setting of %j with %j is not sent", (path, value) =>
  onDevice({}, async ({ device, engine }) => {
    const protectedOne = engine.as({ "dli:protectedOutlets": "1" });
    await expect(protectedOne.create("Setting", { path, value, secret: true })).rejects.toThrow();
    expect(writes(device)).toEqual([]);
  }),
);
