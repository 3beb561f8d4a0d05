/** The hardening that fits most devices, as one component. */
import * as pulumi from "@pulumi/pulumi";
import { Access, Setting, Ssh } from "../resources";
import { type Form, type Part, refuseWrongArguments } from "./arguments";

/** A setting to manage, or to leave as it is. */
type OrLeave<T> = T | "leave";

/** Arguments of {@link SecurityBaseline}. Each can have another value, or be left as it is with `leave`. */
export interface SecurityBaselineArgs {
  /**
   * Name of the device in configuration (`dli:devices`).
   * @default "default"
   */
  device?: pulumi.Input<string>;
  /**
   * Whether passwords may be sent in plain text (Basic and form logins). dlipower and what is built on it, MAAS, powerman
   * and Bitfocus Companion need that.
   * @default false
   */
  plaintextLogins?: OrLeave<boolean>;
  /**
   * Whether JSON-RPC is enabled, for the admin and for others.
   * @default false
   */
  jsonRpc?: OrLeave<boolean>;
  /**
   * Whether SSH is enabled. The `uom` command, which unlocks locked outlets, needs it.
   * @default false
   */
  ssh?: OrLeave<boolean>;
  /**
   * Whether SNMP is enabled.
   * @default false
   */
  snmp?: OrLeave<boolean>;
  /**
   * Whether the device announces itself by UPnP. Home Assistant's WeMo integration and voice assistants need that.
   * @default false
   */
  upnp?: OrLeave<boolean>;
  /**
   * Whether the device connects to an MQTT broker.
   * @default false
   */
  mqtt?: OrLeave<boolean>;
  /**
   * Whether Modbus is enabled. Devices without Modbus are skipped.
   * @default false
   */
  modbus?: OrLeave<boolean>;
  /**
   * How long everyone is locked out after failed logins, in minutes; 0 = never.
   * @default 5
   */
  lockoutDelayMinutes?: OrLeave<number>;
  /**
   * How long an idle web session lasts, in seconds.
   * @default 1800
   */
  sessionTimeoutSeconds?: OrLeave<number>;
  /**
   * Whether the keypad on the device works.
   * @default "leave"
   */
  keypad?: OrLeave<boolean>;
}

const defaults = {
  plaintextLogins: false,
  jsonRpc: false,
  ssh: false,
  snmp: false,
  upnp: false,
  mqtt: false,
  modbus: false,
  lockoutDelayMinutes: 5,
  sessionTimeoutSeconds: 1800,
  keypad: "leave",
} as const satisfies Required<Omit<SecurityBaselineArgs, "device">>;

const settings = Object.fromEntries(Object.keys(defaults).map((name): [string, Form] => [name, "setting"]));

/** What it takes apart. */
export const securityBaselinePart: Part = { what: "SecurityBaseline", own: { device: "value", ...settings } };

/** Tools that are known to need what a setting turns off. */
const needs = {
  plaintextLogins: ["dlipower and what is built on it", "MAAS", "powerman", "Bitfocus Companion"],
  ssh: ["`uom` over SSH"],
  upnp: ["Home Assistant's WeMo integration", "voice assistants"],
} as const;

/**
 * The hardening that fits most devices: only the REST-style API and the web page are enabled, passwords are never sent in
 * plain text, failed logins lock out, sessions end. It never changes the network, the REST-style API or the protection
 * bits, which could lock this provider out, nor the admin's password. When it turns off what known tools need, a warning
 * names them, once, with the way to keep it.
 */
export class SecurityBaseline extends pulumi.ComponentResource {
  /** Known tools that need what it turns off. */
  readonly stopsWorking: readonly string[];

  /**
   * @param name - Name of the component in the program.
   * @param args - What differs from the defaults.
   * @param options - Pulumi's options.
   */
  constructor(name: string, args: SecurityBaselineArgs = {}, options?: pulumi.ComponentResourceOptions) {
    refuseWrongArguments(securityBaselinePart, name, args, options);
    super("dli:index:SecurityBaseline", name, {}, options);
    const { device, ...given } = args;
    const wanted = { ...defaults, ...withoutUndefined(given) };
    const onDevice = { ...(device !== undefined && { device }) };
    const child = { parent: this };

    const access = declared({
      allowPlaintextLogins: wanted.plaintextLogins,
      allowJsonRpc: wanted.jsonRpc,
      allowJsonRpcNonAdmin: wanted.jsonRpc,
      lockoutDelayMinutes: wanted.lockoutDelayMinutes,
      sessionTimeoutSeconds: wanted.sessionTimeoutSeconds,
    });
    new Access(`${name}-access`, { ...onDevice, ...access }, child);
    if (wanted.ssh !== "leave") {
      new Ssh(`${name}-ssh`, { ...onDevice, enabled: wanted.ssh }, child);
    }
    if (wanted.keypad !== "leave") {
      // Not through Relay, so that a program can declare that for the other settings of the relay.
      new Setting(`${name}-keypad`, { ...onDevice, path: "relay/keypad_enabled", value: wanted.keypad }, child);
    }
    for (const service of ["snmp", "upnp", "mqtt", "modbus"] as const) {
      const value = wanted[service];
      if (value === "leave") {
        continue;
      }
      new Setting(`${name}-${service}`, { ...onDevice, path: `${service}/enabled`, value, optional: true }, child);
    }

    this.stopsWorking = whatStops(wanted);
    this.registerOutputs({ stopsWorking: this.stopsWorking });
  }
}

/** The tools that stop working; an output of them where a setting is one, as it may be in a program in another language. */
function whatStops(wanted: { readonly [K in keyof typeof needs]: unknown }): readonly string[] {
  const known = Object.keys(needs).map((name) => wanted[name as keyof typeof needs]);
  const stopped = (values: readonly unknown[]) =>
    Object.values(needs).flatMap((tools, index) => (values[index] === false ? [...tools] : []));
  return known.some((value) => pulumi.Output.isInstance(value))
    ? (pulumi.all(known).apply(stopped) as unknown as readonly string[])
    : stopped(known);
}

/** What is given as `undefined` is not given. */
function withoutUndefined<T extends object>(given: T): T {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as T;
}

/** The settings without those to leave as they are. */
function declared<T extends Record<string, unknown>>(settings: T): { [K in keyof T]?: Exclude<T[K], "leave"> } {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== "leave")) as never;
}
