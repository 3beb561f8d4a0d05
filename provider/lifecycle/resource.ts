/** The lifecycle of a thing on the device. What happens there, and in which order, is in `reconcile.ts`. */
import { type Json, sameJson } from "../client";
import type { Devices } from "../devices/devices";
import type { Context } from "../runtime/context";
import { inputsOf } from "../schema/common-inputs";
import type { AnyThing } from "../schema/definition";
import { Properties } from "../schema/properties";
import { type Path, pathText, valueAt } from "../schema/property-path";
import { shownPath } from "../schema/secrecy";
import { holdsUnknown } from "../schema/unknown";
import { changesToWrite, type Difference, effective } from "./diff/diff";
import { IgnoredChanges } from "./diff/ignore-changes";
import { PlanLimit, plannedDifferences } from "./diff/plan-limit";
import {
  changedElsewhereError,
  declaredTwiceError,
  otherThingError,
  PartialFailure,
  sameSpellingError,
} from "./errors/errors";
import { type Checked, checkInputs } from "./inputs/check";
import { declare, dismiss } from "./inputs/declare";
import { withDefaults } from "./inputs/defaults";
import { desiredInputs } from "./inputs/desired";
import { idAsKept, idOf } from "./inputs/id";
import { imported, inputsFromId } from "./inputs/import";
import { claimsOf, noteSpelling } from "./inputs/ownership";
import { hasSuccessor, pathsOfOthers } from "./inputs/succession";
import type { Created, InnerLifecycle, Read, Registration } from "./lifecycle";
import { leftBehind, leftToOthers, staysAsItIs } from "./reconcile/left-behind";
import { Reconciler } from "./reconcile/reconcile";
import { takeOver } from "./reconcile/take-over";
import { changedSince, isAbsent, type Restoration, restorationOf, withDropped } from "./state/baseline";
import { newlySecret } from "./state/newly-secret";
import {
  asInputs,
  declaredIn,
  type Inputs,
  isOwnState,
  managedIn,
  managedPaths,
  rememberedInputs,
  type State,
  stateAfterRead,
} from "./state/state";

/** How a resource that restores its baseline is removed. */
interface Release {
  readonly state: Properties;
  /** What the state was before this run read the device: nobody has accepted what has changed since. */
  readonly accepted: Properties;
  readonly restoration: Restoration;
  /** Paths that belong to other resources. */
  readonly taken: readonly string[];
  /** False if another resource has already released part of the thing in this run. */
  readonly isFirst: boolean;
}

export class ResourceLifecycle implements InnerLifecycle {
  readonly #devices: Devices;

