/** On the real engine, changes that lock the provider out come last, or are refused if the engine prevents that. */
import { createHash } from "node:crypto";
import { createWorkspace, type Workspace } from "../../scripts/engine/workspace";
import { type SimulatedDevice, startSimulator } from "../../simulator";
import { type Declared, programOf } from "./programs";

const restOff: Declared = { type: "RestApi", name: "rest", inputs: { enabled: false, allowLockout: true } };
const others: Declared[] = [
  ...[1, 2, 3].map((number) => ({
    type: "Outlet",
    name: `outlet${number}`,
    inputs: { number, name: `host ${number}`, state: false },
    // Chained, so that the engine learns of the last one late.
    ...(number > 1 && { dependsOn: [`outlet${number - 1}`] }),
  })),
  { type: "ApiClient", name: "ci", inputs: { name: "ci", scopes: ["/cred/"] } },
  { type: "Access", name: "access", inputs: { realm: "Rack 1", allowLockout: true } },
];

let device: SimulatedDevice;
let workspace: Workspace;
beforeAll(async () => {
  workspace = await createWorkspace({ program: "" });
}, 900_000);
afterAll(() => workspace.dispose());
beforeEach(async () => {
  device = await startSimulator({ speed: 20 });
});
afterEach(() => device.close());

const env = () => ({ DLI_URL: device.url, DLI_PASSWORD: device.password });

test("everything else is written first, then the realm, then REST off, in whatever order they are declared", async () => {
  workspace.setProgram(programOf(restOff, ...others));
  await workspace.up({ expectExit: 0, env: env() });
  const paths = device.journal.writes().map(({ path }) => path);
  expect(paths.slice(-2)).toEqual(["/restapi/auth/realm/", "/restapi/config/allow_restapi/"]);
  expect(paths).toHaveLength(9);
  expect(device.failedLogins).toBe(0);

  // The state has the client's generated token encrypted, and its hash in plain text.
  const hash = Object.keys(device.tree.auth.clients["ci"]!.access_tokens)[0];
  const inClear = JSON.stringify(await workspace.exportState({ showSecrets: true }));
  const token = /ci\.([A-Za-z0-9_-]{43})/.exec(inClear)?.[1] ?? "";
  expect(createHash("sha256").update(Buffer.from(token, "base64url")).digest("hex")).toBe(hash);
  const state = JSON.stringify(await workspace.exportState());
  expect(state).toContain(hash);
  expect(state).not.toContain(token);
  device.tree.config.allow_rest = true;
  await workspace.destroy({ expectExit: 0, env: env() });
}, 300_000);

test("with --parallel 1, where the engine cannot do the others first, REST off is refused and stays on", async () => {
  workspace.setProgram(programOf(restOff, ...others.slice(0, 3)));
  const result = await workspace.up({ env: env(), args: ["--parallel", "1"] });
  expect(result.exitCode).not.toBe(0);
  // The engine starts with either REST or the first outlet.
  expect(result.all).toMatch(
    /may lock this provider out, but default\/outlets\/[12] on the same device has not started yet/,
  );
  expect(device.tree.config.allow_rest).toBe(true);
}, 300_000);
