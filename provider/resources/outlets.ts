/**
 * All outlets of a device as one resource. Their JSON is at the head of `provider/subtrees/outlets.ts`. They are read
 * with one GET, their settings are written together, and outlets that change to the same state are switched by one
 * matrix PUT (`PUT relay/outlets/=0,4/state/`, answered by 207; REST-style API Reference section 7.1), which the device
 * carries out at the pace of its sequence delay.
 */
import * as z from "zod";
import type { Context } from "../runtime/context";
import { defineAdopted } from "../schema/definition";
import { type EntryPath, managedMap, output } from "../schema/inputs";
import {
  type DesiredOutlet,
  enforcedState,
  guardOutlet,
  isMoving,
  outletSettings,
  protectionProblem,
  relayMilliseconds,
  requireAccess,
} from "../subtrees/outlet-rules";
import { switchTogether, writeOutletSettings } from "../subtrees/outlet-writes";
import {
  noSuchOutletError,
  type OutletState,
  outletCount,
  outletList,
  type outletMembers,
  outletPath,
  outletsPath,
  readAllOutlets,
} from "../subtrees/outlets";

type Entries = Record<string, DesiredOutlet>;
type Status = Record<string, Pick<OutletState, "transientState" | "physicalState" | "locked">>;

const outletStatus = z.object({
  transientState: z.boolean().optional().describe("The state until the next reboot."),
  physicalState: z.boolean().optional().describe("Whether the relay is closed, as of the last read."),
  locked: z.boolean().optional().describe("Whether the outlet is locked."),
});

export const outlets = defineAdopted({
  type: "Outlets",
  description:
    "All outlets of a device as one resource, for fleets. Each outlet that is named is managed as an Outlet would be, and only the settings that are declared. Outlets that go to the same state are switched together, in the order of their numbers and at the pace of the device's sequence delay.",
  inputs: {
    outlets: managedMap(
      z.string().regex(/^[1-9]\d*$/, "must be the number of an outlet as printed on the case"),
      outletSettings,
      "What to manage of each outlet, by its number as printed on the case. An outlet that is no longer named is left as it is.",
    ),
  },
  outputs: {
    status: output(
      z.record(z.string(), outletStatus),
      "What the device last reported of each outlet besides its settings, by number.",
      { derivedFrom: ["outlets[*].state"] },
    ),
  },
  id: () => "outlets",
  keys: (id) => (id === "outlets" ? {} : undefined),
  idForm: "<device>/outlets",
  claims: ({ outlets: declared }) =>
    numbersOf(declared).map((number) => ({ id: `outlets/${number}`, property: `outlets["${number}"]` })),
  owns: ({ outlets: declared }) =>
    numbersOf(declared).map((number) => ({ path: outletPath(number), property: `outlets["${number}"]` })),

  protects: ({ outlets: declared = {} }) => numbersOf(declared).filter((number) => declared[number]?.protectFromOff),

  check({ outlets: declared }) {
    return numbersOf(declared).flatMap((number) => {
      const reason = protectionProblem(declared?.[number] ?? {});
      return reason === undefined ? [] : [{ property: pathOf(number, "state"), reason }];
    });
  },

  async observe(context, desired, previous) {
    const found = await readAllOutlets(context, numbersOf(desired.outlets));
    // Without anything to write, a number that is a typing error would otherwise go unnoticed.
    const mistyped = numbersOf(desired.outlets).find((number) => !found.has(number) && !outletOf(previous, number));
    if (mistyped !== undefined) {
      throw noSuchOutletError(context.device, mistyped, await outletCount(context, 0));
    }
    const settings: Record<string, Partial<DesiredOutlet>> = {};
    const status: Status = {};
    for (const [number, { transientState, physicalState, locked, ...rest }] of found) {
      settings[number] = rest;
      status[number] = reported({ transientState, physicalState, locked });
    }
    return { outlets: settings as Entries, status };
  },

  async guard(context, desired, observed) {
    const switched: number[] = [];
    for (const number of numbersOf(desired.outlets)) {
      if (await guardOutlet(context, number, entryOf(desired.outlets, number), outletOf(observed, number))) {
        switched.push(number);
      }
    }
    await requireAccess(context, switched);
  },

  async apply(context, { outlets: desired }, _observed, changes) {
    // States are written last: a refused name must not leave outlets switched.
    const settings = numbersOf(desired).map((number) => ({
      number,
      desired: entryOf(desired, number),
      isChanged: (name: keyof typeof outletMembers) => changes.has(pathOf(number, name)),
    }));
    const isSwitchedNext = settings.some(({ isChanged }) => isChanged("state"));
    await writeOutletSettings(context, settings, { isSwitchedNext, list: outletsPath });
    // Outlets are switched off before others are switched on, which frees power.
    await switchTo(false, context, desired, changes);
    await switchTo(true, context, desired, changes);
  },

  view(observed, { outlets: desired }) {
    const seen: Entries = { ...observed.outlets };
    for (const number of numbersOf(desired)) {
      const outlet = outletOf(observed, number);
      const state = outlet && enforcedState(outlet, desired?.[number] ?? {});
      if (state !== outlet?.state) {
        seen[number] = { ...(seen[number] as DesiredOutlet), state };
      }
    }
    return { ...observed, outlets: seen };
  },

  pending(observed, { outlets: desired }, changes) {
    const moving = numbersOf(desired).filter((number) => {
      const outlet = changes.has(pathOf(number, "state")) ? outletOf(observed, number) : undefined;
      return outlet && isMoving(outlet, entryOf(desired, number));
    });
    const haveNot = moving.length > 1 ? "have not followed their" : "has not followed its";
    return moving.length === 0 ? undefined : `${outletList(moving)} ${haveNot} state`;
  },

  async settleMilliseconds(context, { outlets: desired }) {
    const count = await outletCount(context, Math.max(...numbersOf(desired)));
    const delays = numbersOf(desired).map((number) => entryOf(desired, number).cycleDelaySeconds);
    return relayMilliseconds(context, count, delays);
  },
});

async function switchTo(
  state: boolean,
  { device }: Context,
  desired: Entries,
  changes: ReadonlySet<string>,
): Promise<void> {
  const numbers = numbersOf(desired).filter(
    (number) => changes.has(pathOf(number, "state")) && entryOf(desired, number).state === state,
  );
  await switchTogether(device, numbers, "state", state);
}

/** The declared numbers in ascending order; none while a preview does not know them. */
function numbersOf(declared: unknown): number[] {
  if (typeof declared !== "object" || declared === null) {
    return [];
  }
  return Object.keys(declared)
    .map(Number)
    .sort((left, right) => left - right);
}

function entryOf(declared: Entries, number: number): DesiredOutlet {
  return declared[number] as DesiredOutlet;
}

function pathOf(number: number, name: keyof typeof outletMembers): EntryPath {
  return `outlets["${number}"].${name}`;
}

/** Everything observed of one outlet. */
function outletOf(
  observed: { outlets?: Entries | undefined; status?: Status | undefined } | undefined,
  number: number,
): OutletState | undefined {
  const settings = observed?.outlets?.[number];
  return settings && { ...settings, ...observed?.status?.[number] };
}

/** Without members that the device did not report. */
function reported<T extends object>(values: T): T {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;
}
