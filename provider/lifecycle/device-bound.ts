/**
 * Ties every resource and action to the device that it is on. Its state remembers the serial number, which each
 * operation passes to the run before it asks the device anything. What was on a replaced device is set up again on the
 * new one, and a device that was only renamed keeps what it has.
 */
import { type OtherDeviceError, sameJson } from "../client";
import type { DeviceIdentity } from "../runtime/gate/device-identity";
import { deviceIn, thingIn } from "../runtime/resource-id";
import { deviceOutputNames, inputsOf } from "../schema/common-inputs";
import { Properties } from "../schema/properties";
import { pick } from "../schema/values";
import type { Difference } from "./diff/diff";
import { PartialFailure } from "./errors/errors";
import { idOf } from "./inputs/id";
import type { Created, InnerLifecycle, Lifecycle, Read, RecogniseOptions } from "./lifecycle";
import { leftToSuccessor, remembers } from "./reconcile/left-behind";
import { adoptedAnew, stateToRecreate, stateToRefresh } from "./state/foreign-state";
import { type Inputs, rememberedInputs, type State } from "./state/state";
import { WrappedLifecycle } from "./wrapped";

export class DeviceBoundLifecycle extends WrappedLifecycle<InnerLifecycle> implements Lifecycle {
  async recognise(
    state: State,
    inputs: Inputs,
    { isMoved = false }: RecogniseOptions = {},
  ): Promise<OtherDeviceError | undefined> {
    const { device, deviceSerial: serial, deviceUrl: url } = state;
    const address = this.devices.addressOf(String(device));
    // Under another device name it is another resource anyway.
    if (device !== inputs["device"] || url === undefined || address === undefined || url === address) {
      return undefined;
    }
    const identity = this.devices.identity(String(device));
    await identity.prove();
    const isKnown = typeof serial === "string" && identity.serial !== undefined;
    if (!isKnown) {
      return isMoved ? identity.notRecognisedError(url) : undefined;
    }
    return isMoved || identity.required === undefined
      ? identity.contradictionError(serial, idOf(this.definition, state))
      : undefined;
  }

  override diff(state: State, inputs: Inputs, ignored?: readonly string[], id?: string): Difference[] {
    const identity = this.#identityOf(state);
    const found = this.inner.diff(this.#stateFor(identity, state), inputs, ignored, id);
    if (!isForeign(identity, state)) {
      return found;
    }
    const [before, after] = [state["deviceSerial"], identity.required];
    return [...found, { property: "deviceSerial", kind: "update", replaces: false, before, after }];
  }

  override async create(inputs: Inputs): Promise<Created> {
    const identity = this.devices.identity(String(inputs["device"]));
    return this.#marked(identity, {}, () => this.#actionOfSameDevice(inputs) ?? this.inner.create(inputs));
  }

  override async read(id: string, state: State = {}, declared?: Inputs): Promise<Read | undefined> {
    const identity = this.#identityOf(state, id);
    const isReplaced = this.definition.family !== "action" && isForeign(identity, state);
    const known = isReplaced ? stateToRefresh(this.definition, state) : state;
    const found = await this.inner.read(id, Object.keys(known).length > 0 ? known : undefined, declared);
    if (isReplaced) {
      this.#warnOfFormer(id, state);
    }
    if (!found || this.definition.family === "action") {
      return found;
    }
    const after = isReplaced ? adoptedAnew(this.definition, found.state) : found.state;
    return { ...found, state: { ...after, ...this.#marks(identity, state) } };
  }

  override async update(id: string, state: State, inputs: Inputs, ignored?: readonly string[]): Promise<State> {
    const identity = this.#identityOf(state, id);
    if (isForeign(identity, state)) {
      await identity.prove();
    }
    const { state: after } = await this.#marked(identity, state, async () => ({
      state: await this.inner.update(id, this.#stateFor(identity, state), inputs, ignored),
    }));
    return after;
  }

  override async delete(id: string, state: State): Promise<void> {
    const identity = this.#identityOf(state, id);
    if (this.#changesDevice(state) && isForeign(identity, state)) {
      // The old device is gone, and what the new one has under that name is not ours.
      await identity.prove();
      return this.devices.warn(
        `${id} was on the device with the serial number ${state["deviceSerial"]}; what the one with ${identity.required} has is left as it is`,
      );
    }
    const successor = await this.#successor(id, state);
    if (successor === undefined) {
      return this.inner.delete(id, state);
    }
    this.devices.warn(leftToSuccessor(id, successor, this.#handOver(successor, state)));
  }

  /** Whether deleting a resource with this state changes its device. */
  #changesDevice(state: State): boolean {
    const { family } = this.definition;
    return family === "created" || (family === "adopted" && state["onDestroy"] === "restore");
  }

  /**
   * Warns of what stays on the former device if that had another address, since it may be in use there. A refresh that
   * runs the program reads a resource through its new provider, before anything is removed through the former one.
   */
  #warnOfFormer(id: string, { device, deviceSerial, deviceUrl, ...rest }: State): void {
    const isElsewhere = deviceUrl !== undefined && deviceUrl !== this.devices.addressOf(String(device));
    if (isElsewhere && this.#changesDevice(rest)) {
      this.devices.warn(
        `${id} is left as it is on the device with the serial number ${deviceSerial} at ${deviceUrl}: if that one is in use, undo it there by hand. After a mere change of \`provider\`, a \`pulumi up\` without \`--run-program\` does that.`,
      );
    }
  }

  /** Lets the successor know what the state remembers. Returns whether it comes too late for that. */
  #handOver(successor: string, state: State): { readonly forgets: boolean } {
    const { claims, predecessors } = this.devices.run;
    const { definition } = this;
    if (definition.family === "action") {
      predecessors.holdAction(successor, state);
      return { forgets: false };
    }
    const isMade = claims.has(successor) && predecessors.stateOf(successor) === undefined;
    predecessors.hold(successor, state);
    const properties = Properties.of(definition, state);
    return { forgets: isMade && remembers(rememberedInputs(properties), properties) };
  }