  constructor(
    readonly definition: AnyThing,
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

  diff(state: State, inputs: Inputs, ignored: readonly string[] = [], id?: string): Difference[] {
    this.#keepSpelling(state, inputs);
    this.#hold(id, state);
    const isIgnored = new IgnoredChanges(ignored);
    return [
      ...plannedDifferences(this.#properties(state), this.#properties(inputs), isIgnored),
      ...newlySecret(this.definition, state, inputs, isIgnored),
    ];
  }

  dismiss(inputs: Inputs): void {
    dismiss(this.definition, this.#devices.run, inputs);
  }

  async create(declared: Inputs): Promise<Created> {
    const inputs = this.#properties(declared);
    const id = idOf(this.definition, declared);
    const { run } = this.#devices;
    if (run.halfway.failureOf(id)) {
      const state = await this.update(id, {}, declared);
      this.#takeKept(state);
      return { id, state };
    }
    if (!run.claims.take(id)) {
      throw declaredTwiceError(String(declared["device"]), id);
    }
    const claims = await this.#claim(id, inputs);
    return this.#operate(id, inputs, async (context, reconciler) => {
      try {
        const held = run.predecessors.stateOf(id);
        const previous = held && this.#properties(held);
        const desired = desiredInputs(inputs, previous);
        const observed = await reconciler.observeForCreate(id, desired, previous);
        if (observed && this.definition.family === "created") {
          const ids = [id, ...this.#asKept({ ...declared, keptAs: observed.values["keptAs"] ?? null })];
          const isMeant = declared["adopt"] === true || ids.some((one) => run.predecessors.has(one));
          takeOver(context, id, { desired, observed, isMeant });
        }
        const state = await reconciler.reconcile(id, inputs, observed, previous);
        this.#takeKept(state);
        return { id, state };
      } catch (error) {
        if (error instanceof PartialFailure) {
          run.halfway.hold(id, error);
        } else {
          for (const claim of claims) {
            run.claims.drop(claim);
          }
        }
        throw error;
      }
    });
  }

  async read(id: string, given?: State, declared?: Inputs): Promise<Read | undefined> {
    const { run } = this.#devices;
    const previous = given && this.#properties(given);
    const state = isOwnState(given) ? previous : undefined;
    const specs = inputsOf(this.definition);
    // After an import the engine's declared inputs lack the defaults.
    const said = state && (declared ? this.#properties(withDefaults(specs, declared)) : declaredIn(state));
    const inputs = said ?? this.#inputsOf(id, undefined);
    const all = state ? inputs.completedBy(managedIn(state)) : inputs;
    this.#hold(id, given);
    if (isOwnState(given)) {
      run.predecessors.wasRead(id, given);
    }
    return this.#operate(id, all, async (_context, reconciler) => {
      const observed = await reconciler.observe(desiredInputs(all, previous), previous);
      if (!observed) {
        run.predecessors.drop(id);
        return undefined;
      }
      if (observed.values["keptAs"] === undefined) {
        run.owners.see(id);
      }
      if (!state) {
        return { id, ...imported(inputs, observed) };
      }
      // The declared inputs stay, or the next comparison would treat what was changed by hand as declared.
      return { id, inputs: declared ?? asInputs(inputs), state: stateAfterRead(all, observed, state) };
    });
  }

  async update(id: string, given: State, declared: Inputs, ignored: readonly string[] = []): Promise<State> {
    const { halfway } = this.#devices.run;
    const before = halfway.failureOf(id)?.state ?? given;
    try {
      return await this.#update(id, before, declared, ignored);
    } catch (error) {
      // The engine has not heard of the state in which an earlier attempt has left the device.
      const isNews = before !== given && error instanceof Error && !(error instanceof PartialFailure);
      const failure = isNews ? new PartialFailure(id, before, error) : error;
      if (failure instanceof PartialFailure) {
        halfway.hold(id, failure);
      }
      throw failure;
    }
  }

  async #update(id: string, before: State, declared: Inputs, ignored: readonly string[]): Promise<State> {
    const state = this.#properties(before);
    const inputs = this.#properties(declared);
    if (idOf(this.definition, declared) !== id) {
      throw otherThingError(String(declared["device"]), this.definition.type, id);
    }
    const desired = desiredInputs(inputs, state);
    // A state that lacks what was observed says only what to create, so everything declared is planned.
    const shown = isOwnState(before) ? state : state.only(({ spec }) => spec.role !== "managed");
    const planned = new PlanLimit(desired, shown, new IgnoredChanges(ignored));
    await this.#claim(id, inputs);
    const work = async (_context: Context, reconciler: Reconciler) => {
      const observed = await reconciler.observe(desired, state);
      return reconciler.reconcile(id, inputs, observed, state, planned);
    };
    // The device still has what was a secret before.
    return this.#operate(id, inputs, work, state.secrets);
  }

  async delete(id: string, last: State): Promise<void> {
    const { run, warn } = this.#devices;
    const state = this.#properties(last);
    const inputs = this.#inputsOf(id, isOwnState(last) ? state : undefined);
    const isAdopted = this.definition.family === "adopted";
    const known = { isTheSame: run.predecessors.has(id), knowsState: run.predecessors.stateOf(id) !== undefined };
    run.predecessors.hold(id, last);
    if (isAdopted && inputs.values["onDestroy"] !== "restore") {
      return;
    }
    // When a resource is replaced, its successor may not have been declared yet.
    await run.declarations.finished();
    if ([id, ...this.#asKept(last)].some((one) => hasSuccessor(run, one))) {
      const successor = { ...known, contains: run.declarations.isPart(id), isMade: run.claims.has(id) };
      const warning = leftBehind(id, inputs, state, successor);
      if (warning !== undefined) {
        warn(warning);
      }
      return;
    }
    const before = isAdopted ? restorationOf(inputs, state) : undefined;
    const all = before ? withDropped(inputs, before) : inputs;
    const taken = before ? pathsOfOthers(this.definition, this.#devices, all) : [];
    const rest = inputs.only((_, path) => !taken.includes(path));
    if (inputs.managed().paths.some((path) => taken.includes(path))) {
      warn(leftToOthers(id, inputs, { taken, before: before?.old }));
      if (rest.managed().paths.length === 0) {
        return;
      }
    }
    const restoration = before && restorationOf(rest, state);
    const accepted = this.#properties(run.predecessors.stateBeforeRead(id) ?? last);
    await run.releases.perform([id, ...this.#asKept(last), ...this.#claimsOf(rest)], (isFirst) =>
      this.#operate(id, rest, (context, reconciler) =>
        restoration
          ? this.#restore(context, reconciler, id, rest, { state, accepted, restoration, taken, isFirst })
          : reconciler.remove(id, rest, state),
      ),
    );
  }

  /** Restores the baseline, and warns of what cannot be restored. */
  async #restore(
    context: Context,
    reconciler: Reconciler,
    id: string,
    inputs: Properties,
    release: Release,
  ): Promise<void> {
    const { state, accepted, restoration, isFirst } = release;
    const observed = await reconciler.observe(withDropped(inputs, restoration), state);
    if (!observed || isAbsent(observed)) {
      return;
    }
    for (const warning of this.#warningsOf(id, inputs, observed, release)) {
      this.#devices.warn(warning);
    }
    const { old } = restoration;
    const present = old.managed().paths.length === 0 ? undefined : await reconciler.observe(old, state);
    if (!present) {
      return;
    }
    const changes = [...changesToWrite(effective(present, old), old, undefined)];
    const obstacle = changes.length > 0 ? await this.definition.cannotRestore?.(context, old.values) : undefined;
    if (obstacle !== undefined) {
      this.#devices.warn(`${id} stays as it is: ${obstacle}`);
      return;
    }
    const foreign = changes.flatMap((path) => changedSince(path, old, observed, accepted).map(pathText));
    // If another resource of this thing has already restored its baseline, a difference from the state is not drift.
    if (foreign.length > 0 && isFirst) {
      const shown = foreign.map((path) => shownPath(this.definition, inputs.values, path));
      throw changedElsewhereError(String(inputs.values["device"]), id, [...new Set(shown)]);
    }
    await reconciler.reconcile(id, old, present, state);
  }

  /** Warnings about what a removal leaves as it is. */
  #warningsOf(id: string, inputs: Properties, observed: Properties, { restoration, taken }: Release): string[] {
    const { unknown, dropped } = restoration;
    const isInPlace = (path: Path, former: Json) => sameJson(valueAt(observed.toObject(), path) ?? null, former);
    const stopped = dropped
      .filter(({ path, former }) => !taken.includes(pathText(path)) && !isInPlace(path, former))
      .map(({ path }) => pathText(path));
    return [
      ...(unknown.length > 0 ? [staysAsItIs(id, inputs, unknown, "unknown")] : []),
      ...(stopped.length > 0 ? [staysAsItIs(id, inputs, stopped, "dropped")] : []),
    ];
  }

