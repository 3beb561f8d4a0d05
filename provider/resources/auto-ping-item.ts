/**
 * `autoping/items/` as a device has it, an array without identity (a DELETE moves later elements up):
 * `[{"addresses": ["192.168.0.50"], "outlets": [2], "enabled": true, "pings_before_enabling": null, "script": "",
 *    "resumption_trial": true, "status": {"hosts": [{"state": "ok", "success_count": 12, "failure_count": 0}]}}]`
 * `outlets` counts from 0 here (seen on a real device). An item is known by its set of addresses; writes by index go
 * through `runtime/tree/array-element.ts`. Older firmware lacks some of the members (device.md section 6), so only what
 * is declared is sent.
 */
import * as z from "zod";
import { devicePath, type Json, NotSupportedError, quotedText, sameJson } from "../client";
import type { Context } from "../runtime/context";
import { understand } from "../runtime/decode";
import type { DeviceView } from "../runtime/device-view";
import { foldedAddress } from "../runtime/folding";
import { requestTo } from "../runtime/gate/effect";
import { changeElement, removeElement } from "../runtime/tree/array-element";
import { type ArrayElement, onlyPosition } from "../runtime/tree/array-position";
import { findElement, hasCollection, listElements, readElements } from "../runtime/tree/collection";
import { asList, type Members } from "../runtime/tree/known";
import { elementOf, notUnderstoodError } from "../runtime/tree/read";
import { defineCreated } from "../schema/definition";
import { sameSet } from "../schema/equality";
import { type Desired, defaulted, key, managed, output } from "../schema/inputs";
import { memberNames } from "../schema/member-names";
import { orWord } from "../schema/null-word";
import { requireOutlets } from "../subtrees/outlets";
import { addressProblem } from "../subtrees/ping-address";
import { waitForFunction } from "../subtrees/script-functions";
import { keptAs, keptAsIfOther, type Wanted, wantedAmong } from "../subtrees/spelling";

const itemsIn = { container: "autoping/", member: "items", form: "list" } as const;
const itemsPath = devicePath("autoping", "items");

const wireItem = z.looseObject({
  outlets: z.preprocess(asList, z.array(z.number())).optional(),
  enabled: z.boolean().optional(),
  pings_before_enabling: z.number().nullable().optional(),
  script: z.string().nullable().optional(),
  resumption_trial: z.boolean().optional(),
});

const wireStatus = z.object({ hosts: z.array(z.record(z.string(), z.json())) });
type Hosts = z.infer<typeof wireStatus>["hosts"];

/** The managed inputs, and the device's names for them. */
const members = {
  outlets: "outlets",
  enabled: "enabled",
  script: "script",
  pingsBeforeEnabling: "pings_before_enabling",
  resumptionTrial: "resumption_trial",
} as const;

/** Checked, because a mistyped address would cycle outlets for nothing. */
const address = z
  .string()
  .min(1)
  .superRefine((text, { addIssue }) => {
    const problem = addressProblem(text);
    if (text !== "" && problem !== undefined) {
      addIssue({ code: "custom", message: problem });
    }
  });

const inputs = {
  addresses: key(
    z.array(address).min(1),
    "What to ping: host names, IP addresses or URLs. `icmp://host` is the same as the host alone, `link://eth0` checks the device's own link, `tcp://host:port` connects, `http://...` and `https://...` send a GET. The item acts when none of them responds. Their order does not matter.",
    { same: sameSet, fold: foldAll },
  ),
  outlets: managed(
    z.array(z.int().min(1)),
    "Numbers of the outlets that the item acts on, as printed on the case. Their order does not matter.",
    { same: sameSet },
  ),
  enabled: defaulted(
    z.boolean(),
    true,
    "Whether the item is active. A device may show an item as inactive while it is on trial, and switches one off by itself when it gives up on it (`maxReboots` and `maxConsecutiveReboots` of AutoPing). Neither is drift: a refresh warns, and only a person, or a change of this input, switches the item on again.",
  ),
  script: managed(z.string(), "Name of the script function to run; empty = cycle the outlets."),
  pingsBeforeEnabling: managed(
    orWord(z.int().min(0).max(100), "default"),
    "Successful pings before the item counts, 0 to 100; `default` (or null) = the `pingsBeforeEnabling` of AutoPing.",
  ),
  resumptionTrial: managed(z.boolean(), "Whether the item goes through a new trial after it was interrupted."),
};

