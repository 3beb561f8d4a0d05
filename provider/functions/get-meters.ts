/**
 * `meter/values/` as a device has it, in SI units, empty on devices without sensors:
 * `{"buses.0.voltage": {"name": "Bus A voltage", "value": 120.5, "quantity": "voltage", "bus": 0, ...}, ...}`
 * How the keys are built is not documented; the vendor's examples ask for voltage, current, total energy, temperature
 * and humidity, with energy in joules and temperature in kelvins.
 */
import * as z from "zod";
import { understand } from "../runtime/decode";
import { readMap } from "../runtime/tree/read";
import { defineFunction } from "../schema/function";
import { output } from "../schema/inputs";

const path = "meter/values/";

/** A missing sensor reads as a denormal number; no measured value is this small. */
const smallestMeasured = 1e-9;

/** A member of an unexpected form is treated as missing, so that the other meters can still be read. */
const wireMeter = z.looseObject({
  name: z.string().nullish().catch(null),
  value: z.number().nullish().catch(null),
  quantity: z.string().nullish().catch(null),
  bus: z.number().nullish().catch(null),
});

interface Conversion {
  readonly unit: string;
  readonly convert: (value: number) => number;
}

const conversions: ReadonlyMap<string, Conversion> = new Map<string, Conversion>([
  ["voltage", { unit: "V", convert: (value) => value }],
  ["current", { unit: "A", convert: (value) => value }],
  ["power", { unit: "W", convert: (value) => value }],
  ["energy", { unit: "kWh", convert: (joules) => joules / 3_600_000 }],
  ["temperature", { unit: "°C", convert: (kelvins) => kelvins - 273.15 }],
  ["humidity", { unit: "%", convert: (percent) => percent }],
]);

const meter = z.object({
  key: z.string(),
  name: z.string(),
  quantity: z.string(),
  bus: z.number().nullable(),
  value: z.number().nullable(),
  unit: z.string(),
});

export const getMeters = defineFunction({
  name: "getMeters",
  description:
    "What the device measures: volts, amperes and kWh of its buses, temperatures in °C, humidity in %. Empty on devices without sensors.",
  inputs: {},
  outputs: {
    meters: output(z.array(meter), "The measured values, sorted by key. `bus` is counted from 1, or null."),
  },
  async call({ device }) {
    const values = [...((await readMap(device, path))?.proper ?? [])];
    const meters = values.map(([key, value]) => {
      const wire = understand(device, path, wireMeter, value);
      const quantity = wire.quantity || quantityOf(key);
      const { unit, convert } = conversions.get(quantity) ?? { unit: "", convert: (same: number) => same };
      return {
        key,
        name: wire.name ?? key,
        quantity,
        bus: typeof wire.bus === "number" ? wire.bus + 1 : null,
        value: typeof wire.value === "number" ? rounded(convert(withoutDenormals(wire.value))) : null,
        unit,
      };
    });
    return { meters: meters.sort((left, right) => (left.key < right.key ? -1 : 1)) };
  },
});

/** The quantity that a key ends in, for a meter that has none. */
function quantityOf(key: string): string {
  return [...conversions.keys()].find((quantity) => key.endsWith(quantity)) ?? "";
}

function withoutDenormals(value: number): number {
  return Math.abs(value) < smallestMeasured ? 0 : value;
}

/** Nothing on the device is exact beyond a millionth, and binary fractions read badly. */
function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
