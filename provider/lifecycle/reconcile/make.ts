/**
 * Creates a thing, only once. A device may show a new thing only a moment later, and under another spelling than it was
 * given; a second request would create it twice. So after an answered request the device is only observed for a while,
 * and what has appeared since before the request is compared with what was sent.
 */
import { type DliError, isForbiddenError, isNotUnderstoodError, type Json, sameJson } from "../../client";
import type { Context } from "../../runtime/context";
import { patienceWithLag } from "../../runtime/poll";
import { isBusy, lostResponse } from "../../runtime/write-outcome";
import type { CreatedDefinition, Trace } from "../../schema/definition";
import { Properties } from "../../schema/properties";
import type { Values } from "../../schema/values";
import { isCutOf, mayBeCut } from "../../subtrees/spelling";
import { isAsDeclared } from "../diff/diff";
import { ambiguousError, createdButNotFoundError, type MakingRequest, untraceableError } from "../errors/errors";
import { idAsKept, keyValue } from "../inputs/id";
import { hasSuccessor } from "../inputs/succession";
import type { State } from "../state/state";

/** How long after the response a new thing may take to appear. */
export const showsWithinMilliseconds = 10_000;
const firstPauseMilliseconds = 250;
const longestPauseMilliseconds = 2_000;

// biome-ignore lint/suspicious/noExplicitAny: the inputs of different resources have nothing in common.
export type AnyCreated = CreatedDefinition<any, any>;

/** Reads the thing; `known` takes the place of the state of the last operation. */
type Observe = (known: Values | undefined) => Promise<Values | undefined>;

/** What is known of a thing after it was created. */
export interface Sighting {
  readonly observed: Values | undefined;
  /** What later reads need to find it. */
  readonly known: Values | undefined;
}

/** The creation of one thing, whose request may get lost and be repeated. */
export class Making {
  readonly #definition: AnyCreated;
  readonly #context: Context;
  readonly #id: string;
  readonly #observe: (desired: Properties, known: Values | undefined) => Promise<Values | undefined>;
  /** The keys that the device had before the first request; `undefined` if it does not show them. */
  #before: readonly Json[] | undefined;
  #trace: Trace | undefined;
  #isRequested = false;
  #isOpen = false;
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

  /** Whether the device appears to have it without showing which of its things it is. */
  get isUnaccounted(): boolean {
    return this.#isUnaccounted;
  }

