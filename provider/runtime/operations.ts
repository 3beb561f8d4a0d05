/**
 * What is under way on each device in one run. A change that may end our own access to a device has to wait until nothing
 * else is left to be done there, and where that cannot be known it is refused.
 */
import { type Clock, LockoutGuardError } from "../client";

/** So long nothing new may have begun on the device before a change that may end our access is made. */
const quietMilliseconds = 1_000;
/** So long it waits for what the program has declared and the engine has not begun with. */
const patienceMilliseconds = 10_000;

/** One operation of one resource, from its beginning to its end. */
export class Operation {
  /** Place in the line of those that go last; `undefined` for all others. */
  turn: { readonly rank: number; readonly order: number } | undefined;

  readonly #device: Device;

  constructor(
    device: Device,
    readonly id: string,
  ) {
    this.#device = device;
  }

  /**
   * Resolves when every other operation on the device is over, except those that wait likewise and come later: higher
   * ranks after lower ones. From then on to the end of this operation no other one begins.
   * @throws LockoutGuardError when the engine has yet to begin with other resources on the device.
   */
  goLast(rank: number): Promise<void> {
    return this.#device.goLast(this, rank);
  }

  /** Nobody can reach the device any more, as asked for. */
  accessEnded(): void {
    this.#device.endedBy = this.id;
  }
}

/** One device in one run. */
class Device {
  endedBy: string | undefined;
  readonly #operations = new Set<Operation>();
  readonly #announced = new Set<string>();
  #last: Operation | undefined;
  #changes = 0;
  #watchers: (() => void)[] = [];

  readonly #device: string;
  readonly #clock: Clock;

  constructor(device: string, clock: Clock) {
    this.#device = device;
    this.#clock = clock;
  }

  announce(id: string): void {
    this.#announced.add(id);
    this.#changed();
  }

  settle(id: string): void {
    this.#announced.delete(id);
    this.#changed();
  }

  async during<T>(id: string, work: (operation: Operation) => Promise<T>): Promise<T> {
    while (this.#last) {
      await this.#change();
    }
    if (this.endedBy !== undefined) {
      throw this.#tooLate(this.endedBy);
    }
    const operation = new Operation(this, id);
    this.#operations.add(operation);
    this.#changed();
    try {
      return await work(operation);
    } finally {
      this.#operations.delete(operation);
      if (this.#last === operation) {
        this.#last = undefined;
      }
      this.settle(id);
    }
  }

  async goLast(operation: Operation, rank: number): Promise<void> {
    if (this.#last === operation) {
      return;
    }
    operation.turn = { rank, order: this.#changes };
    this.#changed();
    for (let quiet = 0; ; quiet += quietMilliseconds) {
      while (this.#isBefore(operation)) {
        await this.#change();
      }
      const seen = this.#changes;
      await this.#clock.sleep(quietMilliseconds);
      if (this.#changes !== seen) {
        quiet = 0;
      } else if (this.#missing().length === 0) {
        break;
      } else if (quiet >= patienceMilliseconds) {
        throw this.#outOfOrder(operation);
      }
    }
    this.#last = operation;
  }

  /** Whether anything is under way that has to be over first. */
  #isBefore(operation: Operation): boolean {
    const own = operation.turn;
    return [...this.#operations].some(({ turn }) => {
      if (!turn || !own) {
        return true;
      }
      return turn.rank < own.rank || (turn.rank === own.rank && turn.order < own.order);
    });
  }

  /** What the program declares on this device and the engine has not begun with. */
  #missing(): string[] {
    const begun = new Set([...this.#operations].map(({ id }) => id));
    return [...this.#announced].filter((id) => !begun.has(id));
  }

  #changed(): void {
    this.#changes += 1;
    for (const wake of this.#watchers.splice(0)) {
      wake();
    }
  }

  #change(): Promise<void> {
    return new Promise((wake) => this.#watchers.push(wake));
  }

  #outOfOrder(operation: Operation): LockoutGuardError {
    return new LockoutGuardError({
      device: this.#device,
      message: `${operation.id} may end this provider's own access, and the engine has yet to begin with ${this.#missing().join(", ")} on the same device`,
      remedy:
        "Let this resource come last: name the others in its `dependsOn`, or give `pulumi up` a larger `--parallel`.",
    });
  }

  #tooLate(endedBy: string): LockoutGuardError {
    return new LockoutGuardError({
      device: this.#device,
      message: `${endedBy} has just ended this provider's own access to the device, as allowed by allowLockout`,
      remedy: `Let that resource come last: name the others in its \`dependsOn\`.`,
    });
  }
}

/** All devices of one run. */
export class Traffic {
  readonly #devices = new Map<string, Device>();

  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The program declares a thing, so an operation on it may follow. */
  announce(device: string, id: string): void {
    this.#on(device).announce(id);
  }

  /** No operation on that thing will follow: it is as declared. */
  settle(device: string, id: string): void {
    this.#on(device).settle(id);
  }

  /**
   * Runs an operation of a resource.
   * @throws LockoutGuardError when our access has been ended in this run.
   */
  during<T>(device: string, id: string, work: (operation: Operation) => Promise<T>): Promise<T> {
    return this.#on(device).during(id, work);
  }

  #on(device: string): Device {
    let known = this.#devices.get(device);
    if (!known) {
      known = new Device(device, this.#clock);
      this.#devices.set(device, known);
    }
    return known;
  }
}
