/** What the program of one run declares, and whether it has finished declaring. */
import type { Clock } from "../../client";
import { deviceIn, thingIn } from "../resource-id";

/** After this long without a new declaration, the program is assumed to have finished. */
const quietMilliseconds = 250;

/**
 * The same for a provider that the program creates. While the engine asks another one, which may have to log in to its
 * device first, this one learns of no declaration.
 */
const quietBesideOthersMilliseconds = 1_500;

/**
 * If the first resource of a component has not arrived this long after the component has declared it, the engine is
 * assumed to be held up: it asks about no further resource while its maximum of parallel operations is under way, and
 * all of those may be waiting for this resource.
 */
const heldUpMilliseconds = 2_000;

/** A component that declares resources. */
interface Component {
  readonly type: string;
  /** Settles when its first resource has arrived or for now cannot, or when the component has ended. */
  readonly begun: Promise<void>;
  hasBegun(): void;
}

/** Whether a resource is in a component of this type. If there are two, the first child of one stands for both. */
function isIn({ type }: Component, resource: string): boolean {
  return `/${resource}`.includes(`/${type}/`);
}

export class Declarations {
  /** Whether a resource is declared with each id, and not only one that contains what has it. */
  readonly #ids: Map<string, boolean>;
  readonly #checked = new Set<string>();
  #last = Number.NEGATIVE_INFINITY;
  #began = Number.NEGATIVE_INFINITY;
  readonly #components = new Set<Component>();
  #hasComponents = false;

  readonly #clock: Clock;
  readonly #quietMilliseconds: number;

  /** @param isBesideOthers Whether other providers of the program may hear of declarations in between. */
  constructor(clock: Clock, isBesideOthers = false, kept: Map<string, boolean> = new Map()) {
    this.#clock = clock;
    this.#quietMilliseconds = isBesideOthers ? quietBesideOthersMilliseconds : quietMilliseconds;
    this.#ids = kept;
  }

  /** The same declarations for a plan, which does not wait for more of them. */
  withoutWaiting(): Declarations {
    return new Declarations(this.#clock, false, this.#ids);
  }

  /** Whether the program has declared anything. */
  get hasAny(): boolean {
    return this.#ids.size > 0 || this.#last > Number.NEGATIVE_INFINITY;
  }

  /** Notes that the inputs with this fingerprint were checked, and nothing is wrong with them. */
  noteChecked(fingerprint: string): void {
    this.#checked.add(fingerprint);
  }

  wereChecked(fingerprint: string): boolean {
    return this.#checked.has(fingerprint);
  }

  /** Notes that a program runs, whose resources are yet to come; something may be deleted before the first of them. */
  programBegins(): void {
    this.#began = this.#clock.now();
  }

  /** Notes that the program has just declared something; `name` holds the types that contain it and its own name. */
  arrived(name?: string): void {
    this.#last = this.#clock.now();
    for (const component of this.#components) {
      if (name !== undefined && isIn(component, name)) {
        component.hasBegun();
      }
    }
  }

  /**
   * Notes that a component is about to declare resources, later than the program declares what is beside it. Returns a
   * function to call when it has ended.
   */
  componentBegins(type: string): () => void {
    this.#hasComponents = true;
    this.arrived();
    let hasBegun = () => {};
    const begun = new Promise<void>((resolve) => {
      hasBegun = resolve;
    });
    const component = { type, begun, hasBegun };
    this.#components.add(component);
    return () => {
      hasBegun();
      this.#components.delete(component);
    };
  }

  /**
   * Notes that a component of this type has told the engine about its resources, which are about to arrive unless the
   * engine is held up.
   */
  componentDeclared(type: string): void {
    this.arrived();
    for (const component of this.#components) {
      if (component.type === type) {
        // Cancelling the run ends the pause with an error.
        void this.#clock.sleep(heldUpMilliseconds).then(component.hasBegun, component.hasBegun);
      }
    }
  }

  /** Whether any resource may be declared late, so that every write has to wait until the program has finished. */
  get hasComponents(): boolean {
    return this.#hasComponents;
  }

  /**
   * Waits until the program has declared nothing new for a moment. The engine starts operations while the program is
   * still declaring resources, and those may forbid an operation.
   */
  async finished(): Promise<void> {
    for (;;) {
      await Promise.all([...this.#components].map(({ begun }) => begun));
      const left = Math.max(this.#began, this.#last) + this.#quietMilliseconds - this.#clock.now();
      if (left <= 0) {
        return;
      }
      await this.#clock.sleep(left);
    }
  }

  /**
   * Notes that the program declares `id`, whether or not this run has anything to do about it.
   * @param isPart Whether it is only contained in another resource: an outlet in `Outlets`.
   */
  add(id: string, isPart = false): void {
    this.#ids.set(id, !isPart || this.#ids.get(id) === true);
  }

  /** Whether the program declares `id` only as a part of another resource. */
  isPart(id: string): boolean {
    return this.#ids.get(id) === false;
  }

  /**
   * Whether the program declares `id`. Deleting a resource of this id must then leave the thing alone: another resource
   * has taken it over, perhaps in an earlier run that failed before it could delete this one.
   */
  has(id: string): boolean {
    return this.#ids.has(id);
  }

  /** Names of the devices on which the program declares a thing, `users/fred`. */
  devicesWith(thing: string): string[] {
    return [...this.#ids.keys()].filter((id) => thingIn(id) === thing).map(deviceIn);
  }
}
