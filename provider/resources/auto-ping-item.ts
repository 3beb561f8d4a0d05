/**
 * `autoping/items/` as a device has it, an array without identity (a DELETE moves later elements up):
 * `[{"addresses": ["192.168.0.50"], "outlets": [2], "enabled": true, "pings_before_enabling": null, "script": "",
 *    "resumption_trial": true, "status": {"hosts": [{"state": "ok", "success_count": 12, "failure_count": 0}]}}]`
 * `outlets` counts from 0 here (seen on a real device). An item is known by its set of addresses; its index is looked up
 * with no other request of ours in between right before it is written or removed.
 */
import * as z from "zod";
import { devicePath, type Json, RefusedError } from "../client";
import { understand, wireObject } from "../runtime/decode";
import type { DeviceView, SessionView } from "../runtime/device-view";
import { defineCreated } from "../schema/definition";
import { sameSet } from "../schema/equality";
import { type Desired, defaulted, key, managed, output } from "../schema/inputs";
import { waitForFunction } from "../subtrees/script-functions";

const containerPath = devicePath("autoping");
const itemsPath = devicePath("autoping", "items");

const wireItem = z.looseObject({
  addresses: z.array(z.string()).or(z.record(z.string(), z.never())),
  outlets: z.array(z.number()).or(z.record(z.string(), z.never())).optional(),
  enabled: z.boolean().optional(),
  pings_before_enabling: z.number().nullable().optional(),
  script: z.string().nullable().optional(),
  resumption_trial: z.boolean().optional(),
  status: z.json().optional(),
});
type WireItem = z.infer<typeof wireItem>;

const wireStatus = z.object({ hosts: z.array(z.record(z.string(), z.json())) });

/** The managed inputs, and the device's names for them. */
const members = {
  outlets: "outlets",
  enabled: "enabled",
  script: "script",
  pingsBeforeEnabling: "pings_before_enabling",
  resumptionTrial: "resumption_trial",
} as const;

/** A new item is written whole; this is what it gets where nothing is declared. */
const fieldsOfNewItem = {
  outlets: [],
  enabled: true,
  pings_before_enabling: null,
  script: "",
  resumption_trial: false,
};

const inputs = {
  addresses: key(
    z.array(z.string().min(1)).min(1),
    "What to ping: host names, IP addresses or URLs. `icmp://host` is the same as the host alone, `link://eth0` checks the device's own link, `tcp://host:port` connects, `http://...` and `https://...` send a GET. The item acts when none of them responds. Their order does not matter.",
    { same: sameSet },
  ),
  outlets: managed(
    z.array(z.int().min(1)),
    "Numbers of the outlets that the item acts on, as printed on the case. Their order does not matter.",
    { same: sameSet },
  ),
  enabled: defaulted(
    z.boolean(),
    true,
    "Whether the item is active. A device disables an item by itself when it gives up on it (`maxReboots` and `maxConsecutiveReboots` of AutoPing), which shows as drift.",
  ),
  script: managed(z.string(), "Name of the script function to run; empty = cycle the outlets."),
  pingsBeforeEnabling: managed(
    z.int().min(0).max(100).nullable(),
    "Successful pings before the item counts, 0 to 100; null = the `pingsBeforeEnabling` of AutoPing.",
  ),
  resumptionTrial: managed(z.boolean(), "Whether the item goes through a new trial after it was interrupted."),
};

