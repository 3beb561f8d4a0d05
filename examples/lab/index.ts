/**
 * A lab with four devices in a loop. Their addresses and logins are in the secret `dli:devices`; two of them are reached
 * with a token, which may do only what its scopes allow.
 */
import * as dli from "pulumi-dli";

const benches = {
  "bench-1": ["scope", "generator", "supply", "heater"],
  "bench-2": ["board-1", "board-2", "board-3", "board-4"],
  "bench-3": ["board-5", "board-6", "board-7", "board-8"],
  "bench-4": ["printer", "laser", "fan", "lamp"],
};

/** One resource per device keeps a fleet quick to plan: a refresh is one request per device. */
const devices = Object.entries(benches).map(
  ([device, names]) =>
    new dli.Outlets(device, {
      device,
      outlets: Object.fromEntries(names.map((name, index) => [index + 1, { name, state: name !== "laser" }])),
    }),
);

export const managed = devices.map((device) => device.id);
