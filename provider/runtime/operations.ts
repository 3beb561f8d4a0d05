/**
 * The operations under way on each device in one run. A change that may end our own access to a device waits until
 * every other operation there has finished, and is refused if that cannot be known.
 */
import { type Clock, LockoutGuardError } from "../client";

/** How long a device must have been quiet before a change that may end our access. */
const quietMilliseconds = 1_000;
/** How long to wait for declared operations that have not started. */
const patienceMilliseconds = 10_000;

/** One operation on one resource, from beginning to end. */
export class Operation {
  /** Its turn among the operations that go last; `undefined` for all others. */
  turn: { readonly rank: number; readonly order: number } | undefined;

  readonly #device: DeviceOperations;

  constructor(
    device: DeviceOperations,
    readonly id: string,
  ) {
    this.#device = device;
  }

  /**
   * Resolves when every other operation on the device has finished, except those that also go last but after this one:
   * higher ranks come after lower ones. From then until this operation ends, no other begins.
   * @throws LockoutGuardError when the engine has not started all declared operations on the device.
   */
  goLast(rank: number): Promise<void> {
    return this.#device.goLast(this, rank);
  }

  /** Notes that the operation has ended our access to the device, as the program allows. */
  accessEnded(): void {
    this.#device.endedBy = this.id;
  }
}

/** The operations on one device in one run. */
class DeviceOperations {
  /** Id of the operation that has ended our access. */
  endedBy: string | undefined;
  readonly #running = new Set<Operation>();
  readonly #expected = new Set<string>();
  /** The operation during which no other may begin. */
  #last: Operation | undefined;
  #changes = 0;
  #watchers: (() => void)[] = [];

  readonly #device: string;
  readonly #clock: Clock;

  constructor(device: string, clock: Clock) {
    this.#device = device;
    this.#clock = clock;
  }

  expect(id: string): void {
    this.#expected.add(id);
    this.#changed();
  }

  dismiss(id: string): void {
    this.#expected.delete(id);
    this.#changed();
  }

  async perform<T>(id: string, work: (operation: Operation) => Promise<T>): Promise<T> {
    while (this.#last) {
      await this.#nextChange();
    }
    if (this.endedBy !== undefined) {
      throw this.#tooLateError(this.endedBy);
    }
    const operation = new Operation(this, id);
    this.#running.add(operation);
    this.#changed();
    try {
      return await work(operation);
    } finally {
      this.#running.delete(operation);
      if (this.#last === operation) {
        this.#last = undefined;
      }
      this.dismiss(id);
    }
  }

  async goLast(operation: Operation, rank: number): Promise<void> {
    if (this.#last === operation) {
      return;
    }
    operation.turn = { rank, order: this.#changes };
    this.#changed();
    for (let quiet = 0; ; quiet += quietMilliseconds) {
      while (this.#isPreceded(operation)) {
        await this.#nextChange();
      }
      const seen = this.#changes;
      await this.#clock.sleep(quietMilliseconds);
      if (this.#changes !== seen) {
        quiet = 0;
      } else if (this.#notStarted().length === 0) {
        break;
      } else if (quiet >= patienceMilliseconds) {
        throw this.#outOfOrderError(operation);
      }
    }
    this.#last = operation;
  }

  /** Whether another running operation must finish first. */
  #isPreceded(operation: Operation): boolean {
    const own = operation.turn;
    return [...this.#running].some(({ turn }) => {
      if (!turn || !own) {
        return true;
      }
      return turn.rank < own.rank || (turn.rank === own.rank && turn.order < own.order);
    });
  }

  /** The declared operations that the engine has not started. */
  #notStarted(): string[] {
    const started = new Set([...this.#running].map(({ id }) => id));
    return [...this.#expected].filter((id) => !started.has(id));
  }

  #changed(): void {
    this.#changes += 1;
    for (const wake of this.#watchers.splice(0)) {
      wake();
    }
  }

  #nextChange(): Promise<void> {
    return new Promise((wake) => this.#watchers.push(wake));
  }

  #outOfOrderError(operation: Operation): LockoutGuardError {
    return new LockoutGuardError({
      device: this.#device,
      message: `${operation.id} may lock this provider out, but ${this.#notStarted().join(", ")} on the same device ${this.#notStarted().length > 1 ? "have" : "has"} not started yet`,
      remedy:
        "Let this resource come last: name the others in its `dependsOn`, or give `pulumi up` a larger `--parallel`.",
    });
  }

  #tooLateError(endedBy: string): LockoutGuardError {
    return new LockoutGuardError({
      device: this.#device,
      message: `${endedBy} has just locked this provider out of the device, as allowed by allowLockout`,
      remedy: `Let that resource come last: name the others in its \`dependsOn\`.`,
    });
  }
}

/** The operations on all devices of one run. */
export class Operations {
  readonly #devices = new Map<string, DeviceOperations>();

  readonly #clock: Clock;
  readonly #onEnd: () => void;
  readonly #deviceKey: (device: string) => string;

  /**
   * @param onEnd Called whenever an operation has ended.
   * @param deviceKey Returns the same for all names of one device.
   */
  constructor(clock: Clock, onEnd: () => void, deviceKey: (device: string) => string = (device) => device) {
    this.#clock = clock;
    this.#onEnd = onEnd;
    this.#deviceKey = deviceKey;
  }

  /** Notes that the program declares a thing, so an operation on it may follow. */
  expect(device: string, id: string): void {
    this.#on(device).expect(id);
  }

  /** Notes that no operation on that thing will follow, because it is as declared. */
  dismiss(device: string, id: string): void {
    this.#on(device).dismiss(id);
  }

  /**
   * Performs an operation on a resource.
   * @throws LockoutGuardError when our access has been ended in this run.
   */
  async perform<T>(device: string, id: string, work: (operation: Operation) => Promise<T>): Promise<T> {
    try {
      return await this.#on(device).perform(id, work);
    } finally {
      this.#onEnd();
    }
  }

  #on(device: string): DeviceOperations {
    const key = this.#deviceKey(device);
    let known = this.#devices.get(key);
    if (!known) {
      known = new DeviceOperations(device, this.#clock);
      this.#devices.set(key, known);
    }
    return known;
  }
}
