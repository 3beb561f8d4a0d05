/**
 * `autoping/items/` as it stands on the device, an array without identity (a DELETE moves later elements up):
 * `[{"addresses": ["192.168.0.50"], "outlets": [2], "enabled": true, "pings_before_enabling": null, "script": "",
 *    "resumption_trial": true, "status": {"hosts": [{"state": "ok", "success_count": 12, "failure_count": 0}]}}]`
 * `outlets` counts from 0 here (seen on a real device). An item is known by its set of addresses; its index is looked up
 * with nothing of ours in between right before it is written or removed.
 */
import * as z from "zod";
import { devicePath, type Json, RefusedError } from "../client";
import type { Context } from "../runtime/context";
import { understand, wireObject } from "../runtime/decode";
import type { SessionView } from "../runtime/device-view";
import { define } from "../schema/definition";
import { sameSet } from "../schema/equality";
import { defaulted, key, managed, output } from "../schema/inputs";
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

const members = {
  outlets: "outlets",
  enabled: "enabled",
  script: "script",
  pingsBeforeEnabling: "pings_before_enabling",
  resumptionTrial: "resumption_trial",
} as const;

export const autoPingItem = define({
  type: "AutoPingItem",
  family: "created",
  description:
    "One AutoPing item: addresses to ping, and the outlets to cycle (or the script function to run) when none of them answers. The device knows it by its set of addresses.",
  inputs: {
    addresses: key(
      z.array(z.string().min(1)).min(1),
      "Host names or IP addresses. The item acts when none of them answers. Their order does not matter.",
      sameSet,
    ),
    outlets: managed(
      z.array(z.int().min(1)),
      "Numbers of the outlets that the item acts on, as printed on the case. Their order does not matter.",
      { same: sameSet },
    ),
    enabled: defaulted(z.boolean(), true, "Whether the item is active."),
    script: managed(z.string(), "Name of the script function to run; empty = cycle the outlets."),
    pingsBeforeEnabling: managed(
      z.int().min(0).max(100).nullable(),
      "Successful pings before the item counts, 0 to 100; null = as AutoPing's own setting says.",
    ),
    resumptionTrial: managed(z.boolean(), "Whether the item goes through a new trial after it was interrupted."),
  },
  outputs: {
    status: output(
      z.array(z.record(z.string(), z.json())),
      "What the device last found per address, in the order in which the device has the addresses.",
    ),
  },
  id: ({ addresses }) => idOf(addresses),
  keys: (id) => {
    const list = /^autoping\/([^/]+)$/.exec(id)?.[1];
    return list === undefined ? undefined : { addresses: list.split(",").map(decodeURIComponent) };
  },
  idForm: "<device>/autoping/<address>[,<address>]",

  async list(context) {
    const items = parseItems(context, await context.device.read(itemsPath));
    return items.flatMap(({ addresses }) => (Array.isArray(addresses) ? [idOf(addresses)] : []));
  },

  check(inputs, known) {
    if (!known("addresses") || !inputs.addresses) {
      return [];
    }
    const twice = inputs.addresses.find((address, index, all) => all.indexOf(address) !== index);
    return twice === undefined ? [] : [{ property: "addresses", reason: `${twice} is listed twice` }];
  },

  async observe(context, wanted) {
    const container = understand(
      context,
      containerPath,
      wireObject,
      await context.device.read(containerPath, touchesOf(wanted.addresses)),
    );
    const item = findItem(context, parseItems(context, container["items"] ?? []), wanted.addresses)?.item;
    if (!item) {
      return undefined;
    }
    const hosts = z.object({ hosts: z.array(z.record(z.string(), z.json())) }).safeParse(item.status);
    return {
      addresses: item.addresses as string[],
      outlets: Array.isArray(item.outlets) ? item.outlets.map((index) => index + 1).sort((a, b) => a - b) : [],
      ...(item.enabled !== undefined && { enabled: item.enabled }),
      script: item.script ?? "",
      ...(item.pings_before_enabling !== undefined && { pingsBeforeEnabling: item.pings_before_enabling }),
      ...(item.resumption_trial !== undefined && { resumptionTrial: item.resumption_trial }),
      status: hosts.success ? hosts.data.hosts : [],
    };
  },

  async guard(context, wanted) {
    if (wanted.script) {
      await waitForFunction(context, wanted.script, "item");
    }
  },

  async apply(context, wanted, observed, changes) {
    const fields = wireFields(wanted);
    if (!observed) {
      const item = {
        addresses: wanted.addresses,
        outlets: [],
        enabled: true,
        pings_before_enabling: null,
        script: "",
        resumption_trial: false,
        ...fields,
      };
      await context.device.post(itemsPath, item, { touches: touchesOf(wanted.addresses) });
      return;
    }
    await context.device.exclusive(async (session) => {
      const found = await resolve(context, session, wanted.addresses);
      if (!found) {
        return;
      }
      const { status: _status, ...rest } = found.item;
      const changed = Object.fromEntries(
        Object.entries(members).flatMap(([input, member]) =>
          changes.has(input as keyof typeof members) && member in fields ? [[member, fields[member] as Json]] : [],
        ),
      );
      await session.put(
        devicePath("autoping", "items", found.index),
        { ...(rest as Record<string, Json>), ...changed },
        {
          touches: touchesOf(wanted.addresses),
        },
      );
    });
  },

  async release(context, { addresses }) {
    await context.device.exclusive(async (session) => {
      const found = await resolve(context, session, addresses);
      if (found) {
        await session.delete(devicePath("autoping", "items", found.index), { touches: touchesOf(addresses) });
      }
    });
  },
});

function idOf(addresses: readonly string[]): string {
  return `autoping/${[...new Set(addresses)].sort().map(encodeURIComponent).join(",")}`;
}

/** A name for the item in the bookkeeping of reads and writes, since the device has none. */
function touchesOf(addresses: readonly string[]) {
  return devicePath("autoping", "items", [...new Set(addresses)].sort().join(","));
}

function wireFields(wanted: {
  outlets?: number[] | undefined;
  enabled: boolean;
  script?: string | undefined;
  pingsBeforeEnabling?: number | null | undefined;
  resumptionTrial?: boolean | undefined;
}): Record<string, Json> {
  return {
    ...(wanted.outlets !== undefined && { outlets: wanted.outlets.map((number) => number - 1) }),
    enabled: wanted.enabled,
    ...(wanted.script !== undefined && { script: wanted.script }),
    ...(wanted.pingsBeforeEnabling !== undefined && { pings_before_enabling: wanted.pingsBeforeEnabling }),
    ...(wanted.resumptionTrial !== undefined && { resumption_trial: wanted.resumptionTrial }),
  };
}

function parseItems(context: Context, answer: Json): WireItem[] {
  return understand(context, itemsPath, z.array(wireItem), Array.isArray(answer) ? answer : []);
}

function findItem(context: Context, items: readonly WireItem[], addresses: readonly string[]) {
  const found = items.flatMap((item, index) =>
    sameSet(Array.isArray(item.addresses) ? item.addresses : [], addresses) ? [{ item, index }] : [],
  );
  if (found.length > 1) {
    throw new RefusedError({
      device: context.device.name,
      method: "GET",
      path: String(itemsPath),
      message: `the device has ${found.length} AutoPing items for ${addresses.join(", ")}, which cannot be told apart`,
      remedy: "Remove all but one of them on the device's AutoPing page.",
      outcome: "notSent",
    });
  }
  return found[0];
}

async function resolve(context: Context, session: SessionView, addresses: readonly string[]) {
  return findItem(context, parseItems(context, await session.get(itemsPath)), addresses);
}
