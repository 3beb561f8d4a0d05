/**
 * `relay/` as a device has it, without `outlets`:
 * `{"name": "DLI Controller", "online": true, "model": "LPC9", "version": "1.7.1", "sequence_delay": 3,
 *   "min_sequence_delay": 1, "cycle_delay": 3, "recovery_mode": 2, "keypad_enabled": true, ...}`
 * Names from the Object Model Reference DC3 of 2021-08-19.
 */
import * as z from "zod";
import { InvalidInputError } from "../client";
import { field, reading, settings } from "../schema/settings-group";

export const relay = settings("Relay", {
  description:
    "The relay module as a whole: the device's name, the pace of switching and what happens after power loss.",
  id: "relay",
  inputs: {
    name: field("relay/name/", z.string().min(1), "The device's name, as its web page shows it."),
    sequenceDelaySeconds: field(
      "relay/sequence_delay/",
      z.number().min(0),
      "Time between two outlets being switched on, in seconds. The device has a minimum, see `minSequenceDelaySeconds`.",
    ),
    cycleDelaySeconds: field(
      "relay/cycle_delay/",
      z.number().min(0),
      "How long a cycled outlet stays off, in seconds, unless the outlet has its own `cycleDelaySeconds`.",
    ),
    recoveryMode: field(
      "relay/recovery_mode/",
      z.int().min(0),
      "What happens after a power loss, as a number of the device (its web page lists: all off, all on in sequence, last state in sequence; the numbers are not documented). While an outlet is protected, only 2 and 3 are written, which no reading takes for all off.",
    ),
    keypadEnabled: field("relay/keypad_enabled/", z.boolean(), "Whether the keypad on the device works."),
  },
  outputs: {
    model: reading("relay/model/", z.string(), "The device's model, such as `LPC9`."),
    relayFirmware: reading("relay/version/", z.string(), "Version of the relay module's own firmware."),
    online: reading(
      "relay/online/",
      z.union([z.boolean(), z.string()]),
      "Whether the relay module works: true, false, or `degraded` (low power, outlets cannot be switched on).",
    ),
    minSequenceDelaySeconds: reading(
      "relay/min_sequence_delay/",
      z.number(),
      "Minimum of `sequenceDelaySeconds`, in seconds.",
    ),
  },
  guard({ device }, desired, observed) {
    const lowest = observed?.minSequenceDelaySeconds;
    const delay = desired.sequenceDelaySeconds;
    if (delay === undefined || typeof lowest !== "number" || delay >= lowest) {
      return;
    }
    throw new InvalidInputError({
      device: device.name,
      message: `sequenceDelaySeconds is ${delay}, but this device requires at least ${lowest}`,
      remedy: `Set sequenceDelaySeconds to ${lowest} or more.`,
    });
  },
});
