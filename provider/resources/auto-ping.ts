/**
 * `autoping/` as a device has it:
 * `{"enabled": false, "items": [], "ping_interval": 60, "ping_timeout": 300, "post_reboot_delay": 120,
 *   "max_reboot_count": null, "max_consecutive_reboot_count": 5, "pings_before_enabling": 5,
 *   "resume_without_retrial": false, "handle_failures_immediately": false}`
 * Names and ranges from the Object Model Reference DC3 of 2021-08-19 and the user's guides.
 */
import * as z from "zod";
import { orWord } from "../schema/null-word";
import { field, settings } from "../schema/settings-group";

const base = settings("AutoPing", {
  description:
    "AutoPing as a whole: how often addresses are pinged and when silence counts as a failure. What is pinged, and what happens then, is declared by `AutoPingItem`s.",
  id: "autoping",
  inputs: {
    enabled: field("autoping/enabled/", z.boolean(), "Whether AutoPing is on."),
    pingIntervalSeconds: field(
      "autoping/ping_interval/",
      z.number().min(2).max(3600),
      "Time between two pings of an address, 2 to 3600 s. The vendor recommends 60.",
    ),
    pingTimeoutSeconds: field(
      "autoping/ping_timeout/",
      z.number().min(2).max(3600),
      "How long an address must be silent before its item acts, 2 to 3600 s. It should be longer than the interval.",
    ),
    postRebootDelaySeconds: field(
      "autoping/post_reboot_delay/",
      z.number().min(1).max(43200),
      "How long an item waits after it has acted, 1 to 43200 s.",
    ),
    maxReboots: field(
      "autoping/max_reboot_count/",
      orWord(z.int().min(1).max(255), "unlimited"),
      "How often an item may act in total before the device disables it, 1 to 255, or `unlimited` (or null).",
    ),
    maxConsecutiveReboots: field(
      "autoping/max_consecutive_reboot_count/",
      orWord(z.int().min(1).max(255), "unlimited"),
      "How often an item may act without a successful ping in between, 1 to 255, or `unlimited` (or null).",
    ),
    pingsBeforeEnabling: field(
      "autoping/pings_before_enabling/",
      z.int().min(0).max(100),
      "Successful pings that a new or re-enabled item needs before it counts, 0 to 100.",
    ),
    resumeWithoutRetrial: field(
      "autoping/resume_without_retrial/",
      z.boolean(),
      "Whether items stay active after a restart of the device without a new trial.",
    ),
    handleFailuresImmediately: field(
      "autoping/handle_failures_immediately/",
      z.boolean(),
      "Whether the device acts on some failures without waiting for the timeout.",
    ),
  },
});

export const autoPing: typeof base = {
  ...base,
  check(inputs, known, { warn }) {
    const { pingIntervalSeconds: interval, pingTimeoutSeconds: timeout } = inputs;
    const isKnown = known("pingIntervalSeconds") && known("pingTimeoutSeconds");
    if (isKnown && interval !== undefined && timeout !== undefined && timeout < interval) {
      warn("pingTimeoutSeconds is shorter than pingIntervalSeconds: a single missed ping will trigger it");
    }
    return [];
  },
};
