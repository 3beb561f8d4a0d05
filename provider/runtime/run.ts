/**
 * What one run of the engine (one `pulumi up`, `refresh` or `destroy`) has to remember across resources: which things
 * on the devices are already taken by a resource of the program, which script functions the program brings, and which
 * outlets it protects.
 */
import type { Clock } from "../client";
import { Traffic } from "./operations";

/** So long without a new declaration means that the program has no more to declare before something is done. */
const quietMilliseconds = 250;

/** Collects facts that outlive one resource operation but not one run. */
export class Run {
  readonly #claims = new Set<string>();
  readonly #kept = new Set<string>();
  readonly #left = new Set<string>();
  readonly #releases = new Map<string, Promise<unknown>>();
  readonly #freed = new Set<string>();
  readonly #announcedFunctions = new Map<string, Set<string>>();
  readonly #protectedOutlets = new Set<string>();
  readonly #waiters = new Set<() => void>();
  readonly #owners = new Map<string, string>();
  #lastDeclaration = Number.NEGATIVE_INFINITY;
  /** What is under way on each device. */
  readonly traffic: Traffic;

  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.traffic = new Traffic(clock);
  }

  /** Takes `id` for a resource of this run; false when another resource of the run has it already. */
  claim(id: string): boolean {
    if (this.#claims.has(id)) {
      return false;
    }
    this.#claims.add(id);
    return true;
  }

  /**
   * Notes that a resource of this type declares `id`. Gives back the type that does so too, when it is another one: two
   * resources of the program would then fight over the same thing.
   */
  declare(id: string, type: string): string | undefined {
    const owner = this.#owners.get(id) ?? type;
    this.#owners.set(id, owner);
    return owner === type ? undefined : owner;
  }

  /** Gives `id` back, after a failed create. */
  unclaim(id: string): void {
    this.#claims.delete(id);
  }

  /** Whether a resource of this run has created or taken over `id`. */
  isClaimed(id: string): boolean {
    return this.#claims.has(id);
  }

  /** Notes that the program declares `id`, whether or not there is anything to do about it in this run. */
  keep(id: string): void {
    this.#kept.add(id);
  }

  /**
   * Whether the program declares `id`. Deleting a resource of this id must not touch the thing then: another resource
   * has taken it over, be it in an earlier run that failed before it came to delete.
   */
  isKept(id: string): boolean {
    return this.#kept.has(id);
  }

  /**
   * Lets go of these things, after whoever does so already; who takes one of them over waits for that in `released`.
   * The engine deletes younger resources first, so the oldest one has the last word on what is put back.
   */
  async release(ids: readonly string[], work: (isFirst: boolean) => Promise<void>): Promise<void> {
    const release = this.released(ids).then(() => work(!ids.some((id) => this.#freed.has(id))));
    for (const id of ids) {
      this.#releases.set(id, release);
    }
    await release;
    for (const id of ids) {
      this.#freed.add(id);
    }
  }

  /** Resolves when nobody is letting go of any of these things, be it with success or not. */
  async released(ids: readonly string[]): Promise<void> {
    await Promise.allSettled(ids.map((id) => this.#releases.get(id)));
  }

  /** Notes that a deleted resource has left its thing to the one that declares it now. */
  leave(id: string): void {
    this.#left.add(id);
  }

  /** Whether a deleted resource of this run has left `id` to the one that declares it now. */
  isLeft(id: string): boolean {
    return this.#left.has(id);
  }

  /** Notes that the program's Script brings these functions to the device. */
  announceFunctions(device: string, functions: readonly string[]): void {
    const known = this.#announcedFunctions.get(device) ?? new Set();
    for (const name of functions) {
      known.add(name);
    }
    this.#announcedFunctions.set(device, known);
    this.wake();
  }

  /** Whether a Script of this run has said that it brings this function. */
  isAnnounced(device: string, name: string): boolean {
    return this.#announcedFunctions.get(device)?.has(name) ?? false;
  }

  /** Notes that the program forbids to switch this outlet off. */
  protectOutlet(device: string, number: number): void {
    this.#protectedOutlets.add(`${device}/${number}`);
  }

  /** Whether a resource of this run has said that this outlet may not be switched off. */
  isProtected(device: string, number: number): boolean {
    return this.#protectedOutlets.has(`${device}/${number}`);
  }

  /** Notes that the program has just declared something. */
  declared(): void {
    this.#lastDeclaration = this.#clock.now();
  }

  /**
   * Waits until the program has declared nothing new for a moment. The engine begins with a resource while the program
   * is still declaring others, and what these say may forbid what it is about to do.
   */
  async declarations(): Promise<void> {
    for (;;) {
      const left = this.#lastDeclaration + quietMilliseconds - this.#clock.now();
      if (left <= 0) {
        return;
      }
      await this.#clock.sleep(left);
    }
  }

  /** Tells everybody who waits in `until` to look again. */
  wake(): void {
    for (const waiter of [...this.#waiters]) {
      waiter();
    }
  }

  /** Resolves when `condition` holds, with false when it still does not after `milliseconds`. */
  async until(condition: () => boolean | Promise<boolean>, milliseconds: number): Promise<boolean> {
    const timer = new AbortController();
    const deadline = this.#clock.sleep(milliseconds, timer.signal).then(
      () => true,
      () => true,
    );
    try {
      for (;;) {
        let wake: () => void = () => undefined;
        const woken = new Promise<false>((resolve) => {
          wake = () => resolve(false);
          this.#waiters.add(wake);
        });
        if (await condition()) {
          return true;
        }
        const expired = await Promise.race([woken, deadline]);
        this.#waiters.delete(wake);
        if (expired) {
          return condition();
        }
      }
    } finally {
      timer.abort();
    }
  }
}
