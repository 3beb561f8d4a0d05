/** The converter as Pulumi calls it, over gRPC, on a device with everything on it. */
import { credentials } from "@grpc/grpc-js";
import { ConverterClient } from "@pulumi/pulumi/proto/converter_grpc_pb";
import { ConvertStateRequest, type ConvertStateResponse } from "@pulumi/pulumi/proto/converter_pb";
import { startConverter } from "../../provider/converter/server";
import { version } from "../../provider/version";
import type { SimulatedDevice } from "../../simulator";
import { furnish, hidden } from "../engine/full-device";
import { onDevice } from "../support/on-device";

interface Answer {
  readonly ids: string[];
  readonly names: string[];
  readonly notes: string[];
  readonly whole: ConvertStateResponse.AsObject;
}

async function convert(env: NodeJS.ProcessEnv, ...args: string[]): Promise<Answer> {
  const converter = await startConverter(env);
  const client = new ConverterClient(`127.0.0.1:${converter.port}`, credentials.createInsecure());
  try {
    const request = new ConvertStateRequest();
    request.setArgsList(args);
    const response = await new Promise<ConvertStateResponse>((resolve, reject) =>
      client.convertState(request, (error, answer) => (error ? reject(error) : resolve(answer))),
    );
    const whole = response.toObject();
    return {
      whole,
      ids: whole.resourcesList.map(({ id }) => id),
      names: whole.resourcesList.map(({ name }) => name),
      notes: whole.diagnosticsList.map(({ summary }) => summary),
    };
  } finally {
    client.close();
    converter.stop();
  }
}

const envOf = ({ url, password }: SimulatedDevice) => ({ DLI_URL: url, DLI_PASSWORD: password });

/** Runs a test on a device with everything on it. */
const onFullDevice = (work: (device: SimulatedDevice) => Promise<void>, dialects = {}) =>
  onDevice({ dialects }, async ({ device }) => {
    await furnish(device);
    await work(device);
    expect(device.journal.writes()).toEqual([]);
  });

test("everything on the device is listed once, of the version that programs ask for, by reads alone", () =>
  onFullDevice(async (device) => {
    const { ids, names, whole } = await convert(envOf(device), "default");
    expect(ids).toEqual([
      "default/outlets",
      ...["3d%20printer", "ann%20b", "constructor", "delete", "dli", "fred", "pulumi", "router", "true"].map(
        (name) => `default/users/${name}`,
      ),
      "default/clients/ci",
      "default/rest-api",
      "default/ssh",
      "default/access",
      "default/autoping",
      "default/autoping/10.0.0.1",
      "default/autoping/192.168.0.50,tcp%3A%2F%2Fnas%3A22",
      "default/script",
      "default/script/snippets/odd%20breaks",
      "default/script/snippets/say%20hello",
      "default/relay",
    ]);
    expect(new Set(names).size).toBe(ids.length);
    expect(new Set(whole.resourcesList.map((one) => one.version))).toEqual(new Set([version]));
    expect(whole.resourcesList[0]).toMatchObject({ type: "dli:index:Outlets", logicalName: "outlets" });
    // No more than an import reads: at most one request for each part of the device.
    expect(device.journal.count()).toBeLessThan(25);
  }));

test("it is the same the second time", () =>
  onFullDevice(async (device) => {
    expect((await convert(envOf(device))).whole).toEqual((await convert(envOf(device))).whole);
  }));

