/** The command line of the simulator. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { manualClock } from "../clock";
import { type ControlServer, openControl } from "../control/server";
import { type DialectValue, dialectSettings, dialects } from "../dialects";
import type { Fault } from "../faults/fault";
import { faultHelp, parseFault } from "../faults/spec";
import { longestTimer } from "../longest-timer";
import { defaultFirmware, isFirmware } from "../profile/firmware";
import { type ModelName, models } from "../profile/models";
import { type SimulatedDevice, type SimulatorOptions, startSimulator } from "../start";
import { type PresetName, presetNames } from "../subtrees/presets";

interface CommandOptions {
  port: number;
  host: string;
  https?: boolean;
  json?: boolean;
  control?: boolean;
  manualClock?: boolean;
  model: ModelName;
  firmware: string;
  serial?: string;
  username: string;
  password: string;
  dialect: Record<string, DialectValue>;
  fault: Fault[];
  latency: number;
  speed: number;
  preset: PresetName;
}

/** A running device, its control port and its certificate. */
interface Running {
  readonly device: SimulatedDevice;
  readonly control: ControlServer | undefined;
  /** Folder of the certificate, removed at the end. */
  readonly folder: string | undefined;
}

function readNumber(text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text)) {
    throw new InvalidArgumentError("It must be a number, 0 or more.");
  }
  return Number(text);
}

function readMilliseconds(text: string): number {
  const milliseconds = readNumber(text);
  if (milliseconds > longestTimer) {
    throw new InvalidArgumentError(`It must be at most ${longestTimer}.`);
  }
  return milliseconds;
}

function readPort(text: string): number {
  const port = readNumber(text);
  if (!Number.isInteger(port) || port > 65_535) {
    throw new InvalidArgumentError("It must be a whole number, at most 65535.");
  }
  return port;
}

function readSpeed(text: string): number {
  const speed = readNumber(text);
  if (speed === 0) {
    throw new InvalidArgumentError("It must be above 0; --manual-clock stops the clock.");
  }
  return speed;
}

function readFirmware(text: string): string {
  if (!isFirmware(text)) {
    throw new InvalidArgumentError(`It must be a version such as ${defaultFirmware}.`);
  }
  return text;
}

function readName(text: string): string {
  if (text === "") {
    throw new InvalidArgumentError("It must not be empty.");
  }
  return text;
}

function readHost(text: string): string {
  if (text === "") {
    throw new InvalidArgumentError("It must not be empty, which would mean every address of this computer.");
  }
  return text;
}

/** Makes commander report what a reader throws. */
function reported<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}

function readDialect(text: string, before: Record<string, DialectValue>): Record<string, DialectValue> {
  const at = text.indexOf("=");
  if (at < 1) {
    throw new InvalidArgumentError(`It takes NAME=VALUE; names are ${Object.keys(dialects).join(", ")}.`);
  }
  const chosen = { ...before, [text.slice(0, Math.max(at, 0))]: text.slice(at + 1) };
  reported(() => dialectSettings(chosen));
  return chosen;
}

function dialectHelp(): string {
  const lines = Object.entries(dialects).map(([name, { description, source, values, default: usual }]) => {
    const marked = values.map((value) => (value === usual ? `${value} (default)` : String(value)));
    return `  ${name}=${marked.join(" | ")}\n      ${description} [${source}]`;
  });
  return `\nDialects: undocumented behaviours of the real device:\n${lines.join("\n")}`;
}

function addOptions(command: Command): Command {
  return command
    .option("--port <number>", "port to listen on, 0 for any free port", readPort, 0)
    .option("--host <address>", "address to listen on", readHost, "127.0.0.1")
    .option("--https", "HTTPS with a self-signed certificate")
    .option("--json", "print one line of JSON once the device is ready")
    .option(
      "--control",
      "open a second port on 127.0.0.1 for manual changes, pings, journal, log, faults and reboot. It has no login; it refuses requests with a foreign Origin or Host",
    )
    .addOption(new Option("--model <name>", "model of the device").choices(Object.keys(models)).default("LPC9"))
    .option("--firmware <version>", "firmware version", readFirmware, defaultFirmware)
    .option(
      "--serial <text>",
      "serial number, and with it the realm (default: that of the first device of its model)",
      readName,
    )
    .option("--username <name>", "name of the administrator", readName, "admin")
    .option("--password <text>", "password of the administrator", "1234")
    .addOption(
      new Option("--dialect <name=value>", "choose one undocumented behaviour, see below; repeatable")
        .argParser(readDialect)
        .default({}, "none"),
    )
    .addOption(
      new Option("--fault <spec>", "inject a fault, see below; repeatable")
        .argParser((text: string, before: Fault[]) => [...before, reported(() => parseFault(text))])
        .default([], "none"),
    )
    .option("--latency <milliseconds>", "delay of every response", readMilliseconds, 0)
    .option("--speed <factor>", "speed of the device's clock relative to real time", readSpeed, 1)
    .addOption(
      new Option("--manual-clock", "stop the device's clock; only the control port moves it").conflicts("speed"),
    )
    .addOption(
      new Option(
        "--preset <name>",
        "initial state: `test` has the REST-style API on; `factory` is a new device, on which it has to be switched on",
      )
        .choices([...presetNames])
        .default("test"),
    )
    .addHelpText("after", faultHelp)
    .addHelpText("after", dialectHelp);
}

