/** The plan of one run: what has been found for each resource, what that comes to, and what contradicts it later. */
import { InvalidInputError } from "../../client";
import type { Devices } from "../../devices/devices";
import type { PowerEffect } from "../../runtime/rehearsal/power";
import type { AnyDefinition } from "../../schema/definition";
import type { ErrorReport } from "../error-report";
import type { Look, Subject } from "./found";
import { look } from "./look";
import type { PlanFile } from "./plan-file";
import { type DevicePlan, devicePlans, isRisky, type PlannedResource, summaryLines } from "./summary";
import { outletLines } from "./texts";

/** What is looked at, and its name in the program. */
export interface NamedSubject extends Subject {
  readonly name: string | undefined;
}

export class Plan {
  /** By type and name, so that a resource that is looked at again counts once. */
  readonly #resources = new Map<string, PlannedResource>();
  readonly #looks = new Map<string, Look & { readonly devices: Devices; readonly subject: NamedSubject }>();
  readonly #devices: Devices;
  readonly #report: ErrorReport;
  readonly #file: PlanFile | undefined;
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(devices: Devices, report: ErrorReport, file: PlanFile | undefined) {
    this.#devices = devices;
    this.#report = report;
    this.#file = file;
  }

  /** Whether something is being looked at. */
  get isLooking(): boolean {
    return this.#underWay.size > 0;
  }

  /** A new run begins: what the file has is of another one. */
  async begin(): Promise<void> {
    await this.#file?.write(this.document());
  }

  /** Looks at the device for a resource. `devices` are those of the operation, with its warnings. */
  async look(devices: Devices, subject: NamedSubject): Promise<PlannedResource> {
    const looking = this.#look(devices, subject);
    this.#underWay.add(looking);
    try {
      return await looking;
    } finally {
      this.#underWay.delete(looking);
    }
  }

  /** All that has been found, as it is to be said now. */
  resources(): PlannedResource[] {
    return [...this.#resources.keys()].map((label) => this.#rendered(label));
  }

  /** What is to be said now of one resource. */
  linesOf(label: string): readonly string[] {
    return this.#rendered(label).lines;
  }

  /** With what happens to outlets, and their names as far as the program does not say that they are secrets. */
  #rendered(label: string): PlannedResource {
    const planned = this.#resources.get(label) as PlannedResource;
    const { secretNames } = this.#devices.run;
    const outlets = planned.outlets.map((outlet) =>
      secretNames.has(planned.device ?? "", outlet.number)
        ? { number: outlet.number, effects: outlet.effects, isRenamed: outlet.renamed !== undefined }
        : outlet,
    );
    const lines =
      planned.failure === undefined ? [...outletLines(outlets), ...planned.lines, ...this.#noticesOf(label)] : [];
    return { ...planned, outlets, lines };
  }

  /** What no resource before this one says already. */
  #noticesOf(label: string): string[] {
    const planned = this.#resources.get(label) as PlannedResource;
    const told = new Set<string>();
    for (const [earlier, { failure, notices }] of this.#resources) {
      if (earlier === label) {
        break;
      }
      if (failure === undefined) {
        for (const { text } of notices) {
          told.add(text);
        }
      }
    }
    const isKnown = this.#devices.changesPassword(planned.device ?? "");
    return planned.notices
      .filter((one) => !told.has(one.text) && !(one.isOfPassword && isKnown))
      .map(({ text }) => text);
  }

  /** Resolves when nothing is being looked at, and the program has declared nothing new for a moment. */
  async settled(): Promise<void> {
    do {
      await Promise.allSettled(this.#underWay);
      await this.#devices.run.declarations.finished();
    } while (this.#underWay.size > 0);
  }

  async #look(devices: Devices, subject: NamedSubject): Promise<PlannedResource> {
    const found = await look(devices, subject);
    const label = labelOf(subject.definition, subject.name);
    const { failure, ...rest } = found;
    this.#looks.set(label, { ...found, devices, subject });
    this.#resources.set(label, {
      ...rest,
      resource: label,
      ...(failure !== undefined && { failure: messageOf(this.#report.shown(failure)), error: failure }),
    });
    await this.#file?.write(this.document());
    return this.#rendered(label);
  }

  /** Looks again where what has been declared since may bring what was missing: a function of the device's script. */
  async lookAgain(): Promise<PlannedResource[]> {
    const { scriptFunctions } = this.#devices.run;
    const again = [...this.#looks.values()].filter(({ failure, missingFunctions }) => {
      const comes = missingFunctions.every(({ device, name }) => scriptFunctions.isAnnounced(device, name));
      return failure !== undefined && missingFunctions.length > 0 && comes;
    });
    return Promise.all(again.map(({ devices, subject }) => this.look(devices, subject)));
  }

  /** Refuses the resources that take the power from an outlet which the program has protected since. */
  refuseProtected(): void {
    const { protectedOutlets } = this.#devices.run;
    for (const planned of this.#resources.values()) {
      const { device = "", failure, outlets, resource } = planned;
      const hit = outlets.find(({ number, effects }) => isLoss(effects) && protectedOutlets.has(device, number));
      if (failure === undefined && hit !== undefined) {
        const error = becameProtected(device, hit.number);
        this.#resources.set(resource, { ...planned, failure: error.message, error });
      }
    }
  }

  /** What is said to the user at the end, one line for each device. */
  summary(): string[] {
    return summaryLines(this.document(), this.#devices.provider);
  }

  /** Whether an outlet loses its power, or may. */
  get isRisky(): boolean {
    return Object.values(this.document()).some(isRisky);
  }

  /** The whole plan, by the names of the devices. */
  document(): Record<string, DevicePlan> {
    const keyOf = (device: string) => keyFor(device, this.#devices.provider);
    return devicePlans(this.resources(), keyOf);
  }
}

/** `Outlet "web"`; a resource of the program may be in components, whose names come first. */
function labelOf({ type }: AnyDefinition, name: string | undefined): string {
  return name === undefined ? type : `${type} ${JSON.stringify(name)}`;
}

function isLoss(effects: readonly PowerEffect[]): boolean {
  return effects.some((effect) => effect !== "gains");
}

function becameProtected(device: string, number: number): InvalidInputError {
  return new InvalidInputError({
    device,
    message: `outlet ${number} is protected by protectFromOff or dli:protectedOutlets, so it must not lose power`,
    remedy: "Leave protected outlets out, or take the protection away where it is declared.",
  });
}

/** Devices of different providers of a program may have one name. */
function keyFor(device: string, provider: string | undefined): string {
  if (provider === undefined) {
    return device;
  }
  return device === "default" ? provider : `${provider}/${device}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
