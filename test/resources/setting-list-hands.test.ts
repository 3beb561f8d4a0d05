/** Settings of lists whose elements others change, too: at the same moment, since the adoption, or inside of lists. */
import type { Json } from "../../provider/client";
import type { Fault, SimulatedDevice } from "../../simulator";
import { onDevice, writes } from "../support/on-device";
import { until } from "../until";

const sink = (name: string) => ({ name, type: "email", data: { password: `pw-${name}` } });
const sinks = (...names: string[]) => ({
  path: "notification/sinks",
  value: names.map((name) => ({ name, type: "email" })),
});

/** Changes something between a request of the work and its response; returns the error of the work. */
async function meanwhile(
  device: SimulatedDevice,
  at: Pick<Fault, "method" | "path" | "nth">,
  hands: () => void,
  work: () => Promise<unknown>,
): Promise<string | undefined> {
  const { struck } = device.faults;
  device.faults.add({ kind: "hold", onlyAuthenticated: true, ...at });
  const outcome = work().then(
    () => undefined,
    (error: Error) => error.message,
  );
  await until(() => device.faults.struck > struck);
  device.faults.clear();
  hands();
  return outcome;
}

const exposed = (on: number) => ({
  path: "upnp/outlets",
  value: [0, 1, 2, 3, 4, 5, 6, 7].map((index) => ({ exposed: index === on })),
});

test("an element that somebody adds while another one is changed does not cost all of them what no read shows", () =>
  onDevice({}, async ({ device, engine }) => {
    device.tree.notification.sinks = [sink("one"), sink("two")] as never;
    const held = await engine.create("Setting", sinks("one", "two"));
    const hands = () => device.changeByHand("notification/sinks/2", sink("three"));
    const failure = await meanwhile(device, { method: "GET", path: "notification/" }, hands, () =>
      engine.up(held, sinks("one", "zwei")),
    );
    expect(failure).toMatch(/notification\/sinks\/: .*changed by somebody else.* would lose .*0\/data/);
    expect(device.tree.notification.sinks.map(({ data }) => data)).toEqual(
      ["one", "two", "three"].map((name) => ({ password: `pw-${name}` })),
    );
    expect(engine.warnings).toEqual([]);
  }));

test.each([
  [{ method: "GET", path: "config/", nth: 2 }, ["a", "x"]],
  [{ method: "PATCH", path: "config/links/" }, ["a", "x"]],
  [{ method: "GET", path: "config/", nth: 2 }, ["a", "b", "c"]],
] as const)(
  "what somebody changes of a list's elements at %j is not overwritten with what was there before",
  (at, names) =>
    onDevice({ dialects: { jsonPatch: "refused" } }, async ({ device, engine }) => {
      device.tree.config.links = ["a", "b"].map((name) => ({ href: `/${name}`, description: name }));
      const links = (...of: readonly string[]) => ({
        path: "config/links",
        value: of.map((name) => ({ href: `/${name}` })),
      });
      const held = await engine.create("Setting", links("a", "b"));
      const hands = () => device.changeByHand("config/links/0/description", "by hand");
      expect(await meanwhile(device, at, hands, () => engine.up(held, links(...names)))).toBeUndefined();
      expect(device.tree.config.links.map(({ href, description }) => `${href} ${description}`)).toEqual(
        names.map((name, index) => `/${name} ${["by hand", "b", ""][index]}`),
      );
    }),
);

test("of a list whose length is fixed only the changed members are written, also where a device takes no patch", () =>
  onDevice({ dialects: { jsonPatch: "refused" } }, async ({ device, engine }) => {
    const held = await engine.create("Setting", exposed(1));
    device.journal.clear();
    await engine.up(held, exposed(2));
    expect(writes(device)).toEqual(["PUT upnp/outlets/1/exposed/", "PUT upnp/outlets/2/exposed/"]);
  }));