const madeWith = { outlets: [] };

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
    keptAs: keptAs(z.array(z.string())),
  },
  id: ({ addresses }) => idOf(addresses),
  keys: (id) => {
    const list = /^autoping\/([^/,]+(?:,[^/,]+)*)$/.exec(id)?.[1];
    return list === undefined ? undefined : { addresses: list.split(",").map(decodeURIComponent) };
  },
  idForm: "<device>/autoping/<address>[,<address>]",

  async list({ device }) {
    const all = [...(await listElements(device, itemsIn)).values()].map(addressesOf);
    return all.filter((addresses) => addresses.length > 0).map(idOf);
  },

  check(inputs, known) {
    if (!known("addresses") || !inputs.addresses) {
      return [];
    }
    const twice = inputs.addresses.find((address, index, all) => all.indexOf(address) !== index);
    return twice === undefined ? [] : [{ property: "addresses", reason: `${twice} is listed twice` }];
  },

  async observe(context, desired, previous) {
    const { device, warn } = context;
    const found = await findItem(device, { declared: desired.addresses, previous });
    if (!found) {
      return undefined;
    }
    const addresses = addressesOf(found);
    const item = understand(device, itemsPath, wireItem, found);
    const hosts = hostsOf(found);
    const isHeldOff = item.enabled === false && isIn(hosts, /trial|fail/i);
    if (isHeldOff && previous !== undefined && !device.hasWritten && desired.enabled) {
      warn(
        `${device.name}: the AutoPing item for ${nameOfItem(found)} is declared to be enabled, and the device keeps it off by itself: it is on trial, or the device has given up on it`,
      );
    }
    // What the device does by itself is not drift: an item that it keeps off is taken to be what it was last set to.
    const isMeantOn = device.hasWritten ? undefined : previous?.enabled;
    const isKnown = device.hasWritten || previous !== undefined || isIn(hosts, /trial/i);
    const countsAsOn = isHeldOff && (isMeantOn ?? (desired.enabled !== false && isKnown));
    return {
      addresses,
      ...keptAsIfOther(addresses, sameSet(addresses, desired.addresses)),
      outlets: (item.outlets ?? []).map((index) => index + 1).sort((a, b) => a - b),
      ...(item.enabled !== undefined && { enabled: item.enabled || countsAsOn }),
      script: item.script ?? "",
      ...(item.pings_before_enabling !== undefined && { pingsBeforeEnabling: item.pings_before_enabling }),
      ...(item.resumption_trial !== undefined && { resumptionTrial: item.resumption_trial }),
      status: hosts,
    };
  },

  async guard(context, desired, observed) {
    await requireOutlets(context, "`outlets`", desired.outlets ?? []);
    if (desired.script) {
      await waitForFunction(context, desired.script, { who: "item", input: "script" });
    }
    const lacking = memberNames(members).find(
      (input) => observed && desired[input] !== undefined && observed[input] === undefined,
    );
    if (lacking !== undefined) {
      throw missingMemberError(context, lacking);
    }
    if (!observed && !(await hasCollection(context.device, itemsIn))) {
      throw new NotSupportedError({
        device: context.device.name,
        method: "GET",
        path: itemsIn.container,
        message: "this device has no AutoPing items",
        remedy: "Leave the item out for this device, or update its firmware.",
      });
    }
  },

  keysOnDevice: async ({ device }) =>
    [...(await readElements(device, itemsIn)).values()].map(addressesOf).filter(({ length }) => length > 0),
  madeWith,

  async make({ device }, desired) {
    const item = { addresses: desired.addresses, ...wireFields({ ...madeWith, ...desired }) };
    // Where a function is to keep it from a protected outlet, the item is switched on once the device shows the function.
    const isLeft = desired.script !== undefined && desired.script !== "";
    const isHeldBack = isLeft && !(await device.mayWrite(requestTo("POST", itemsPath, item)));
    const made = isHeldBack ? { ...item, enabled: false } : item;
    const appended = await device.append(itemsPath, made, { touches: touchesOf(desired.addresses) });
    return async () => {
      const shown = await elementOf(device, itemsPath, appended);
      return shown && addressesOf(shown);
    };
  },

  async apply(context, desired, observed, changes) {
    const fields = wireFields(desired);
    const changed = memberNames(members).flatMap((input) => {
      const value = fields[members[input]];
      return changes.has(input) && value !== undefined ? [[members[input], value] as const] : [];
    });
    const element = elementFor(observed?.addresses ?? desired.addresses, desired.addresses);
    const { script, ...others } = Object.fromEntries(changed);
    // A device may ignore a function, on which it can depend whether the rest may be written.
    const comesFirst = script !== undefined && script !== "" && !observed?.script;
    if (!comesFirst || (await changeElement(context, element, { script }))) {
      await changeElement(context, element, comesFirst ? others : Object.fromEntries(changed));
    }
  },

  release: (context, desired, { addresses = desired.addresses }) =>
    removeElement(context, elementFor(addresses, desired.addresses)),
});

