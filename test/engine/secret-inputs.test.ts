/**
 * Every input of every resource, given as a secret whether or not the resource calls it one: none shows in the state, its
 * history and backups, on the terminal or in a debug line, in success and in failure, through both adapters.
 */
import path from "node:path";
import { resources } from "../../provider/registry";
import { namesInId } from "../../provider/schema/secrecy";
import type { CommandResult } from "../../scripts/command";
import { createWorkspace, type Workspace } from "../../scripts/engine/workspace";
import { type SimulatedDevice, startSimulator } from "../../simulator";
import { leaksBelow, leaksIn } from "./leaks";
import { configurationOf, createPluginWorkspace } from "./plugin-workspace";
import { errorsIn } from "./printed";

jest.setTimeout(300_000);

const adminPassword = "mk-the-admins-password";
/** Every secret of every program, to look for. */
const markers = new Set([adminPassword]);

function marker(text: string): string {
  markers.add(text);
  return text;
}

interface Declared {
  readonly type: string;
  readonly inputs: Record<string, unknown>;
  /** Types of the resources that it waits for. */
  readonly after?: string;
}

/** The whole registry. `mark` makes every text of one program differ from those of the others. */
function declared(mark: string): Declared[] {
  const handler = marker(`mk_handler_${mark}`);
  const source = `function ${handler}()\n  log.notice("${marker(`mk-source-${mark}`)}")\nend\nfunction hello(x)\nend\n`;
  const triggers = [marker(`mk-trigger-${mark}`)];
  return [
    {
      type: "Outlet",
      inputs: { number: 3, name: marker(`mk-three-${mark}`), state: true, critical: true, cycleDelaySeconds: 9 },
    },
    {
      type: "Outlets",
      // One secret inside a map: what is beside it is none.
      inputs: { outlets: { 1: { name: "router" }, 4: { name: `$secret:${marker(`mk-four-${mark}`)}`, state: true } } },
    },
    {
      type: "User",
      inputs: { name: "fred", password: marker(`mk-fred-${mark}`), outletAccess: [2, 5], isAllowed: true, adopt: true },
    },
    {
      type: "ApiClient",
      inputs: {
        name: "ci",
        scopes: [`/relay/outlets/name=${marker(`mk-scope-${mark}`)}/`],
        token: marker(Buffer.from(`the token of the client ${mark}`).toString("base64url")),
        adopt: true,
      },
    },
    { type: "AdminPassword", inputs: { password: adminPassword, allowDefault: false } },
    { type: "RestApi", inputs: { enabled: true, allowNonAdmin: true } },
    { type: "Ssh", inputs: { enabled: true, port: 2222, authorizedKeys: `ssh-ed25519 ${marker(`mk-key-${mark}`)}` } },
    { type: "Access", inputs: { allowJsonRpc: true, sessionTimeoutSeconds: Number(marker(`314159${mark.length}`)) } },
    { type: "AutoPing", inputs: { enabled: true, pingIntervalSeconds: 77 } },
    {
      type: "AutoPingItem",
      inputs: { addresses: ["10.0.0.1"], outlets: [3], enabled: false, script: handler, adopt: true },
      after: "Script",
    },
    { type: "Script", inputs: { source, bootHandler: handler, traced: true } },
    { type: "ScriptSnippet", inputs: { name: "x", source: `log.notice("${marker(`mk-snip-${mark}`)}")`, adopt: true } },
    { type: "Relay", inputs: { name: marker(`mk-relay-${mark}`), sequenceDelaySeconds: 1 } },
    {
      type: "Setting",
      inputs: {
        path: "mqtt",
        value: { username: "dli", password: `$secret:${marker(`mk-mqtt-${mark}`)}` },
        onDestroy: "leave",
      },
    },
    { type: "OutletCycle", inputs: { outlets: [5], waitSeconds: 60, triggers } },
    { type: "SwitchOutlets", inputs: { states: { 6: true }, persistent: true, triggers } },
    {
      type: "ScriptRun",
      inputs: { function: "hello", arguments: [marker(`mk-argument-${mark}`)], triggers },
      after: "Script",
    },
    { type: "ScriptStop", inputs: { thread: "all", triggers }, after: "ScriptRun" },
    { type: "Reboot", inputs: { timeoutSeconds: 600, triggers }, after: "ScriptStop" },
  ];
}

