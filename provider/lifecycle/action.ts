/**
 * The lifecycle of an action: it runs when the resource is created and when its triggers change, and at no other time.
 * A refresh does not talk to the device, and destroying does nothing.
 */
import { hasAllOf, InvalidInputError, sameJson } from "../client";
import type { Devices } from "../devices/devices";
import type { Context } from "../runtime/context";
import { inputsOf, outputsOf } from "../schema/common-inputs";
import type { AnyAction, Results } from "../schema/definition";
import type { OutputSpecs } from "../schema/inputs";
import { Properties } from "../schema/properties";
import { marksOf } from "../schema/secrecy";
import { holdsUnknown } from "../schema/unknown";
import { pick, type Values } from "../schema/values";
import type { Difference } from "./diff/diff";
import { IgnoredChanges } from "./diff/ignore-changes";
import { PartialFailure } from "./errors/errors";
import { type Checked, checkInputs } from "./inputs/check";
import { declare, dismiss } from "./inputs/declare";
import { idOf } from "./inputs/id";
import type { Created, InnerLifecycle, Read, Registration } from "./lifecycle";
import { newlySecret } from "./state/newly-secret";
import type { Inputs, State } from "./state/state";

export class ActionLifecycle implements InnerLifecycle {
  readonly #devices: Devices;

  constructor(
    readonly definition: AnyAction,
    devices: Devices,
  ) {
    this.#devices = devices;
  }

  check(inputs: Record<string, unknown>): Checked {
    const { run, warn } = this.#devices;
    return checkInputs(this.definition, inputs, { run, warn });
  }

  declare(checked: Checked, registration?: Registration): Checked {
    return declare(this.definition, this.#devices, checked, registration);
  }

  diff(state: State, inputs: Inputs, ignored: readonly string[] = []): Difference[] {
    const specs = inputsOf(this.definition);
    const isIgnored = new IgnoredChanges(ignored);
    const names = Object.keys(specs).filter((name) => !isIgnored.has(name));
    const found = names.flatMap((property): Difference[] => {
      const [before, after] = [state[property], inputs[property]];
      if (!holdsUnknown(after) && (before === after || (before !== undefined && sameJson(before, after)))) {
        return [];
      }
      const kind = before === undefined ? "add" : after === undefined ? "delete" : "update";
      // A device name that is unknown because its resource is being replaced is no reason to run again.
      const replaces = specs[property]?.role === "key" && !(property === "device" && holdsUnknown(after));
      return [{ property, kind, replaces, before, after }];
    });
    return [...found, ...newlySecret(this.definition, state, inputs, isIgnored)];
  }

  dismiss(inputs: Inputs): void {
    dismiss(this.definition, this.#devices.run, inputs);
  }

  async create(inputs: Inputs): Promise<Created> {
    const id = idOf(this.definition, inputs);
    return { id, state: await this.#perform(id, inputs) };
  }

  async read(id: string, state?: State, declared?: Inputs): Promise<Read> {
    if (!state || Object.keys(state).length === 0) {
      throw new InvalidInputError({
        message: `${id}: ${this.definition.type} is an action and cannot be imported`,
        remedy: "Declare it in the program; it then runs once.",
      });
    }
    return {
      id,
      state,
      inputs: declared ?? { ...pick(state, Object.keys(inputsOf(this.definition))), ...marksOf(state) },
    };
  }

  async update(id: string, state: State, inputs: Inputs): Promise<State> {
    if (!sameJson(state["triggers"] ?? [], inputs["triggers"] ?? [])) {
      return this.#perform(id, inputs);
    }
    this.dismiss(inputs);
    return { ...inputs, ...pick(state, Object.keys(outputsOf(this.definition))) };
  }

  async delete(): Promise<void> {}

  /**
   * Runs the action. If the device may have acted but the response was lost, the state records it as done, so that
   * neither the next run nor a hook that repeats what failed switches a server a second time; changed triggers run it
   * again on purpose.
   */
  async #perform(id: string, inputs: Inputs): Promise<State> {
    const device = String(inputs["device"]);
    const failure = this.#devices.run.halfway.failureOf(id);
    // Another action on the same thing has the same id.
    if (failure && hasAllOf(failure.state, inputs)) {
      throw failure;
    }
    const { secrets } = Properties.of(this.definition, inputs);
    return this.#devices.run.operations.perform(device, id, async (operation) =>
      this.#act(id, inputs, secrets, await this.#devices.context(device, this.definition.type, { operation, secrets })),
    );
  }

  async #act(id: string, inputs: Inputs, secrets: readonly unknown[], context: Context): Promise<State> {
    const state: State = { ...inputs };
    const report = (results: Results<OutputSpecs>) => {
      Object.assign(state, pick(results as Values, Object.keys(results)));
    };
    try {
      report(await this.definition.run(context, inputs, report));
      return state;
    } catch (error) {
      const clean = this.#devices.withoutSecrets(error, secrets);
      if (!context.device.hasWritten || !(clean instanceof Error)) {
        throw clean;
      }
      const failure = new PartialFailure(id, state, clean);
      failure.message += " The action counts as done and is not repeated until its `triggers` change.";
      this.#devices.run.halfway.hold(id, failure);
      throw failure;
    }
  }
}
