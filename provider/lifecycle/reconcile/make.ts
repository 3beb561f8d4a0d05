/**
 * Making a thing, once. A device may show what it has made only a moment later, and under another spelling than it was
 * given; a second request would make it twice. So after an answered request the device is only looked at, for a while, and
 * what is new there since before the request is compared with what was sent.
 */
import { type DliError, isForbiddenError, isNotUnderstoodError, type Json, sameJson } from "../../client";
import type { Context } from "../../runtime/context";
import { lostResponse } from "../../runtime/lost-response";
import type { CreatedDefinition, Trace } from "../../schema/definition";
import { Properties, type Values } from "../../schema/properties";
import { isCutOf, mayBeCut } from "../../subtrees/spelling";
import { isAsDeclared } from "../diff/diff";
import { mayBeOneOf, wasNotShown } from "../errors/errors";
import { idAsKept, keyIn } from "../inputs/declare";
import { hasSuccessor } from "../inputs/succession";

/** How long after its response a new thing may take to show. */
export const showsWithinMilliseconds = 10_000;
const firstPauseMilliseconds = 250;
const longestPauseMilliseconds = 2_000;

// biome-ignore lint/suspicious/noExplicitAny: the inputs of different resources have nothing in common.
export type AnyCreated = CreatedDefinition<any, any>;

/** Reads the thing; `known` takes the place of the state of the last operation. */
type Observe = (known: Values | undefined) => Promise<Values | undefined>;

/** What is known of a thing after it was made. */
export interface Sighting {
  readonly observed: Values | undefined;
  /** What later reads have to know to find it. */
  readonly known: Values | undefined;
}

/** The making of one thing, whose request may be lost and repeated. */
export class Making {
  readonly #definition: AnyCreated;
  readonly #context: Context;
  readonly #id: string;
  readonly #observe: (desired: Properties, known: Values | undefined) => Promise<Values | undefined>;
  /** The keys that the device had before the first request; `undefined` where the device does not show them. */
  #before: readonly Json[] | undefined;
  #trace: Trace | undefined;
  #isRequested = false;
  #isUnaccounted = false;

  constructor(
    definition: AnyCreated,
    context: Context,
    id: string,
    observe: (desired: Properties, known: Values | undefined) => Promise<Values | undefined>,
  ) {
    this.#definition = definition;
    this.#context = context;
    this.#id = id;
    this.#observe = observe;
  }

  /** Whether the device has it, as far as is known, and does not show which of its things that is. */
  get isUnaccounted(): boolean {
    return this.#isUnaccounted;
  }

