/** A lifecycle around another one: it delegates everything, and subclasses override what they change. */
import type { Devices } from "../devices/devices";
import type { AnyDefinition } from "../schema/definition";
import type { Difference } from "./diff/diff";
import type { Checked } from "./inputs/check";
import type { Created, InnerLifecycle, Read, Registration } from "./lifecycle";
import type { Inputs, State } from "./state/state";

export abstract class WrappedLifecycle<Inner extends InnerLifecycle> implements InnerLifecycle {
  readonly inner: Inner;
  readonly devices: Devices;

  constructor(inner: Inner, devices: Devices) {
    this.inner = inner;
    this.devices = devices;
  }

  get definition(): AnyDefinition {
    return this.inner.definition;
  }

  check(inputs: Record<string, unknown>): Checked {
    return this.inner.check(inputs);
  }

  declare(checked: Checked, registration?: Registration): Checked {
    return this.inner.declare(checked, registration);
  }

  dismiss(inputs: Inputs): void {
    this.inner.dismiss(inputs);
  }

  diff(state: State, inputs: Inputs, ignored?: readonly string[], id?: string): Difference[] {
    return this.inner.diff(state, inputs, ignored, id);
  }

  create(inputs: Inputs): Promise<Created> {
    return this.inner.create(inputs);
  }

  read(id: string, state?: State, declared?: Inputs): Promise<Read | undefined> {
    return this.inner.read(id, state, declared);
  }

  update(id: string, state: State, inputs: Inputs, ignored?: readonly string[]): Promise<State> {
    return this.inner.update(id, state, inputs, ignored);
  }

  delete(id: string, state: State): Promise<void> {
    return this.inner.delete(id, state);
  }
}
