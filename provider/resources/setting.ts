/**
 * Any writable path of the device as a resource, for what has no resource type: SNMP, MQTT, UPnP, Modbus, syslog,
 * NTP, network, notification, LCD and so on. Object Model Reference, whole.
 */
import * as z from "zod";
import {
  type DevicePath,
  devicePath,
  isDliError,
  isJsonObject,
  type Json,
  memberOf,
  NotSupportedError,
  sameJson,
} from "../client";
import { ifPresent } from "../runtime/decode";
import type { DeviceView } from "../runtime/device-view";
import { foreignOwner } from "../runtime/gate/owned-subtrees";
import { certainLockout, leaves, lockoutsOf } from "../runtime/lockout";
import { defineAdopted, type Failure } from "../schema/definition";
import { instruction, key, output, required } from "../schema/inputs";
import { unknownValue } from "../schema/unknown";
import { loginTextProblem } from "../subtrees/login-texts";

export const setting = defineAdopted({
  type: "Setting",
  description:
    "Any writable setting by its path on the device, for everything that has no resource type. Of an object only the declared members are compared and written.",
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
      "Whether the value is a secret. It is then encrypted in the state. If the device does not show it in reads, it counts as having the value that was declared last.",
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
    const path = /^settings\/(.+)$/.exec(id)?.[1];
    return path === undefined ? undefined : { path };
  },
  idForm: "<device>/settings/<path>",
  owns: ({ path, value }) =>
    path === undefined || value === undefined || [path, value].includes(unknownValue) || pathProblem(path) !== undefined
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
    for (const leaf of leaves({ path: canonical(inputs.path), desired: value ?? null, present: undefined })) {
      const { segments } = devicePath.parse(leaf.path);
      // Of a value that is not known yet, only its path can be judged.
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

  async observe({ device }, desired, previous) {
    const value = await readSetting(device, desired.path);
    if (value === undefined) {
      // Some devices do not show secrets at all; whether there is one turns out when it is written.
      if (desired.secret) {
        return { path: desired.path, present: true, readsBack: false };
      }
      return desired.optional
        ? { path: desired.path, present: false, readsBack: false, value: desired.value }
        : undefined;
    }
    const present = { path: desired.path, present: true };
    if (desired.value === undefined) {
      return { ...present, readsBack: true, value };
    }
    const declared = declaredPart(value, desired.value);
    // A secret that reads differently was changed elsewhere or is hidden: the last read after our own write tells.
    const hidden = desired.secret && !sameJson(declared, desired.value) && previous?.readsBack !== true;
    return { ...present, readsBack: !hidden, ...(!hidden && { value: declared }) };
  },

  guard({ device }, desired, observed) {
    if (observed) {
      return;
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
    const present = await readSetting(context.device, desired.path);
    return lockoutsOf(context, [{ path: canonical(desired.path), desired: desired.value, present }]);
  },

  async apply({ device }, desired) {
    const onDevice = await readSetting(device, desired.path);
    await writeDifferences(device, devicePath.parse(desired.path), desired.value, onDevice);
  },
});

/** One spelling of a path: without slashes at its ends. What is not a path is left to `check`. */
function canonical(path: string): string {
  try {
    return String(devicePath.parse(path)).replace(/\/$/, "");
  } catch {
    return path;
  }
}

function pathProblem(path: string): string | undefined {
  try {
    return devicePath.parse(path).isMatrix ? "must name one place, not a selection of several" : undefined;
  } catch (error) {
    return isDliError(error) ? error.problem : String(error);
  }
}

/** The subtree that holds the path is read as a whole, so that several settings in it share one read. */
async function readSetting(device: DeviceView, path: string): Promise<Json | undefined> {
  const whole = devicePath.parse(path);
  // `relay/` as a whole would include everything about every outlet.
  const depth = whole.segments.length < 2 ? 0 : whole.segments[0] === "relay" ? whole.segments.length - 1 : 1;
  const [inside, below] =
    depth === 0 ? [whole.segments, []] : [whole.segments.slice(0, depth), whole.segments.slice(depth)];
  let value: unknown = await ifPresent(device.read(devicePath(...inside), whole));
  for (const segment of below) {
    value = Array.isArray(value) ? value[Number(segment)] : memberOf(value, String(segment));
  }
  return value as Json | undefined;
}

/** Of an object only the declared members, and of those again only the declared ones. */
function declaredPart(onDevice: Json, declared: Json): Json {
  if (!isJsonObject(onDevice) || !isJsonObject(declared)) {
    return onDevice;
  }
  const part: Record<string, Json> = {};
  for (const [name, value] of Object.entries(declared)) {
    const there = onDevice[name];
    if (there !== undefined) {
      part[name] = declaredPart(there, value);
    }
  }
  return part;
}

async function writeDifferences(
  device: DeviceView,
  path: DevicePath,
  desired: Json,
  onDevice: Json | undefined,
): Promise<void> {
  if (!isJsonObject(desired) || !isJsonObject(onDevice)) {
    if (!sameJson(desired, onDevice)) {
      await device.put(path, desired);
    }
    return;
  }
  for (const [name, value] of Object.entries(desired)) {
    await writeDifferences(device, path.join(name), value, onDevice[name]);
  }
}
