/** Two resources for one thing through two providers, hence two processes: only the program sees both. */
import * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";
import { variableOf } from "../../provider/devices/configuration/variables";
import { folded, foldedAddress } from "../../provider/runtime/folding";
import * as dli from "../../sdk";

let devices = 0;

beforeEach(() =>
  pulumi.runtime.setMocks({ newResource: ({ name, inputs }) => ({ id: name, state: inputs }), call: () => ({}) }),
);

afterEach(() => pulumi.runtime.disconnect());

const at = (name: string, url: pulumi.Input<string>) => ({ provider: new dli.Provider(name, { url }) });

test.each<[what: string, declare: (options: pulumi.CustomResourceOptions, name: string) => unknown, thing: string]>([
  ["an outlet", (options, name) => new dli.Outlet(name, { number: 3 }, options), "Outlet 3"],
  ["an account", (options, name) => new dli.User(name, { name: "fred" }, options), "User fred"],
  ["all outlets", (options, name) => new dli.Outlets(name, { outlets: { 1: {} } }, options), "Outlets"],
  ["the relay", (options, name) => new dli.Relay(name, {}, options), "Relay"],
  [
    "a setting, however its path is written",
    (options, name) => new dli.Setting(name, { path: name === "a" ? "config/x" : "/config/x/", value: 1 }, options),
    "Setting config/x",
  ],
])("%s is refused with both names", (_what, declare, thing) => {
  declare(at("left", "http://a.example"), "a");
  declare(at("other", "http://b.example"), "c");
  const type = thing.split(" ")[0];
  expect(() => declare(at("right", "http://a.example/"), "b")).toThrow(
    `${thing} at http://a.example is declared by ${type} "a" and by ${type} "b" through two providers; keep one of them.`,
  );
});

/** How a device may respell an address or a name, or spellings that it may treat as the same. */
const spellings: ((text: string) => string)[] = [
  (text) => text,
  (text) => text.toUpperCase(),
  (text) => `icmp://${text}`,
  (text) => ` ICMP://${text} `,
  (text) => text.replace("k", "\u212a"),
];

test("addresses in any order, and names, are one thing in every spelling that is one to the provider", () =>
  fc.assert(
    fc.property(
      fc.constantFrom(dli.AutoPingItem, dli.User, dli.ApiClient, dli.ScriptSnippet),
      fc.tuple(fc.constantFrom("rack", "link"), fc.constantFrom("rack", "link")),
      fc.tuple(fc.constantFrom(...spellings), fc.constantFrom(...spellings)),
      fc.boolean(),
      (Type, [one, other], [left, right], isReversed) => {
        const fold = Type === dli.AutoPingItem ? foldedAddress : folded;
        const isSame = fold(left(one)) === fold(right(other));
        const declare = (name: string, text: string, rest: string[], url: string) => {
          const args = Type === dli.AutoPingItem ? { addresses: rest } : { name: text };
          return new Type(name, args as never, at(name, url));
        };
        // Each pair has a device of its own.
        const url = `http://device-${++devices}.example`;
        declare(`a${devices}`, left(one), ["other.example", left(one)], url);
        const second = [right(other), "other.example"];
        const both = () => declare(`b${devices}`, right(other), isReversed ? second.reverse() : second, url);
        if (isSame) {
          expect(both).toThrow(/through two providers/);
        } else {
          expect(both).not.toThrow();
        }
      },
    ),
    { numRuns: 150 },
  ));

test("an empty environment variable says nothing about an address", () => {
  process.env["DLI_BLANK_URL"] = "";
  try {
    new dli.Outlet("x", { number: 7 }, at("full", "http://blank.example"));
    expect(() => new dli.Outlet("y", { number: 7 }, at("blank", "http://blank.example"))).toThrow(/two providers/);
  } finally {
    delete process.env["DLI_BLANK_URL"];
  }
});

test("an outlet and all of them are refused", () => {
  new dli.Outlets("all", { outlets: { 2: {}, 3: {} } }, at("left", "http://a.example"));
  expect(() => new dli.Outlet("web", { number: 3 }, at("right", "http://a.example"))).toThrow(
    'Outlet 3 at http://a.example is declared by Outlets "all" and by Outlet "web"',
  );
});

test("a provider that a component hands on is found", () => {
  const rack = new pulumi.ComponentResource(
    "test:index:Rack",
    "rack",
    {},
    { providers: [at("left", "http://a.example").provider] },
  );
  new dli.Outlet("a", { number: 3 }, { parent: rack });
  expect(() => new dli.Outlet("b", { number: 3 }, at("right", "http://a.example"))).toThrow('"a" and by Outlet "b"');
});

test("what is not the same thing, or not known to be, is not refused", () => {
  const left = at("left", "http://a.example");
  const again = at("right", "http://a.example");
  new dli.Outlet("a", { number: 3 }, left);
  new dli.Outlet("b", { number: 4 }, again);
  new dli.Outlet("c", { number: 3 }, at("later", pulumi.output("http://a.example")));
  new dli.Outlet("d", { number: pulumi.output(3) }, again);
  new dli.Outlet("e", { number: 3 });
  dli.Outlet.get("f", "default/outlets/3", again);
  new dli.OutletCycle("g", { outlets: [3], triggers: [] }, left);
  new dli.OutletCycle("h", { outlets: [3], triggers: [] }, again);
  // Within one provider, the provider itself reports this, also for values that are outputs.
  new dli.Outlet("i", { number: 3 }, left);
});

test.each(["rackOne", "rack-7", "rack 8"])(
  "the address of %s is the one that its environment variable says",
  (name) => {
    const variable = variableOf(name, "url");
    process.env[variable] = "http://b.example";
    try {
      new dli.Outlet("a", { number: 3 }, at("left", "http://a.example"));
      new dli.Outlet("b", { number: 3 }, at(name, "http://a.example"));
      expect(() => new dli.Outlet("c", { number: 3 }, at("right", "http://b.example"))).toThrow(
        '"b" and by Outlet "c"',
      );
    } finally {
      delete process.env[variable];
    }
  },
);

test("another run of the same program in this process starts anew", async () => {
  new dli.Outlet("a", { number: 3 }, at("left", "http://a.example"));
  await pulumi.runtime.disconnect();
  await pulumi.runtime.setMocks({ newResource: ({ name, inputs }) => ({ id: name, state: inputs }), call: () => ({}) });
  new dli.Outlet("a", { number: 3 }, at("left", "http://a.example"));
});
