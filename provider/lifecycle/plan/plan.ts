/** The plan of one run: what was found for each resource, what that amounts to, and what contradicts it later. */
import { InvalidInputError } from "../../client";
import type { Devices } from "../../devices/devices";
import type { PowerEffect } from "../../runtime/rehearsal/power";
import type { AnyDefinition } from "../../schema/definition";
import { protectedClause } from "../../subtrees/outlet-rules";
import type { ErrorReport } from "../errors/error-report";
import { ownId } from "../inputs/id";
import { isTakenOver } from "../inputs/succession";
import type { PlanFile } from "./plan-file";
import { emptyPlan, planChange, planRemoval } from "./rehearse";
import type { LeavingResource, PlannedOutlet, ResourcePlan, Subject } from "./resource-plan";
import { type DevicePlan, devicePlans, isRisky, type PlannedResource, type Removal, summaryLines } from "./summary";
import { laterLines, outletLines } from "./texts";

/** A resource to create or to change, with its name in the program. */
export interface NamedSubject extends Subject {
  readonly name: string | undefined;
}

export class Plan {
  /** By type and name, so that a resource that is planned again is counted once. */
  readonly #resources = new Map<string, PlannedResource>();
  readonly #plans = new Map<string, ResourcePlan & { readonly devices: Devices; readonly subject: NamedSubject }>();
  readonly #devices: Devices;
  readonly #report: ErrorReport;
  readonly #file: PlanFile | undefined;
  readonly #underWay = new Set<Promise<unknown>>();
  /** By id, what the engine has read and what may switch outlets when it is deleted. */
  readonly #read = new Map<string, { readonly leaving: LeavingResource; readonly name: string | undefined }>();
  /** Ids of resources whose removal is planned. */
  readonly #removals = new Set<string>();

  constructor(devices: Devices, report: ErrorReport, file: PlanFile | undefined) {
    this.#devices = devices;
    this.#report = report;
    this.#file = file;
  }

  /** Whether a resource is being planned. */
  get isUnderWay(): boolean {
    return this.#underWay.size > 0;
  }

  /** Begins a new run: what another one has left in the file is dropped. */
  async begin(): Promise<void> {
    await this.#file?.write(this.document());
  }

  /** Plans the creation or the change of a resource. `devices` are those of the operation, with its warnings. */
  async planChange(devices: Devices, subject: NamedSubject): Promise<PlannedResource> {
    const planning = this.#planOne(devices, subject);
    this.#underWay.add(planning);
    try {
      return await planning;
    } finally {
      this.#underWay.delete(planning);
    }
  }

