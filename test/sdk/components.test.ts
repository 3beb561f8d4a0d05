/** Arguments of components: what is refused before anything is declared, and what programs in other languages send. */
import * as pulumi from "@pulumi/pulumi";
import { PowerController, Provider, SecurityBaseline } from "../../sdk";
import { powerControllerPart } from "../../sdk/components/power-controller";
import { securityBaselinePart } from "../../sdk/components/security-baseline";
import { takenApart } from "../../sdk/remote/inputs";
import { onMocks } from "./mocks";

const registered = onMocks((args) => args.inputs);

const controller = (args: object, options?: pulumi.ComponentResourceOptions) => () =>
  new PowerController("rack", args, options);
const baseline = (args: object, options?: pulumi.ComponentResourceOptions) => () =>
  new SecurityBaseline("rack", args, options);

const wrong: readonly (readonly [declare: () => unknown, sentence: string])[] = [
  [
    controller({ outletz: { web: 1 } }),
    "outletz is not an input of PowerController (did you mean `outlets`?); it has device, name, outlets, users, watch, autoPing, script, hardened.",
  ],
  [
    controller({ outlets: { web: 3 } }, { ignoreChanges: ["outlets.web.state"] }),
    "ignoreChanges of a PowerController ignores nothing, because Pulumi applies it to single resources; leave those inputs out, or give it to the resources with the option transforms.",
  ],
  [
    baseline({}, { ignoreChanges: ["ssh"] }),
    "ignoreChanges of a SecurityBaseline ignores nothing, because Pulumi applies it to single resources; leave those inputs out, or give it to the resources with the option transforms.",
  ],
  [
    () => new PowerController("r", undefined as never),
    'PowerController "r": the arguments have to be an object; it has device, name, outlets, users, watch,',
  ],
  [
    () => new SecurityBaseline("b", null as never),
    'SecurityBaseline "b": the arguments have to be an object; it has device, plaintextLogins,',
  ],
  [() => new Provider("p", null as never), 'Provider "p": the arguments have to be an object.'],
  [() => new Provider("p", "http://x" as never), 'Provider "p": the arguments have to be an object.'],
  [
    controller({ users: pulumi.secret({ fred: { password: "x" } }) }),
    "users has to be an object with names as its keys, and no output or secret as a whole, because resources are made of it; give the secrets inside of it, as `password: pulumi.secret(...)`.",
  ],
  [
    controller({ users: { fred: pulumi.secret({ password: "x" }) } }),
    "users.fred has to be an object, and no output or secret as a whole",
  ],
  [
    controller({ watch: { web: { outlets: pulumi.output(["web"]) } } }),
    "watch.web.outlets has to be a list of names of outlets, and no output or secret as a whole",
  ],
  [controller({ outlets: 4 }), "outlets has to be an object with names as its keys."],
  [controller({ outlets: ["web"] }), "outlets has to be an object with names as its keys."],
  [controller({ outlets: { web: "1" } }), "outlets.web has to be the number of the outlet or an object."],
  [
    controller({ outlets: { web: { number: 1, name: "other" } } }),
    "outlets.web.name is not an input of an outlet of PowerController; its key is its name.",
  ],
  [
    controller({ users: { fred: { outletz: ["web"] } } }),
    "users.fred.outletz is not an input of a user of PowerController (did you mean `outlets`?).",
  ],
  [
    controller({ users: { fred: { outletAccess: [1] } } }),
    "users.fred.outletAccess is not an input of a user of PowerController; it has outlets.",
  ],
  [
    controller({ users: { fred: { outlets: "web" } } }),
    "users.fred.outlets has to be a list of names of outlets or `all`.",
  ],
  [controller({ users: { fred: null } }), "users.fred has to be an object."],
  [
    controller({ outlets: { web: 1 }, users: { fred: { outlets: ["wbe"] } } }),
    'users.fred.outlets: there is no outlet "wbe" (did you mean `web`?); this PowerController has web.',
  ],
  ...["constructor", "__proto__"].map((outlet): (typeof wrong)[number] => [
    controller({ outlets: { web: 1, nas: 2 }, users: { fred: { outlets: ["web", outlet] } } }),
    `users.fred.outlets: there is no outlet "${outlet}"; this PowerController has web, nas.`,
  ]),
  [
    controller({ outlets: { web: 1 }, watch: { toString: { addresses: ["192.0.2.1"] } } }),
    'watch.toString: there is no outlet "toString"; this PowerController has web.',
  ],
  [
    controller({ watch: { a: { addresses: ["192.0.2.1"], outlets: ["b"] } } }),
    'watch.a.outlets: there is no outlet "b"; this PowerController has none.',
  ],
  [controller({ watch: { web: { outlets: [1] } } }), "watch.web.outlets has to be a list of names of outlets."],
  [
    controller({ autoPing: { device: "lab" } }),
    "autoPing.device is not an input of `autoPing` of PowerController; the component has `device`.",
  ],
  [controller({ hardened: "yes" }), "hardened has to be true, false or an object."],
  [
    controller({ hardened: { shh: "leave" } }),
    "hardened.shh is not an input of SecurityBaseline (did you mean `ssh`?)",
  ],
  [controller({ hardened: { device: "lab" } }), "hardened.device is not an input of SecurityBaseline;"],
  [baseline({ shh: "leave" }), "shh is not an input of SecurityBaseline (did you mean `ssh`?); it has device,"],
];

