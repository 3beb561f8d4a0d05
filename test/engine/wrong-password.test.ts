/** A wrong password causes only one failed login per run, because more would lock everyone out of the device. */
import type { CommandResult } from "../../scripts/command";
import { createWorkspace, type Workspace } from "../../scripts/engine/workspace";
import { type SimulatedDevice, startSimulator } from "../../simulator";
import { countsIn, errorsIn, type PrintedError } from "./printed";
import { type Declared, programOf } from "./programs";
import { kept } from "./snapshots";

jest.setTimeout(300_000);

const numbers = [1, 2, 3, 4, 5, 6, 7, 8];
const declared: Declared[] = [
  ...numbers.map((number) => ({ type: "Outlet", name: `outlet-${number}`, inputs: { number, name: `o${number}` } })),
  ...numbers.map((number) => ({
    type: "User",
    name: `user-${number}`,
    inputs: { name: `u${number}`, password: "pw" },
  })),
  { type: "Ssh", inputs: { enabled: false } },
  { type: "RestApi", inputs: { allowNonAdmin: true } },
  { type: "AutoPingItem", inputs: { addresses: ["10.0.0.1"], outlets: [1] } },
  { type: "Setting", inputs: { path: "config/hostname", value: "rack-1" } },
];
const wrong = { DLI_PASSWORD: "not the right one" };

let device: SimulatedDevice;
let workspace: Workspace;

beforeAll(async () => {
  device = await startSimulator({ speed: 50 });
  workspace = await createWorkspace({
    program: programOf(...declared),
    config: { "dli:url": device.url, "dli:password": { secret: device.password } },
  });
});

afterAll(async () => {
  workspace?.dispose();
  await device?.close();
});

/** The errors at full length, with the request; further ones repeat only the problem and the remedy. */
function explainedIn(result: CommandResult): PrintedError[] {
  return errorsIn(result).filter(({ text }) => /^device at \S+, [A-Z]+ \S+: the device refuses/.test(text));
}

/** Runs a command that must fail with one refused login and one explanation. */
async function expectOneFailedLogin(run: () => Promise<CommandResult>): Promise<void> {
  const before = await kept(device, workspace);
  const failedBefore = device.failedLogins;
  device.journal.clear();
  const result = await run();
  expect(device.failedLogins - failedBefore).toBe(1);
  expect(device.journal.writes()).toEqual([]);
  expect(await kept(device, workspace)).toEqual(before);
  expect(explainedIn(result)).toHaveLength(1);
  for (const { text } of errorsIn(result)) {
    expect(text).toMatch(/the device refuses the password of user `admin`\. Set the right password with /);
  }
  expect(result.all).not.toMatch(/^\s+at /m);
}

test("a wrong password is one failed login in the first up", () =>
  expectOneFailedLogin(() => workspace.up({ env: wrong, expectExit: 1 })));

test("the right password then works at once", async () => {
  const result = await workspace.up({ expectExit: 0 });
  expect(countsIn(result)).toMatchObject({ created: expect.any(Number) });
  expect((await workspace.exportState()).deployment.resources).toHaveLength(declared.length + 2);
});

test("a wrong password is one failed login in the drift check that an up begins with", () =>
  expectOneFailedLogin(() => workspace.up({ refresh: true, env: wrong, expectExit: 1 })));

describe("after a change of the password on the device and in the configuration", () => {
  beforeAll(async () => {
    device.tree.auth.users.find(({ name }) => name === "admin")!.password = "the next one";
    await workspace.setConfig({ "dli:password": { secret: "the next one" } });
  });

  test("a drift check that takes the old password from the state says how to use the new one", async () => {
    const result = await workspace.refresh({ previewOnly: true, expectExit: 1 });
    for (const { text } of errorsIn(result)) {
      expect(text).toContain("since the last `pulumi up`, run this command again with `--run-program`");
    }
  });

  test("a drift check with `--run-program` uses the new password", async () => {
    await workspace.refresh({ previewOnly: true, runProgram: true, expectNoChanges: true, expectExit: 0 });
    // The next `up` puts it into the state too.
    await workspace.up({ expectExit: 0 });
    await workspace.refresh({ previewOnly: true, expectNoChanges: true, expectExit: 0 });
  });
});

test("a wrong password is one failed login in a destroy, which leaves what it cannot remove", async () => {
  const before = device.failedLogins;
  const result = await workspace.destroy({ env: wrong, expectExit: 1 });
  expect(device.failedLogins - before).toBe(1);
  expect(explainedIn(result)).toHaveLength(1);
  expect(result.all).not.toMatch(/^\s+at /m);
  expect(device.tree.auth.users.map(({ name }) => name).sort()).toEqual([
    "admin",
    ...numbers.map((number) => `u${number}`),
  ]);
  const ids = (await workspace.exportState()).deployment.resources?.map(({ id }) => id);
  expect(ids).toEqual(
    expect.arrayContaining(["default/autoping/10.0.0.1", ...numbers.map((n) => `default/users/u${n}`)]),
  );
});
