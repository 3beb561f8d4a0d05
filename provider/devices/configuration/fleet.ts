/** The devices that `dli:devices`, or a provider's argument `devices`, names, read once however many resources ask for them. */
import { ConfigurationError, isJsonObject, type Json, memberTwice, parseJson } from "../../client";
import { keyNames } from "./keys";
import { devicesKey } from "./keys-in-force";
import { type Collision, collisionsOf } from "./variables";

/** The entry of a device: its keys and values as given. */
export type FleetEntry = Readonly<Record<string, unknown>>;

/** What `dli:devices` says. */
export interface Fleet {
  readonly entries: Readonly<Record<string, FleetEntry>>;
  /** The environment variable that a device, named here or only by a program, would share with another one. */
  collisionOf(device: string): Collision | undefined;
}

let latest: { readonly text: string; readonly fleet: Fleet } | undefined;

/**
 * The devices in the text of `dli:devices`. Each resource asks for them several times in an operation, and a thousand
 * devices make a long text, so the latest result is kept.
 * @param provider Name of the program's provider resource, if they are its argument.
 */
export function fleetIn(text: string, provider: string | undefined): Fleet {
  if (latest?.text !== text) {
    latest = { text, fleet: fleetOf(parse(text, provider)) };
  }
  return latest.fleet;
}

function fleetOf(entries: Readonly<Record<string, FleetEntry>>): Fleet {
  const named = ["default", ...Object.keys(entries)];
  const collisions = collisionsOf(named, keyNames);
  return {
    entries,
    collisionOf: (device) =>
      named.includes(device) ? collisions.get(device) : collisionsOf([...named, device], keyNames).get(device),
  };
}

function parse(text: string, provider: string | undefined): Record<string, FleetEntry> {
  if (text === "") {
    return {};
  }
  const { json, problem } = parseJson(text);
  if (problem === memberTwice) {
    throw new ConfigurationError({
      message: `${sourceLabel(provider)} has a device, or a key of a device, twice, and only the last of them would count`,
      remedy: "Remove one of the two.",
    });
  }
  const entries = json?.value;
  if (!isJsonObject(entries)) {
    // Without a cause, which would quote the text and the passwords in it.
    throw new ConfigurationError({
      message: `${sourceLabel(provider)} is not a JSON object of devices`,
      remedy:
        provider === undefined
          ? `Set it as \`pulumi config set --secret dli:devices '${example}'\`.`
          : `Give it as \`${example}\`.`,
    });
  }
  return Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, entryOf(name, entry, provider)]));
}

const example = '{"lab": {"url": "http://192.168.0.100", "password": "..."}}';

function sourceLabel(provider: string | undefined): string {
  return provider === undefined ? "dli:devices" : devicesKey(provider);
}

function entryOf(name: string, entry: Json, provider: string | undefined): FleetEntry {
  if (!isJsonObject(entry)) {
    throw new ConfigurationError({
      message: `${provider === undefined ? `dli:devices.${name}` : `"${name}" in ${devicesKey(provider)}`} is not an object with \`url\` and \`password\``,
      remedy: 'Write it as `{"url": "http://192.168.0.100", "password": "..."}`.',
    });
  }
  return entry;
}
