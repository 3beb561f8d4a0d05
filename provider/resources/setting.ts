/**
 * Any writable path of the device as a resource, for what has no resource type: SNMP, MQTT, UPnP, Modbus, syslog,
 * NTP, network, notification, LCD and so on. Object Model Reference, whole.
 */
import * as z from "zod";
import {
  devicePath,
  InvalidInputError,
  isDliError,
  isJsonObject,
  type Json,
  NotSupportedError,
  sameJson,
} from "../client";
import type { Context } from "../runtime/context";
import type { DeviceView } from "../runtime/device-view";
import { certainLockout, leaves, lockoutsOf } from "../runtime/gate/own-access";
import { foreignOwner, withoutForeign } from "../runtime/gate/owned-subtrees";
import { defineAdopted, type Failure } from "../schema/definition";
import { instruction, key, output, required } from "../schema/inputs";
import { unknownValue } from "../schema/unknown";
import { loginTextProblem } from "../subtrees/login-texts";
import { withoutOthersSecrets, withoutSecrets } from "../subtrees/secret-places";
import { isSecretSetting, listOfElement, readSetting, refuseElement } from "../subtrees/setting-read";
import { declaredPart, mayBeMasked } from "../subtrees/setting-value";
import { settingWrites, writeSetting } from "../subtrees/setting-writes";

export const setting = defineAdopted({
  type: "Setting",
  description:
    "Any writable setting by its path on the device, for everything that has no resource type. Of an object only the declared members are compared and written, those of one object together. A list is declared as a whole, not by its elements, whose indices change (`relay/outlets` and other lists of fixed length may have an index in the path); of its elements, too, only the declared members are compared, and the others stay as they are where the device shows them or takes a change of one element. What a device does not show when it is read counts as what was written last.",
  inputs: {
    path: key(z.string().min(1), "Path below `/restapi/`, for example `config/hostname` or `snmp`.", {
      same: (left, right) => canonical(left) === canonical(right),
    }),
    value: required(
      z.json(),
      "The value as the REST API shows it: a scalar, a list, null, or an object of members to manage.",
      { secretWhen: "secret" },
    ),
    secret: instruction(
      z.boolean(),
      false,
      "Whether the value is a secret. It is then encrypted in the state. However the device masks it in reads, it then counts as what was declared last; so each of its texts is written by a request of its own, whose response proves it.",
    ),
    optional: instruction(
      z.boolean(),
      false,
      "Whether a device that does not have this setting is skipped instead of causing an error, for settings that only some models and firmwares have.",
    ),
  },
  outputs: {
    present: output(z.boolean(), "Whether the device has this setting."),
    readsBack: output(z.boolean(), "Whether the device shows the value when it is read."),
  },
  id: ({ path }) => `settings/${canonical(path)}`,
  keys: (id) => {
    const below = /^settings\/(.*)$/s.exec(id)?.[1];
    // The whole tree is a setting, too.
    const path = below === "" ? "/" : below;
    return path === undefined || pathProblem(path) !== undefined ? undefined : { path };
  },
  idForm: "<device>/settings/<path>",
  owns: ({ path, value }) =>
    path === undefined ||
    value === undefined ||
    [path, value].includes(unknownValue) ||
    pathProblem(path) !== undefined ||
    hasNameless(value)
      ? []
      : leaves({ path: canonical(path), desired: value, present: undefined }).map((leaf) => ({
          path: leaf.path,
          property: "path",
        })),

  check(inputs, known) {
    if (!known("path") || inputs.path === undefined) {
      return [];
    }
    const problem = pathProblem(inputs.path);
    if (problem !== undefined) {
      return [{ property: "path", reason: problem }];
    }
    const failures: Failure[] = [];
    const value = known("value") ? inputs.value : undefined;
    if (hasNameless(value)) {
      return [{ property: "value", reason: "has a member without a name, to which no path leads" }];
    }
    for (const leaf of leaves({ path: canonical(inputs.path), desired: value ?? null, present: undefined })) {
      const { segments } = devicePath.parse(leaf.path);
      // If the value is not known yet, only its path can be judged.
      const write = known("value")
        ? { segments, value: leaf.desired }
        : { segments: [...segments, "unknown"], value: null };
      const owner = foreignOwner({ method: "PUT", ...write }, "Setting");
      if (owner !== undefined) {
        failures.push({
          property: "path",
          reason: `${leaf.path || "the whole tree"} belongs to the resource ${owner}`,
        });
      }
      const isJudged = known("value") && inputs.allowLockout !== true;
      const problem = known("value") ? loginTextProblem(leaf.path, leaf.desired) : undefined;
      if (problem !== undefined) {
        failures.push({ property: "value", reason: problem });
      }
      const lockout = isJudged ? certainLockout(leaf.path, leaf.desired) : undefined;
      if (lockout !== undefined) {
        failures.push({ property: "value", reason: lockout });
      }
    }
    return failures;
  },

  async observe(context, desired, previous) {
    const { device, warn } = context;
    const isSecret = isSecretSetting(desired);
    // A path that an import may not take over because of its owner has another remedy.
    if (previous === undefined && ownerOf(desired.path) === undefined) {
      await refuseElement(context, desired);
    }
    const value = await readSetting(context, desired);
    if (value === undefined) {
      // Some devices do not show secrets at all; only a write shows whether there is one.
      if (isSecret) {
        return { path: desired.path, present: true, readsBack: false };
      }
      return desired.optional
        ? { path: desired.path, present: false, readsBack: false, value: desired.value }
        : undefined;
    }
    const present = { path: desired.path, present: true };
    if (desired.value === undefined) {
      return { ...present, readsBack: true, value: importable(device, desired.path, value, warn) };
    }
    // What the device hides is taken to be what was written last.
    const part = declaredPart(value, desired.value, written.has(device) ? desired.value : previous?.value);
    if (written.has(device) && !isSecret) {
      warnOfHidden(context, desired.path, part.hidden);
    }
    const isShown = part.hidden.length === 0;
    // A secret that reads differently was changed elsewhere or is masked: the read after our own last write tells.
    const isMasked =
      isSecret &&
      previous?.readsBack !== true &&
      !sameJson(part.value, desired.value) &&
      mayBeMasked(part.value, desired.value);
    const kept = part.value && withoutOthersSecrets(pathOf(desired.path), part.value, desired.value);
    return {
      ...present,
      readsBack: isShown && !isMasked,
      ...(!isMasked && kept !== undefined && { value: kept }),
    };
  },

  isAbsent: ({ present }) => present === false,

  async guard(context, desired, observed) {
    const { device } = context;
    if (observed) {
      return refuseElement(context, desired);
    }
    throw new NotSupportedError({
      device: device.name,
      method: "GET",
      path: String(devicePath.parse(desired.path)),
      message: "this device does not have this setting",
      remedy: "Look for the path with `GET /restapi/` on the device, or leave the setting out for this device.",
    });
  },

  async lockout(context, desired, _observed, changes) {
    if (changes === "removal") {
      return [];
    }
    const present = await readSetting(context, desired);
    return lockoutsOf(context, [{ path: canonical(desired.path), desired: desired.value, present }]);
  },

  async cannotRestore(context, desired) {
    const list = await listOfElement(context, desired);
    return list && `it is an element of the list ${list}, whose index may mean another one by now`;
  },

  async apply(context, desired, observed) {
    const { device } = context;
    await writeSetting(context, async () => {
      const onDevice = await readSetting(context, desired);
      const path = devicePath.parse(desired.path);
      return settingWrites(path, desired.value, observed?.value ?? onDevice, onDevice, isSecretSetting(desired));
    });
    // Reached only if each request got a response; one whose response was lost is made again.
    written.add(device);
  },
});

