/**
 * Making a thing, once. A device may show what it has made only a moment later, and under another spelling than it was
 * given; a second request would make it twice. So after an answered request the device is only looked at, for a while.
 */
import { type DliError, type Json, quotedText } from "../../client";
import type { Context } from "../../runtime/context";
import { lostResponse } from "../../runtime/lost-response";
import type { CreatedDefinition, Trace } from "../../schema/definition";
import type { Values } from "../../schema/properties";

/** How long after its response a new thing may take to show. */
export const showsWithinMilliseconds = 10_000;
const firstPauseMilliseconds = 250;
const longestPauseMilliseconds = 2_000;

// biome-ignore lint/suspicious/noExplicitAny: the inputs of different resources have nothing in common.
type AnyCreated = CreatedDefinition<any, any>;

/** Reads the thing; `known` takes the place of the state of the last operation. */
type Observe = (known: Values | undefined) => Promise<Values | undefined>;

/** What is known of a thing after it was made. */
export interface Sighting {
  readonly observed: Values | undefined;
  /** What later reads have to know to find it. */
  readonly known: Values | undefined;
}

/** Sends the request. Returns what tells how the device spells the thing, or the error that a lost response is. */
export async function makeOnce(
  definition: AnyCreated,
  context: Context,
  desired: Values,
): Promise<{ readonly trace?: Trace | undefined; readonly lost?: DliError }> {
  let trace: Trace | undefined;
  const lost = await lostResponse(async () => {
    trace = await definition.make(context, desired);
  });
  return { trace, ...(lost && { lost }) };
}

/** Whether the device has answered a request, well or badly: then it is not sent again. */
export function wasAnswered(lost: DliError | undefined): boolean {
  return lost === undefined || lost.status !== undefined;
}

/** Looks for the thing until it shows, under whatever spelling. */
export async function lookFor(context: Context, trace: Trace | undefined, observe: Observe): Promise<Sighting> {
  const { clock, device } = context;
  const started = clock.now();
  for (let pause = firstPauseMilliseconds; ; pause = Math.min(pause * 2, longestPauseMilliseconds)) {
    const sighting = await look(trace, observe);
    if (sighting.observed !== undefined || clock.now() - started >= showsWithinMilliseconds) {
      return sighting;
    }
    device.readNow();
    await clock.sleep(pause);
  }
}

async function look(trace: Trace | undefined, observe: Observe): Promise<Sighting> {
  const observed = await observe(undefined);
  if (observed !== undefined) {
    return { observed, known: knownOf(observed["keptAs"] as Json | undefined) };
  }
  const known = await trace?.();
  return known === undefined ? { observed, known } : { observed: await observe(known), known };
}

function knownOf(keptAs: Json | undefined): Values | undefined {
  return keptAs === undefined ? undefined : { keptAs };
}

/** Tells the user how the device spells it. */
export function noteSpelling(warn: Context["warn"], id: string, keptAs: Json): void {
  const spelling = quotedText(Array.isArray(keptAs) ? keptAs.join(", ") : String(keptAs));
  warn(`${id}: the device keeps it as \`${spelling}\`, which is taken for the same from now on`);
}