/** The item with exactly these addresses, which are the declared ones as the device spells them. */
function elementFor(addresses: readonly string[], declared: readonly string[]): ArrayElement {
  return {
    list: itemsPath,
    key: "addresses",
    writable: ["addresses", ...Object.values(members)],
    touches: touchesOf(declared),
    isIt: (item) => sameSet(addressesOf(item), addresses),
    hasValue,
    inOrder: (changes) => Object.entries(changes).sort((left, right) => turnOf(left) - turnOf(right)),
    noun: "AutoPing item",
    nameOf: nameOfItem,
  };
}

/**
 * The turn of a member when the members of an item are written one by one. An item with a function leaves its outlets
 * alone, so it gets a function before other outlets, and loses it after them; it is switched off first and on last.
 */
function turnOf([name, value]: readonly [string, Json]): number {
  switch (name) {
    case members.enabled:
      return value === false ? 0 : 4;
    case members.script:
      return value === "" ? 3 : 1;
    default:
      return 2;
  }
}

/** Whether an item has a value: a device may sort the outlets, and show an item as off while it is on trial. */
function hasValue(item: Members, name: string, value: Json): boolean {
  const shown = item[name];
  switch (name) {
    case members.outlets:
      return Array.isArray(shown) && Array.isArray(value) ? sameSet(shown, value) : sameJson(shown, value);
    case members.enabled:
      return shown === value || (value === true && isIn(hostsOf(item), /trial/i));
    default:
      return sameJson(shown, value);
  }
}

/** The error for a declared member that the device does not show of its item; it may be hidden from a token. */
function missingMemberError({ account, device }: Context, input: keyof typeof members): Error {
  return account.tokenClient === undefined
    ? new NotSupportedError({
        device: device.name,
        method: "GET",
        path: String(itemsPath),
        message: `the AutoPing items of this device have no \`${members[input]}\``,
        remedy: `Leave \`${input}\` out for this device, or update its firmware.`,
      })
    : device.missingRightError(itemsPath);
}

function nameOfItem(item: Members): string {
  return quotedText(addressesOf(item).join(", "));
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

/** The wanted item; `undefined` if it is proved absent. */
function findItem(device: DeviceView, wanted: Wanted<string[]>): Promise<Members | undefined> {
  const same = (left: readonly string[], right: readonly string[]) => sameSet(left, right);
  const find = (items: ReadonlyMap<string, Members>) => {
    const found = wantedAmong([...items.values()], addressesOf, wanted, { same, fold: foldAll });
    if (found.length === 0 && [...items.values()].some((item) => mayBeAt(item, wanted.declared))) {
      throw notUnderstoodError(
        device,
        String(itemsPath),
        "an item with these addresses in a form that is not understood",
      );
    }
    return onlyPosition(
      device,
      { list: itemsPath, isIt: () => true, noun: "AutoPing item", nameOf: nameOfItem },
      found.map((item, index) => [index, item]),
    )?.[1];
  };
  return findElement(device, itemsIn, { find, of: touchesOf(wanted.declared) });
}

/** Whether an item whose addresses are not understood mentions one of these. */
function mayBeAt(item: Members, addresses: readonly string[]): boolean {
  const shown = addressesOf(item).length > 0 ? "" : JSON.stringify(item["addresses"] ?? "");
  const words = foldAll(shown.split(/["\s,;]+/));
  return foldAll(addresses).some((address) => words.includes(address));
}

function foldAll(addresses: readonly string[]): string[] {
  return addresses.map(foldedAddress);
}

/** The addresses of an item that was read; none if one is not a text, as in an item that is not ours. */
function addressesOf(item: Members): string[] {
  const addresses = asList(item["addresses"]);
  return Array.isArray(addresses) && addresses.every((address) => typeof address === "string") ? addresses : [];
}

/** What the device has last found for each address of an item. */
function hostsOf(item: Members): Hosts {
  return wireStatus.safeParse(item["status"]).data?.hosts ?? [];
}

/**
 * Whether one of the addresses is in such a state. The device keeps an item off while it is on trial or after giving up
 * on it; in any other state, somebody switched it off. Only `ok` has been seen; the words are those of the log
 * (device.md section 4.4).
 */
function isIn(hosts: Hosts, states: RegExp): boolean {
  return hosts.some(({ state }) => typeof state === "string" && states.test(state.slice(0, 40)));
}