  /**
   * The identity of a state's device, with the serial number that the state remembers unless configuration demands
   * another.
   */
  #identityOf(state: State, id = ""): DeviceIdentity {
    const { deviceSerial: serial, device = deviceIn(id) } = state;
    const identity = this.devices.identity(String(device));
    if (typeof serial === "string" && !isForeign(identity, state)) {
      identity.remember(serial, id || idOf(this.definition, state));
    }
    return identity;
  }

  /** The state to work from: on a replaced device all is made again, except an action, which only triggers repeat. */
  #stateFor(identity: DeviceIdentity, state: State): State {
    const isKept = this.definition.family === "action" || !isForeign(identity, state);
    return isKept ? state : stateToRecreate(this.definition, state);
  }

  /** The id under which the program declares the same thing by another name of the same device. */
  async #successor(id: string, state: State): Promise<string | undefined> {
    if (state["deviceSerial"] === undefined && state["deviceUrl"] === undefined) {
      return undefined;
    }
    const { declarations } = this.devices.run;
    const thing = thingIn(id);
    await declarations.finished();
    for (const device of declarations.devicesWith(thing)) {
      if (device !== deviceIn(id) && (await this.#isOn(device, state))) {
        return `${device}/${thing}`;
      }
    }
    return undefined;
  }

  /**
   * Whether a state is about the named device. What is known of that one tells, since neither its trouble nor a large
   * fleet may hold up a removal from this one; it is asked only if nothing is known, or the addresses say otherwise. If
   * no serial numbers can be compared, the addresses are.
   */
  async #isOn(device: string, { deviceSerial: serial, deviceUrl: url }: State): Promise<boolean> {
    const isAtAddress = this.devices.addressOf(device) === url;
    if (typeof serial !== "string") {
      return isAtAddress;
    }
    const identity = this.devices.identity(device);
    const known = identity.shouldHave(serial);
    if (known === true || (known === false && !isAtAddress)) {
      return known;
    }
    try {
      await identity.prove();
    } catch (error) {
      if (known === undefined) {
        throw error;
      }
      return known;
    }
    return identity.serial === undefined ? isAtAddress : identity.serial === serial;
  }

  /** Takes over an action that has already run under another name of the same device, with the same triggers. */
  #actionOfSameDevice(inputs: Inputs): Promise<Created> | undefined {
    const { definition } = this;
    const id = idOf(definition, inputs);
    const names = ["triggers", ...Object.keys(inputsOf(definition)).filter((name) => name !== "device")];
    const isSame = (left: State) => (name: string) => sameJson(left[name] ?? null, inputs[name] ?? null);
    const all = this.devices.run.predecessors.actionsOf(id).filter((left) => isSame(left)("triggers"));
    const left = all.find((one) => names.every(isSame(one))) ?? all[0];
    if (left === undefined) {
      return undefined;
    }
    const outputs = Object.entries(left).filter(([name]) => !Object.hasOwn(inputsOf(definition), name));
    this.inner.dismiss(inputs);
    return Promise.resolve({ id, state: { ...inputs, ...Object.fromEntries(outputs) } });
  }

  /** Adds what a state records about the device, even if the operation failed halfway. */
  async #marked<T extends { readonly state: State }>(
    identity: DeviceIdentity,
    before: State,
    work: () => Promise<T>,
  ): Promise<T> {
    try {
      const done = await work();
      return { ...done, state: { ...done.state, ...this.#marks(identity, before) } };
    } catch (error) {
      if (error instanceof PartialFailure) {
        Object.assign(error.state, this.#marks(identity, before));
      }
      throw error;
    }
  }

  /** What a state records about the device; the old values if this run has not asked it. */
  #marks(identity: DeviceIdentity, before: State): State {
    if (!identity.wasAsked) {
      return pick(before, deviceOutputNames);
    }
    return pick(
      {
        deviceSerial: identity.serial ?? identity.required ?? before["deviceSerial"],
        // The configured address, even if the device has moved in this run: configuration has to follow.
        deviceUrl: this.devices.addressOf(identity.device),
      },
      deviceOutputNames,
    );
  }
}

/** Whether configuration demands another device than the state's. */
function isForeign({ required }: DeviceIdentity, { deviceSerial: serial }: State): boolean {
  return required !== undefined && typeof serial === "string" && serial !== required;
}
