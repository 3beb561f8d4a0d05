/**
 * Which resource of the program owns what on the devices. Two resources that own the same thing, or part of each
 * other's, would undo each other's changes at every run.
 */

/** A resource of the program, as distinguished from all others. */
export interface Owner {
  /** Unique to each resource of the program; `undefined` if the program does not say which resource it is. */
  readonly key?: string;
  /** For messages: `Outlet "web"`. */
  readonly label: string;
  readonly type: string;
}

/** Something on a device that belongs to a resource. */
export interface Owned {
  /** For messages: `default/outlets/3`. */
  readonly name: string;
  /** The device that it is on, identified by where it is reached, since a device may have two names. */
  readonly device: string;
  /** Where it is on the device; everything below belongs to it. */
  readonly place: readonly string[];
  /** The program's spelling of what a device may spell in its own way, if the place does not tell. */
  readonly spelling?: string;
  /** Whether it is known to be on the device, under this spelling. */
  readonly isThere?: boolean;
  /** The input, or part of one, that names it. */
  readonly property: string;
}

/** Something that another resource already owns. */
export interface Conflict {
  /** How it came to have two owners, as a clause. */
  readonly problem: string;
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
   * By device, since a fleet has many and things on different devices never conflict; then by the owner's key, or by
   * type and things for those without one.
   */
  readonly #ownerships = new Map<string, Map<string, Ownership>>();
  /** The devices on which each key has ownerships. */
  readonly #devices = new Map<string, Set<string>>();
  /** Names of things that the device was seen to have under exactly these names. */
  readonly #seen = new Set<string>();
  /** By device and the name of a thing: what the device keeps it as, if under another name. */
  readonly #spellings = new Map<string, Map<string, Owned>>();
  /** By the name of the first thing that a resource owns. */
  readonly #contests = new Map<string, Contest>();

  /** Notes what a resource owns, replacing what was noted of it before, and returns what others already own of that. */
  declare(owner: Owner, things: readonly Owned[]): Conflict[] {
    const key = keyOf(owner, things);
    for (const [name, { keys }] of this.#contests) {
      if (keys.includes(key)) {
        this.#contests.delete(name);
      }
    }
    const conflicts = things.flatMap((owned) => [...this.#othersOf(owner, things, owned), ...this.#keptAs(owned)]);
    this.#note(key, { owner, things });
    return conflicts;
  }

  /**
   * Notes that the device keeps a thing under another name. Returns the problem, as a clause, if another resource owns
   * the thing of that name.
   */
  noteSpelling(own: Owned, kept: Owned): string | undefined {
    const there = this.#spellings.get(own.device) ?? new Map<string, Owned>();
    this.#spellings.set(own.device, there.set(own.name, kept));
    const things = [...(this.#ownerships.get(own.device)?.values() ?? [])].flatMap((one) => one.things);
    return things.some((owned) => isUnderKey(owned, kept)) ? keptClause(own.name, kept) : undefined;
  }

  /** Notes that the device has a thing under exactly this name. */
  see(name: string): void {
    this.#seen.add(name);
  }

  /** Whether the device was seen to have it under exactly this name. */
  hasSeen(name: string): boolean {
    return this.#seen.has(name);
  }

  /** Whether a resource of the program owns this place on its device, or a part of it. */
  has({ device, place }: Owned): boolean {
    const ownerships = [...(this.#ownerships.get(device)?.values() ?? [])];
    return ownerships.some(({ things }) => things.some((one) => overlap(one.place, place)));
  }

  /** How a thing came to have two owners, one declared after the other, as a clause; `undefined` if it has not. */
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

  #keptAs(owned: Owned): Conflict[] {
    return [...(this.#spellings.get(owned.device) ?? [])]
      .filter(([name, kept]) => name !== owned.name && isUnderKey(owned, kept))
      .map(([name]) => ({ problem: keptClause(name, owned), owned }));
  }

  #othersOf(owner: Owner, all: readonly Owned[], owned: Owned): Conflict[] {
    for (const [key, { owner: other, things }] of this.#ownerships.get(owned.device) ?? []) {
      const shared = isOther(owner, other) ? things.find((theirs) => isShared(theirs, owned)) : undefined;
      if (shared) {
        const problem = contestClause([shared, other], [owned, owner]);
        for (const first of [all[0], things[0]]) {
          if (first !== undefined) {
            this.#contests.set(first.name, { keys: [key, keyOf(owner, all)], problem });
          }
        }
        return [{ problem, owned }];
      }
    }
    return [];
  }
}

function keyOf(owner: Owner, things: readonly Owned[]): string {
  return owner.key ?? JSON.stringify([owner.type, things]);
}

type Holding = readonly [owned: Owned, owner: Owner];

/** Says that two resources of a program own one thing. */
function contestClause([theirs, one]: Holding, [owned, other]: Holding): string {
  const clause = `${owned.name} is declared by ${one.label} and by ${other.label} of the same program`;
  const isSpelling = theirs.spelling !== undefined && theirs.spelling !== owned.spelling;
  return isSpelling ? `${clause}: a device may take ${theirs.name} for the same` : clause;
}

/** Says that a resource declares what another one owns under the device's spelling. */
function keptClause(name: string, { name: kept }: Owned): string {
  return `${kept} is what the device keeps ${name} as, and both are declared by this program`;
}

/** Whether a thing has exactly the name that a device keeps another one as; the device itself may have two names. */
function isUnderKey(owned: Owned, kept: Owned): boolean {
  const behindDevice = ({ name }: Owned) => name.slice(name.indexOf("/"));
  return overlap(owned.place, kept.place) && behindDevice(owned) === behindDevice(kept);
}

/** Whether these are different resources; if either does not say which it is, two of one type may be the same. */
function isOther(one: Owner, other: Owner): boolean {
  return one.key === undefined || other.key === undefined ? one.type !== other.type : one.key !== other.key;
}

function isShared(one: Owned, other: Owned): boolean {
  // A device that has both spellings distinguishes them.
  const areBothThere = one.spelling !== other.spelling && one.isThere === true && other.isThere === true;
  return one.device === other.device && !areBothThere && overlap(one.place, other.place);
}

/** Whether one place is the other, or one contains the other. */
function overlap(one: readonly string[], other: readonly string[]): boolean {
  const shared = Math.min(one.length, other.length);
  for (let index = 0; index < shared; index += 1) {
    if (one[index] !== other[index]) {
      return false;
    }
  }
  return true;
}
