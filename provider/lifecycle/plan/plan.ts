/** The plan of one run: what has been found for each resource, what that comes to, and what contradicts it later. */
import type { Devices } from "../../devices/devices";
import type { AnyDefinition } from "../../schema/definition";
import type { ErrorReport } from "../error-report";
import type { Look, Subject } from "./found";
import { look } from "./look";
import type { PlanFile } from "./plan-file";
import { type DevicePlan, devicePlans, isRisky, type PlannedResource, summaryLines } from "./summary";

/** Which resource of the program it is. */
export interface Named {
  readonly definition: AnyDefinition;
  /** Its name in the program. */
  readonly name: string | undefined;
}

export class Plan {
  /** By type and name, so that a resource that is looked at again counts once. */
  readonly #resources = new Map<string, PlannedResource>();
  readonly #looks = new Map<string, Look>();
  readonly #devices: Devices;
  readonly #report: ErrorReport;
  readonly #file: PlanFile | undefined;
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(devices: Devices, report: ErrorReport, file: PlanFile | undefined) {
    this.#devices = devices;
    this.#report = report;
    this.#file = file;
  }

  /** Whether nothing was to be looked at. */
  get isEmpty(): boolean {
    return this.#resources.size === 0;
  }

  /** A new run begins: what the file has is of another one. */
  async begin(): Promise<void> {
    await this.#file?.write(this.document());
  }

  /** Looks at the device for a resource. `devices` are those of the operation, with its warnings. */
  async look(devices: Devices, subject: Subject & Pick<Named, "name">): Promise<PlannedResource> {
    const looking = this.#look(devices, subject);
    this.#underWay.add(looking);
    try {
      return await looking;
    } finally {
      this.#underWay.delete(looking);
    }
  }

  /** Resolves when nothing is being looked at, and the program has declared nothing new for a moment. */
  async settled(): Promise<void> {
    do {
      await Promise.allSettled(this.#underWay);
      await this.#devices.run.declarations.finished();
    } while (this.#underWay.size > 0);
  }

  async #look(devices: Devices, { name, ...subject }: Subject & Pick<Named, "name">): Promise<PlannedResource> {
    const found = await look(devices, subject);
    const label = labelOf(subject.definition, name);
    const { failure, ...rest } = found;
    const planned: PlannedResource = {
      ...rest,
      resource: label,
      ...(failure !== undefined && { failure: messageOf(this.#report.shown(failure)), error: failure }),
    };
    this.#looks.set(label, found);
    this.#resources.set(label, planned);
    await this.#file?.write(this.document());
    return planned;
  }

  /** The failures that are none any more: a Script of the program, declared since, brings the function. */
  withdrawn(): string[] {
    const { scriptFunctions } = this.#devices.run;
    return [...this.#looks].flatMap(([label, { failure, missingFunctions }]) => {
      const comes = missingFunctions.every(({ device, name }) => scriptFunctions.isAnnounced(device, name));
      if (failure === undefined || missingFunctions.length === 0 || !comes) {
        return [];
      }
      const { failure: _failure, error: _error, ...planned } = this.#resources.get(label) as PlannedResource;
      this.#resources.set(label, { ...planned, isWhole: false });
      this.#looks.delete(label);
      return [label];
    });
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
    return devicePlans([...this.#resources.values()], keyOf);
  }
}

/** `Outlet "web"`; a resource of the program may be in components, whose names come first. */
export function labelOf({ type }: AnyDefinition, name: string | undefined): string {
  return name === undefined ? type : `${type} ${JSON.stringify(name)}`;
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
