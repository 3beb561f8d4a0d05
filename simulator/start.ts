/** Starts a simulated device: checks the options and puts tree, clock, login and server together. */
import { type Clock, realClock } from "./clock";
import { Device } from "./device";
import type { BehaviourRegistry, RebootReason } from "./device/contract";
import type { DeviceLog } from "./device-log";
import { type DialectSettings, dialectSettings } from "./dialects";
import type { Fault } from "./faults/fault";
import { Faults } from "./faults/faults";
import { makeCertificate } from "./http/certificate";
import { Login } from "./http/login";
import { DeviceServer } from "./http/server";
import { Journal } from "./journal";
import { defaultFirmware, isFirmware } from "./profile/firmware";
import { type ModelName, models } from "./profile/models";
import type { Json, ProtectionBit } from "./schema/nodes";
import type { Tree } from "./subtrees";
import { applyPreset, type PresetName } from "./subtrees/presets";

/** What to simulate. */
export interface SimulatorOptions {
  /** Default LPC9, with 8 outlets. */
  readonly model?: ModelName;
  /** Default 0: any free port. */
  readonly port?: number;
  /** Address to listen on. Default 127.0.0.1. */
  readonly host?: string;
  /** HTTPS with a self-signed certificate. Default false. */
  readonly https?: boolean;
  /** Name of the administrator. Default admin. */
  readonly username?: string;
  /** Default 1234. */
  readonly password?: string;
  /** Default 1.12.14.0. */
  readonly firmware?: string;
  /** Serial number, and with it the realm. Default: that of the first device of its model. */
  readonly serial?: string;
  /** Each has a default; see `dialects`. */
  readonly dialects?: Partial<DialectSettings>;
  /** Called whenever what the device does depends on a dialect, with its name. */
  readonly onDialect?: (name: keyof DialectSettings) => void;
  /** Real milliseconds that every response is delayed. Default 0. */
  readonly latencyMilliseconds?: number;
  /** Initial faults. Default none. */
  readonly faults?: readonly Fault[];
  /** Default: the time of this machine. */
  readonly clock?: Clock;
  /** How much faster than real time the default clock runs. Default 1. */
  readonly speed?: number;
  /** Default test. */
  readonly preset?: PresetName;
}

/** The settings, calling `onDialect` whenever one of them is read. */
function watched(settings: DialectSettings, onDialect: SimulatorOptions["onDialect"]): DialectSettings {
  if (!onDialect) {
    return settings;
  }
  return new Proxy(settings, {
    get(target, name, receiver) {
      onDialect(name as keyof DialectSettings);
      return Reflect.get(target, name, receiver);
    },
  });
}

/** The login of the administrator. */
type Administrator = Required<Pick<SimulatorOptions, "username" | "password">>;

/** A running device. */
export interface SimulatedDevice {
  /** Such as http://127.0.0.1:40123, without a trailing slash. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** The self-signed certificate, PEM; undefined over HTTP. */
  readonly certificate: string | undefined;
  /** SHA-256 of the certificate in upper-case hex pairs with colons; undefined over HTTP. */
  readonly fingerprintSha256: string | undefined;
  readonly journal: Journal;
  /** What the device notes about itself. A restart clears it. */
  readonly log: DeviceLog;
  /** The live state. Assigning changes a value and nothing else; see also `changeByHand`. */
  readonly tree: Tree;
  readonly faults: Faults;
  readonly clock: Clock;
  readonly dialects: DialectSettings;
  /** Register a behaviour to override one path and keep the rest. */
  readonly behaviours: BehaviourRegistry;
  /** The lock bits that are set. Add and delete them as at the device. */
  readonly protection: Set<ProtectionBit>;
  /** Number of failed logins. */
  readonly failedLogins: number;
  /** Whether everyone is locked out now because of failed logins. */
  readonly isLockedOut: boolean;
  /** Sets an outlet's persistent state, as from the keypad. Outlets are numbered from 1. */
  switchOutlet(number: number, on: boolean): void;
  /**
   * Changes a value such as relay/outlets/2/name, as from keypad or web page, with its effects. A new key adds an
   * element.
   */
  changeByHand(path: string, value: Json): void;
  /** Removes an element such as auth/users/1, as from the web page. */
  removeByHand(path: string): void;
  /**
   * Lets all addresses of an AutoPing item answer once, or be silent for longer than the timeout. Items are counted
   * from 0. The device switches off an item that is silent more often than the limits allow.
   */
  ping(item: number, isAnswered: boolean): void;
  /**
   * Restarts the device: transient states, threads, nonces and connections are lost. With `powerLoss` (default false)
   * recovery_mode decides; for `deafMilliseconds` (default 0) of its clock, the device drops every connection.
   */
  reboot(options?: Partial<RebootReason> & { readonly deafMilliseconds?: number }): void;
  /** Stops listening and leaves no handle open. May be called more than once. */
  close(): Promise<void>;
}