  /** Claims everything that belongs to the resource, and waits until none of it is still being released. */
  async #claim(id: string, inputs: Properties): Promise<string[]> {
    const { run } = this.#devices;
    const claims = [id, ...this.#claimsOf(inputs)];
    for (const claim of claims) {
      run.claims.take(claim);
    }
    await run.releases.finished(claims);
    return claims;
  }

  #properties(values: State | Inputs): Properties {
    return Properties.of(this.definition, values);
  }

  #claimsOf({ values }: Properties): string[] {
    return claimsOf(this.definition, values).map(({ id }) => id);
  }

  /**
   * Notes the name under which the device keeps the thing: deleting another resource of that name leaves the thing
   * alone.
   * @throws InvalidInputError if the program declares a resource of that name.
   */
  #keepSpelling(state: State, inputs: Inputs): void {
    const [kept] = this.#asKept(state);
    if (kept !== undefined && !holdsUnknown(inputs) && idOf(this.definition, inputs) === idOf(this.definition, state)) {
      this.#devices.run.declarations.add(kept);
      const conflict = noteSpelling(this.definition, this.#devices, state);
      if (conflict !== undefined) {
        throw sameSpellingError(String(inputs["device"]), conflict);
      }
    }
  }

  /**
   * Lets a resource that is created later in this run know what the state remembers. What was imported and never
   * declared may also be what a program only reads (`.get()`): nothing replaces that.
   */
  #hold(id: string | undefined, state: State | undefined): void {
    if (id !== undefined && isOwnState(state) && managedPaths(state) !== undefined) {
      this.#devices.run.predecessors.hold(id, state);
    }
  }

  /** Takes the name under which the device keeps what was created. */
  #takeKept(state: State): void {
    const { run } = this.#devices;
    for (const kept of this.#asKept(state)) {
      run.claims.take(kept);
      run.declarations.add(kept);
      noteSpelling(this.definition, this.#devices, state);
    }
  }

  #asKept(state: State): string[] {
    const id = idAsKept(this.definition, state);
    return id === undefined ? [] : [id];
  }

  #inputsOf(id: string, state: Properties | undefined): Properties {
    const { run, warn } = this.#devices;
    return state ? rememberedInputs(state) : inputsFromId(this.definition, id, { run, warn });
  }

  /** Performs an operation. Errors contain no secret of the configuration or of the inputs, and none of these. */
  #operate<T>(
    id: string,
    inputs: Properties,
    work: (context: Context, reconciler: Reconciler) => Promise<T>,
    others: readonly unknown[] = [],
  ): Promise<T> {
    const secrets = [...inputs.secrets, ...others];
    const devices = this.#devices;
    const definition = this.definition;
    const device = String(inputs.values["device"]);
    return devices.run.operations.perform(device, id, async (operation) => {
      try {
        const context = await devices.context(device, definition.type, { operation, secrets });
        return await work(context, new Reconciler(definition, context));
      } catch (error) {
        throw devices.withoutSecrets(error, secrets);
      }
    });
  }
}
