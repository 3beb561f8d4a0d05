/**
 * Checks inputs that were changed after their check, as a remediating policy does. It wraps every lifecycle, so that
 * unchecked inputs do not reach a device and the outlets that they protect are protected. Nor do values that are not
 * known yet: only a preview may have those.
 */
import { createHash } from "node:crypto";
import { InvalidInputError, isJsonObject, type OtherDeviceError } from "../client";
import { inputsOf } from "../schema/common-inputs";
import { holdsUnknown } from "../schema/unknown";
import { type Checked, failureText } from "./inputs/check";
import { protect } from "./inputs/declare";
import { withDefaults } from "./inputs/defaults";
import type { Created, Lifecycle, RecogniseOptions, Registration } from "./lifecycle";
import type { Inputs, State } from "./state/state";
import { WrappedLifecycle } from "./wrapped";

export class CheckedLifecycle extends WrappedLifecycle<Lifecycle> implements Lifecycle {
  override declare(checked: Checked, registration?: Registration): Checked {
    const declared = this.inner.declare(checked, registration);
    if (declared.failures.length === 0) {
      this.devices.run.declarations.noteChecked(this.#fingerprint(declared.inputs));
    }
    return declared;
  }

  override async create(inputs: Inputs): Promise<Created> {
    return this.inner.create(this.#checked(inputs));
  }

  override async update(id: string, state: State, inputs: Inputs, ignored?: readonly string[]): Promise<State> {
    return this.inner.update(id, state, this.#checked(inputs), ignored);
  }

  recognise(state: State, inputs: Inputs, options?: RecogniseOptions): Promise<OtherDeviceError | undefined> {
    return this.inner.recognise(state, inputs, options);
  }

  /**
   * The inputs, with defaults for keys and instructions that a policy has taken out; any other input that it has taken
   * out is not managed.
   * @throws InvalidInputError if they are not valid, or not known.
   */
  #checked(inputs: Inputs): Inputs {
    const specs = Object.entries(inputsOf(this.definition));
    const completed = withDefaults(Object.fromEntries(specs.filter(([, { role }]) => role !== "managed")), inputs);
    const open = Object.keys(completed).filter((name) => holdsUnknown(completed[name]));
    if (open.length > 0) {
      throw refusal(completed, `${open.join(", ")} is not known yet`, "Run `pulumi up` again.");
    }
    if (this.devices.run.declarations.wereChecked(this.#fingerprint(inputs))) {
      return completed;
    }
    const checked = this.check(inputs);
    protect(this.definition, this.devices.run, checked);
    const [failure] = checked.failures;
    if (failure) {
      const remedy = "Correct the value, or the policy that has changed it after its check.";
      throw refusal(checked.inputs, failureText(failure), remedy);
    }
    return completed;
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

function refusal({ device }: Inputs, message: string, remedy: string): InvalidInputError {
  return new InvalidInputError({
    ...(typeof device === "string" && !holdsUnknown(device) && { device }),
    outcome: "notSent",
    message,
    remedy,
  });
}
