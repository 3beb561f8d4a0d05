/** Reads every sensor of the device in volts, amperes, kilowatt-hours and so on. */
import * as dli from "pulumi-dli";

const { meters } = dli.getMetersOutput();

/** `Bus A voltage: 120.5 V`, for every sensor that the device has. */
export const measured = meters.apply((all) => all.map(({ name, value, unit }) => `${name}: ${value} ${unit}`));

/** Current through all buses, in amperes. */
export const amperes = meters.apply((all) =>
  all.filter(({ quantity }) => quantity === "current").reduce((sum, { value }) => sum + (value ?? 0), 0),
);