  /** Sends the request. Returns the error that a lost response is. */
  async request(desired: Properties): Promise<DliError | undefined> {
    if (!this.#isRequested) {
      this.#before = await this.#keys(desired).catch((error: unknown) => {
        // Where such a list proves nothing, nothing in it can be told from what comes.
        if (!isNotUnderstoodError(error)) {
          throw error;
        }
        return undefined;
      });
      this.#isRequested = true;
    }
    return lostResponse(async () => {
      this.#trace = await this.#definition.make(this.#context, desired.values);
    });
  }

  /**
   * Looks for the thing until it shows, under whatever spelling.
   * @throws NotUnderstoodError when it does not, and must not be made again.
   */
  async find(desired: Properties, lost: DliError | undefined): Promise<Sighting> {
    const observe: Observe = (known) => this.#observe(desired, known);
    const sighting = await this.#shown(desired, observe);
    if (sighting.observed !== undefined) {
      return sighting;
    }
    const found = await this.#newOnDevice(desired, observe, lost);
    if (found !== undefined) {
      return found;
    }
    if (lost === undefined) {
      throw this.notShown();
    }
    return sighting;
  }

  /** What an earlier run may have made whose state was lost: all as declared, under the declared name cut off. */
  async findCut(desired: Properties): Promise<Sighting | undefined> {
    const declared = keyIn(this.#definition, desired.values);
    if (!mayBeCut(declared)) {
      return undefined;
    }
    const keys = ((await this.#keys(desired)) ?? []).filter((key) => isCutOf(key, declared));
    const [key] = this.#withoutOthers(desired, keys);
    return key === undefined ? undefined : this.#underKey(desired, (known) => this.#observe(desired, known), key);
  }

  /** The error for what the device has accepted and does not show, or shows no more: it may still be there. */
  notShown(): Error {
    this.#isUnaccounted = true;
    return wasNotShown(this.#context.device.name, this.#id);
  }

  async #shown(desired: Properties, observe: Observe): Promise<Sighting> {
    const { clock, device } = this.#context;
    const started = clock.now();
    for (let pause = firstPauseMilliseconds; ; pause = Math.min(pause * 2, longestPauseMilliseconds)) {
      const isLast = () => clock.now() - started >= showsWithinMilliseconds;
      const sighting = await this.#look(desired, observe).catch((error: unknown) => {
        // A list that does not show yet what the device already has proves nothing, and will.
        if (!isNotUnderstoodError(error) || isLast()) {
          throw error;
        }
        return undefined;
      });
      if (sighting !== undefined && (sighting.observed !== undefined || isLast())) {
        return sighting;
      }
      device.readNow();
      await clock.sleep(pause);
    }
  }

  /** Under the declared key, one that means the same, or the one that the device has told. */
  async #look(desired: Properties, observe: Observe): Promise<Sighting> {
    const observed = await observe(undefined);
    if (observed !== undefined) {
      return { observed, known: knownOf(observed["keptAs"] as Json | undefined) };
    }
    const told = await this.#trace?.();
    const isNew = told !== undefined && this.#before?.some((key) => this.#isSameKey(key, told)) !== true;
    const found = isNew ? await this.#underKey(desired, observe, told) : undefined;
    return found ?? { observed, known: undefined };
  }

  /**
   * What is new on the device and agrees with what was sent, in all that can be read: somebody else may have added
   * something in the same moment. It is taken for ours when it alone is new and the device has said that it made it, or
   * when its name is ours cut off.
   * @throws NotUnderstoodError when it cannot be told which of them is ours, or whether one is.
   */
  async #newOnDevice(desired: Properties, observe: Observe, lost: DliError | undefined): Promise<Sighting | undefined> {
    const candidates: { readonly key: Json; readonly sighting: Sighting }[] = [];
    const keys = await this.#newKeys(desired);
    for (const key of keys) {
      const sighting = await this.#underKey(desired, observe, key);
      if (sighting !== undefined) {
        candidates.push({ key, sighting });
      }
    }
    const cut = candidates.filter(({ key }) => isCutOf(key, keyIn(this.#definition, desired.values)));
    const isAlone = lost === undefined && keys.length === 1;
    const [first, ...others] = cut.length > 0 || !isAlone ? cut : candidates;
    if (first !== undefined && others.length === 0 && this.#take(desired, first.key)) {
      return first.sighting;
    }
    if (candidates.length > 0 || (lost === undefined && keys.length > 0)) {
      this.#isUnaccounted = true;
      throw mayBeOneOf(this.#context.device.name, this.#id, keys, lost);
    }
    return undefined;
  }

  /** What the device has under this key, when that is all as it was sent. */
  async #underKey(desired: Properties, observe: Observe, key: Json): Promise<Sighting | undefined> {
    const known = { keptAs: key };
    const observed = await observe(known);
    const sent = Properties.of(this.#definition, {
      ...(this.#definition.madeWith as Values | undefined),
      ...desired.values,
    });
    const agrees = observed !== undefined && isAsDeclared(sent, Properties.of(this.#definition, observed));
    return agrees ? { observed, known } : undefined;
  }

  /** The keys that the device did not have before, without those of other resources of the program. */
  async #newKeys(desired: Properties): Promise<Json[]> {
    if (this.#before === undefined) {
      return [];
    }
    const left = [...this.#before];
    const keys = ((await this.#keys(desired)) ?? []).filter((key) => {
      const at = left.findIndex((one) => this.#isSameKey(one, key));
      if (at >= 0) {
        left.splice(at, 1);
      }
      return at < 0;
    });
    return this.#withoutOthers(desired, keys);
  }

  #withoutOthers(desired: Properties, keys: readonly Json[]): Json[] {
    return keys.filter((key) => !hasSuccessor(this.#context.run, this.#idOf(desired, key)));
  }

  /** Takes what is under a key for this resource, unless another one of the run has it. */
  #take(desired: Properties, key: Json): boolean {
    return this.#context.run.claims.take(this.#idOf(desired, key));
  }

  #idOf(desired: Properties, key: Json): string {
    return idAsKept(this.#definition, { ...desired.values, keptAs: key }) ?? this.#id;
  }

  async #keys(desired: Properties): Promise<Json[] | undefined> {
    try {
      return await this.#definition.keysOnDevice(this.#context, desired.values);
    } catch (error) {
      if (isForbiddenError(error)) {
        return undefined;
      }
      throw error;
    }
  }

  #isSameKey(left: Json, right: Json): boolean {
    return sameJson(sorted(left), sorted(right));
  }
}

/** A list of addresses has no order. */
function sorted(key: Json): Json {
  return Array.isArray(key) ? [...key].sort() : key;
}

/** Whether the device has answered a request, well or badly: then it is not sent again. */
export function wasAnswered(lost: DliError | undefined): boolean {
  return lost === undefined || lost.status !== undefined;
}

function knownOf(keptAs: Json | undefined): Values | undefined {
  return keptAs === undefined ? undefined : { keptAs };
}
