/** Effects of dialects that no other test of the simulator covers, and that every dialect has a test. */
import { type DialectName, type DialectSettings, dialects } from "../../simulator";
import { filesBelow, read } from "../repository";
import { Person } from "./http";
import { startDevice } from "./start";

const testsOfSimulator = filesBelow("test/simulator").filter((file) => file.endsWith(".test.ts"));
const codeOfSimulator = filesBelow("simulator").filter((file) => !file.startsWith("simulator/dialects/"));

function isIn(files: readonly string[], pattern: RegExp): boolean {
  return files.some((file) => pattern.test(read(file)));
}

/** Whether the simulator reads a dialect: `dialects.name`, or `{ name } = dialects`. */
const isAskedFor = (name: string) =>
  isIn(
    codeOfSimulator,
    new RegExp(`dialects(\\(\\))?\\.${name}\\b|\\{[^{}]*\\b${name}\\b[^{}]*\\} = [^;]*dialects;`, "i"),
  );
const isTested = (name: string) => isIn(testsOfSimulator, new RegExp(`\\b${name}\\b`));

test.each(Object.keys(dialects))(
  "the simulator asks for %s, and a test in test/simulator/ says what it changes",
  (name) => {
    expect({ isAskedFor: isAskedFor(name), isTested: isTested(name) }).toEqual({
      isAskedFor: true,
      isTested: true,
    });
  },
);

test("a dialect that nobody asks for or tests is found", () => {
  const name = ["no", "such", "dialect"].join("");
  expect([isAskedFor(name), isTested(name)]).toEqual([false, false]);
});

/** A request, whose answers are listed in the order of the dialect's values. */
type Question = (admin: Person) => Promise<unknown>;

const outcomes: Partial<Record<DialectName, readonly [question: Question, answers: readonly unknown[]]>> = {
  prefer: [
    async (admin) => {
      const headers = { Prefer: "return=representation" };
      const { status, body } = await admin.send("PUT", "relay/name/", { json: "Rack", headers });
      return [status, body];
    },
    [
      [200, '"Rack"'],
      [204, ""],
    ],
  ],
  constraintStatus: [(admin) => admin.put("relay/sequence_delay/", -1), [409, 400, 422]],
  slashRedirectStatus: [async (admin) => (await admin.send("GET", "relay")).status, [301, 302, 307, 308]],
  userNameLimit: [
    async (admin) =>
      (await admin.send("POST", "auth/users/", { json: { name: "fred smith", password: "pa55" } })).status,
    [201, 409],
  ],
  autopingDefaultPings: [(admin) => admin.get("autoping/pings_before_enabling/"), [5, 10]],
  configTail: [async (admin) => Object.keys((await admin.get("config/")) as object).length > 100, [true, false]],
  lockedWrite: [(admin) => admin.put("relay/outlets/0/locked/", true), [403, 204]],
  cycleTransient: [
    async (admin) => {
      await admin.send("POST", "relay/outlets/0/cycle/", { json: [] });
      return admin.get("relay/outlets/0/transient_state/");
    },
    [true, false],
  ],
};

const rows = Object.entries(outcomes).flatMap(([name, [question, answers]]) =>
  dialects[name as DialectName].values.map((value, index) => [name, value, question, answers[index]] as const),
);

test.each(rows)("%s=%s", async (name, value, question, answer) => {
  const device = await startDevice({ dialects: { [name]: value } as Partial<DialectSettings> });
  expect(await question(new Person(device))).toEqual(answer);
});

test.each([
  ["dotted", "buses.0.voltage"],
  ["plain", "buses_0_voltage"],
] as const)("meterKeys=%s names the values of a device with buses", async (meterKeys, key) => {
  const device = await startDevice({ model: "EPCR6", dialects: { meterKeys } });
  expect(Object.keys((await new Person(device).get("meter/values/")) as object)).toContain(key);
});
