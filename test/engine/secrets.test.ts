/**
 * In success and in failure, no password and no secret value appears in the state, on the terminal, in a log line, in
 * an error or in the device's journal.
 */
import path from "node:path";
import type { CommandResult } from "../../scripts/command";
import { createWorkspace, type Workspace } from "../../scripts/engine/workspace";
import { type SimulatedDevice, startSimulator } from "../../simulator";
import { Refusal } from "../../simulator/schema/refusal";
import { leaksBelow, leaksIn } from "./leaks";
import { errorsIn } from "./printed";
import { type Declared, programOf } from "./programs";

jest.setTimeout(300_000);

/** Each contains characters that are syntax in JSON, URLs, shells or formats. */
const secret = {
  admin: `admin "p\\w" 100%/x`,
  adminWrong: `wrong 'word' %s\\n "one"`,
  adminBefore: `former {word}; 50% "off"`,
  lab: `lab\\device & "quoted" <word>`,
  fred: `fr3d's "w0rd" \\ 25%25`,
  fredNext: `fr3d's n3xt; word = 7%`,
  fredRefused: `fr3d's r3fused "w\\ord" %`,
  number: 31415926535,
  numberAsGoPrintsIt: "3.1415926535e+10",
  mqtt: `mqtt pass \\"word\\" + %20`,
  contact: `c0ntact us at "9\\1\\1" %d`,
  contactBefore: `f0rmer contact "4\\1" 10%`,
  contactByHand: `c0ntact by hand "2\\1" 20%`,
  typo: `misspelt "s3cret" \\ key 5%`,
};
const secrets = Object.values(secret).map(String);
/** Without `contact`, which only the program marks as a secret: to the device it is a text like any other. */
const secretsOfDevice = Object.entries(secret).flatMap(([name, text]) =>
  name.startsWith("contact") ? [] : [String(text)],
);

const fred = (password: unknown, more: object = {}): Declared => ({
  type: "User",
  name: "fred",
  inputs: { name: "fred", password, ...more },
  unchecked: true,
});
const contact = (value: unknown): Declared => ({
  type: "Setting",
  name: "contact",
  inputs: { path: "config/contact", value, secret: true },
});
const mqtt: Declared = {
  type: "Setting",
  name: "mqtt",
  inputs: { path: "mqtt", value: { username: "dli", password: secret.mqtt }, secret: true },
};
const labUser: Declared = {
  type: "User",
  name: "lab",
  inputs: { device: "lab", name: "lab", password: secret.fred, verifyPassword: true },
};
/** What the program declares from the first change of a password on. */
const stays = [fred(secret.fredNext), contact(secret.contact), mqtt, labUser];

let device: SimulatedDevice;
let lab: SimulatedDevice;
let workspace: Workspace;
let printed = "";

beforeAll(async () => {
  device = await startSimulator({
    speed: 50,
    password: secret.admin,
    dialects: { passwordRead: "plain", matrixPartialFailure: "errorObject" },
  });
  lab = await startSimulator({ speed: 50, password: secret.lab });
  device.tree.config.contact = secret.contactBefore;
  const devices = { lab: { url: lab.url, password: secret.lab, previousPassword: secret.adminBefore } };
  workspace = await createWorkspace({
    usesPassphrase: true,
    program: programOf(fred(secret.fred, { verifyPassword: true }), contact(secret.contact), mqtt, labUser),
    config: {
      "dli:url": device.url,
      "dli:password": { secret: secret.admin },
      "dli:devices": { secret: JSON.stringify(devices) },
    },
    env: { DLI_LOG: "debug" },
  });
});

afterAll(async () => {
  workspace?.dispose();
  await device?.close();
  await lab?.close();
});

/** Searches everything that the commands of a test have left behind anywhere. */
afterEach(() => {
  const journals = `${device.journal.dump()}\n${lab.journal.dump()}`;
  const found = [
    ...leaksIn("terminal", printed, secrets),
    ...leaksIn("journal", journals, secretsOfDevice),
    ...leaksBelow(path.dirname(workspace.project), secrets),
  ];
  printed = "";
  expect(found).toEqual([]);
});

