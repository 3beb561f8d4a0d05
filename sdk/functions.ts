/** The functions. Generated from provider/functions by `npm run generate`. Do not edit. */
import type * as pulumi from "@pulumi/pulumi";
import { call, callOutput } from "./invoke";

/** Arguments of {@link getDevice}. */
export interface GetDeviceArgs {
  /** Name of the device in configuration (`dli:devices`), or `default` for the one of `dli:url`. */
  device?: string;
}

/** Arguments of {@link getDeviceOutput}. */
export interface GetDeviceOutputArgs {
  /** Name of the device in configuration (`dli:devices`), or `default` for the one of `dli:url`. */
  device?: pulumi.Input<string>;
}

/** Result of {@link getDevice}. */
export interface GetDeviceResult {
  /** The device's name. */
  name?: string;
  /** Serial number. */
  serial?: string;
  /** Firmware version, such as `1.12.14.0`. */
  firmware?: string;
  /** Version of the relay module's own (AVR) firmware. */
  relayFirmware?: string;
  /** Hardware id. */
  hardwareId?: string;
  /** Model, such as `LPC9`. */
  model?: string;
  /** Host name. */
  hostname?: string;
  /** Number of outlets. */
  outletCount?: number;
  /** Names of the outlets, outlet 1 first. */
  outletNames?: string[];
  /** The account in use. */
  username?: string;
  /** Whether that account is the administrator. */
  isAdmin?: boolean;
}

/**
 * What the device is: serial number, firmware, model, names, number of outlets, and the account in use.
 * Reads from the device at once, also in a preview.
 */
export function getDevice(args: GetDeviceArgs = {}, options?: pulumi.InvokeOptions): Promise<GetDeviceResult> {
  return call("getDevice", args, options);
}

/**
 * What the device is: serial number, firmware, model, names, number of outlets, and the account in use.
 * Reads from the device once the arguments are known, after everything in `dependsOn`.
 */
export function getDeviceOutput(
  args: GetDeviceOutputArgs = {},
  options?: pulumi.InvokeOutputOptions,
): pulumi.Output<GetDeviceResult> {
  return callOutput("getDevice", args, options);
}

/** Arguments of {@link getOutlets}. */
export interface GetOutletsArgs {
  /** Name of the device in configuration (`dli:devices`), or `default` for the one of `dli:url`. */
  device?: string;
}

/** Arguments of {@link getOutletsOutput}. */
export interface GetOutletsOutputArgs {
  /** Name of the device in configuration (`dli:devices`), or `default` for the one of `dli:url`. */
  device?: pulumi.Input<string>;
}

/** Result of {@link getOutlets}. */
export interface GetOutletsResult {
  /** The outlets, in the order of their numbers. */
  outlets: {
    number: number;
    name?: string;
    state?: boolean;
    transientState?: boolean;
    physicalState?: boolean;
    locked?: boolean;
    critical?: boolean;
    cycleDelaySeconds?: number | null;
  }[];
}

/**
 * All outlets that the account may see, as they are now. Numbers are those printed on the case.
 * Reads from the device at once, also in a preview.
 */
export function getOutlets(args: GetOutletsArgs = {}, options?: pulumi.InvokeOptions): Promise<GetOutletsResult> {
  return call("getOutlets", args, options);
}

/**
 * All outlets that the account may see, as they are now. Numbers are those printed on the case.
 * Reads from the device once the arguments are known, after everything in `dependsOn`.
 */
export function getOutletsOutput(
  args: GetOutletsOutputArgs = {},
  options?: pulumi.InvokeOutputOptions,
): pulumi.Output<GetOutletsResult> {
  return callOutput("getOutlets", args, options);
}

/** Arguments of {@link getMeters}. */
export interface GetMetersArgs {
  /** Name of the device in configuration (`dli:devices`), or `default` for the one of `dli:url`. */
  device?: string;
}

/** Arguments of {@link getMetersOutput}. */
export interface GetMetersOutputArgs {
  /** Name of the device in configuration (`dli:devices`), or `default` for the one of `dli:url`. */
  device?: pulumi.Input<string>;
}

