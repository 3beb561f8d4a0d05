/**
 * `script/` as a device has it:
 * `{"source": "function hello()\n  log.notice('hello')\nend\n", "user_functions": {"hello": {}}, "boot_handler": null,
 *   "boot_handler_legacy": false, "step_delay": 1, "traced": false, "threads": {}, "snippets": {}, ...}`
 * Writing `source` with a syntax error is refused and leaves the old source. Object Model Reference EPCR6 of 2024-11-10.
 */
import { createHash } from "node:crypto";
import * as z from "zod";
import { devicePath, type Json, NotSupportedError } from "../client";
import { understand, wireObject } from "../runtime/decode";
import { writeMembers } from "../runtime/member-writes";
import { readObject } from "../runtime/tree/read";
import { defineAdopted } from "../schema/definition";
import { managed, output } from "../schema/inputs";
import { memberNames } from "../schema/member-names";
import { orWord } from "../schema/null-word";
import { normalisedSource, sameSource, sourceProblem } from "../subtrees/lua";
import { functionsOf } from "../subtrees/lua-functions";

const scriptPath = devicePath("script");

/** The inputs, and the device's names for them. */
const members = {
  source: "source",
  bootHandler: "boot_handler",
  bootHandlerLegacy: "boot_handler_legacy",
  stepDelaySeconds: "step_delay",
  traced: "traced",
} as const;
const names = memberNames(members);

const wireScript = z.looseObject({
  source: z.string().optional(),
  boot_handler: z.string().nullable().optional(),
  boot_handler_legacy: z.boolean().optional(),
  step_delay: z.number().optional(),
  traced: z.boolean().optional(),
  user_functions: z.json().optional(),
});

export const script = defineAdopted({
  type: "Script",
  description:
    "The device's Lua script and its boot handler. A script with a syntax error is rejected and the old one stays.",
  inputs: {
    source: managed(
      z.string(),
      "The whole Lua source. Differences in line endings, in white space at the ends of lines outside of strings, and in blank lines at the beginning and the end are ignored. Threads that are running continue with the old source until they end or are stopped (`ScriptStop`).",
      { same: sameSource, isConfidential: true },
    ),
    bootHandler: managed(
      // No Lua function can have this name.
      orWord(z.string().min(1), "nil"),
      "Name of the function to run at boot, or `nil` (or null) for none.",
    ),
    bootHandlerLegacy: managed(
      z.boolean(),
      "True = the handler runs at cold boot only. False = also at warm boot and service restart, and it is told which one.",
    ),
    stepDelaySeconds: managed(z.number().min(0), "Delay between steps, in seconds; for legacy functions only."),
    traced: managed(z.boolean(), "Whether the script's steps are traced to the system log."),
  },
  outputs: {
    functions: output(z.array(z.string()), "Names of the functions that the device found in the script, sorted.", {
      derivedFrom: ["source"],
    }),
    sourceSha256: output(z.string(), "SHA-256 of the script's source after normalisation, in hex.", {
      derivedFrom: ["source"],
    }),
  },
  id: () => "script",
  owns: (inputs) =>
    names
      .filter((name) => name === "source" || inputs[name] !== undefined)
      .map((name) => ({ path: `script/${members[name]}`, property: name })),
  keys: (id) => (id === "script" ? {} : undefined),
  idForm: "<device>/script",

  check({ source }, known) {
    const reason = known("source") ? sourceProblem(source) : undefined;
    return reason === undefined ? [] : [{ property: "source", reason }];
  },

  declare(run, { source }, device, known) {
    if (source !== undefined) {
      run.scriptFunctions.announce(device, functionsOf(source));
    } else if (!known("source")) {
      run.scriptFunctions.announce(device, () => undefined);
    }
  },

  async observe({ device }) {
    const of = Object.values(members).map((name) => devicePath("script", name));
    const wire = understand(device, scriptPath, wireScript, (await readObject(device, "script/", { of })) ?? {});
    const source = wire.source;
    return {
      ...(source !== undefined && { source }),
      ...(wire.boot_handler !== undefined && { bootHandler: wire.boot_handler || null }),
      ...(wire.boot_handler_legacy !== undefined && { bootHandlerLegacy: wire.boot_handler_legacy }),
      ...(wire.step_delay !== undefined && { stepDelaySeconds: wire.step_delay }),
      ...(wire.traced !== undefined && { traced: wire.traced }),
      functions: Object.keys(understand(device, scriptPath, wireObject, wire.user_functions ?? {})).sort(),
      ...(source !== undefined && {
        sourceSha256: createHash("sha256").update(normalisedSource(source)).digest("hex"),
      }),
    };
  },

  guard({ device }, desired, observed) {
    const missing = names.find((name) => desired[name] !== undefined && observed?.[name] === undefined);
    if (!missing) {
      return;
    }
    throw new NotSupportedError({
      device: device.name,
      method: "GET",
      path: "script/",
      message: `this device does not have the script setting \`${missing}\``,
      remedy: `Leave \`${missing}\` out for this device, or update its firmware.`,
    });
  },

  async apply({ device }, desired, observed, changes) {
    const put = (name: keyof typeof members, value: Json) =>
      // The source also determines the list of functions.
      device.put(devicePath("script", members[name]), value, name === "source" ? { touches: scriptPath } : {});
    const isHandlerCleared = mustClearHandler(desired.source, observed?.bootHandler, changes);
    if (isHandlerCleared) {
      await put("bootHandler", null);
    }
    const { source, bootHandler } = desired;
    if (changes.has("source") && source !== undefined) {
      await put("source", source);
    }
    const isDone = isHandlerCleared && bootHandler === null;
    if (changes.has("bootHandler") && bootHandler !== undefined && !isDone) {
      await put("bootHandler", bootHandler);
    }
    const others = (["bootHandlerLegacy", "stepDelaySeconds", "traced"] as const).filter((name) => changes.has(name));
    await writeMembers(
      device,
      others.map((name) => ({ path: devicePath("script", members[name]), value: desired[name] as Json })),
    );
  },
});

/**
 * Whether the present handler must be cleared before the source is written, because the new source lacks, or may lack,
 * that function. The new handler is written after the source, which may be the first to define it.
 */
function mustClearHandler(
  source: string | undefined,
  present: string | null | undefined,
  changes: ReadonlySet<string>,
): boolean {
  const bothChange = changes.has("bootHandler") && changes.has("source");
  return bothChange && typeof present === "string" && functionsOf(source ?? "")(present) !== true;
}
