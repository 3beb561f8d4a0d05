/** Reads that several callers share. */
import type { Clock } from "../clock";
import { type Json, jsonChild } from "../json";
import type { DevicePath } from "../paths/path";

/** A subtree as it was read. */
interface Snapshot {
  readonly path: DevicePath;
  readonly value: Json;
  /** Number of the last write before the read. */
  readonly since: number;
  readonly readAt: number;
}

/** Which reads a caller accepts. */
export interface Wanted {
  readonly subtree: DevicePath;
  /** The part of the subtree that the caller uses. */
  readonly of: readonly DevicePath[];
  /** In milliseconds. */
  readonly maxAge: number;
}

/**
 * Reads that several callers share. A read serves a caller until this client sends a later write to a path above, below
 * or equal to one that the caller uses. A read that is still without a response serves every caller: requests are sent
 * one at a time, so every write with a response came before it.
 */
export class ReadCache {
  readonly #taken = new Map<string, Snapshot>();
  readonly #flights = new Map<string, Promise<Snapshot>>();
  readonly #writes = new Map<string, { path: DevicePath; number: number }>();
  #writeCount = 0;

  readonly #clock: Pick<Clock, "now">;
  readonly #read: (path: DevicePath, sent: () => void) => Promise<Json>;
  readonly #isLimited: boolean;

  constructor(
    clock: Pick<Clock, "now">,
    /** Reads once all earlier requests have ended, and calls `sent` first. */
    read: (path: DevicePath, sent: () => void) => Promise<Json>,
    /** Whether the login may be shown a part of a list only. */
    isLimited: boolean = false,
  ) {
    this.#clock = clock;
    this.#read = read;
    this.#isLimited = isLimited;
  }

  /** Records a write: earlier reads of these paths are stale. */
  noteWritten(paths: readonly DevicePath[]): void {
    for (const path of paths) {
      this.#writeCount += 1;
      this.#writes.set(String(path), { path, number: this.#writeCount });
    }
  }

  /**
   * A value that needs no further request: already read, or being read. `undefined` if there is none.
   * Synchronous, so that when several callers ask in a row, the second already finds the first one's read.
   */
  shared(wanted: Wanted): Promise<Json> | undefined {
    const value = this.#fromSnapshot(wanted);
    if (value !== undefined) {
      return Promise.resolve(value);
    }
    return this.#flights.get(String(wanted.subtree))?.then((snapshot) => structuredClone(snapshot.value));
  }

  /** Reads the subtree; others can share the read from this moment on. */
  async take(subtree: DevicePath): Promise<Json> {
    const key = String(subtree);
    const flight = this.#fly(subtree);
    this.#flights.set(key, flight);
    try {
      const snapshot = await flight;
      this.#taken.set(key, snapshot);
      return structuredClone(snapshot.value);
    } finally {
      if (this.#flights.get(key) === flight) {
        this.#flights.delete(key);
      }
      this.#forgetWrites();
    }
  }

  async #fly(path: DevicePath): Promise<Snapshot> {
    let since = this.#writeCount;
    let readAt = this.#clock.now();
    const value = await this.#read(path, () => {
      since = this.#writeCount;
      readAt = this.#clock.now();
    });
    return { path, value, since, readAt };
  }

  #fromSnapshot({ subtree, of, maxAge }: Wanted): Json | undefined {
    const now = this.#clock.now();
    for (const snapshot of this.#taken.values()) {
      if (!snapshot.path.contains(subtree)) {
        continue;
      }
      if (now - snapshot.readAt >= maxAge || !this.#isClean(snapshot.since, of)) {
        continue;
      }
      const value = partOf(snapshot, subtree, this.#isLimited);
      if (value !== undefined) {
        return structuredClone(value);
      }
    }
    return undefined;
  }

  #isClean(since: number, of: readonly DevicePath[]): boolean {
    for (const { path, number } of this.#writes.values()) {
      if (number > since && of.some((part) => part.isRelatedTo(path))) {
        return false;
      }
    }
    return true;
  }

  /** Drops the writes that all kept reads already reflect. A read under way was sent after all of them, or will be. */
  #forgetWrites(): void {
    const oldest = Math.min(this.#writeCount, ...[...this.#taken.values()].map(({ since }) => since));
    for (const [key, { number }] of this.#writes) {
      if (number <= oldest) {
        this.#writes.delete(key);
      }
    }
  }
}

/**
 * The part of a snapshot at a path below it; `undefined` when the snapshot does not hold it. To a limited login, a place
 * in a list proves no index: a device may leave out what the login may not see, so that later elements move up.
 */
function partOf({ path, value }: Snapshot, subtree: DevicePath, isLimited: boolean): Json | undefined {
  let part: Json | undefined = value;
  for (const segment of subtree.segments.slice(path.segments.length)) {
    if (typeof segment !== "string" || (isLimited && Array.isArray(part))) {
      return undefined;
    }
    part = jsonChild(part, segment);
  }
  // What a device left out of an answer as `$ref` was not read.
  return jsonChild(part, "$ref") === undefined ? part : undefined;
}
