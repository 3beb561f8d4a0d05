/**
 * Checks inputs that were changed after their check, as a remediating policy does. It wraps every lifecycle, so that
 * unchecked inputs do not reach a device and the outlets that they protect are protected.
 */
import { createHash } from "node:crypto";
import { InvalidInputError, isJsonObject, type OtherDeviceError } from "../client";
import { inputsOf } from "../schema/common-inputs";
import { type Checked, failureText } from "./inputs/check";
import { protect } from "./inputs/declare";
import { withDefaults } from "./inputs/defaults";
import type { Created, Lifecycle, RecogniseOptions, Told } from "./lifecycle";
import type { Inputs, State } from "./state/state";
import { WrappedLifecycle } from "./wrapped";

export class CheckedLifecycle extends WrappedLifecycle<Lifecycle> implements Lifecycle {
  override declare(checked: Checked, told?: Told): Checked {
    const declared = this.inner.declare(checked, told);
    if (declared.failures.length === 0) {
      this.devices.run.declarations.wereChecked(this.#fingerprint(declared.inputs));
    }
    return declared;
  }

  override async create(inputs: Inputs): Promise<Created> {
    this.#demandChecked(inputs);
    return this.inner.create(inputs);
  }

  override async update(id: string, state: State, inputs: Inputs, ignored?: readonly string[]): Promise<State> {
    this.#demandChecked(inputs);
    return this.inner.update(id, state, inputs, ignored);
  }

  recognise(state: State, inputs: Inputs, options?: RecogniseOptions): Promise<OtherDeviceError | undefined> {
    return this.inner.recognise(state, inputs, options);
  }

  #demandChecked(inputs: Inputs): void {
    if (this.devices.run.declarations.areChecked(this.#fingerprint(inputs))) {
      return;
    }
    const checked = this.check(inputs);
    protect(this.definition, this.devices.run, checked);
    const [failure] = checked.failures;
    if (failure) {
      throw new InvalidInputError({
        device: String(checked.inputs["device"]),
        outcome: "notSent",
        message: failureText(failure),
        remedy: "Correct the value, or the policy that has changed it after its check.",
      });
    }
  }

  /** The engine passes inputs on without their defaults, so those are filled in first. */
  #fingerprint(inputs: Inputs): string {
    const text = JSON.stringify(withDefaults(inputsOf(this.definition), inputs), (_name, value) =>
      isJsonObject(value)
        ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
        : value,
    );
    return createHash("sha256").update(`${this.definition.type} ${text}`).digest("base64");
  }
}
