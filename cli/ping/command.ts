/** `dli ping`: shows which configured devices answer, and can leave the others out of a `pulumi up`. */
import { Command } from "commander";
import type { Configurable } from "../../provider/devices/configuration/keys-in-force";
import { Devices } from "../../provider/devices/devices";
import { collected, positiveInteger, secondsToWait } from "../arguments";
import { deviceOf, type EngineResource, providerOf, serialOf } from "../engine-resource";
import { CommandFailure, UsageError } from "../exit-codes";
import { inParallel } from "../parallel";
import { Pulumi } from "../pulumi";
import { type ConnectionOptions, connectionSettings, variablesOf } from "../settings";
import { isInProject, requireProject, StackView } from "../stack-view";
import { jsonText, print, say, warn } from "../terminal";
import { type Answer, probe } from "./probe";
import { withoutTimeouts, withTimeouts } from "./timeouts";
import { excludes, targets } from "./up-arguments";

/** In bytes: the least of what xargs passes at once by default, without the environment and the command. */
const xargsTakes = 100_000;

/** Each part of the arguments would make an update of its own, which fails at the devices of the other parts. */
const wholeXargs = "xargs -x -n 100000 -s 1000000 pulumi up --yes";

interface PingOptions extends ConnectionOptions {
  readonly stack?: string;
  readonly asExclude?: boolean;
  readonly asTarget?: boolean;
  readonly json?: boolean;
  readonly timeout: number;
  readonly parallel: number;
}

/** What configures the devices, and the resources in the stack's state. */
interface DeviceSource {
  readonly values: Readonly<Record<string, string>>;
  readonly env: NodeJS.ProcessEnv;
  readonly configurable: Configurable;
  readonly resources: readonly EngineResource[];
}

/** The command for commander. */
export function pingCommand(): Command {
  return new Command("ping")
    .summary("show which devices answer")
    .description(
      "Asks each configured device who it is: those of a stack, or the one at --url or DLI_URL. Logs in once on each and writes nothing. Exits with the highest code of all devices: 0 if each has answered, 3 if a login was refused, 5 if another device answered, 9 if nothing did.",
    )
    .argument("[device...]", "names of devices (default: all that are configured)")
    .option("--stack <name>", "stack whose devices are asked (default: the selected one, in the folder of a project)")
    .option("--url <url>", "address of a device that no stack has (DLI_URL)")
    .option("--username <name>", "account to log in with there (DLI_USERNAME; default: admin)")
    .option(
      "--password-stdin",
      "read the password from standard input (default: DLI_PASSWORD or DLI_TOKEN, or a prompt)",
    )
    .option("--config <key=value>", "any other configuration key of it, such as serial=...; repeatable", collected)
    .option(
      "--as-exclude",
      "print the `--exclude=URN` arguments for `pulumi up` that leave out what is on devices that are not ok",
    )
    .option("--as-target", "print the `--target=URN` arguments for what is on all other devices")
    .option("--json", "print a list as JSON")
    .option(
      "--timeout <seconds>",
      "how long connecting to a device, and each of its responses, may take",
      secondsToWait,
      10,
    )
    .option("--parallel <number>", "how many devices at a time", positiveInteger, 32)
    .action(ping);
}

async function ping(names: readonly string[], options: PingOptions): Promise<void> {
  if ([options.json, options.asExclude, options.asTarget].filter(Boolean).length > 1) {
    throw new UsageError("Choose one of --json, --as-exclude and --as-target.");
  }
  const source = await sourceOf(options);
  const answers = await ask(source, names, options);
  const text = printed(answers, source, options);
  print(text === "" ? "" : `${text}\n`);
  if ((options.asExclude || options.asTarget) && Buffer.byteLength(text) > xargsTakes) {
    say(
      `These are more arguments than xargs passes to one command by default: \`${wholeXargs}\` passes all of them, or none.`,
    );
  }
  if (options.asTarget && text === "") {
    say("There is no --target: `pulumi up` without any would take everything.");
  }
  const exitCode = Math.max(...answers.map((answer) => answer.exitCode));
  if (exitCode !== 0) {
    // A mistake in the environment is reported for every device.
    const messages = new Set(answers.flatMap(({ message }) => message ?? []));
    throw new CommandFailure([...messages].join("\n"), exitCode);
  }
}

