/** Where `dli` takes the connection from, and its exit codes. */
import path from "node:path";
import fc from "fast-check";
import { CommandFailure, exitCodeOf, exitCodes } from "../../cli/exit-codes";
import { connectionSettings, environmentFor, variablesOf } from "../../cli/settings";
import { messageOf } from "../../cli/terminal";
import * as errors from "../../provider/client";
import { keyNames } from "../../provider/devices/configuration/keys";
import { variableOf } from "../../provider/devices/configuration/variables";

test("flags win over the environment, and secrets come from it", async () => {
  const env = { DLI_URL: "http://192.0.2.1", DLI_PASSWORD: "p", DLI_USERNAME: "ann", DLI_REQUEST_TIMEOUT_SECONDS: "5" };
  expect(await connectionSettings({}, env)).toEqual({
    url: "http://192.0.2.1",
    username: "ann",
    password: "p",
    requestTimeoutSeconds: "5",
  });
  const options = { url: "http://192.0.2.2", username: "bob", config: ["serial=A=1", "dli:requestTimeoutSeconds=9"] };
  expect(await connectionSettings(options, env)).toEqual({
    url: "http://192.0.2.2",
    username: "bob",
    password: "p",
    serial: "A=1",
    requestTimeoutSeconds: "9",
  });
});

test("a token needs neither a name nor a password", async () => {
  const env = { DLI_URL: "http://192.0.2.1", DLI_TOKEN: "ci.abc" };
  expect(await connectionSettings({}, env)).toEqual({ url: "http://192.0.2.1", token: "ci.abc" });
});

test.each([
  ["no address", {}, {}, /--url/],
  ["a secret as an argument", { url: "http://192.0.2.1", config: ["password=Geheim-1"] }, {}, /set DLI_PASSWORD/],
  ["an unknown key", { url: "http://192.0.2.1", config: ["serail=A"] }, {}, /did you mean `serial`/],
  ["a misspelt variable", { url: "http://192.0.2.1" }, { DLI_PASSWORT: "Geheim-1" }, /did you mean DLI_PASSWORD\?/],
  ["no value", { url: "http://192.0.2.1", config: ["serial"] }, {}, /KEY=VALUE/],
  ["no password, and nobody to ask", { url: "http://192.0.2.1" }, {}, /DLI_PASSWORD/],
])("%s is a mistake of the command, which ends with 2", async (_what, options, env, message) => {
  const error = await connectionSettings(options, env).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ message: expect.stringMatching(message) });
  expect((error as Error).message).not.toContain("Geheim-1");
  expect(exitCodeOf(error)).toBe(2);
});

test.each([
  ["an address without a scheme", { url: "192.168.0.100" }, /`url` is not an http or https URL/],
  ["an address with a login", { url: "http://admin@192.0.2.1" }, /`url` contains a login/],
  ["a page", { url: "http://192.0.2.1/index.htm" }, /`url` contains more than scheme, host and port/],
  ["outlets that are no numbers", { url: "http://192.0.2.1", config: ["protectedOutlets=a"] }, /`protectedOutlets`/],
  ["a wait of no time", { url: "http://192.0.2.1", config: ["requestTimeoutSeconds=0"] }, /is not longer than 0/],
  [
    "neither yes nor no",
    { url: "http://192.0.2.1", config: ["readOnly=maybe"] },
    /`readOnly` is neither true nor false/,
  ],
  [
    "a plan that may or may not look",
    { url: "http://192.0.2.1", config: ["previewReads=0"] },
    /`previewReads` is neither/,
  ],
  ["a login that cannot be", { url: "http://192.0.2.1", username: "ann " }, /`username` begins or ends with a blank/],
])("%s is refused before anybody is asked for a password", async (_what, options, message) => {
  const error = await connectionSettings(options, {}).catch((thrown: unknown) => thrown);
  expect((error as Error).message).toMatch(message);
  expect((error as Error).message).not.toMatch(/password/i);
  expect(exitCodeOf(error)).toBe(2);
});