async function run(command: Promise<CommandResult>): Promise<CommandResult> {
  const result = await command;
  printed += result.all;
  return result;
}

test("the search finds a secret in every spelling", () => {
  for (const [number, text] of secrets.entries()) {
    const spelt = [
      text,
      JSON.stringify(text),
      JSON.stringify(JSON.stringify({ text })),
      encodeURIComponent(text),
      new URLSearchParams({ text }).toString(),
      Buffer.from(text).toString("base64"),
      Buffer.from(`admin:${text}`).toString("base64"),
      Buffer.from(`me:${text}\n`).toString("base64url"),
      Buffer.from(text).toString("hex"),
    ];
    for (const form of spelt) {
      const found = leaksIn("", `before ${form} after`, secrets);
      expect([...new Set(found.map((leak) => leak.secret))]).toEqual([number]);
    }
  }
});

test("a login with a wrong password and a wrong previous one shows no secret", async () => {
  const env = { DLI_PASSWORD: secret.adminWrong, DLI_PREVIOUS_PASSWORD: secret.adminBefore };
  const result = await run(workspace.up({ env, expectExit: 1 }));
  expect(result.all).toContain("debug: default: GET");
  expect(JSON.stringify(errorsIn(result))).toContain("refuses the password and the previous password of user `admin`");
});

test("creating resources shows no secret", async () => {
  await run(workspace.up({ expectExit: 0, args: ["--show-full-output=true"] }));
  expect(device.tree.auth.users).toContainEqual(expect.objectContaining({ name: "fred", password: secret.fred }));
  expect(device.tree.mqtt.password).toBe(secret.mqtt);
  expect(device.tree.config.contact).toBe(secret.contact);
  expect(lab.tree.auth.users).toContainEqual(expect.objectContaining({ name: "lab", password: secret.fred }));
  await run(workspace.pulumi(["stack", "export"], { expectExit: 0 }));
  await run(workspace.pulumi(["stack", "history", "--full-dates"], { expectExit: 0 }));
});

// Without `run`: what a person asks for in clear is not a leak.
test("tests read a state as Pulumi prints it", async () => {
  const { stdout } = await workspace.pulumi(["stack", "export", "--show-secrets"], { expectExit: 0 });
  expect(await workspace.exportState({ showSecrets: true })).toEqual(JSON.parse(stdout));
});

test("drift of a secret, and of a password that is verified by a login, shows no secret", async () => {
  device.tree.config.contact = secret.contactByHand;
  device.tree.auth.users.find(({ name }) => name === "fred")!.password = secret.adminWrong;
  await run(workspace.refresh({ previewOnly: true, expectNoChanges: true, diff: true, expectExit: 7 }));
  await run(workspace.refresh({ diff: true, expectExit: 0 }));
  await run(workspace.pulumi(["stack", "export"], { expectExit: 0 }));
  await run(workspace.up({ diff: true, expectExit: 0 }));
  expect(device.tree.config.contact).toBe(secret.contact);
  expect(device.tree.auth.users.find(({ name }) => name === "fred")?.password).toBe(secret.fred);
});

test("the preview and the update of another password show no secret", async () => {
  workspace.setProgram(programOf(...stays));
  await run(workspace.preview({ diff: true, expectExit: 0 }));
  await run(workspace.preview({ args: ["--json"], expectExit: 0 }));
  await run(workspace.up({ diff: true, expectExit: 0 }));
});

