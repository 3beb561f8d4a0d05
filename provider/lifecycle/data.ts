/**
 * Keeps what a device says from being anything but data to the engine. It wraps every lifecycle: whatever an operation
 * returns to an adapter passes here. The results of functions do so in `invoke.ts`.
 */
import type { OtherDeviceError } from "../client";
import { pick } from "../schema/values";
import { PartialFailure } from "./errors/errors";
import type { Created, Lifecycle, Read, RecogniseOptions } from "./lifecycle";
import { withoutEngineWords } from "./state/engine-words";
import type { Inputs, State } from "./state/state";
import { WrappedLifecycle } from "./wrapped";

export class DataLifecycle extends WrappedLifecycle<Lifecycle> implements Lifecycle {
  recognise(state: State, inputs: Inputs, options?: RecogniseOptions): Promise<OtherDeviceError | undefined> {
    return this.inner.recognise(state, inputs, options);
  }

  override async create(inputs: Inputs): Promise<Created> {
    const { id, state } = await partly(() => this.inner.create(inputs));
    return { id, state: asData(state) };
  }

  override async read(id: string, state?: State, declared?: Inputs): Promise<Read | undefined> {
    const read = await this.inner.read(id, state, declared);
    return read && { id: read.id, state: asData(read.state), inputs: withoutEngineWords(read.inputs) };
  }

  override async update(id: string, state: State, inputs: Inputs, ignored?: readonly string[]): Promise<State> {
    return asData(await partly(() => this.inner.update(id, state, inputs, ignored)));
  }
}

/** What the engine keeps as text stays as it is: a baseline is put back as it was. */
function asData(state: State): State {
  return { ...withoutEngineWords(state), ...pick(state, ["baseline", "madeBeside", "unmet"]) };
}

/** Does the work; a failure that carries a state carries it as data, too. */
async function partly<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof PartialFailure) {
      Object.assign(error.state, asData(error.state));
    }
    throw error;
  }
}
