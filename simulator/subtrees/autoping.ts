/** `autoping/`: addresses to ping, and what to do when they are silent. */
import type { DialectSettings } from "../dialects";
import { firmwareHas } from "../profile/firmware";
import { array, boolean, call, number, object, opaque, optional, type StateOf, string } from "../schema/nodes";
import { since } from "../schema/place";
import { between, notEmpty } from "../schema/validators";

const hostSchema = object({ state: string(), success_count: number(), failure_count: number() });

const itemSchema = object(
  {
    addresses: array(string({ validate: notEmpty })),
    outlets: array(number()),
    enabled: boolean(),
    pings_before_enabling: optional(number(), { validate: between(0, 100) }),
    script: string(),
    resumption_trial: boolean({ wireName: since("autopingLimits") }),
    status: object({ hosts: array(hostSchema) }, { readonly: true }),
  },
  {
    required: ["addresses", "outlets"],
    fresh: () => ({
      enabled: true,
      pings_before_enabling: null,
      script: "",
      resumption_trial: true,
      status: { hosts: [] },
    }),
  },
);

/**
 * autoping/ (device.md section 3.5). Intervals, timeouts and delays are in seconds; outlets are counted from 0. Older
 * firmware has one limit; that it is max_reboot_count, and lacks the members about new trials, is inferred.
 */
export const autopingSchema = object(
  {
    enabled: boolean(),
    items: array(itemSchema),
    ping_interval: number({ validate: between(2, 3600) }),
    ping_timeout: number({ validate: between(2, 3600) }),
    post_reboot_delay: number({ validate: between(1, 43200) }),
    max_reboot_count: optional(number(), { validate: between(1, 255) }),
    max_consecutive_reboot_count: optional(number(), {
      validate: between(1, 255),
      wireName: since("autopingLimits"),
    }),
    pings_before_enabling: number({ validate: between(0, 100) }),
    resume_without_retrial: boolean({ wireName: since("autopingLimits") }),
    handle_failures_immediately: boolean({ wireName: since("autopingLimits") }),
    reset_statistics: call(),
    notifications: array(opaque(), { readonly: true }),
  },
  { adminRead: true },
);

/** The state of autoping/. */
export type AutopingState = StateOf<typeof autopingSchema>;

/** The state of one AutoPing item. */
export type AutopingItemState = StateOf<typeof itemSchema>;

/** The state of one address of an item. */
export type AutopingHostState = StateOf<typeof hostSchema>;

/** Switched off, without items; the numbers that the vendor's screen shows. */
export function initialAutoping(firmware: string, dialects: DialectSettings): AutopingState {
  return {
    enabled: false,
    items: [],
    ping_interval: 30,
    ping_timeout: 150,
    post_reboot_delay: 120,
    max_reboot_count: firmwareHas(firmware, "autopingLimits") ? null : 5,
    max_consecutive_reboot_count: 5,
    pings_before_enabling: dialects.autopingDefaultPings,
    resume_without_retrial: false,
    handle_failures_immediately: false,
    notifications: [],
  };
}
