/**
 * What happens to the resources of an unreachable device if configuration (`dli:unreachable`) asks for anything but a
 * failure. It wraps every lifecycle, so that no resource has to consider it. Creates, updates and other errors fail as
 * usual.
 */
import { isUnreachableError, type OtherDeviceError, type UnreachableError } from "../client";
import { deviceIn } from "../runtime/resource-id";
import { Properties } from "../schema/properties";
import type { Lifecycle, Read, RecogniseOptions } from "./lifecycle";
import { asInputs, declaredIn, type Inputs, isOwnState, managedPaths, type State } from "./state/state";
import { WrappedLifecycle } from "./wrapped";

export class UnreachableLifecycle extends WrappedLifecycle<Lifecycle> implements Lifecycle {
  /** A device that cannot be asked has not been proved to be another one; a write asks again, and fails. */
  async recognise(state: State, inputs: Inputs, options?: RecogniseOptions): Promise<OtherDeviceError | undefined> {
    try {
      return await this.inner.recognise(state, inputs, options);
    } catch (error) {
      this.#spare(error, String(state["device"]));
      return undefined;
    }
  }

  override async read(id: string, state?: State, declared?: Inputs): Promise<Read | undefined> {
    try {
      return await this.inner.read(id, state, declared);
    } catch (error) {
      // Without a state of ours, an import or the program's `.get()` has nothing to return.
      if (!isOwnState(state)) {
        throw error;
      }
      this.#spare(error, deviceIn(id));
      if (managedPaths(state) !== undefined) {
        this.devices.run.predecessors.hold(id, state);
      }
      return { id, state, inputs: declared ?? asInputs(declaredIn(Properties.of(this.definition, state))) };
    }
  }

  override async delete(id: string, state: State): Promise<void> {
    try {
      await this.inner.delete(id, state);
    } catch (error) {
      const device = deviceIn(id);
      if (this.#wanted(error, device) !== "forget") {
        throw error;
      }
      this.devices.warningWithout([], device)(this.#staysBehind(id, error as UnreachableError));
    }
  }

  /**
   * Warns that the device cannot be reached.
   * @throws the error, unless configuration spares it.
   */
  #spare(error: unknown, device: string): void {
    if (this.#wanted(error, device) === "fail") {
      throw error;
    }
    const { problem } = error as UnreachableError;
    this.devices.warnOfSilence(
      device,
      `device "${device}": cannot be reached, ${problem}. What the state has of it is taken as it is and was not compared with the device; a change of it fails.`,
    );
  }

  /** What configuration wants after an error of an operation on a device. */
  #wanted(error: unknown, device: string): "fail" | "keep" | "forget" {
    return isSilent(error, device) ? this.devices.unreachable(device) : "fail";
  }

  #staysBehind(id: string, { problem }: UnreachableError): string {
    const { definition } = this;
    const isCreated = definition.family === "created";
    const what = isCreated ? `${definition.type} ${id} stays on it` : `${id} stays as it is and is not restored`;
    const access = ways.get(definition.type);
    return `device "${deviceIn(id)}": cannot be reached, ${problem}. It is forgotten: ${what}${access === undefined ? "" : `, and ${access}`}.`;
  }
}

/** Whether an error means that nothing at all answers at this device's address. */
export function isSilent(error: unknown, device: string): boolean {
  return isUnreachableError(error) && error.isSilent && error.device === device;
}

/** By type, what somebody who knows the secret can still do on a forgotten device, once it is found again. */
const ways: ReadonlyMap<string, string> = new Map([
  ["User", "this account can log in with its password"],
  ["ApiClient", "this client can log in with its token"],
]);
