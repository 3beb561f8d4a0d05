/** `check` and `diff` change nothing; `declare` and `dismiss` tell the run what they find. */
import { Devices } from "../../provider/devices/devices";
import { lifecycleOf } from "../../provider/lifecycle";
import { resources } from "../../provider/registry";
import type { Run } from "../../provider/runtime/run";
import { actionCases } from "./action-cases";
import { cases } from "./resource-cases";

/** Methods that do not change a run. */
const questions = ["has", "isKept", "isLeft", "isAnnounced"];

/** Records what a run is told, as names of methods. */
function told(run: Run): string[] {
  const calls: string[] = [];
  for (const [part, object] of Object.entries(run)) {
    const members = Object.entries(Object.getOwnPropertyDescriptors(Object.getPrototypeOf(object)));
    const methods = members.filter(([, { value }]) => typeof value === "function").map(([name]) => name);
    for (const method of methods.filter((name) => name !== "constructor" && !questions.includes(name))) {
      const original = object[method].bind(object);
      object[method] = (...values: unknown[]) => {
        calls.push(`${part}.${method}`);
        return original(...values);
      };
    }
  }
  return calls;
}

/** A lifecycle without a device, and the record of what its run is told. */
function lifecycle(type: string) {
  const devices = new Devices({ lookup: () => undefined, env: {} });
  const definition = resources.find((candidate) => candidate.type === type)!;
  return { lifecycle: lifecycleOf(definition, devices), calls: told(devices.run) };
}

const all: readonly { type: string; inputs: Record<string, unknown> }[] = [...cases, ...actionCases];

test.each(all)("a device of $type that is no text is refused and declares nothing", ({ type, inputs }) => {
  for (const device of [{ toString: 1 }, [{ toString: 1 }], 5, null, { name: "lab" }]) {
    const { lifecycle: subject } = lifecycle(type);
    const { failures } = subject.declare(subject.check({ ...inputs, device }));
    expect(failures).toEqual([{ property: "device", reason: expect.stringMatching(/^has to be a text, not /) }]);
  }
});

test.each(all.map(({ type, inputs }) => [type, inputs] as const))(
  "check and diff of %s tell the run nothing, and declare and dismiss do",
  (type, given) => {
    const { lifecycle: life, calls } = lifecycle(type);
    const checked = life.check(given);
    expect(checked.failures).toEqual([]);
    life.diff({ ...checked.inputs, managed: ["*"] }, checked.inputs);
    life.diff({}, checked.inputs);
    life.check({ ...given, device: "-" });
    expect(calls).toEqual([]);

    expect(life.declare(checked)).toEqual(checked);
    expect(calls).toEqual(expect.arrayContaining(["declarations.arrived", "declarations.add", "operations.expect"]));
    life.dismiss(checked.inputs);
    expect(calls.at(-1)).toBe("operations.dismiss");
  },
);

test("a resource of another type that declares the same thing is a failure of the second one", () => {
  const devices = new Devices({ lookup: () => undefined, env: {} });
  const declared = (type: string, inputs: Record<string, unknown>) => {
    const life = lifecycleOf(resources.find((candidate) => candidate.type === type)!, devices);
    return life.declare(life.check(inputs)).failures;
  };
  expect(declared("Outlet", { number: 3, name: "web" })).toEqual([]);
  expect(declared("Outlets", { outlets: { 3: { name: "web" } } })).toEqual([
    {
      property: 'outlets["3"]',
      reason:
        "default/outlets/3 is declared by a resource Outlet and by a resource Outlets of the same program; keep one of them",
    },
  ]);
});

describe("a resource that is created again under its own id replaces itself", () => {
  const holds = (type: string, inputs: Record<string, unknown>, before: Record<string, unknown> | undefined) => {
    const { lifecycle: life, calls } = lifecycle(type);
    const checked = life.declare(life.check(inputs), { name: "it", before: before as never });
    expect(checked.failures).toEqual([]);
    return calls.includes("predecessors.hold");
  };
  const user = { name: "fred", password: "freds password" };

  test.each<[what: string, found: boolean, expected: boolean]>([
    ["the same inputs", holds("User", user, { ...user, device: "default" }), true],
    ["inputs that an import has read, without defaults", holds("User", user, user), true],
    ["another name", holds("User", user, { ...user, name: "ann" }), false],
    ["another device", holds("User", user, { ...user, device: "lab" }), false],
    ["no name", holds("User", user, { password: "freds password" }), false],
    ["nothing before", holds("User", user, undefined), false],
    ["something that has no key", holds("Relay", { name: "Rack 1" }, { name: "Rack 2" }), true],
    ["an action", holds("OutletCycle", { outlets: [1] }, { outlets: [1], device: "default" }), false],
  ])("%s", (_what, found, expected) => {
    expect(found).toBe(expected);
  });
});