  /** Plans the deletion of a resource that is `replaced`, or `removed` from the program. */
  async planRemoval(
    devices: Devices,
    leaving: LeavingResource,
    name: string | undefined,
    why: Removal["why"],
  ): Promise<PlannedResource> {
    const { definition, state } = leaving;
    const id = ownId(definition, leaving.id) ?? leaving.id;
    this.#removals.add(id);
    const planning = planRemoval(devices, { definition, id, state });
    this.#underWay.add(planning);
    try {
      const found = await planning;
      const label = name === undefined ? id : labelOf(definition, name);
      const isTaken = () => isTakenOver(definition, this.#devices, id, state);
      return await this.#record(`${label} (${why})`, found, { why, id, isTakenOver: isTaken });
    } finally {
      this.#underWay.delete(planning);
    }
  }

  /** Notes that the engine has read a resource of the state. */
  wasRead(leaving: LeavingResource, name: string | undefined): void {
    const { definition, id, state } = leaving;
    if (definition.family === "adopted" && state["onDestroy"] === "restore") {
      this.#read.set(id, { leaving, name });
    }
  }

  /** Notes that the run begins to change the device: what it deletes was planned before. */
  changesBegin(): void {
    this.#read.clear();
  }

  /**
   * Plans the deletion of each resource that the engine has read and that the program has not declared by its end.
   * @param deletesAll Asked if nothing was declared: whether everything in the state is deleted.
   */
  async planUndeclared(deletesAll: () => boolean): Promise<PlannedResource[]> {
    const { declarations } = this.#devices.run;
    const left = [...this.#read.values()].filter(
      ({ leaving: { id } }) => !this.#removals.has(id) && !declarations.has(id),
    );
    if (left.length === 0 || !(declarations.hasAny || deletesAll())) {
      return [];
    }
    return Promise.all(left.map(({ leaving, name }) => this.planRemoval(this.#devices, leaving, name, "removed")));
  }

  /** Everything that was found, rendered with what is known by now. */
  resources(): PlannedResource[] {
    return [...this.#resources.values()].map((planned) => this.#rendered(planned));
  }

  /** The lines to show for one resource, with what is known by now. */
  linesOf(label: string): readonly string[] {
    const planned = this.#resources.get(label);
    return planned ? this.#rendered(planned).lines : [];
  }

  /** Adds what happens to outlets, without names that are secret; a removal that was taken over says nothing. */
  #rendered(planned: PlannedResource): PlannedResource {
    const { secretNames } = this.#devices.run;
    if (planned.leaving?.isTakenOver()) {
      const { resource, device } = planned;
      return { ...emptyPlan, resource, device };
    }
    const withoutSecret = (outlet: PlannedOutlet): PlannedOutlet =>
      secretNames.has(planned.device ?? "", outlet.number)
        ? { number: outlet.number, effects: outlet.effects, isRenamed: outlet.renamed !== undefined }
        : outlet;
    const outlets = planned.outlets.map(withoutSecret);
    const lines =
      planned.failure === undefined
        ? [
            ...outletLines(outlets),
            ...planned.lines,
            ...laterLines(planned.later.map(withoutSecret)),
            ...this.#noticesOf(planned),
          ]
        : [];
    return { ...planned, outlets, lines };
  }

  /** The notices that no resource before this one gives. */
  #noticesOf(planned: PlannedResource): string[] {
    const given = new Set<string>();
    for (const [earlier, { failure, notices }] of this.#resources) {
      if (earlier === planned.resource) {
        break;
      }
      if (failure === undefined) {
        for (const { text } of notices) {
          given.add(text);
        }
      }
    }
    const isKnown = this.#devices.changesPassword(planned.device ?? "");
    return planned.notices
      .filter((one) => !given.has(one.text) && !(one.isOfPassword && isKnown))
      .map(({ text }) => text);
  }

  /** Resolves when no resource is being planned, and the program has declared nothing new for a moment. */
  async finished(): Promise<void> {
    do {
      await Promise.allSettled(this.#underWay);
      await this.#devices.run.declarations.finished();
    } while (this.#underWay.size > 0);
  }

  async #planOne(devices: Devices, subject: NamedSubject): Promise<PlannedResource> {
    const found = await planChange(devices, subject);
    const label = labelOf(subject.definition, subject.name);
    this.#plans.set(label, { ...found, devices, subject });
    return this.#record(label, found);
  }

  async #record(label: string, { failure, ...found }: ResourcePlan, leaving?: Removal): Promise<PlannedResource> {
    const planned: PlannedResource = {
      ...found,
      resource: label,
      ...(leaving && { leaving }),
      ...(failure !== undefined && { failure: messageOf(this.#report.shown(failure)), error: failure }),
    };
    this.#resources.set(label, planned);
    await this.#file?.write(this.document());
    return this.#rendered(planned);
  }

  /**
   * Resolves when the program has had time to declare the Script that provides a resource's missing functions: while
   * the engine has as many operations under way as it allows, it asks about no further resource.
   */
  async functionsHadTime(resource: string): Promise<void> {
    const { scriptFunctions } = this.#devices.run;
    const missing = this.#plans.get(resource)?.missingFunctions ?? [];
    await Promise.all(missing.map(({ device, name }) => scriptFunctions.isComing(device, name)));
  }

  /** Plans the resources again that failed for missing script functions, if all of those have been announced since. */
  async planAgain(): Promise<PlannedResource[]> {
    const { scriptFunctions } = this.#devices.run;
    const again = [...this.#plans.values()].filter(({ failure, missingFunctions }) => {
      const comes = missingFunctions.every(({ device, name }) => scriptFunctions.isAnnounced(device, name));
      return failure !== undefined && missingFunctions.length > 0 && comes;
    });
    return Promise.all(again.map(({ devices, subject }) => this.planChange(devices, subject)));
  }

  /**
   * Refuses the resources that take, or may take, power from an outlet that the program has protected since. Returns
   * those that have not been refused before.
   */
  async refuseProtected(): Promise<PlannedResource[]> {
    const { protectedOutlets } = this.#devices.run;
    const found = [...this.#resources.values()].flatMap((planned) => {
      const { device = "", failure, outlets, resource } = planned;
      const hit = outlets.find(({ number, effects }) => isLoss(effects) && protectedOutlets.has(device, number));
      if (failure !== undefined || hit === undefined || planned.leaving?.isTakenOver()) {
        return [];
      }
      const error = becameProtectedError(device, hit.number);
      const refused = { ...planned, failure: error.message, error };
      this.#resources.set(resource, refused);
      return [refused];
    });
    if (found.length > 0) {
      await this.#file?.write(this.document());
    }
    return found;
  }

  /** The summary for the user, one line per device. */
  summary(): string[] {
    return summaryLines(this.document(), this.#devices.provider);
  }

  /** The summary of what was removed from the program, for a user who has seen the rest; empty if there is no rest. */
  summaryOfRemoved(): string[] {
    const all = this.resources();
    const removed = all.filter((one) => isRemoved(one) && one.lines.length > 0);
    if (removed.length === 0 || all.every(isRemoved)) {
      return [];
    }
    return summaryLines(this.#documentOf(removed), this.#devices.provider).map((line) => `what is deleted: ${line}`);
  }

  /** Whether an outlet loses power, or may. */
  get isRisky(): boolean {
    return Object.values(this.document()).some(isRisky);
  }

  /** The whole plan, by device name. */
  document(): Record<string, DevicePlan> {
    const shown = this.resources().filter(({ leaving, lines, failure }) => !leaving || lines.length > 0 || failure);
    return this.#documentOf(shown);
  }

  #documentOf(resources: readonly PlannedResource[]): Record<string, DevicePlan> {
    return devicePlans(resources, (device) => keyFor(device, this.#devices.provider));
  }
}

/** `Outlet "web"`; the types of the components that hold a resource come first in its name. */
function labelOf({ type }: AnyDefinition, name: string | undefined): string {
  return name === undefined ? type : `${type} ${JSON.stringify(name)}`;
}

/** Whether a resource is deleted because the program does not declare it. */
function isRemoved({ leaving }: PlannedResource): boolean {
  return leaving?.why === "removed";
}

function isLoss(effects: readonly PowerEffect[]): boolean {
  return effects.some((effect) => effect !== "gains");
}

function becameProtectedError(device: string, number: number): InvalidInputError {
  return new InvalidInputError({
    device,
    message: `outlet ${number} is ${protectedClause}, so it must not lose power`,
    remedy: "Leave protected outlets out, or take the protection away where it is declared.",
  });
}

/** Devices of different providers in a program may share a name. */
function keyFor(device: string, provider: string | undefined): string {
  if (provider === undefined) {
    return device;
  }
  return device === "default" ? provider : `${provider}/${device}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