test.each<[string, string[], (ids: string[]) => void]>([
  ["--only", ["--only", "outlets,clients"], (ids) => expect(ids).toEqual(["default/outlets", "default/clients/ci"])],
  ["--except", ["--except", "User, relay"], (ids) => expect(ids.join()).not.toMatch(/users|relay/)],
  ["--each-outlet", ["--each-outlet", "--only", "Outlet"], (ids) => expect(ids[7]).toBe("default/outlets/8")],
  [
    "--setting",
    ["--only", "relay", "--setting", "config/hostname", "--setting", "mqtt/enabled"],
    (ids) =>
      expect(ids).toEqual(["default/relay", "default/settings/config/hostname", "default/settings/mqtt/enabled"]),
  ],
  [
    "--only, repeated,",
    ["--only", "outlets", "--only", "clients"],
    (ids) => expect(ids).toEqual(["default/outlets", "default/clients/ci"]),
  ],
  [
    "--except, repeated,",
    ["--except", "users", "--except", "relay"],
    (ids) => expect(ids.join()).not.toMatch(/users|relay/),
  ],
  [
    "--setting in several spellings",
    ["--only", "relay", "--setting", "config/hostname", "--setting", "/restapi/config/ho%73tname/"],
    (ids) => expect(ids).toEqual(["default/relay", "default/settings/config/hostname"]),
  ],
  ["a device that is named twice", ["default", "--only", "relay"], (ids) => expect(ids).toEqual(["default/relay"])],
])("%s chooses", (_name, args, expected) =>
  onFullDevice(async (device) => expected((await convert(envOf(device), "default", ...args)).ids)),
);

test("what cannot become code is named with the line that declares it", () =>
  onFullDevice(async (device) => {
    const { notes } = await convert(envOf(device), "default", "--setting", "mqtt/connect_topic");
    for (const expected of [
      /`password` of default\/users\/fred.*`password: config\.requireSecret\("fredPassword"\),`/,
      /`token` of default\/clients\/ci.*`token: config\.requireSecret\("ciToken"\),`/,
      /administrator's password.*new dli\.AdminPassword/,
      /settings\/mqtt\/connect_topic \(null.*value: null/,
    ]) {
      expect(notes).toEqual(expect.arrayContaining([expect.stringMatching(expected)]));
    }
  }));

test("the secret of each account has a key of its own, whatever the accounts are called", () =>
  onDevice({}, async ({ device }) => {
    const names = [".", "..", " ", "日本", "佐藤", "Admin", "a b", "a-b", "adminUser"];
    for (const [at, name] of names.entries()) {
      device.changeByHand(`auth/users/${at + 1}`, { name, password: "x" });
    }
    const { notes } = await convert(envOf(device));
    const keys = notes.flatMap((note) => /requireSecret\("(\w+)"\)/.exec(note)?.[1] ?? []);
    expect(keys.length).toBeGreaterThan(names.length);
    expect(new Set(keys).size).toBe(keys.length);
  }));

test("a secret that the device shows is named, and never told", () =>
  onFullDevice(
    async (device) => {
      const { whole, notes, ids } = await convert(envOf(device), "--setting", "mqtt", "--setting", "mqtt/password");
      expect(ids).toContain("default/settings/mqtt");
      expect(ids).not.toContain("default/settings/mqtt/password");
      expect(notes).toEqual(expect.arrayContaining([expect.stringMatching(/settings\/mqtt\/password.*secret: true/)]));
      for (const secret of hidden) {
        expect(JSON.stringify(whole)).not.toContain(secret);
      }
    },
    { passwordRead: "plain" },
  ));

test.each<[string, NodeJS.ProcessEnv, string[], RegExp]>([
  ["a kind that there is not", {}, ["--only", "outlts"], /`outlts` is no kind.*did you mean `outlets`/],
  ["an unknown option", {}, ["--each"], /unknown option '--each'[\s\S]*--each-outlet/],
  [
    "a setting that there is not",
    {},
    ["--only", "relay", "--setting", "config/nothing"],
    /device at http:\S+: the device shows no setting `config\/nothing`/,
  ],
  ["a path of none", {}, ["--only", "relay", "--setting", "../mqtt"], /no setting `\.\.\/mqtt`/],
  ["a wrong password", { DLI_PASSWORD: "Wrong-secret" }, [], /does not accept|login/i],
  ["a device that is not configured", { DLI_PASSWORD: "", DLI_URL: "" }, ["default"], /DLI_URL/],
])("%s is a clear error", (_what, env, args, message) =>
  onDevice({}, async ({ device }) => {
    const error = await convert({ ...envOf(device), ...env }, ...args).catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ message: expect.stringMatching(message) });
    expect((error as Error).message).not.toMatch(/Wrong-secret|bug/);
  }),
);
