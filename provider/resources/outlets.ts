/**
 * All outlets of a device as one resource. What they look like on the wire is at the top of `outlet-wire.ts`; they are
 * read with one GET, and outlets that go to the same state are switched by one matrix PUT
 * (`PUT relay/outlets/=0,4/state/`, answered by 207; REST-style API Reference section 7.1), which the device carries out
 * at the pace of its sequence delay.
 */
import * as z from "zod";
import { devicePath, elements, type Json } from "../client";
import { define } from "../schema/definition";
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
import { list } from "../subtrees/outlet-selection";
import {
  type OutletState,
  outletCount,
  outletMembers,
  outletPath,
  outletsPath,
  readAllOutlets,
} from "../subtrees/outlets";

type Entries = Record<string, DesiredOutlet>;
type Status = Record<string, Pick<OutletState, "transientState" | "physicalState" | "locked">>;

const outletStatus = z.object({
  transientState: z.boolean().optional().describe("The state wanted until the next reboot."),
  physicalState: z.boolean().optional().describe("Whether the relay is closed, as of the last read."),
  locked: z.boolean().optional().describe("Whether the outlet is locked."),
});

export const outlets = define({
  type: "Outlets",
  family: "adopted",
  description:
    "A whole device's outlets as one resource, for fleets: each outlet that is named is managed as by an Outlet, and only what is declared of it. Outlets that go to the same state are switched together, in the order of their numbers and at the pace of the device's sequence delay.",
  inputs: {
    outlets: managedMap(
      z.string().regex(/^[1-9]\d*$/, "has to be the number of an outlet as printed on the case"),
      outletSettings,
      "What to manage of each outlet, by its number as printed on the case. What is no longer named is left as it is.",
    ),
  },
  outputs: {
    status: output(
      z.record(z.string(), outletStatus),
      "What the device last reported of each outlet besides its settings, by number.",
    ),
  },
  id: () => "outlets",
  keys: (id) => (id === "outlets" ? {} : undefined),
  idForm: "<device>/outlets",
  claims: ({ outlets: declared }) =>
    numbersOf(declared).map((number) => ({ id: `outlets/${number}`, property: `outlets["${number}"]` })),

  declare(run, { outlets: declared = {} }, device) {
    for (const number of numbersOf(declared)) {
      if (declared[number]?.protectFromOff) {
        run.protectedOutlets.add(device, number);
      }
    }
  },

  check({ outlets: declared }) {
    return numbersOf(declared).flatMap((number) => {
      const reason = protectionProblem(declared?.[number] ?? {});
      return reason === undefined ? [] : [{ property: pathOf(number, "state"), reason }];
    });
  },

  async observe(context, wanted) {
    const found = await readAllOutlets(context, numbersOf(wanted.outlets));
    const settings: Record<string, Partial<DesiredOutlet>> = {};
    const status: Status = {};
    for (const [number, { transientState, physicalState, locked, ...rest }] of found) {
      settings[number] = rest;
      status[number] = known({ transientState, physicalState, locked });
    }
    return { outlets: settings as Entries, status };
  },

  async guard(context, wanted, observed) {
    const switched = numbersOf(wanted.outlets).filter((number) =>
      guardOutlet(context, number, entryOf(wanted.outlets, number), outletOf(observed, number)),
    );
    await requireAccess(context, switched);
  },

  async apply(context, { outlets: wanted }, _observed, changes) {
    const numbers = numbersOf(wanted);
    // States go last: a refused name must not leave outlets switched.
    for (const number of numbers) {
      for (const name of ["name", "critical", "cycleDelaySeconds"] as const) {
        if (!changes.has(pathOf(number, name))) {
          continue;
        }
        const path = outletPath(number, outletMembers[name]);
        await context.device.put(path, entryOf(wanted, number)[name] as Json, { touches: outletPath(number) });
      }
    }
    // OFF is immediate and makes room for what goes on.
    for (const state of [false, true]) {
      const switched = numbers.filter(
        (number) => changes.has(pathOf(number, "state")) && entryOf(wanted, number).state === state,
      );
      const [first] = switched;
      if (first === undefined) {
        continue;
      }
      const path =
        switched.length === 1
          ? outletPath(first, "state")
          : devicePath("relay", "outlets", elements(...switched.map((number) => number - 1)), "state");
      await context.device.put(path, state, { touches: switched.length === 1 ? outletPath(first) : outletsPath });
    }
  },

  view(observed, { outlets: wanted }) {
    const seen: Entries = { ...observed.outlets };
    for (const number of numbersOf(wanted)) {
      const outlet = outletOf(observed, number);
      const state = outlet && enforcedState(outlet, wanted?.[number] ?? {});
      if (state !== outlet?.state) {
        seen[number] = { ...(seen[number] as DesiredOutlet), state };
      }
    }
    return { ...observed, outlets: seen };
  },

  pending(observed, { outlets: wanted }, changes) {
    const moving = numbersOf(wanted).filter((number) => {
      const outlet = changes.has(pathOf(number, "state")) ? outletOf(observed, number) : undefined;
      return outlet && isMoving(outlet, entryOf(wanted, number));
    });
    return moving.length === 0 ? undefined : `${list(moving)} have not followed their state`;
  },

  async settleMilliseconds(context, { outlets: wanted }) {
    const count = await outletCount(context, Math.max(...numbersOf(wanted)));
    const delays = numbersOf(wanted).map((number) => entryOf(wanted, number).cycleDelaySeconds);
    return relayMilliseconds(context, count, delays);
  },
});

/** The declared numbers in rising order; none while a preview does not know them. */
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
function known<T extends object>(values: T): T {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;
}
