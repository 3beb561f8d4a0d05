/**
 * `npm run demo`: the rack example on the real engine against a simulated device, from the first `up` to the destroy.
 * Every step says what it expects, and the demo fails if the engine or the device does anything else.
 */
import { SimulatorControl } from "../../simulator/control/client";
import type { CommandResult } from "../command";
import { ensureEngine } from "../engine/ensure";
import { createWorkspace, UNEXPECTED_CHANGES, type Workspace } from "../engine/workspace";
import { startSimulatorProcess } from "../simulator-process";
import { duration, say } from "../terminal";
import { treeChanges } from "./tree-changes";

/** Faster than real time, so that nobody waits for the delays between outlets. */
const speed = "10";

/** The changes made on the device by hand, without Pulumi. */
const byHand = [
  { path: "relay/outlets/3/state", value: false, said: "outlet 4 (web) is switched off" },
  { path: "relay/outlets/2/name", value: "toaster", said: "outlet 3 is renamed to toaster" },
  { path: "config/ssh_enabled", value: true, said: "SSH is switched on" },
];
const drifted = ["web", "nas", "ssh"];

async function main(): Promise<void> {
  const started = performance.now();
  await ensureEngine();
  const simulator = await startSimulatorProcess(["--speed", speed]);
  try {
    const control = new SimulatorControl(simulator.control);
    await control.change({ path: "relay/outlets/6/state", value: false });
    title(`A simulated Web Power Switch Pro runs at ${simulator.url}`);
    const workspace = await createWorkspace({
      program: { folder: "examples/rack" },
      config: {
        "dli:url": simulator.url,
        "dli:username": simulator.username,
        "dli:password": { secret: simulator.password },
        "dli-rack:fredPassword": { secret: "Fred's demo password" },
        "dli-rack:annPassword": { secret: "Ann's demo password" },
      },
    });
    try {
      await show(workspace, control);
    } finally {
      workspace.dispose();
    }
  } finally {
    await simulator.stop();
  }
  title(`Done in ${duration(performance.now() - started)}. Nothing is left running.`);
  say("For your own device, see README.md.");
}

async function show(workspace: Workspace, control: SimulatorControl): Promise<void> {
  title("1. Bring the device to what examples/rack/index.ts declares");
  const factory = await control.tree();
  await run(workspace, ["up", "--yes", "--skip-preview"], 0);
  say("What changed on the device:");
  for (const line of treeChanges(factory, await control.tree())) {
    say(`    ${line}`);
  }

  title("2. Three things are changed on the device by hand");
  await control.change(...byHand.map(({ path, value }) => ({ path, value })));
  for (const { said } of byHand) {
    say(`    ${said}`);
  }

  title("3. The drift check of a pipeline finds exactly those three (exit code 7)");
  const audit = await run(
    workspace,
    ["refresh", "--preview-only", "--expect-no-changes", "--diff"],
    UNEXPECTED_CHANGES,
    onlyChanges,
  );
  const found = drifted.filter((name) => audit.stdout.includes(`::${name}]`));
  expect(found.length === drifted.length && /~ 3 to update/.test(audit.stdout), "three changes to be found");

  title("4. Repair it");
  await run(workspace, ["up", "--yes", "--skip-preview"], 0);

  title("5. Nothing is left to do");
  await run(workspace, ["preview", "--expect-no-changes"], 0);

  title("6. Destroy: accounts and AutoPing items are deleted, outlets stay as they are");
  await run(workspace, ["destroy", "--yes", "--skip-preview"], 0);
  const { relay, auth } = await control.tree();
  const on = relay.outlets.filter((outlet) => outlet.state && outlet.physical_state).length;
  say(
    `    ${on} of ${relay.outlets.length} outlets are on; accounts: ${auth.users.map((user) => user.name).join(", ")}`,
  );
  expect(on === relay.outlets.length, "every outlet to be on");
}

/** Runs a command as a person would type it, and shows its output. */
async function run(
  workspace: Workspace,
  args: string[],
  exitCode: number,
  filter: (output: string) => string = withoutProgress,
): Promise<CommandResult> {
  say(`$ pulumi ${args.join(" ")}`);
  const result = await workspace.pulumi(args);
  const output = result.exitCode === exitCode ? filter(result.all) : result.all;
  for (const line of output.trimEnd().split("\n")) {
    say(`    ${line}`);
  }
  say(`    exit code ${result.exitCode}, ${duration(result.milliseconds)}`);
  expect(result.exitCode === exitCode, `exit code ${exitCode}`);
  return result;
}

/** Leaves out lines about something that has started or has not changed. */
function withoutProgress(output: string): string {
  const noise = [
    /\.\.\.\./,
    /ing \(0s\)$/,
    / refresh(ing)?( \([\d.]+s\))?$/,
    /^\s+pulumi(-nodejs)?:/,
    /stack rm|^\s*The resources in the stack/,
  ];
  const lines = output.split("\n").map((line) => line.trimEnd());
  return lines.filter((line) => line !== "" && !noise.some((pattern) => pattern.test(line))).join("\n");
}

/** Reduces a detailed diff to the resources and what changed. */
function onlyChanges(output: string): string {
  const lines = output.split("\n").filter((line) => /^\s*~|::.*\]$|Resources:|unchanged|error:/.test(line));
  return lines.filter((line) => !line.includes("pulumi:pulumi:Stack")).join("\n");
}

function expect(holds: boolean, what: string): void {
  if (!holds) {
    throw new Error(`The demo expected ${what}.`);
  }
}

function title(text: string): void {
  say(`\n== ${text}`);
}

main().catch((error) => {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