/** Result of {@link getMeters}. */
export interface GetMetersResult {
  /** The measured values, sorted by key. `bus` is counted from 1, or null. */
  meters: { key: string; name: string; quantity: string; bus: number | null; value: number | null; unit: string }[];
}

/**
 * What the device measures: volts, amperes and kWh of its buses, temperatures in °C, humidity in %. Empty on
 * devices without sensors.
 * Reads from the device at once, also in a preview.
 */
export function getMeters(args: GetMetersArgs = {}, options?: pulumi.InvokeOptions): Promise<GetMetersResult> {
  return call("getMeters", args, options);
}

/**
 * What the device measures: volts, amperes and kWh of its buses, temperatures in °C, humidity in %. Empty on
 * devices without sensors.
 * Reads from the device once the arguments are known, after everything in `dependsOn`.
 */
export function getMetersOutput(
  args: GetMetersOutputArgs = {},
  options?: pulumi.InvokeOutputOptions,
): pulumi.Output<GetMetersResult> {
  return callOutput("getMeters", args, options);
}

/** Arguments of {@link getThreads}. */
export interface GetThreadsArgs {
  /** Name of the device in configuration (`dli:devices`), or `default` for the one of `dli:url`. */
  device?: string;
}

/** Arguments of {@link getThreadsOutput}. */
export interface GetThreadsOutputArgs {
  /** Name of the device in configuration (`dli:devices`), or `default` for the one of `dli:url`. */
  device?: pulumi.Input<string>;
}

/** Result of {@link getThreads}. */
export interface GetThreadsResult {
  /** The threads: id, name of the function, and the device's whole label. */
  threads: { id: string; function: string; label: string }[];
}

/**
 * The script threads that are running now. Only the admin may see them.
 * Reads from the device at once, also in a preview.
 */
export function getThreads(args: GetThreadsArgs = {}, options?: pulumi.InvokeOptions): Promise<GetThreadsResult> {
  return call("getThreads", args, options);
}

/**
 * The script threads that are running now. Only the admin may see them.
 * Reads from the device once the arguments are known, after everything in `dependsOn`.
 */
export function getThreadsOutput(
  args: GetThreadsOutputArgs = {},
  options?: pulumi.InvokeOutputOptions,
): pulumi.Output<GetThreadsResult> {
  return callOutput("getThreads", args, options);
}

/** Arguments of {@link browse}. */
export interface BrowseArgs {
  /** Path below `/restapi/`, for example `config`; if omitted, the root. */
  path?: string;
  /** How many levels to return, 1 to 16; if omitted, all of them. */
  depth?: number;
  /** Name of the device in configuration (`dli:devices`), or `default` for the one of `dli:url`. */
  device?: string;
}

/** Arguments of {@link browseOutput}. */
export interface BrowseOutputArgs {
  /** Path below `/restapi/`, for example `config`; if omitted, the root. */
  path?: pulumi.Input<string>;
  /** How many levels to return, 1 to 16; if omitted, all of them. */
  depth?: pulumi.Input<number>;
  /** Name of the device in configuration (`dli:devices`), or `default` for the one of `dli:url`. */
  device?: pulumi.Input<string>;
}

/** Result of {@link browse}. */
export interface BrowseResult {
  /** The value at the path. */
  value: any;
}

/**
 * Any part of the device's tree. What is deeper than `depth` is returned as `{ path }`. Where a password, a key or
 * an account is part of it, the Output is a secret; without an Output nothing keeps it from being shown.
 * Reads from the device at once, also in a preview.
 */
export function browse(args: BrowseArgs = {}, options?: pulumi.InvokeOptions): Promise<BrowseResult> {
  return call("browse", args, options);
}

/**
 * Any part of the device's tree. What is deeper than `depth` is returned as `{ path }`. Where a password, a key or
 * an account is part of it, the Output is a secret; without an Output nothing keeps it from being shown.
 * Reads from the device once the arguments are known, after everything in `dependsOn`.
 */
export function browseOutput(
  args: BrowseOutputArgs = {},
  options?: pulumi.InvokeOutputOptions,
): pulumi.Output<BrowseResult> {
  return callOutput("browse", args, options, true);
}
