/** The contract between a device and its behaviours: what a behaviour can do, and what it can use of the device. */
import type { Clock } from "../clock";
import type { DeviceLog } from "../device-log";
import type { DeviceProfile } from "../profile/device-profile";
import type { Json, ProtectionBit } from "../schema/nodes";
import type { Place } from "../schema/place";
import type { Tree } from "../subtrees";
import type { Requester } from "./requester";

/** Why the device restarts. */
export interface RebootReason {
  /** Whether the mains failed, so that relays open and recovery_mode decides. Default: a plain reboot. */
  readonly powerLoss: boolean;
}

/** What behaviours and rules of the tree may use of a device; HTTP is not part of it. */
export interface DeviceCore extends DeviceProfile {
  readonly clock: Clock;
  /** The whole state, plain. */
  readonly tree: Tree;
  readonly behaviours: BehaviourRegistry;
  readonly log: DeviceLog;
  /** The protection bits that are set. */
  readonly protection: Set<ProtectionBit>;
  /** When the device last started, in milliseconds of its clock. */
  readonly startedAt: number;
  /** Restarts the device, which then drops all connections for that many milliseconds. */
  restart(reason: RebootReason, deafMilliseconds: number): void;
}

/** A place in the tree, and who requests it. */
export interface Context {
  readonly device: DeviceCore;
  readonly place: Place;
  /** The keys from the root, such as ["relay", "outlets", "2", "state"]. */
  readonly keys: readonly string[];
  readonly requester: Requester;
  /** Whether the value belongs to an element that is about to be added. */
  readonly isNew: boolean;
}

/**
 * What the device does at one path of the tree. Each hook may return a result itself, throw a Refusal, or call `next`
 * for what the device would do without it (an older behaviour, then the plain rule of the tree).
 */
export interface Behaviour {
  /** What it does, as a verb phrase. */
  readonly name: string;
  /** Path without slashes at either end; an asterisk stands for any one key, such as relay/outlets/&#42;/state. */
  readonly path: string;
  /** The value that a GET shows; undefined leaves it out. */
  readonly read?: (context: Context, next: () => Json | undefined) => Json | undefined;
  /** Turns a value from outside into the one to store; changes nothing yet. */
  readonly accept?: (context: Context, value: Json, next: (value: Json) => Json) => Json;
  /** Applies an accepted value. */
  readonly write?: (context: Context, value: Json, next: (value: Json) => void) => void;
  /** Adds an accepted element to the collection at `path` and returns its key. */
  readonly insert?: (context: Context, value: Json, next: (value: Json) => string) => string;
  /** Removes the element at `path`. */
  readonly remove?: (context: Context, next: () => void) => void;
  /** Makes the call and returns its result, if any. */
  readonly call?: (context: Context, args: Json[], next: () => Json | undefined) => Json | undefined;
  /** A PATCH by form fields; returns whether it handled them. */
  readonly patchForm?: (context: Context, fields: ReadonlyMap<string, string>, next: () => boolean) => boolean;
  /** Runs at each restart of the device, oldest behaviour first. */
  readonly reboot?: (device: DeviceCore, reason: RebootReason) => void;
  /** Runs when all addresses of an AutoPing item, counted from 0, answered or were silent, oldest behaviour first. */
  readonly ping?: (item: number, isAnswered: boolean) => void;
}

type Hook = "read" | "accept" | "write" | "insert" | "remove" | "call" | "patchForm";

/** A behaviour with its path as keys. */
type Registered = { readonly behaviour: Behaviour; readonly parts: readonly string[] };

/** Whether the keys match the pattern. */
function covers(parts: readonly string[], keys: readonly string[]): boolean {
  return parts.length === keys.length && parts.every((part, index) => part === "*" || part === keys[index]);
}

/** The behaviours of a device; the newest one comes first. */
export class BehaviourRegistry {
  #newestFirst: Registered[] = [];
  /** The behaviours that have a hook, found when it is first used. */
  readonly #having = new Map<Hook, Registered[]>();

  /** Adds a behaviour before all others. Returns a function that removes it. */
  register(behaviour: Behaviour): () => void {
    const registered = { behaviour, parts: behaviour.path.split("/") };
    this.#replace([registered, ...this.#newestFirst]);
    return () => this.#replace(this.#newestFirst.filter((other) => other !== registered));
  }

  /** The hooks for a path, newest first. */
  hooks<H extends Hook>(hook: H, keys: readonly string[]): NonNullable<Behaviour[H]>[] {
    const found: NonNullable<Behaviour[H]>[] = [];
    for (const { behaviour, parts } of this.#thoseWith(hook)) {
      const handler = behaviour[hook];
      if (handler !== undefined && covers(parts, keys)) {
        found.push(handler);
      }
    }
    return found;
  }

  #thoseWith(hook: Hook): Registered[] {
    const known = this.#having.get(hook);
    if (known) {
      return known;
    }
    const found = this.#newestFirst.filter(({ behaviour }) => behaviour[hook] !== undefined);
    this.#having.set(hook, found);
    return found;
  }

  #replace(newestFirst: Registered[]): void {
    this.#newestFirst = newestFirst;
    this.#having.clear();
  }

  /** Tells every behaviour that the device restarts. */
  reboot(device: DeviceCore, reason: RebootReason): void {
    for (const { behaviour } of [...this.#newestFirst].reverse()) {
      behaviour.reboot?.(device, reason);
    }
  }

  /** Tells every behaviour the outcome of an AutoPing item's pings. */
  ping(item: number, isAnswered: boolean): void {
    for (const { behaviour } of [...this.#newestFirst].reverse()) {
      behaviour.ping?.(item, isAnswered);
    }
  }
}
