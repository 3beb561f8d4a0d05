/** Every program under examples/ on the real engine: `up`, then nothing left to do, and destroyed at the end. */
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { runCommand } from "../../scripts/command";
import { ROOT } from "../../scripts/engine/pins";
import { createWorkspace, TRANSPILE_ONLY, type Workspace } from "../../scripts/engine/workspace";
import { type SimulatedDevice, startSimulator } from "../../simulator";
import { keptPort } from "./listeners";

/**
 * Examples that run as one program on one device, because each command of the engine takes seconds. No two of them
 * declare the same thing or use the same name.
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

/**
 * Programs that need their own configuration; `rack` is the demo's, `admin-password` and `policy` have their own tests,
 * and `unit-tests` consists of tests.
 */
const others = ["admin-password", "fleet", "lab", "policy", "rack", "unit-tests"];

const sourceOf = (name: string) => readFileSync(path.join(ROOT, "examples", name, "index.ts"), "utf8");

/** A program that imports these examples and exports their outputs under their names. */
function programOf(names: readonly string[]): string {
  const imports = names.map((name, index) => `import * as example${index} from "./examples/${name}/index";`);
  const outputs = names.map((name, index) => `${JSON.stringify(name)}: { ...example${index} },`);
  return `${imports.join("\n")}\nexport const outputs = {\n${outputs.join("\n")}\n};\n`;
}

async function startDevice(): Promise<SimulatedDevice> {
  const device = await startSimulator({ model: "EPCR6", speed: 100, port: await keptPort() });
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

test.each(["false", "true"])(
  "the tests of the example unit-tests pass with dli:plugin %s, without a device",
  async (plugin) => {
    const file = path.join(ROOT, "examples", "unit-tests", "index.test.ts");
    const PULUMI_CONFIG = JSON.stringify({ "dli:plugin": plugin });
    const args = ["--import", "tsx", "--test", "--test-reporter", "tap", file];
    const result = await runCommand(process.execPath, args, {
      cwd: ROOT,
      env: { ...process.env, PULUMI_CONFIG },
      timeoutMs: 60_000,
    });
    expect(result.stdout).toMatch(/^# pass 3$/m);
    expect(result).toMatchObject({ exitCode: 0 });
  },
  60_000,
);

test("the example lab manages four devices in a loop, two of them by token", async () => {
  const devices = await Promise.all([1, 2, 3, 4].map(startDevice));
  const config = Object.fromEntries(
    devices.map((device, index) => {
      const byToken = index >= 2;
      if (byToken) {
        // The hash of the raw token `Hello`, from the vendor's own example.
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

describe("the example fleet", () => {
  const sites = ["hut", "mill", "pier"];
  let devices: Record<string, SimulatedDevice[]>;
  let workspace: Workspace;

  /** Runs a step of the workflow, or the script, as GitHub or a person does. */
  async function run(lines: string, more: Record<string, string> = {}) {
    const env = { ...workspace.env, ...TRANSPILE_ONLY, ...more };
    return runCommand("bash", ["-eo", "pipefail", "-c", lines], { cwd: workspace.project, env, timeoutMs: 240_000 });
  }

  const step = (job: string, name: string): string => {
    const { jobs } = parse(readFileSync(path.join(ROOT, "examples/fleet/fleet.yml"), "utf8"));
    return jobs[job].steps.find((one: { name?: string }) => one.name === name).run;
  };

  const outletNames = (site: string) => devices[site]!.map(({ tree }) => tree.relay.outlets[2]?.name);

  beforeAll(async () => {
    devices = Object.fromEntries(
      await Promise.all(sites.map(async (site) => [site, await Promise.all([startDevice(), startDevice()])] as const)),
    );
    workspace = await createWorkspace({ program: { folder: "examples/fleet" } });
    await workspace.pulumi(["stack", "rm", "test", "--yes"], { expectExit: 0 });
    const commands = path.join(workspace.project, "node_modules/.bin");
    mkdirSync(commands);
    symlinkSync(path.join(ROOT, "dist/cli/dli"), path.join(commands, "dli"));
    for (const site of sites) {
      await workspace.pulumi(["stack", "init", site], { expectExit: 0 });
      const entries = devices[site]!.flatMap(({ url, password }, index) => [
        ...["--plaintext", `dli:devices.rack${index + 1}.url=${url}`],
        ...["--secret", `dli:devices.rack${index + 1}.password=${password}`],
      ]);
      await workspace.pulumi(["config", "set-all", "--path", "--stack", site, ...entries], { expectExit: 0 });
    }
  }, 900_000);

  afterAll(async () => {
    workspace?.dispose();
    await Promise.all(Object.values(devices ?? {}).flatMap((all) => all.map((device) => device.close())));
  });

  test("run.sh brings every site to what is declared, and an audit has nothing to say", async () => {
    const { exitCode, all } = await run("./run.sh up --yes --skip-preview --continue-on-error");
    expect([exitCode, all]).toEqual([0, expect.stringMatching(/^pier {2}.*created/m)]);
    expect(sites.flatMap(outletNames)).toEqual(Array.from({ length: 6 }, () => "server"));
  }, 240_000);

  test("the matrix has a job for each site, and a dead device of one of them stops nobody else", async () => {
    const output = path.join(workspace.project, "output");
    await run(step("sites", "List"), { GITHUB_OUTPUT: output });
    expect(readFileSync(output, "utf8")).toBe(`sites=${JSON.stringify(sites)}\n`);

    await devices["mill"]![0]!.close();
    devices["mill"]![1]!.tree.relay.outlets[2]!.name = "by hand";
    const up = await run(step("site", "Up"), { SITE: "mill", DLI_UNREACHABLE: "keep" });
    expect(up.exitCode).toBe(0);
    expect(outletNames("mill")[1]).toBe("server");
    devices["pier"]![0]!.tree.relay.outlets[2]!.name = "by hand";
    const audits = await Promise.all(sites.map((site) => run(step("site", "Audit"), { SITE: site })));
    expect(audits.map(({ exitCode }) => exitCode)).toEqual([0, 1, 7]);
    expect(audits[1]?.stdout).toContain("| `mill` | `rack1` |");
    expect(audits[2]?.stdout).toContain("| `pier` | `rack1` | `Outlets rack1` |");
  }, 240_000);
});