/** `secret(...)` around every input, except around the parts of an id and where one inside is marked. */
function programOf(all: readonly Declared[], prefix: string): string {
  const lines = [...all]
    .sort((left, right) => depthOf(left, all) - depthOf(right, all))
    .map(({ type, inputs, after }) => {
      const inId = namesInId(resources.find((definition) => definition.type === type)!, inputs as never);
      const args = Object.entries(inputs).map(([name, value]) => {
        const text = JSON.stringify(value).replaceAll(/"\$secret:([^"]*)"/g, 'secret("$1")');
        return `${name}: ${inId.has(name) || text.includes("secret(") ? text : `secret(${text})`}`;
      });
      const options = after === undefined ? "" : `, { dependsOn: [made${after}] }`;
      return `const made${type} = new dli.${type}("${prefix}-${type}", { ${args.join(", ")} } as never${options});`;
    });
  return ['import { secret } from "@pulumi/pulumi";', 'import * as dli from "pulumi-dli";', ...lines, ""].join("\n");
}

function depthOf({ after }: Declared, all: readonly Declared[]): number {
  const other = all.find(({ type }) => type === after);
  return other === undefined ? 0 : 1 + depthOf(other, all);
}

test("the programs have every resource with every input that is no part of an id", () => {
  expect(
    declared("x")
      .map(({ type }) => type)
      .sort(),
  ).toEqual(resources.map(({ type }) => type).sort());
});

const adapters = [
  ["the dynamic adapter", createWorkspace],
  ["the native plugin", createPluginWorkspace],
] as const;

describe.each(adapters)("through %s", (_name, create) => {
  let device: SimulatedDevice;
  let workspace: Workspace;
  let printed = "";

  beforeAll(async () => {
    device = await startSimulator({
      speed: 100,
      password: adminPassword,
      dialects: { passwordRead: "masked", nameLengthLimit: "cut16" },
    });
    device.tree.relay.outlets[2]!.name = marker("mk-before-3");
    device.changeByHand("script/source", `-- ${marker("mk-before-script")}\n`);
    workspace = await create({
      program: programOf(declared("a"), "p"),
      config: configurationOf(device),
      env: { DLI_LOG: "debug" },
    });
  });

  afterAll(async () => {
    workspace?.dispose();
    await device?.close();
  });

  afterEach(() => {
    const secrets = [...markers];
    const found = [
      ...leaksIn("terminal", printed, secrets),
      ...leaksBelow(path.dirname(workspace.project), secrets),
    ].map(({ secret, ...leak }) => ({ ...leak, secret: secrets[secret] }));
    printed = "";
    expect(found).toEqual([]);
  });

  async function run(command: Promise<CommandResult>): Promise<CommandResult> {
    const result = await command;
    printed += result.all;
    return result;
  }

  test("creating shows none, and nothing is left to do", async () => {
    await run(workspace.up({ expectExit: 0, args: ["--show-full-output=true"] }));
    expect(device.tree.relay.outlets[3]?.name).toBe("mk-four-a");
    expect(device.tree.mqtt.password).toBe("mk-mqtt-a");
    await run(workspace.preview({ diff: true, expectExit: 0, expectNoChanges: true, refresh: true }));
  });

  test("drift of all of them shows none", async () => {
    const { auth, config, relay, script } = device.tree;
    relay.name = marker("mk-relay-hand");
    relay.outlets[2]!.name = marker("mk-three-hand");
    relay.outlets[3]!.name = marker("mk-four-hand");
    config.ssh_authorized_keys = marker("mk-key-hand");
    auth.cookie_timeout = Number(marker("271828182"));
    script.snippets["x"]!.source = marker("mk-snip-hand");
    auth.clients["ci"]!.scopes = { [`/relay/outlets/name=${marker("mk-scope-hand")}/`]: true };
    await run(workspace.refresh({ diff: true, expectExit: 0 }));
  });

  test("writes that do not take, and the names of outlets in them, show none", async () => {
    workspace.setProgram(programOf(declared("longer-than-16"), "p"));
    const errors = errorsIn(await run(workspace.up({ expectExit: 1, args: ["--continue-on-error"] })));
    expect(errors).toContainEqual({
      resource: "p-Outlet",
      text: expect.stringContaining("name is not the declared one"),
    });
    expect(errors).toContainEqual({ resource: "p-Outlets", text: expect.stringContaining('outlets["4"].name') });
  });

  test("resources of other names show none", async () => {
    workspace.setProgram(programOf(declared("b"), "q"));
    await run(workspace.up({ expectExit: 0 }));
  });

  test("destroying, and creating again over what was left, shows none", async () => {
    await run(workspace.destroy({ expectExit: 0 }));
    workspace.setProgram(programOf(declared("c"), "q"));
    await run(workspace.up({ expectExit: 0 }));
    await run(workspace.pulumi(["stack", "export"], { expectExit: 0 }));
    await run(workspace.destroy({ expectExit: 0 }));
  });
});
