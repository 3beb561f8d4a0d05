/** `meter/`: the values that a device measures. */
import type { DialectSettings } from "../dialects";
import type { Model } from "../profile/models";
import {
  array,
  boolean,
  call,
  type Json,
  map,
  number,
  object,
  opaque,
  optional,
  type StateOf,
  string,
} from "../schema/nodes";
import { since } from "../schema/place";

const level = () => optional(number());

const valueSchema = object(
  {
    name: string(),
    value: opaque({ readonly: true }),
    expression: optional(string()),
    custom: boolean({ readonly: true }),
    in_calibration: boolean(),
    supports_calibration: boolean({ readonly: true }),
    insert_calibration_point: call(),
    commit_calibration: call(),
    quantity: string(),
    bus: optional(number()),
    internal: boolean(),
    log_history: boolean(),
    history_parameters: opaque(),
    history_subsample_count: number(),
    history_time_step: number(),
    get_history: call(),
    clear_history: call(),
    data_absence_alarm_level: level(),
    data_absence_alarm_period: level(),
    lowest_interval_alarm_level: level(),
    lowest_interval_alarm_period: level(),
    intervals: array(opaque()),
    update_absolute_difference: optional(number(), { wireName: since("additionsOf2024") }),
    update_relative_difference: optional(number(), { wireName: since("additionsOf2024") }),
  },
  { fresh: freshCustomMeter },
);

/** meter/ (device.md section 3.7). */
export const meterSchema = object({
  values: map(valueSchema),
  buses: array(opaque()),
  power_status: opaque({ readonly: true }),
  emergency_off_status: opaque({ readonly: true }),
  synchronize: call(),
  notifications: array(opaque(), { readonly: true, adminRead: true }),
});

/** The state of meter/. */
export type MeterState = StateOf<typeof meterSchema>;

/** The state of one measured value, in SI units: volts, amperes, joules, kelvins; humidity in percent. */
export type MeterValueState = StateOf<typeof valueSchema>;

const plainValue = {
  name: "",
  value: null,
  expression: null,
  custom: false,
  in_calibration: false,
  supports_calibration: false,
  quantity: "",
  bus: null,
  internal: false,
  log_history: true,
  history_parameters: [
    [300, 86400],
    [3600, 1209600],
    [86400, 31536000],
  ],
  history_subsample_count: 1,
  history_time_step: 300,
  data_absence_alarm_level: null,
  data_absence_alarm_period: null,
  lowest_interval_alarm_level: null,
  lowest_interval_alarm_period: null,
  intervals: [],
  update_absolute_difference: 0,
  update_relative_difference: 0,
} satisfies MeterValueState;

function freshCustomMeter(): { [key: string]: Json } {
  return { ...structuredClone(plainValue), custom: true };
}

function measured(name: string, quantity: string, value: number, bus: number | null): MeterValueState {
  return { ...structuredClone(plainValue), name, quantity, value, bus };
}

/** The values that the model measures. The form of dotted keys follows the dialect; keys of inputs are inferred. */
export function initialMeter(model: Model, dialects: DialectSettings): MeterState {
  const values: Record<string, MeterValueState> = {};
  const key = (dotted: string): string => (dialects.meterKeys === "dotted" ? dotted : dotted.replaceAll(".", "_"));
  for (let bus = 0; bus < model.busCount; bus += 1) {
    const letter = String.fromCharCode(65 + bus);
    values[key(`buses.${bus}.voltage`)] = measured(`Bus ${letter} voltage`, "voltage", model.busVoltage, bus);
    values[key(`buses.${bus}.current`)] = measured(`Bus ${letter} current`, "current", 1.25, bus);
    values[key(`buses.${bus}.total_energy`)] = measured(`Bus ${letter} total energy`, "energy", 3_600_000, bus);
  }
  if (model.measuresSupply && dialects.metersWithoutBus === "few") {
    values["mains_voltage"] = measured("Mains voltage", "voltage", model.busVoltage, null);
    values["current"] = measured("Current", "current", 1.25, null);
  }
  for (const [index, fullScale] of model.adcFullScales.entries()) {
    values[key(`adc.${index}.voltage`)] = measured(`ADC ${index + 1}`, "voltage", fullScale / 20, null);
  }
  if (model.hasSensors) {
    values[key("environment.internal.temperature")] = measured("Internal temperature", "temperature", 308.15, null);
    values[key("sensors.0.temperature")] = measured("Sensor 1 temperature", "temperature", 295.15, null);
    values[key("sensors.0.humidity")] = measured("Sensor 1 humidity", "humidity", 45, null);
    // A sensor that is not plugged in reads as a tiny denormal number on real devices.
    values[key("sensors.1.humidity")] = measured("Sensor 2 humidity", "humidity", 5e-324, null);
  }
  return {
    values,
    buses: Array.from({ length: model.busCount }, (_, bus) => ({ name: `Bus ${String.fromCharCode(65 + bus)}` })),
    power_status: "normal",
    emergency_off_status: false,
    notifications: [],
  };
}