test("every kind of error has one of the codes that help names", () => {
  const classes = Object.values(errors).filter(
    (value) => typeof value === "function" && value.prototype instanceof errors.DliError,
  ) as unknown as (new (
    details: errors.DliErrorDetails,
  ) => errors.DliError)[];
  expect(classes.length).toBeGreaterThan(15);
  const known = exitCodes.map(([code]) => code);
  for (const kind of classes) {
    const code = exitCodeOf(new kind({ message: "it" }));
    expect(known).toContain(code);
    expect(code).toBeGreaterThan(1);
  }
  expect(exitCodeOf(new errors.UnreachableError({ message: "it", isSilent: true }))).toBe(9);
  // Not silent: something without TLS, or that closes the connection, has answered.
  expect(exitCodeOf(new errors.UnreachableError({ message: "it" }))).toBe(4);
  expect(exitCodeOf(new CommandFailure("it", 7))).toBe(7);
  expect(exitCodeOf(new Error("it"))).toBe(1);
});

test("a question that is answered with Ctrl-C or Ctrl-D is cancelled, in plain words", () => {
  const closed = Object.assign(new Error("User force closed the prompt with 0 null"), { name: "ExitPromptError" });
  expect([messageOf(closed), exitCodeOf(closed)]).toEqual(["Cancelled.", 8]);
});

test("of the environment only what no flag has replaced counts for messages and for a provider", async () => {
  const env = { DLI_URL: "http://192.0.2.1", DLI_PASSWORD: "p", DLI_USERNAME: "ann", EDITOR: "vi" };
  const settings = await connectionSettings({ url: "http://192.0.2.2" }, env);
  expect(variablesOf(settings, env)).toEqual({ DLI_PASSWORD: "p", DLI_USERNAME: "ann" });
});

test.each([
  ["--username", { username: "bob" }],
  ["--config username", { config: ["username=bob"] }],
])("a login by %s replaces the token of the environment", async (_what, options) => {
  const env = { DLI_URL: "http://192.0.2.1", DLI_PASSWORD: "p", DLI_TOKEN: "ci.abc" };
  expect(await connectionSettings(options, env)).toEqual({
    url: "http://192.0.2.1",
    username: "bob",
    password: "p",
  });
});

test("of a program that is started for these settings, no variable says anything else of the device", async () => {
  const variables = keyNames.map((key) => variableOf("default", key));
  const environments = fc.dictionary(
    fc.constantFrom(...variables, "EDITOR", "DLI_LOG"),
    fc.constantFrom("a.b", "1", ""),
  );
  await fc.assert(
    fc.asyncProperty(environments, async (env) => {
      const settings = await connectionSettings(
        { url: "http://192.0.2.2", username: "bob" },
        { ...env, DLI_PASSWORD: "p" },
      );
      const child = environmentFor(settings, env);
      const chosen = Object.fromEntries(
        Object.entries(settings).map(([key, value]) => [variableOf("default", key), value]),
      );
      for (const [name, value] of Object.entries(child)) {
        expect(value).toBe(variables.includes(name) ? chosen[name] : env[name]);
      }
      expect([child["EDITOR"], child["DLI_LOG"]]).toEqual([env["EDITOR"], env["DLI_LOG"]]);
    }),
  );
});

test("a certificate's file is found from every folder; the text of one stays", async () => {
  const env = { DLI_URL: "https://192.0.2.1", DLI_PASSWORD: "p" };
  const caCert = async (value: string) => (await connectionSettings({ config: [`caCert=${value}`] }, env))["caCert"];
  expect(await caCert("ca.pem")).toBe(path.resolve("ca.pem"));
  expect(await caCert("/etc/ca.pem")).toBe("/etc/ca.pem");
  expect(await caCert("-----BEGIN CERTIFICATE-----")).toBe("-----BEGIN CERTIFICATE-----");
});