async function start(options: CommandOptions): Promise<Running> {
  const simulated: SimulatorOptions = {
    model: options.model,
    port: options.port,
    host: options.host,
    https: options.https === true,
    username: options.username,
    password: options.password,
    firmware: options.firmware,
    dialects: dialectSettings(options.dialect),
    latencyMilliseconds: options.latency,
    faults: options.fault,
    preset: options.preset,
    ...(options.serial !== undefined && { serial: options.serial }),
    ...(options.manualClock ? { clock: manualClock() } : { speed: options.speed }),
  };
  const device = await startSimulator(simulated).catch((error: unknown) => {
    throw explained(error, options);
  });
  device.log.listen(({ severity, text }) => {
    if (severity === "warning") {
      process.stderr.write(`Warning: ${text}\n`);
    }
  });
  try {
    const folder = await certificateFolder(device);
    return { device, folder, control: options.control ? await openControl(device) : undefined };
  } catch (error) {
    // A device that goes on listening would keep the process alive.
    await device.close();
    throw error;
  }
}

async function certificateFolder({ certificate }: SimulatedDevice): Promise<string | undefined> {
  if (certificate === undefined) {
    return undefined;
  }
  const folder = await mkdtemp(join(tmpdir(), "dli-simulator-"));
  await writeFile(join(folder, "certificate.pem"), certificate);
  return folder;
}

/** An error that says why the server cannot listen on an address, and what to do. */
function explained(error: unknown, { host, port }: CommandOptions): unknown {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  switch (code) {
    case "EADDRINUSE":
      return new Error(`port ${port} of ${host} is taken by another program: choose another --port`);
    case "EACCES":
      return new Error(`port ${port} of ${host} is not for this account: choose a --port from 1024 on`);
    case "EADDRNOTAVAIL":
    case "EAI_AGAIN":
    case "EINVAL":
    case "ENOTFOUND":
      return new Error(`${host} is no address of this computer (${code}): choose another --host`);
    default:
      return error;
  }
}

function announce({ device, control, folder }: Running, asJson: boolean): void {
  const { url, username, password, fingerprintSha256 } = device;
  const certificate = folder === undefined ? undefined : join(folder, "certificate.pem");
  if (asJson) {
    const line = { url, username, password, control: control?.url, certificate, fingerprintSha256 };
    process.stdout.write(`${JSON.stringify(line)}\n`);
    return;
  }
  const trust = certificate === undefined ? "" : ` --cacert ${certificate}`;
  process.stdout.write(
    `Simulated DLI ${device.tree.relay.model} at ${url}, login ${username} / ${password}. Stop it with Ctrl+C. Try:\n` +
      (device.tree.config.allow_rest ? "" : `${tickHelp(device, control)}\n`) +
      `  curl --digest -u ${shellWord(`${username}:${password}`)}${trust} -H "Accept: application/json" ${url}/restapi/relay/outlets/\n` +
      (control === undefined ? "" : `Control port: ${control.url}\n`),
  );
}

/** Quotes a text as one word of a shell, if it needs that. */
function shellWord(text: string): string {
  return /^[\w.:@%+=,/-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** How to switch on the REST-style API, which a new device has off; this one has no web page to tick the box on. */
function tickHelp({ dialects: { restKeyName } }: SimulatedDevice, control: ControlServer | undefined): string {
  const what =
    "  The REST-style API is off, as on a new device. Tick its box on the External APIs page, which is here:";
  return control === undefined
    ? `${what} start again with --control.`
    : `${what}\n  curl -X POST ${control.url}/tree -d '[{"path":"config/${restKeyName}","value":true}]'`;
}

async function stop({ device, control, folder }: Running): Promise<void> {
  await control?.close();
  await device.close();
  if (folder !== undefined) {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The command, which starts a device and serves until SIGINT, SIGTERM or SIGHUP. */
export function simulatorCommand(name = "npm run simulator --"): Command {
  const command = new Command(name)
    .description("A simulated Digital Loggers power controller over HTTP or HTTPS.")
    .showHelpAfterError(`See \`${name} --help\`.`);
  return addOptions(command).action(async (options: CommandOptions) => {
    for (const output of [process.stdout, process.stderr]) {
      // A reader that has gone away, such as `head`, does not end the device.
      output.on("error", () => undefined);
    }
    const running = await start(options);
    // Registered before the line is printed, because its reader may stop the process at once.
    const stopped = new Promise<void>((resolve) => {
      for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
        process.once(signal, resolve);
      }
    });
    announce(running, options.json === true);
    await stopped;
    await stop(running);
  });
}
