/**
 * A lab with four devices in a loop. Their addresses and logins are in the secret `dli:devices`; two of them are reached
 * with a token, which may do what its scopes say and nothing else.
 */
import * as dli from "pulumi-dli";

const benches = {
  "bench-1": ["scope", "generator", "supply", "heater"],
  "bench-2": ["board-1", "board-2", "board-3", "board-4"],
  "bench-3": ["board-5", "board-6", "board-7", "board-8"],
  "bench-4": ["printer", "laser", "fan", "lamp"],
};

/** One resource a device: a fleet stays quick to plan, and a refresh is one request a device. */
const devices = Object.entries(benches).map(
  ([device, names]) =>
    new dli.Outlets(device, {
      device,
      outlets: Object.fromEntries(names.map((name, index) => [index + 1, { name, state: name !== "laser" }])),
    }),
);

export const managed = devices.map((device) => device.id);