test.each(wrong.map(([declare, sentence]) => [sentence, declare] as const))(
  "refused before anything is declared: %s",
  (sentence, declare) => {
    expect(declare).toThrow(sentence);
    expect(registered).toEqual([]);
  },
);

test("what a transform ignores of the resources in a component is nothing wrong", () => {
  expect(controller({ outlets: { web: 3 } }, { ignoreChanges: ["state"] })).not.toThrow();
});

test("all that is wrong is said at once, without a value", () => {
  const declare = controller({
    outletz: { web: 1 },
    users: { fred: { password: "fr3d s3cret", outlets: "secret-name" } },
  });
  expect(declare).toThrow(/^PowerController "rack": outletz .*\. users\.fred\.outlets has to be .*\.$/);
  expect(declare).not.toThrow(/s3cret|secret-name/);
});

interface Inner {
  promise(withUnknowns: true): Promise<unknown>;
  readonly isKnown: Promise<boolean>;
  readonly isSecret: Promise<boolean>;
}
const inner = (output: unknown) => output as Inner;

/** A value that a preview does not know. */
const unknown = pulumi.output(pulumi.unknown);

test("arguments of a program in another language: what the component takes apart is plain, what goes on stays an output", async () => {
  const whole = pulumi.secret({ web: 3, nas: { number: 2, state: true } });
  const args = (await takenApart(powerControllerPart, {
    outlets: whole,
    users: { fred: { password: pulumi.secret("pw"), outlets: pulumi.output(["web"]) }, apply: {} },
    hardened: pulumi.output(true),
    name: unknown,
  })) as Record<string, never>;
  const { outlets, users, hardened, name } = args as Record<string, Record<string, Record<string, unknown>>>;
  expect(Object.keys(outlets!)).toEqual(["web", "nas"]);
  // A number alone becomes an object with the number in it.
  expect(await inner(outlets!["web"]!["number"]).promise(true)).toBe(3);
  expect(await inner(outlets!["nas"]!["state"]).promise(true)).toBe(true);
  expect(await inner(outlets!["nas"]!["state"]).isSecret).toBe(true);
  expect(users!["fred"]!["outlets"]).toEqual(["web"]);
  expect(await inner(users!["fred"]!["password"]).isSecret).toBe(true);
  expect(users!["apply"]).toEqual({});
  expect(hardened).toBe(true);
  expect(await inner(name).isKnown).toBe(false);

  new PowerController("remote", args as never);
  await new Promise(setImmediate);
  const web = registered.find(({ name: one }) => one === "remote-web");
  expect(web?.inputs).toMatchObject({ name: "web" });
});

test("a value inside that a preview does not know stays unknown, and its neighbours stay known", async () => {
  const partly = new (pulumi.Output as unknown as new (...parts: unknown[]) => pulumi.Output<unknown>)(
    [],
    Promise.resolve({ web: { number: 3, cycleDelaySeconds: pulumi.unknown } }),
    Promise.resolve(true),
    Promise.resolve(false),
    Promise.resolve([]),
  );
  const { outlets } = (await takenApart(powerControllerPart, { outlets: partly })) as {
    outlets: Record<string, Record<string, unknown>>;
  };
  expect(await inner(outlets["web"]!["number"]).isKnown).toBe(true);
  expect(await inner(outlets["web"]!["cycleDelaySeconds"]).isKnown).toBe(false);
});

test.each([
  ["outlets", { outlets: unknown }],
  ["outlets.web", { outlets: { web: unknown } }],
  ["users.fred.outlets", { users: { fred: { outlets: unknown } } }],
  ["users.fred.outlets", { users: { fred: { outlets: ["web", unknown] } } }],
  ["hardened", { hardened: unknown }],
])("what a component has to know and a preview does not is refused by its name: %s", async (name, args) => {
  await expect(takenApart(powerControllerPart, args)).rejects.toThrow(`${name} is not known in a preview`);
});

test("a setting of SecurityBaseline may be an output, and what it turns off is one then", async () => {
  const args = await takenApart(securityBaselinePart, { ssh: pulumi.output(false), upnp: pulumi.output("leave") });
  expect(args).toMatchObject({ upnp: "leave" });
  const { stopsWorking } = new SecurityBaseline("outputs", args as never);
  expect(await inner(stopsWorking).promise(true)).toEqual(expect.arrayContaining(["MAAS", "`uom` over SSH"]));
  expect(await inner(stopsWorking).promise(true)).not.toContain("voice assistants");
});

test("a setting that is given as `undefined` is not given", () => {
  const { stopsWorking } = new SecurityBaseline("undefined", { ssh: undefined } as never);
  expect(stopsWorking).toContain("`uom` over SSH");
});