/** Operations that have written everything that is declared. */
const written = new WeakSet<DeviceView>();
/** Operations that have warned already. */
const warned = new WeakSet<DeviceView>();

function warnOfHidden({ device, warn }: Context, path: string, hidden: readonly string[]): void {
  if (hidden.length > 0 && !warned.has(device)) {
    warned.add(device);
    const names = hidden.map((name) => [canonical(path), name].filter(Boolean).join("/"));
    warn(
      `${device.name}: the device does not show ${names.join(", ")} when it is read, so it counts as what was written last; set \`secret: true\` if it is a secret`,
    );
  }
}

/** The resource to declare instead of a Setting, if one owns everything at a path. */
function ownerOf(path: string): string | undefined {
  return foreignOwner({ method: "PUT", segments: devicePath.parse(path).segments, value: null }, "Setting");
}

/** One spelling of a path, without slashes at its ends. Anything that is not a path is left to `check`. */
function canonical(path: string): string {
  try {
    return String(devicePath.parse(path)).replace(/\/$/, "");
  } catch {
    return path;
  }
}

function pathOf(path: string): string[] {
  return devicePath.parse(path).segments.map(String);
}

/** Whether an object that is written member by member has one without a name. */
function hasNameless(value: Json | undefined): boolean {
  return isJsonObject(value) && Object.entries(value).some(([name, member]) => name === "" || hasNameless(member));
}

function pathProblem(path: string): string | undefined {
  try {
    return devicePath.parse(path).isMatrix ? "must name one place, not a selection of several" : undefined;
  } catch (error) {
    return isDliError(error) ? error.problem : String(error);
  }
}

/** The part that an import may take over: Pulumi writes it into the program and, in clear, into the state. */
function importable(device: DeviceView, path: string, value: Json, warn: (message: string) => void): Json {
  const place = canonical(path);
  const { value: rest, withheld } = withoutSecrets(pathOf(path), withoutOwned(device, path, value, warn));
  if (rest === undefined) {
    throw new InvalidInputError({
      device: device.name,
      method: "GET",
      path: String(devicePath.parse(path)),
      message: "this holds a secret, and an import would write it into the program and the state in clear",
      remedy: `Declare it instead: \`new dli.Setting("...", { path: "${place}", value: config.requireSecret("..."), secret: true })\`.`,
    });
  }
  if (withheld.length > 0) {
    warn(
      `${device.name}/settings/${place}: ${membersOf(place, withheld)} stays out of what is read, because it holds a secret. To manage it, declare it with \`config.requireSecret("...")\` in a Setting with \`secret: true\`.`,
    );
  }
  return rest;
}

/** The part that a Setting may declare; what belongs to other resources would be refused in the program. */
function withoutOwned(device: DeviceView, path: string, value: Json, warn: (message: string) => void): Json {
  const place = canonical(path);
  const { value: rest, withheld, owners } = withoutForeign(pathOf(path), value, "Setting");
  if (rest === undefined) {
    throw new InvalidInputError({
      device: device.name,
      method: "GET",
      path: String(devicePath.parse(path)),
      message: `a Setting may not have it: it belongs to ${owners.join("; ")}`,
      remedy: `Declare it with ${owners.join("; ")}.`,
    });
  }
  if (withheld.length > 0) {
    warn(
      `${device.name}/settings/${place}: ${membersOf(place, withheld)} stays out of what is read, because it belongs to ${owners.join("; ")}`,
    );
  }
  return rest;
}

/** Members by their names below a place, in order. */
function membersOf(place: string, paths: readonly string[]): string {
  const names = paths.map((one) => one.slice(place.length).replace(/^\//, "").replaceAll("/", "."));
  return names.sort().join(", ");
}
