/** Where `dli` takes the connection from, and what it ends with. */
import { CommandFailure, exitCodeOf, exitCodes } from "../../cli/exit-codes";
import { connectionSettings, variablesOf } from "../../cli/settings";
import * as errors from "../../provider/client";

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
  expect(exitCodeOf(new errors.UnreachableError({ message: "it" }))).toBe(9);
  expect(exitCodeOf(new CommandFailure("it", 7))).toBe(7);
  expect(exitCodeOf(new Error("it"))).toBe(1);
});

test("of the environment only what no flag has replaced counts for messages and for a provider", async () => {
  const env = { DLI_URL: "http://192.0.2.1", DLI_PASSWORD: "p", DLI_USERNAME: "ann", EDITOR: "vi" };
  const settings = await connectionSettings({ url: "http://192.0.2.2" }, env);
  expect(variablesOf(settings, env)).toEqual({ DLI_PASSWORD: "p", DLI_USERNAME: "ann" });
});
