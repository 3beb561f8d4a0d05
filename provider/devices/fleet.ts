/** The devices that `dli:devices` names, read once however many resources ask for them. */
import { ConfigurationError, isJsonObject, type Json, memberTwice, parseJson } from "../client";
import { type Collision, collisionsOf } from "./variables";

/** The entry of a device: its keys and values as given. */
export type FleetEntry = Readonly<Record<string, unknown>>;

/** What `dli:devices` says. */
export interface Fleet {
  readonly entries: Readonly<Record<string, FleetEntry>>;
  /** The environment variable that a device, named here or only by a program, would share with another one. */
  collisionOf(device: string): Collision | undefined;
}

let latest: { readonly text: string; readonly keys: readonly string[]; readonly fleet: Fleet } | undefined;

/**
 * The devices in the text of `dli:devices`. Each resource asks for them several times in an operation, and a thousand
 * devices make a long text, so the latest result is kept.
 */
export function fleetIn(text: string, keys: readonly string[]): Fleet {
  if (latest?.text !== text || latest.keys !== keys) {
    latest = { text, keys, fleet: fleetOf(parse(text), keys) };
  }
  return latest.fleet;
}

function fleetOf(entries: Readonly<Record<string, FleetEntry>>, keys: readonly string[]): Fleet {
  const named = ["default", ...Object.keys(entries)];
  const collisions = collisionsOf(named, keys);
  return {
    entries,
    collisionOf: (device) =>
      named.includes(device) ? collisions.get(device) : collisionsOf([...named, device], keys).get(device),
  };
}

function parse(text: string): Record<string, FleetEntry> {
  if (text === "") {
    return {};
  }
  const { json, problem } = parseJson(text);
  if (problem === memberTwice) {
    throw new ConfigurationError({
      message: "dli:devices has a device, or a key of a device, twice, and only the last of them would count",
      remedy: "Remove one of the two.",
    });
  }
  const entries = json?.value;
  if (!isJsonObject(entries)) {
    // Without a cause, which would quote the text and the passwords in it.
    throw new ConfigurationError({
      message: "dli:devices is not a JSON object of devices",
      remedy:
        'Set it as `pulumi config set --secret dli:devices \'{"lab": {"url": "http://192.168.0.100", "password": "..."}}\'`.',
    });
  }
  return Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, entryOf(name, entry)]));
}

function entryOf(name: string, entry: Json): FleetEntry {
  if (!isJsonObject(entry)) {
    throw new ConfigurationError({
      message: `dli:devices.${name} is not an object with \`url\` and \`password\``,
      remedy: 'Write it as `{"url": "http://192.168.0.100", "password": "..."}`.',
    });
  }
  return entry;
}
