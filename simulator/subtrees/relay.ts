/** `relay/`: outlets, delays, recovery, buses and the front panel. */
import type { DialectSettings } from "../dialects";
import type { Model } from "../profile/models";
import {
  array,
  boolean,
  call,
  number,
  object,
  opaque,
  optional,
  perOutlet,
  type StateOf,
  string,
  variant,
} from "../schema/nodes";
import { since } from "../schema/place";
import { atLeast } from "../schema/validators";

const outletSchema = object({
  name: string(),
  state: boolean({ outletUser: true }),
  transient_state: boolean({ outletUser: true }),
  physical_state: boolean({ readonly: true }),
  locked: boolean(),
  critical: boolean(),
  cycle_delay: optional(number(), { validate: atLeast(0) }),
  cycle: call({ outletUser: true }),
});

const busSchema = object({
  name: string(),
  minimum_voltage: optional(number()),
  maximum_voltage: optional(number()),
});

/** relay/ (device.md section 3.1). Delays are in seconds. */
export const relaySchema = object({
  name: string(),
  online: variant([true, "degraded", false] as const, { adminRead: true, readonly: true }),
  model: string({ adminRead: true, readonly: true }),
  version: string({ adminRead: true, readonly: true }),
  outlets: perOutlet(outletSchema),
  set_outlet_transient_states: call({ outletUser: true, wireName: since("setOutletTransientStates") }),
  sequence_delay: number(),
  min_sequence_delay: number({ readonly: true }),
  cycle_delay: number({ validate: atLeast(0) }),
  relatch: number({ validate: atLeast(0) }),
  recovery_mode: number(),
  measurement_interval: number({ wireName: since("relayPolling") }),
  buses: array(busSchema),
  ports: array(opaque()),
  known_port_types: array(opaque(), { readonly: true }),
  pins: array(opaque()),
  nets: array(opaque()),
  net_poll_interval: optional(number(), { wireName: since("relayPolling") }),
  gpio_scan_interval: optional(number(), { wireName: since("relayPolling") }),
  scan_catch_up_limit: number({ wireName: since("relayPolling") }),
  fuses_enabled: boolean(),
  min_relay_voltage: optional(number()),
  fuse_relatch: optional(number()),
  keypad_enabled: boolean(),
  all_caps: boolean(),
  beep_sequence: opaque(),
  backlight_sequence: opaque(),
  lcd_columns: number({ readonly: true }),
  lcd_rows: number({ readonly: true }),
  user_lines: array(string()),
  user_message_force_timeout: optional(number()),
  user_message_timeout: optional(number()),
  notifications: array(opaque(), { readonly: true, adminRead: true }),
});

/** The state of relay/. */
export type RelayState = StateOf<typeof relaySchema>;

/** The state of one outlet. */
export type OutletState = StateOf<typeof outletSchema>;

/** A device whose outlets are all on; names, delays and modes as on an untouched device where known. */
export function initialRelay(model: Model, dialects: DialectSettings): RelayState {
  return {
    name: "DLI Controller",
    online: true,
    model: model.name,
    version: "1.10",
    outlets: Array.from({ length: model.outletCount }, (_, index) => ({
      name: `Outlet ${index + 1}`,
      state: true,
      transient_state: true,
      physical_state: true,
      locked: false,
      critical: false,
      cycle_delay: null,
    })),
    sequence_delay: 3,
    min_sequence_delay: model.allowsNoSequenceDelay ? 0 : dialects.minSequenceDelaySeconds,
    cycle_delay: 5,
    relatch: 10,
    // The "last state" of whichever numbering this device has.
    recovery_mode: dialects.recoveryModeNumbers === "fromZero" ? 2 : 3,
    measurement_interval: 1,
    buses: Array.from({ length: model.busCount }, (_, index) => ({
      name: `Bus ${String.fromCharCode(65 + index)}`,
      minimum_voltage: null,
      maximum_voltage: null,
    })),
    ports: [],
    known_port_types: [],
    pins: [],
    nets: [],
    net_poll_interval: null,
    gpio_scan_interval: null,
    scan_catch_up_limit: 10,
    fuses_enabled: false,
    min_relay_voltage: null,
    fuse_relatch: null,
    keypad_enabled: true,
    all_caps: false,
    beep_sequence: null,
    backlight_sequence: null,
    lcd_columns: 16,
    lcd_rows: 2,
    user_lines: [],
    user_message_force_timeout: 0,
    user_message_timeout: null,
    notifications: [],
  };
}
