/** The dialects of switching and recovery. */
import type { Dialect } from "./dialect";

/** How relays move. */
export const relayDialects = {
  physicalLagMilliseconds: {
    description: "Time between a decision to switch and the contact's move.",
    source: "device.md section 4.1 point 6: a second or more was seen",
    values: [200, 0, 1500],
    default: 200,
  },
  minSequenceDelaySeconds: {
    description: "relay/min_sequence_delay in seconds, on all models but the DIN relay, which has 0.",
    source: "device.md section 11 #24: above 0 and, by a value that was accepted, at most 1",
    values: [1, 0.5],
    default: 1,
  },
  cycleOffOutlet: {
    description: "cycle on an outlet that is off.",
    source: "device.md section 4.1 point 5: the web page does not offer it",
    values: ["ignored", "turnsOn", "refused"],
    default: "ignored",
  },
  cycleTransient: {
    description: "transient_state while a cycle runs.",
    source: "device.md section 4.1 point 3, inferred",
    values: ["staysTrue", "followsOff"],
    default: "staysTrue",
  },
  recoveryModeNumbers: {
    description: "relay/recovery_mode of all off, all on, last state: counted from 0 or from 1.",
    source: "device.md section 11 #13",
    values: ["fromZero", "fromOne"],
    default: "fromZero",
  },
  recoveryAtReboot: {
    description: "What outlets return to after a reboot: their state always, or what recovery_mode says.",
    source: "device.md section 11 #25",
    values: ["state", "mode"],
    default: "state",
  },
  recoveryRewritesState: {
    description: "Whether an all-off or all-on recovery also rewrites state.",
    source: "device.md section 11 #26",
    values: ["no", "yes"],
    default: "no",
  },
} as const satisfies Record<string, Dialect>;
