/**
 * Which resource of the program owns which thing on the devices: two resources for one thing, or for a part of what
 * another one has, would undo each other's changes at every run.
 */

/** A resource of the program, as it is told from all others. */
export interface Owner {
  /** Different for each resource of the program; `undefined` where a program does not say which resource it is. */
  readonly key?: string;
  /** For messages: `Outlet "web"`. */
  readonly label: string;
  readonly type: string;
}

/** Something on a device that belongs to a resource. */
export interface Owned {
  /** For messages: `default/outlets/3`. */
  readonly name: string;
  /** Which device it is on: where that is reached, since it may have two names. */
  readonly device: string;
  /** Where it is on the device; what is below belongs to it. */
  readonly place: readonly string[];
  /** The input, or part of one, that names it. */
  readonly property: string;
}

/** What another resource owns already. */
export interface Conflict {
  readonly owner: Owner;
  readonly owned: Owned;
}

/** Two resources that own one thing. */
interface Contest {
  readonly keys: readonly string[];
  readonly problem: string;
}

interface Ownership {
  readonly owner: Owner;
  readonly things: readonly Owned[];
}

export class Owners {
  /**
   * By device: a fleet has many, and what is on one never meets what is on another. Then by the key of the owner, or by type
   * and place for those without one.
   */
  readonly #ownerships = new Map<string, Map<string, Ownership>>();
  /** On which devices the ownerships of each key are. */
  readonly #devices = new Map<string, Set<string>>();
  /** By the name of the first thing that a resource owns. */
  readonly #contests = new Map<string, Contest>();

  /** Notes what a resource owns, instead of what was noted of it before, and returns what others own of that. */
  declare(owner: Owner, things: readonly Owned[]): Conflict[] {
    const key = keyOf(owner, things);
    for (const [name, { keys }] of this.#contests) {
      if (keys.includes(key)) {
        this.#contests.delete(name);
      }
    }
    const conflicts = things.flatMap((owned) => this.#othersOf(owner, things, owned));
    this.#note(key, { owner, things });
    return conflicts;
  }

  /** How a thing came to have two owners, in a clause: the program declared one after the other. */
  contestOf(name: string): string | undefined {
    return this.#contests.get(name)?.problem;
  }

  #note(key: string, ownership: Ownership): void {
    const devices = new Set(ownership.things.map(({ device }) => device));
    for (const left of this.#devices.get(key) ?? []) {
      if (!devices.has(left)) {
        this.#ownerships.get(left)?.delete(key);
      }
    }
    this.#devices.set(key, devices);
    for (const device of devices) {
      const there = this.#ownerships.get(device) ?? new Map<string, Ownership>();
      this.#ownerships.set(device, there.set(key, ownership));
    }
  }

  #othersOf(owner: Owner, all: readonly Owned[], owned: Owned): Conflict[] {
    for (const [key, { owner: other, things }] of this.#ownerships.get(owned.device) ?? []) {
      if (
        isOther(owner, other) &&
        things.some((held) => held.device === owned.device && overlap(held.place, owned.place))
      ) {
        const contest = { keys: [key, keyOf(owner, all)], problem: contestClause(owned, other, owner) };
        for (const first of [all[0], things[0]]) {
          if (first !== undefined) {
            this.#contests.set(first.name, contest);
          }
        }
        return [{ owner: other, owned }];
      }
    }
    return [];
  }
}

function keyOf(owner: Owner, things: readonly Owned[]): string {
  return owner.key ?? JSON.stringify([owner.type, things]);
}

/** Says that two resources of a program own one thing. */
export function contestClause(owned: Owned, one: Owner, other: Owner): string {
  return `${owned.name} is declared by ${one.label} and by ${other.label} of the same program`;
}

/** Where one of two does not say which resource it is, two of one type may be the same one. */
function isOther(one: Owner, other: Owner): boolean {
  return one.key === undefined || other.key === undefined ? one.type !== other.type : one.key !== other.key;
}

/** Whether one place is the other one, or holds it. */
function overlap(one: readonly string[], other: readonly string[]): boolean {
  const shared = Math.min(one.length, other.length);
  for (let index = 0; index < shared; index += 1) {
    if (one[index] !== other[index]) {
      return false;
    }
  }
  return true;
}