export const autoPingItem = defineCreated({
  type: "AutoPingItem",
  description:
    "One AutoPing item: addresses to ping, and the outlets to cycle (or the script function to run) when none of them responds. The device knows it by its set of addresses.",
  inputs,
  outputs: {
    status: output(
      z.array(z.record(z.string(), z.json())),
      "What the device last found for each address, in the device's order of the addresses.",
      { derivedFrom: ["addresses"] },
    ),
  },
  id: ({ addresses }) => idOf(addresses),
  keys: (id) => {
    const list = /^autoping\/([^/]+)$/.exec(id)?.[1];
    return list === undefined ? undefined : { addresses: list.split(",").map(decodeURIComponent) };
  },
  idForm: "<device>/autoping/<address>[,<address>]",

  async list({ device }) {
    const items = parseItems(device, await device.read(itemsPath));
    return items.flatMap(({ addresses }) => (Array.isArray(addresses) ? [idOf(addresses)] : []));
  },

  check(inputs, known) {
    if (!known("addresses") || !inputs.addresses) {
      return [];
    }
    const twice = inputs.addresses.find((address, index, all) => all.indexOf(address) !== index);
    return twice === undefined ? [] : [{ property: "addresses", reason: `${twice} is listed twice` }];
  },

  async observe({ device }, { addresses }) {
    const read = await device.read(containerPath, touchesOf(addresses));
    const container = understand(device, containerPath, wireObject, read);
    const item = findItem(device, parseItems(device, container["items"] ?? []), addresses)?.item;
    if (!item) {
      return undefined;
    }
    const status = wireStatus.safeParse(item.status);
    return {
      addresses: item.addresses as string[],
      outlets: Array.isArray(item.outlets) ? item.outlets.map((index) => index + 1).sort((a, b) => a - b) : [],
      ...(item.enabled !== undefined && { enabled: item.enabled }),
      script: item.script ?? "",
      ...(item.pings_before_enabling !== undefined && { pingsBeforeEnabling: item.pings_before_enabling }),
      ...(item.resumption_trial !== undefined && { resumptionTrial: item.resumption_trial }),
      status: status.success ? status.data.hosts : [],
    };
  },

  async guard(context, desired) {
    if (desired.script) {
      await waitForFunction(context, desired.script, { who: "item", input: "script" });
    }
  },

  async apply({ device }, desired, observed, changes) {
    const fields = wireFields(desired);
    const touches = touchesOf(desired.addresses);
    if (!observed) {
      await device.post(itemsPath, { addresses: desired.addresses, ...fieldsOfNewItem, ...fields }, { touches });
      return;
    }
    const changed = (Object.keys(members) as (keyof typeof members)[]).flatMap((input) => {
      const value = fields[members[input]];
      return changes.has(input) && value !== undefined ? [[members[input], value] as const] : [];
    });
    await device.exclusive(async (session) => {
      const found = await locate(device, session, desired.addresses);
      if (found) {
        const { status: _status, ...item } = found.item as Record<string, Json>;
        await session.put(pathOf(found.index), { ...item, ...Object.fromEntries(changed) }, { touches });
      }
    });
  },

  async release({ device }, { addresses }) {
    await device.exclusive(async (session) => {
      const found = await locate(device, session, addresses);
      if (found) {
        await session.delete(pathOf(found.index), { touches: touchesOf(addresses) });
      }
    });
  },
});

function pathOf(index: number) {
  return devicePath("autoping", "items", index);
}

function idOf(addresses: readonly string[]): string {
  return `autoping/${[...new Set(addresses)].sort().map(encodeURIComponent).join(",")}`;
}

/** A path that identifies the item when reads and writes are compared, because the device has none for it. */
function touchesOf(addresses: readonly string[]) {
  return devicePath("autoping", "items", [...new Set(addresses)].sort().join(","));
}

/** The declared settings of an item, under the device's names. */
function wireFields(desired: Desired<typeof inputs>): Record<string, Json> {
  return {
    ...(desired.outlets !== undefined && { outlets: desired.outlets.map((number) => number - 1) }),
    enabled: desired.enabled,
    ...(desired.script !== undefined && { script: desired.script }),
    ...(desired.pingsBeforeEnabling !== undefined && { pings_before_enabling: desired.pingsBeforeEnabling }),
    ...(desired.resumptionTrial !== undefined && { resumption_trial: desired.resumptionTrial }),
  };
}

function parseItems(device: DeviceView, returned: Json): WireItem[] {
  return understand(device, itemsPath, z.array(wireItem), Array.isArray(returned) ? returned : []);
}

function findItem(device: DeviceView, items: readonly WireItem[], addresses: readonly string[]) {
  const found = items.flatMap((item, index) =>
    sameSet(Array.isArray(item.addresses) ? item.addresses : [], addresses) ? [{ item, index }] : [],
  );
  if (found.length > 1) {
    throw new RefusedError({
      device: device.name,
      method: "GET",
      path: String(itemsPath),
      message: `the device has ${found.length} AutoPing items for ${addresses.join(", ")}, which cannot be told apart`,
      remedy: "Remove all but one of them on the device's AutoPing page.",
    });
  }
  return found[0];
}

async function locate(device: DeviceView, session: SessionView, addresses: readonly string[]) {
  return findItem(device, parseItems(device, await session.get(itemsPath)), addresses);
}
