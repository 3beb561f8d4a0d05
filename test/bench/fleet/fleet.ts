/** A fleet, in one stack or several, and what an operation on all of its devices costs. */
import { type Load, watched } from "./processes";
import { FleetStack, type Operation, operations, type Pace, type Subject } from "./stack";

/** The fleet and the conditions of one measurement. */
export interface Plan extends Pace {
  readonly devices: number;
  /** Devices in one stack. */
  readonly perStack: number;
  /** How many stacks are processed at once. */
  readonly jobs: number;
}

export interface Sample {
  readonly subject: Subject;
  readonly plan: Plan;
  readonly isOneDead: boolean;
  readonly operation: Operation;
  readonly milliseconds: number;
  readonly requests: number;
  /** Processor time of the simulated devices themselves, in milliseconds. */
  readonly simulatorMilliseconds: number;
  readonly load: Load | undefined;
  /** Size of one resource's inputs and outputs in the state after it was created, in bytes. */
  readonly stateBytes: number | undefined;
}

export class Fleet {
  readonly #stacks: readonly FleetStack[];
  readonly #subject: Subject;
  readonly #plan: Plan;

  constructor(subject: Subject, plan: Plan, stacks: readonly FleetStack[]) {
    this.#subject = subject;
    this.#plan = plan;
    this.#stacks = stacks;
  }

  static async start(subject: Subject, plan: Plan): Promise<Fleet> {
    const names = Array.from({ length: plan.devices }, (_, index) => `d${index + 1}`);
    const stacks: FleetStack[] = [];
    for (let first = 0; first < names.length; first += plan.perStack) {
      stacks.push(await FleetStack.start(subject, names.slice(first, first + plan.perStack), plan));
    }
    return new Fleet(subject, plan, stacks);
  }

  /** Every operation, in order, with all devices working. */
  async live(): Promise<Sample[]> {
    const samples: Sample[] = [];
    for (const operation of operations) {
      samples.push(await this.#measure(operation, false));
    }
    return samples;
  }

  /** Every operation, in order, each measured with one dead device. */
  async liveWithOneDead(): Promise<Sample[]> {
    const [stack] = this.#stacks as [FleetStack];
    await stack.kill();
    const samples = [await this.#measure("create", true)];
    // The device that is dead in the other operations has to be in the state.
    await stack.revive();
    await this.#perform("create");
    await stack.kill();
    for (const operation of operations.slice(1)) {
      samples.push(await this.#measure(operation, true));
    }
    return samples;
  }

  async dispose(): Promise<void> {
    await Promise.all(this.#stacks.map((stack) => stack.dispose()));
  }

  async #measure(operation: Operation, isOneDead: boolean): Promise<Sample> {
    this.#takeRequests();
    const started = performance.now();
    const cpu = process.cpuUsage();
    const [, load] = await watched(() => this.#perform(operation));
    const { user, system } = process.cpuUsage(cpu);
    return {
      subject: this.#subject,
      plan: this.#plan,
      isOneDead,
      operation,
      milliseconds: performance.now() - started,
      requests: this.#takeRequests(),
      simulatorMilliseconds: (user + system) / 1000,
      load,
      stateBytes: operation === "create" && !isOneDead ? await this.#stacks[0]?.stateBytes() : undefined,
    };
  }

  /** Runs `jobs` stacks at once. */
  async #perform(operation: Operation): Promise<void> {
    const left = [...this.#stacks];
    const work = async () => {
      for (let stack = left.shift(); stack !== undefined; stack = left.shift()) {
        await stack.perform(operation);
      }
    };
    await Promise.all(Array.from({ length: this.#plan.jobs }, work));
  }

  #takeRequests(): number {
    return this.#stacks.reduce((sum, stack) => sum + stack.takeRequests(), 0);
  }
}
