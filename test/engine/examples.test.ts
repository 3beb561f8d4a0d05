/** Every program under examples/ on the real engine: up, nothing left to do, and destroyed at the end. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { ROOT } from "../../scripts/engine/pins";
import { createWorkspace, type Workspace } from "../../scripts/engine/workspace";
import { type SimulatedDevice, startSimulator } from "../../simulator";

/**
 * Examples that share one device, and one program that imports them: no two of them declare the same thing or use the same
 * name. The engine takes seconds for each command, whatever the program has.
 */
const together: Record<string, string[]> = {
  "people, access and settings, and what only reads": [
    "access",
    "api-client",
    "auto-ping",
    "browse",
    "get-meters",
    "get-outlets",
    "outlet",
    "relay",
    "rest-api",
    "script",
    "script-snippet",
    "setting",
    "ssh",
    "user",
  ],
  "a whole device and a script that runs": ["get-device", "outlets", "script-run"],
  "components and an action": ["get-threads", "outlet-cycle", "power-controller"],
  "a night, watched and hardened": ["auto-ping-item", "observatory", "security-baseline"],
  "what stops and what switches": ["script-stop", "switch-outlets"],
  "a reboot": ["reboot"],
};

/** Programs that need their own configuration; `rack` is the demo's and `admin-password` has a test of its own. */
const others = ["admin-password", "lab", "rack"];

const sourceOf = (name: string) => readFileSync(path.join(ROOT, "examples", name, "index.ts"), "utf8");

/** A program that consists of these examples, and has their outputs below their names. */
function programOf(names: readonly string[]): string {
  const imports = names.map((name, index) => `import * as example${index} from "./examples/${name}/index";`);
  const outputs = names.map((name, index) => `${JSON.stringify(name)}: { ...example${index} },`);
  return `${imports.join("\n")}\nexport const outputs = {\n${outputs.join("\n")}\n};\n`;
}

async function startDevice(): Promise<SimulatedDevice> {
  const device = await startSimulator({ model: "EPCR6", speed: 100 });
  device.tree.relay.sequence_delay = 0;
  return device;
}

test("every example is run", () => {
  const programs = readdirSync(path.join(ROOT, "examples")).filter((name) =>
    existsSync(path.join(ROOT, "examples", name, "index.ts")),
  );
  expect([...Object.values(together).flat(), ...others].sort()).toEqual(programs.sort());
});

describe("on one device", () => {
  let workspace: Workspace;
  beforeAll(async () => {
    workspace = await createWorkspace({ program: { files: ["examples"] } });
  }, 900_000);
  afterAll(() => workspace.dispose());

  test.each(Object.entries(together))(
    "%s: the examples come up, leave nothing to do and are destroyed",
    async (_what, names) => {
      const device = await startDevice();
      try {
        const env = { DLI_URL: device.url, DLI_PASSWORD: device.password };
        const writing = names.filter((name) => sourceOf(name).includes("new dli."));
        workspace.setProgram(programOf(names));
        await workspace.up({ expectExit: 0, env });
        expect(device.journal.entries).not.toEqual([]);
        expect(device.journal.writes().length).toBeGreaterThanOrEqual(writing.length);
        const { outputs } = (await workspace.outputs()) as { outputs: Record<string, object> };
        const exporting = names.filter((name) => sourceOf(name).includes("export "));
        expect(names.filter((name) => Object.keys(outputs[name] ?? {}).length > 0)).toEqual(exporting);
        await workspace.preview({ expectExit: 0, expectNoChanges: true, refresh: true, env });
        await workspace.destroy({ expectExit: 0, env });
      } finally {
        await device.close();
      }
    },
    180_000,
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
    await workspace.preview({ expectExit: 0, expectNoChanges: true, refresh: true });
    await workspace.destroy({ expectExit: 0 });
  } finally {
    workspace.dispose();
    await Promise.all(devices.map((device) => device.close()));
  }
}, 900_000);
