/**
 * `script/` as it stands on the device:
 * `{"source": "function hello()\n  log.notice('hello')\nend\n", "user_functions": {"hello": {}}, "boot_handler": null,
 *   "boot_handler_legacy": false, "step_delay": 1, "traced": false, "threads": {}, "snippets": {}, ...}`
 * Writing `source` with a syntax error is refused and leaves the old text. Object Model Reference EPCR6 of 2024-11-10.
 */
import { createHash } from "node:crypto";
import * as z from "zod";
import { devicePath, type Json, NotSupportedError } from "../client";
import { understand, wireObject } from "../runtime/decode";
import { define } from "../schema/definition";
import { normalisedText } from "../schema/equality";
import { managed, output } from "../schema/inputs";

const scriptPath = devicePath("script");

const members = {
  source: "source",
  bootHandler: "boot_handler",
  bootHandlerLegacy: "boot_handler_legacy",
  stepDelaySeconds: "step_delay",
  traced: "traced",
} as const;

const wireScript = z.looseObject({
  source: z.string().optional(),
  boot_handler: z.string().nullable().optional(),
  boot_handler_legacy: z.boolean().optional(),
  step_delay: z.number().optional(),
  traced: z.boolean().optional(),
  user_functions: z.json().optional(),
});

export const script = define({
  type: "Script",
  family: "adopted",
  description:
    "The device's Lua script as one text, and how it is run at boot. A text with a syntax error is refused by the device, and the old one stays.",
  inputs: {
    source: managed(
      z.string(),
      "The whole Lua text. Differences in line endings and trailing white space do not count.",
      { same: (left, right) => normalisedText(left) === normalisedText(right) },
    ),
    bootHandler: managed(z.string().min(1).nullable(), "Name of the function to run at boot, or null for none."),
    bootHandlerLegacy: managed(
      z.boolean(),
      "True = the handler runs at cold boot only. False = also at warm boot and service restart, and it is told which.",
    ),
    stepDelaySeconds: managed(z.number().min(0), "Delay between steps, in seconds; for legacy functions only."),
    traced: managed(z.boolean(), "Whether the script's steps are traced to the system log."),
  },
  outputs: {
    functions: output(z.array(z.string()), "Names of the functions that the device found in the script, sorted."),
    sourceSha256: output(z.string(), "SHA-256 of the script's text after normalisation, in hex."),
  },
  id: () => "script",
  keys: (id) => (id === "script" ? {} : undefined),
  idForm: "<device>/script",

  declare(run, { source }, device) {
    if (source !== undefined) {
      run.scriptFunctions.announce(device, declaredFunctions(source));
    }
  },

  async observe(context) {
    const of = Object.values(members).map((name) => devicePath("script", name));
    const wire = understand(context, scriptPath, wireScript, await context.device.read(scriptPath, of));
    const source = wire.source;
    return {
      ...(source !== undefined && { source }),
      ...(wire.boot_handler !== undefined && { bootHandler: wire.boot_handler || null }),
      ...(wire.boot_handler_legacy !== undefined && { bootHandlerLegacy: wire.boot_handler_legacy }),
      ...(wire.step_delay !== undefined && { stepDelaySeconds: wire.step_delay }),
      ...(wire.traced !== undefined && { traced: wire.traced }),
      functions: Object.keys(understand(context, scriptPath, wireObject, wire.user_functions ?? {})).sort(),
      ...(source !== undefined && {
        sourceSha256: createHash("sha256").update(normalisedText(source)).digest("hex"),
      }),
    };
  },

  guard(context, wanted, observed) {
    const missing = (Object.keys(members) as (keyof typeof members)[]).find(
      (name) => wanted[name] !== undefined && observed?.[name] === undefined,
    );
    if (!missing) {
      return;
    }
    throw new NotSupportedError({
      device: context.device.name,
      method: "GET",
      path: "script/",
      message: `this device does not have the script setting \`${missing}\``,
      remedy: `Leave \`${missing}\` out for this device, or update its firmware.`,
      outcome: "notSent",
    });
  },

  async apply(context, wanted, observed, changes) {
    // A handler that is to change must not name a function that the new text no longer has, nor one it has not yet.
    const put = (input: keyof typeof members, value: Json) =>
      // The text decides about the list of functions too.
      context.device.put(
        devicePath("script", members[input]),
        value,
        input === "source" ? { touches: scriptPath } : {},
      );
    const written = new Set<keyof typeof members>();
    const oldHandler = observed?.bootHandler;
    if (changes.has("bootHandler") && changes.has("source") && typeof oldHandler === "string") {
      if (!declaredFunctions(wanted.source ?? "").includes(oldHandler)) {
        await put("bootHandler", null);
        if (wanted.bootHandler === null) {
          written.add("bootHandler");
        }
      }
    }
    for (const name of ["source", "bootHandler", "bootHandlerLegacy", "stepDelaySeconds", "traced"] as const) {
      if (changes.has(name) && !written.has(name)) {
        await put(name, wanted[name] as Json);
      }
    }
  },
});

/** Names of the global functions that a Lua text declares in the form the device lists. */
function declaredFunctions(source: string): string[] {
  return [...source.matchAll(/^\s*function\s+([A-Za-z_]\w*)\s*\(/gm)].map((match) => match[1] as string);
}