  /** Whether a request has been sent and what became of it is not known: the device has not been seen since. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** What the state remembers of a thing that was created but not found, or may have been. */
  get mark(): State {
    return { madeBeside: this.#before ? [...this.#before] : null };
  }

  /** Sends the request. Returns an error if the response was lost. */
  async request(desired: Properties): Promise<DliError | undefined> {
    if (!this.#isRequested) {
      this.#before = await this.#keys(desired).catch((error: unknown) => {
        // Without a list that is understood, later things cannot be told apart from earlier ones.
        if (!isNotUnderstoodError(error)) {
          throw error;
        }
        return undefined;
      });
      this.#isRequested = true;
    }
    const lost = await lostResponse(async () => {
      this.#trace = await this.#definition.make(this.#context, desired.values);
    });
    // Of what may never have arrived, nothing can be known later without the keys.
    this.#isOpen = wasAnswered(lost) || this.#before !== undefined;
    return lost;
  }

  /**
   * Looks for the thing until it appears, under any spelling.
   * @throws NotUnderstoodError if it cannot be told which of several things it is.
   */
  async find(desired: Properties, lost: DliError | undefined): Promise<Sighting> {
    const found = await this.#find(desired, lost);
    this.#isOpen = false;
    return found;
  }

  async #find(desired: Properties, lost: DliError | undefined): Promise<Sighting> {
    const observe: Observe = (known) => this.#observe(desired, known);
    const sighting = await this.#shown(desired, observe, lost);
    if (sighting.observed !== undefined) {
      return sighting;
    }
    return (await this.#newOnDevice(desired, observe, lost ?? "accepted")) ?? sighting;
  }

  /**
   * Called if the device does not show the thing, or has stopped showing it: a request that was answered is not sent
   * again.
   * @throws the error that it was answered with; NotUnderstoodError if the device has accepted it.
   */
  refuseAgain(lost: DliError | undefined): void {
    if (lost === undefined) {
      this.#isOpen = true;
      this.#isUnaccounted = true;
      throw createdButNotFoundError(this.#context.device.name, this.#id, this.#before !== undefined);
    }
    // A busy device says that it has done nothing, which its list confirms.
    const isKnownUndone = isBusy(lost.status) && this.#before !== undefined;
    if (wasAnswered(lost) && !isKnownUndone) {
      throw lost;
    }
  }

  /** What an earlier run may have created before its state was lost: all as declared, but with its name cut off. */
  async findCut(desired: Properties): Promise<Sighting | undefined> {
    const declared = keyValue(this.#definition, desired.values);
    if (!mayBeCut(declared)) {
      return undefined;
    }
    const keys = ((await this.#keys(desired)) ?? []).filter((key) => isCutOf(key, declared));
    const [key] = this.#withoutOthers(desired, keys);
    return key === undefined ? undefined : this.#underKey(desired, (known) => this.#observe(desired, known), key);
  }

  /**
   * Looks for what an earlier run created but did not find, on a device that had these keys before. `undefined` if
   * nothing there may be it.
   * @throws NotUnderstoodError if something may be.
   */
  async account(desired: Properties, madeBeside: readonly Json[] | null): Promise<Sighting | undefined> {
    const observe: Observe = (known) => this.#observe(desired, known);
    const observed = await observe(undefined);
    if (observed !== undefined) {
      return { observed, known: knownUnder(observed["keptAs"] as Json | undefined) };
    }
    const { name } = this.#context.device;
    if (madeBeside === null || (await this.#keys(desired)) === undefined) {
      throw untraceableError(name, this.#id);
    }
    this.#before = madeBeside;
    return this.#newOnDevice(desired, observe, "earlier");
  }

  async #shown(desired: Properties, observe: Observe, lost: DliError | undefined): Promise<Sighting> {
    const { clock, device } = this.#context;
    // A busy device has most likely done nothing, so it is not given as long.
    const patience = isBusy(lost?.status) ? patienceWithLag(this.#context).limitMilliseconds : showsWithinMilliseconds;
    const started = clock.now();
    for (let pause = firstPauseMilliseconds; ; pause = Math.min(pause * 2, longestPauseMilliseconds)) {
      const isLast = () => clock.now() - started >= patience;
      const sighting = await this.#sight(desired, observe).catch((error: unknown) => {
        // A list that does not yet show what the device already has proves nothing until it does.
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

  /** Looks under the declared key, an equivalent one, or the one that the device has reported. */
  async #sight(desired: Properties, observe: Observe): Promise<Sighting> {
    const observed = await observe(undefined);
    if (observed !== undefined) {
      return { observed, known: knownUnder(observed["keptAs"] as Json | undefined) };
    }
    const reported = await this.#trace?.();
    const isNew = reported !== undefined && this.#before?.some((key) => this.#isSameKey(key, reported)) !== true;
    const found = isNew ? await this.#underKey(desired, observe, reported) : undefined;
    return found ?? { observed, known: undefined };
  }

  /**
   * What is new on the device and agrees with what was sent in everything that can be read; somebody else may have
   * added something at the same moment. It is taken to be ours if it alone is new and the device has just confirmed
   * that it created it, or if its name is ours cut off.
   * @throws NotUnderstoodError if it cannot be told which of them is ours, or whether any is.
   */
  async #newOnDevice(desired: Properties, observe: Observe, request: MakingRequest): Promise<Sighting | undefined> {
    const candidates: { readonly key: Json; readonly sighting: Sighting }[] = [];
    const keys = await this.#newKeys(desired);
    for (const key of keys) {
      const sighting = await this.#underKey(desired, observe, key);
      if (sighting !== undefined) {
        candidates.push({ key, sighting });
      }
    }
    const cut = candidates.filter(({ key }) => isCutOf(key, keyValue(this.#definition, desired.values)));
    const isAlone = request === "accepted" && keys.length === 1;
    const [first, ...others] = cut.length > 0 || !isAlone ? cut : candidates;
    if (first !== undefined && others.length === 0 && this.#claim(desired, first.key)) {
      return first.sighting;
    }
    const isLost = typeof request === "object";
    if (candidates.length > 0 || (!isLost && keys.length > 0)) {
      this.#isUnaccounted = true;
      throw ambiguousError(this.#context.device.name, this.#id, keys, request);
    }
    return undefined;
  }

  /** What the device has under this key, if it is all as it was sent. */
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
    const { run } = this.#context;
    return keys.filter((key) => {
      const id = this.#idOf(desired, key);
      return !(hasSuccessor(run, id) || run.predecessors.has(id));
    });
  }

  /** Claims what is under a key for this resource; false if another one of the run has it. */
  #claim(desired: Properties, key: Json): boolean {
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
    return sameJson(withSortedAddresses(left), withSortedAddresses(right));
  }
}

/** The order of addresses in a key does not matter. */
function withSortedAddresses(key: Json): Json {
  return Array.isArray(key) ? [...key].sort() : key;
}

/** Whether the device has answered a request, with success or an error. */
function wasAnswered(lost: DliError | undefined): boolean {
  return lost === undefined || lost.status !== undefined;
}

function knownUnder(keptAs: Json | undefined): Values | undefined {
  return keptAs === undefined ? undefined : { keptAs };
}