test("a restored list leaves what is not declared of its elements as somebody has set it since", () =>
  onDevice({}, async ({ device, engine }) => {
    const held = await engine.create("Setting", { ...exposed(2), onDestroy: "restore" });
    device.changeByHand("upnp/outlets/2/alternate_name", "by hand");
    device.changeByHand("upnp/outlets/5/alternate_name", "by hand, too");
    await engine.destroy(held);
    const names = device.tree.upnp.outlets.map(({ alternate_name: name }) => name);
    expect([names[2], names[5]]).toEqual(["by hand", "by hand, too"]);
    expect(device.tree.upnp.outlets[2]?.exposed).toBe(false);
  }));

describe("a map that was empty, which a device may show as an empty list,", () => {
  const variables = (value: Record<string, Json>) => ({ path: "script/variables", value, onDestroy: "restore" });
  const empty = { dialects: { emptyTable: "array" } } as const;

  test("gets its members one by one, so that it keeps what others put into it at the same moment", () =>
    onDevice(empty, async ({ device, engine }) => {
      const hands = () => device.changeByHand("script/variables/other", 2);
      await meanwhile(device, { method: "GET", path: "script/" }, hands, () =>
        engine.create("Setting", variables({ mine: 1 })),
      );
      expect(writes(device)).toEqual(["PUT script/variables/mine/"]);
      expect(device.tree.script.variables).toEqual({ mine: 1, other: 2 });
    }));

  test("keeps what others have put into it when it is restored", () =>
    onDevice(empty, async ({ device, engine }) => {
      const held = await engine.create("Setting", variables({ mine: 1 }));
      device.changeByHand("script/variables/other", 2);
      await engine.destroy(held);
      expect(device.tree.script.variables).toEqual({ mine: 1, other: 2 });
      expect(engine.warnings).toEqual([expect.stringContaining("value.mine stays as it is, because no former value")]);
    }));

  test("gets back what others had put into it before the program declared that", () =>
    onDevice(empty, async ({ device, engine }) => {
      const held = await engine.create("Setting", variables({ mine: 1 }));
      device.changeByHand("script/variables/other", 2);
      await engine.up(held, variables({ mine: 1, other: 3 }));
      await engine.destroy(held);
      expect(device.tree.script.variables).toEqual({ mine: 1, other: 2 });
    }));
});

test("a restored list gets back what its elements have lost because one of them moved", () =>
  onDevice({}, async ({ device, engine }) => {
    const links = ["a", "b"].map((name) => ({ href: `/${name}`, description: name }));
    device.tree.config.links = structuredClone(links);
    const value = [{ href: "/b" }, { href: "/x" }];
    const held = await engine.create("Setting", { path: "config/links", value, onDestroy: "restore" });
    await engine.destroy(held);
    expect(device.tree.config.links).toEqual(links);
  }));

test.each<[string, Json, Json, Json]>([
  ["a list", [[{ a: 1, b: 2 }]], [[{ a: 5 }]], [[{ a: 5, b: 2 }]]],
  ["a list beside something else", [[1, [{ a: 1, b: 2 }]], 3], [[1, [{ a: 1 }]], 4], [[1, [{ a: 1, b: 2 }]], 4]],
  ["a list in an object", [{ q: [[{ a: 1, b: 2 }]] }], [{ q: [[{ a: 5 }]] }], [{ q: [[{ a: 5, b: 2 }]] }]],
])("undeclared members of elements of a list stay inside of %s, too", (_where, before, declared, after) =>
  onDevice({ dialects: { scriptVariables: "any" } }, async ({ device, engine }) => {
    device.tree.script.variables = { x: before } as never;
    await engine.create("Setting", { path: "script/variables/x", value: declared });
    expect(device.tree.script.variables["x"]).toEqual(after);
    expect(engine.warnings).toEqual([]);
  }),
);

test("a list that is removed from a list takes along what is not declared of it, and a warning says so", () =>
  onDevice({ dialects: { scriptVariables: "any" } }, async ({ device, engine }) => {
    device.tree.script.variables = { x: [[{ a: 1, b: 2 }], [{ a: 3, b: 4 }]] } as never;
    await engine.create("Setting", { path: "script/variables/x", value: [[{ a: 5 }]] });
    expect(engine.warnings).toEqual([
      expect.stringMatching(/ is lost .*script\/variables\/x\/0, script\/variables\/x\/1$/),
    ]);
  }));
