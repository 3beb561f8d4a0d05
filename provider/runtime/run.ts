/** What one run of the engine (one `pulumi up`, `refresh` or `destroy`) remembers across resources. */
import type { Clock } from "../client";
import { Operations } from "./operations";
import { Claims } from "./run/claims";
import { Declarations } from "./run/declarations";
import { Halfway } from "./run/halfway";
import { OutletNumbers } from "./run/outlet-numbers";
import { Owners } from "./run/owners";
import { Predecessors } from "./run/predecessors";
import { Releases } from "./run/releases";
import { ScriptFunctions } from "./run/script-functions";

/** What a plan uses in place of a run's own parts. */
export interface PlannedParts {
  readonly run: Run;
  readonly claims: Claims;
  readonly scriptFunctions: ScriptFunctions;
  /** Whether the plan is about a later run, in which the program's present declarations do not apply. */
  readonly isLater: boolean;
}

export class Run {
  readonly declarations: Declarations;
  readonly owners: Owners;
  readonly claims: Claims;
  readonly predecessors: Predecessors;
  readonly releases = new Releases();
  readonly halfway = new Halfway();
  /** Outlets that the configuration, or the program, forbids switching off. */
  readonly protectedOutlets: OutletNumbers;
  /** Outlets whose names are secrets of the program, so the device's names for them are not shown either. */
  readonly secretNames: OutletNumbers;
  readonly scriptFunctions: ScriptFunctions;
  readonly operations: Operations;

  /**
   * @param planned Makes this the run as a plan sees it: nothing else is under way, and nothing is waited for.
   * @param deviceKey Returns the same for all names of one device.
   * @param isBesideOthers Whether the program has, or may have, further providers.
   */
  constructor(clock: Clock, planned?: PlannedParts, deviceKey?: (device: string) => string, isBesideOthers?: boolean) {
    const shared = planned?.run;
    const known = planned?.isLater ? undefined : shared;
    this.declarations = known?.declarations.withoutWaiting() ?? new Declarations(clock, isBesideOthers);
    this.owners = known?.owners ?? new Owners();
    this.claims = planned?.claims ?? new Claims();
    this.predecessors = known?.predecessors ?? new Predecessors();
    this.protectedOutlets = shared?.protectedOutlets ?? new OutletNumbers(deviceKey);
    this.secretNames = shared?.secretNames ?? new OutletNumbers(deviceKey);
    this.scriptFunctions = planned?.scriptFunctions ?? new ScriptFunctions(clock, deviceKey);
    // Any operation may have brought a function that another is waiting for.
    this.operations = new Operations(clock, () => this.scriptFunctions.recheck(), deviceKey);
  }
}