function sourceOf(options: PingOptions): Promise<DeviceSource> {
  const isOfStack = options.url === undefined && (options.stack !== undefined || isInProject(process.cwd()));
  return isOfStack ? sourceInStack(options) : sourceInFlags(options);
}

/** The device that flags and environment lead to. */
async function sourceInFlags(options: PingOptions): Promise<DeviceSource> {
  if (options.stack !== undefined) {
    throw new UsageError("--url is of a device that no stack has: leave out --stack, or --url.");
  }
  if (options.asExclude || options.asTarget) {
    throw new UsageError("--as-exclude and --as-target need a stack: its state has the URNs.");
  }
  const settings = await connectionSettings(options, process.env);
  const values = Object.fromEntries(Object.entries(settings).map(([key, value]) => [`dli:${key}`, value]));
  return { values, env: variablesOf(settings, process.env), configurable: "flags", resources: [] };
}

/** The devices of a stack. */
async function sourceInStack(options: PingOptions): Promise<DeviceSource> {
  refuseLogin(options);
  requireProject(process.cwd());
  const stack = new StackView(new Pulumi(process.cwd(), process.env), options.stack);
  const [values, resources] = await Promise.all([stack.configuration(), stack.resources()]);
  return { values, env: process.env, configurable: "stack", resources };
}

/** Refuses login flags for the devices of a stack, which are configured by the stack and the environment. */
function refuseLogin({ config = [], username, passwordStdin }: PingOptions): void {
  const flags = [
    ...(config.length > 0 ? ["--config"] : []),
    ...(username === undefined ? [] : ["--username"]),
    ...(passwordStdin ? ["--password-stdin"] : []),
  ];
  if (flags.length > 0) {
    throw new UsageError(
      `${flags.join(" and ")} would change nothing: the devices of a stack are asked as its configuration and the environment say. For a device that no stack has, give --url, too.`,
    );
  }
}

async function ask(source: DeviceSource, names: readonly string[], options: PingOptions): Promise<Answer[]> {
  const { resources, configurable } = source;
  const values = withTimeouts(source.values, options.timeout);
  const devices = new Devices({
    lookup: (key) => values[key],
    env: withoutTimeouts(source.env),
    configurable,
    warn,
  });
  // A device may have its address in the environment alone.
  const others = devicesOf(resources).filter((name) => devices.addressOf(name) !== undefined);
  const asked = names.length > 0 ? [...new Set(names)] : [...new Set([...devices.names(), ...others])];
  if (asked.length === 0) {
    throw new UsageError("No device is configured: see `dli:devices`, `dli:url` and DLI_URL.");
  }
  try {
    return await inParallel(asked, options.parallel, (device) => {
      const serial = () => devices.identity(device).required ?? knownSerial(resources, device);
      return probe(devices, { device, serial });
    });
  } finally {
    await devices.close();
  }
}

/** Names of the devices of the stack's resources, except those with a provider that the program creates. */
function devicesOf(resources: readonly EngineResource[]): string[] {
  return resources.filter((one) => providerOf(one) === undefined).flatMap((one) => deviceOf(one) ?? []);
}

/** The device's serial number in the state. */
function knownSerial(resources: readonly EngineResource[], device: string): string | undefined {
  const own = resources.filter((one) => deviceOf(one) === device && providerOf(one) === undefined);
  return own.map(serialOf).find((serial) => serial !== undefined);
}

function printed(answers: readonly Answer[], { resources }: DeviceSource, options: PingOptions): string {
  if (options.asExclude) {
    return excludes(resources, answers).join("\n");
  }
  if (options.asTarget) {
    return targets(resources, answers).join("\n");
  }
  return options.json ? jsonText(answers) : table(answers);
}

/** A row for each device, with aligned columns. */
function table(answers: readonly Answer[]): string {
  const rows = answers.map(({ device, status, milliseconds, model = "", serial = "", firmware = "", name = "" }) => {
    const time = `${milliseconds} ms`;
    return [device, status, time, model, serial, firmware, name && JSON.stringify(name)];
  });
  const widths = rows[0]?.map((_cell, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