/** The device without its network. Throws an Error for an invalid option. */
function deviceOf(options: SimulatorOptions & Administrator, clock: Clock): Device {
  const { firmware = defaultFirmware, username, password } = options;
  const model = models[options.model ?? "LPC9"];
  if (model === undefined) {
    throw new Error(`There is no model "${options.model}". Known: ${Object.keys(models).join(", ")}.`);
  }
  if (!isFirmware(firmware)) {
    throw new Error(`"${firmware}" is not a firmware version such as ${defaultFirmware}.`);
  }
  if (options.speed !== undefined && !(options.speed > 0)) {
    throw new Error("The speed must be above 0.");
  }
  if (username === "") {
    throw new Error("The administrator needs a name.");
  }
  const dialects = watched(dialectSettings(options.dialects), options.onDialect);
  const device = new Device({ model, firmware, dialects, username, password, clock });
  if (options.serial !== undefined) {
    device.tree.config.serial = options.serial;
    device.tree.auth.realm = options.serial;
  }
  applyPreset(device.tree, options.preset ?? "test", dialects);
  return device;
}

/** Starts a device and resolves once it listens. Throws an Error for an invalid option. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<SimulatedDevice> {
  const { host = "127.0.0.1", username = "admin", password = "1234" } = options;
  const clock = options.clock ?? realClock(options.speed);
  const device = deviceOf({ ...options, username, password }, clock);
  const journal = new Journal();
  const faults = new Faults();
  faults.add(...(options.faults ?? []));
  const login = new Login(device);
  const certificate = options.https === true ? await makeCertificate(host) : undefined;
  const { latencyMilliseconds = 0 } = options;
  const server = new DeviceServer({ device, journal, faults, login, certificate, latencyMilliseconds });
  const port = await server.listen(options.port ?? 0, host);
  return {
    url: `${certificate === undefined ? "http" : "https"}://${host.includes(":") ? `[${host}]` : host}:${port}`,
    username,
    password,
    certificate: certificate?.certificate,
    fingerprintSha256: certificate?.fingerprintSha256,
    journal,
    log: device.log,
    tree: device.tree,
    faults,
    clock,
    dialects: device.dialects,
    behaviours: device.behaviours,
    protection: device.protection,
    get failedLogins() {
      return login.failedLogins;
    },
    get isLockedOut() {
      return login.isLockedOut;
    },
    switchOutlet: (number, on) => device.changeByHand(`relay/outlets/${number - 1}/state`, on),
    changeByHand: (path, value) => device.changeByHand(path, value),
    removeByHand: (path) => device.removeByHand(path),
    ping: (item, isAnswered) => device.behaviours.ping(item, isAnswered),
    reboot({ powerLoss = false, deafMilliseconds = 0 } = {}) {
      device.restart({ powerLoss }, deafMilliseconds);
      login.restart();
      server.dropConnections();
    },
    async close() {
      device.clock.clear();
      await server.close();
    },
  };
}