describe("a device whose refusal repeats what it was sent", () => {
  test("a refusal that repeats the password it was sent shows no secret", async () => {
    const takeBack = device.behaviours.register({
      name: "talkative",
      path: "auth/users/*/password",
      accept: (_context, value) => {
        throw new Refusal(409, `The password "${value}" (${encodeURIComponent(String(value))}) is too weak`);
      },
    });
    workspace.setProgram(programOf(fred(secret.fredRefused), contact(secret.contact), mqtt, labUser));
    const result = await run(workspace.up({ expectExit: 1 }));
    takeBack();
    expect(errorsIn(result)).toEqual([{ resource: "fred", text: expect.stringContaining("is too weak") }]);
  });

  test("a refusal that repeats one member of a secret value, after another was written, shows no secret", async () => {
    const takeBack = device.behaviours.register({
      name: "talkative",
      path: "mqtt/password",
      accept: (_context, value) => {
        throw new Refusal(409, `No ${JSON.stringify(value)} here`);
      },
    });
    const value = { broker_address: secret.contactByHand, password: secret.fredRefused };
    workspace.setProgram(
      programOf(
        fred(secret.fredNext),
        contact(secret.contact),
        { ...mqtt, inputs: { ...mqtt.inputs, value } },
        labUser,
      ),
    );
    const result = await run(workspace.up({ expectExit: 1 }));
    takeBack();
    expect(errorsIn(result)).toEqual([{ resource: "mqtt", text: expect.stringContaining("PUT mqtt/[redacted]/") }]);
    expect(device.tree.mqtt.broker_address).toBe(secret.contactByHand);
    await run(workspace.pulumi(["stack", "export"], { expectExit: 0 }));
  });
});

// The engine stops at the first mistake; test/schema has the messages about others, which show no value.
test("a password that is a number is refused without showing it", async () => {
  workspace.setProgram(programOf(fred(secret.number)));
  const result = await run(workspace.preview({ expectExit: 1 }));
  expect(errorsIn(result)).toEqual([{ resource: "fred", text: expect.stringContaining("password has to be a text") }]);
});

test("a secret under a misspelt name is refused without showing it", async () => {
  const text = `new dli.User("fred", { name: "fred", pasword: pulumi.secret(${JSON.stringify(secret.typo)}) } as never);`;
  workspace.setProgram(`import * as pulumi from "@pulumi/pulumi";\nimport * as dli from "pulumi-dli";\n${text}\n`);
  const result = await run(workspace.preview({ expectExit: 1 }));
  expect(errorsIn(result)).toEqual([{ resource: "fred", text: expect.stringContaining("pasword is not an input") }]);
});

test("devices that are configured wrongly are refused without showing a secret", async () => {
  const broken = JSON.stringify({ lab: { url: lab.url, password: secret.lab } }).slice(0, -1);
  await workspace.setConfig({ "dli:devices": { secret: broken } });
  workspace.setProgram(programOf(...stays));
  const today = { refresh: true, runProgram: true, expectExit: 1 };
  const result = await run(workspace.up(today));
  expect(JSON.stringify(errorsIn(result))).toContain("dli:devices is not a JSON object of devices");
  const devices = { lab: { url: `http://admin:${encodeURIComponent(secret.lab)}@127.0.0.1/`, password: secret.lab } };
  await workspace.setConfig({ "dli:devices": { secret: JSON.stringify(devices) } });
  const other = await run(workspace.up(today));
  expect(JSON.stringify(errorsIn(other))).toContain("`url` contains a login");
});

test("another passphrase for the stack, and destroying resources, show no secret", async () => {
  const devices = { lab: { url: lab.url, password: secret.lab } };
  await workspace.setConfig({ "dli:devices": { secret: JSON.stringify(devices) } });
  await run(workspace.up({ expectExit: 0 }));
  const other = { input: "another one\nanother one\n", expectExit: 0 };
  await run(workspace.pulumi(["stack", "change-secrets-provider", "passphrase"], other));
  const env = { PULUMI_CONFIG_PASSPHRASE: "another one" };
  await run(workspace.preview({ env, expectNoChanges: true, expectExit: 0 }));
  await run(workspace.destroy({ env, diff: true, expectExit: 0 }));
  expect(device.tree.auth.users.map(({ name }) => name)).toEqual(["admin"]);
});
