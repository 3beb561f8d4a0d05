/**
 * Any writable path of the device as a resource, for what has no resource of its own: SNMP, MQTT, UPnP, Modbus, syslog,
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
import type { Context } from "../runtime/context";
import { ifPresent } from "../runtime/decode";
import { certainLockout, leaves, lockoutsOf } from "../runtime/lockout";
import { define, type Failure } from "../schema/definition";
import { instruction, key, output, required } from "../schema/inputs";

/** Subtrees whose elements have an identity of their own, and the resource that knows it. */
const owned: readonly { readonly prefix: RegExp; readonly resource: string }[] = [
  { prefix: /^auth\/users(\/|$)/, resource: "User (the admin: AdminPassword)" },
  { prefix: /^auth\/clients(\/|$)/, resource: "ApiClient" },
  { prefix: /^autoping\/items(\/|$)/, resource: "AutoPingItem" },
];

export const setting = define({
  type: "Setting",
  family: "adopted",
  description:
    "Any writable setting by its path on the device, for everything that has no resource of its own. Of an object only the declared members are compared and written.",
  inputs: {
    path: key(
      z.string().min(1),
      "Path below `/restapi/`, for example `config/hostname` or `snmp`.",
      (left, right) => canonical(left) === canonical(right),
    ),
    value: required(
      z.json(),
      "The value as the device has it: a scalar, a list, null, or an object of members to manage.",
      {
        secretWhen: "secret",
      },
    ),
    secret: instruction(
      z.boolean(),
      false,
      "Whether the value is a secret. It is then encrypted in the state, and where the device hides it from reads, the last declared value counts.",
    ),
    optional: instruction(
      z.boolean(),
      false,
      "Whether a device that does not have this setting is passed over instead of being an error, for settings that only some models and firmwares have.",
    ),
  },
  outputs: {
    present: output(z.boolean(), "Whether the device has this setting."),
    readsBack: output(z.boolean(), "Whether the device gives the value back when it is read."),
  },
  id: ({ path }) => `settings/${canonical(path)}`,
  keys: (id) => {
    const path = /^settings\/(.+)$/.exec(id)?.[1];
    return path === undefined ? undefined : { path };
  },
  idForm: "<device>/settings/<path>",

  check(inputs, known) {
    const failures: Failure[] = [];
    if (!known("path") || inputs.path === undefined) {
      return failures;
    }
    const path = canonical(inputs.path);
    const problem = pathProblem(inputs.path);
    if (problem !== undefined) {
      failures.push({ property: "path", reason: problem });
    }
    for (const leaf of leaves({
      path,
      wanted: (known("value") ? inputs.value : undefined) ?? null,
      present: undefined,
    })) {
      const owner = owned.find(({ prefix }) => prefix.test(leaf.path));
      if (owner) {
        failures.push({ property: "path", reason: `${leaf.path} belongs to the resource ${owner.resource}` });
      }
      const isMeant = inputs.allowLockout === true;
      const lockout = isMeant || !known("value") ? undefined : certainLockout(leaf.path, leaf.wanted);
      if (lockout) {
        failures.push({ property: "value", reason: `${lockout}; it takes allowLockout: true` });
      }
    }
    return failures;
  },

  async observe(context, wanted, previous) {
    const value = await readSetting(context, wanted.path);
    if (value === undefined) {
      // Some devices leave secrets out of what they show; whether there is one turns out when it is written.
      if (wanted.secret) {
        return { path: wanted.path, present: true, readsBack: false };
      }
      return wanted.optional ? { path: wanted.path, present: false, readsBack: false, value: wanted.value } : undefined;
    }
    const present = { path: wanted.path, present: true };
    if (wanted.value === undefined) {
      return { ...present, readsBack: true, value };
    }
    const declared = declaredPart(value, wanted.value);
    // A secret that reads differently was changed by somebody, or is hidden: the last read after our own write tells.
    const hidden = wanted.secret && !sameJson(declared, wanted.value) && previous?.readsBack !== true;
    return { ...present, readsBack: !hidden, ...(!hidden && { value: declared }) };
  },

  guard(context, wanted, observed) {
    if (observed) {
      return;
    }
    throw new NotSupportedError({
      device: context.device.name,
      method: "GET",
      path: String(devicePath.parse(wanted.path)),
      message: "this device does not have this setting",
      remedy: "Look for the path with `GET /restapi/` on the device, or leave the setting out for it.",
      outcome: "notSent",
    });
  },

  async lockout(context, wanted, _observed, changes) {
    if (changes === "removal") {
      return [];
    }
    const present = await readSetting(context, wanted.path);
    return lockoutsOf(context, [{ path: canonical(wanted.path), wanted: wanted.value as Json, present }]);
  },

  async apply(context, wanted) {
    const onDevice = await readSetting(context, wanted.path);
    await writeDifferences(context, devicePath.parse(wanted.path), wanted.value as Json, onDevice);
  },
});

/** One spelling of a path: without slashes at its ends. What is no path at all is left to `check`. */
function canonical(path: string): string {
  try {
    return String(devicePath.parse(path)).replace(/\/$/, "");
  } catch {
    return path;
  }
}

function pathProblem(path: string): string | undefined {
  try {
    return devicePath.parse(path).isMatrix ? "has to name one place, not a selection of several" : undefined;
  } catch (error) {
    return isDliError(error) ? error.problem : String(error);
  }
}

/** The subtree that holds the path is read as a whole, so that several settings in it share one read. */
async function readSetting(context: Context, path: string): Promise<Json | undefined> {
  const whole = devicePath.parse(path);
  // `relay/` would bring everything about every outlet along.
  const depth = whole.segments.length < 2 ? 0 : whole.segments[0] === "relay" ? whole.segments.length - 1 : 1;
  const [inside, below] =
    depth === 0 ? [whole.segments, []] : [whole.segments.slice(0, depth), whole.segments.slice(depth)];
  let value: unknown = await ifPresent(context.device.read(devicePath(...inside), whole));
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
  context: Context,
  path: DevicePath,
  wanted: Json,
  onDevice: Json | undefined,
): Promise<void> {
  if (!isJsonObject(wanted) || !isJsonObject(onDevice)) {
    if (!sameJson(wanted, onDevice)) {
      await context.device.put(path, wanted);
    }
    return;
  }
  for (const [name, value] of Object.entries(wanted)) {
    await writeDifferences(context, path.join(name), value, onDevice[name]);
  }
}
