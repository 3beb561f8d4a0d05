/** Every program under examples/ on the real engine: up, nothing left to do, and destroyed at the end. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { ROOT } from "../../scripts/engine/pins";
import { createWorkspace, type Workspace } from "../../scripts/engine/workspace";
import { type SimulatedDevice, startSimulator } from "../../simulator";

const programs = readdirSync(path.join(ROOT, "examples")).filter((name) =>
  existsSync(path.join(ROOT, "examples", name, "index.ts")),
);

/** Programs that need their own configuration are run by other tests. */
const others = ["rack", "lab", "admin-password"];

async function startDevice(): Promise<SimulatedDevice> {
  const device = await startSimulator({ model: "EPCR6", speed: 100 });
  device.tree.relay.sequence_delay = 0;
  return device;
}

describe("on one device", () => {
  let workspace: Workspace;
  beforeAll(async () => {
    workspace = await createWorkspace({ program: "" });
  }, 900_000);
  afterAll(() => workspace.dispose());

  test.each(programs.filter((name) => !others.includes(name)))(
    "the example %s comes up, leaves nothing to do and is destroyed",
    async (name) => {
      const device = await startDevice();
      try {
        const env = { DLI_URL: device.url, DLI_PASSWORD: device.password };
        const program = readFileSync(path.join(ROOT, "examples", name, "index.ts"), "utf8");
        workspace.setProgram(program);
        await workspace.up({ expectExit: 0, env });
        expect(device.journal.entries).not.toEqual([]);
        expect(device.journal.writes().length > 0).toBe(program.includes("new dli."));
        if (program.includes("export ")) {
          expect(Object.values(await workspace.outputs())).not.toEqual([]);
        }
        await workspace.preview({ expectExit: 0, expectNoChanges: true, env });
        await workspace.refresh({ expectExit: 0, previewOnly: true, expectNoChanges: true, env });
        await workspace.destroy({ expectExit: 0, env });
      } finally {
        await device.close();
      }
    },
    120_000,
  );
});

test("the example lab manages four devices in a loop, two of them by token", async () => {
  const devices = await Promise.all([1, 2, 3, 4].map(startDevice));
  const config = Object.fromEntries(
    devices.map((device, index) => {
      const byToken = index >= 2;
      if (byToken) {
        // The raw token `Hello`, in the vendor's own example.
        device.tree.auth.clients["lab"] = {
          name: "lab",
          redirect_urls: {},
          scopes: {
            "/relay/outlets/": true,
            "/relay/sequence_delay/?access=get": true,
            "/relay/cycle_delay/?access=get": true,
          },
          refresh_tokens: {},
          access_tokens: { "185f8db32271fe25f561a6fc938b2e264306ec304eda518007d1764826381969": {} },
        };
      }
      const login = byToken ? { token: "lab.SGVsbG8" } : { username: device.username, password: device.password };
      return [`bench-${index + 1}`, { url: device.url, ...login }];
    }),
  );
  const workspace = await createWorkspace({
    program: { folder: "examples/lab" },
    config: { "dli:devices": { secret: JSON.stringify(config) } },
  });
  try {
    await workspace.up({ expectExit: 0 });
    expect(devices.map((device) => device.tree.relay.outlets[0]?.name)).toEqual([
      "scope",
      "board-1",
      "board-5",
      "printer",
    ]);
    expect(devices[3]?.tree.relay.outlets[1]).toMatchObject({ name: "laser", state: false });
    await workspace.preview({ expectExit: 0, expectNoChanges: true });
    await workspace.refresh({ expectExit: 0, previewOnly: true, expectNoChanges: true });
    await workspace.destroy({ expectExit: 0 });
  } finally {
    workspace.dispose();
    await Promise.all(devices.map((device) => device.close()));
  }
}, 900_000);
