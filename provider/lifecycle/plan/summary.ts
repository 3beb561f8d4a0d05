/** The plan of each device: for people in one line, for pipelines as data. */
import { quotedText } from "../../client";
import type { PowerEffect } from "../../runtime/rehearsal/power";
import type { ResourcePlan } from "./resource-plan";

/** The removal of a resource. */
export interface Removal {
  readonly why: "replaced" | "removed";
  readonly id: string;
  /** Whether everything that was to be deleted belongs to other resources of the program by now. */
  readonly isTakenOver: () => boolean;
}

/** What was found for one resource. */
export interface PlannedResource extends Omit<ResourcePlan, "failure"> {
  /** `Outlet "web"`. */
  readonly resource: string;
  /** The message with which the update would fail. */
  readonly failure?: string;
  readonly error?: unknown;
  /** Set if the resource is deleted or replaced. */
  readonly leaving?: Removal;
}

/** An outlet that the plan affects. */
interface NamedOutlet {
  readonly outlet: number;
  readonly name?: string;
  /** The resources that cause it. */
  readonly resources: readonly string[];
}

/** The plan of one device, as pipelines get it. */
export interface DevicePlan {
  /** False if `previewReads` forbids it: nothing is then known about its power. */
  readonly looked: boolean;
  readonly losesPower: readonly NamedOutlet[];
  readonly gainsPower: readonly NamedOutlet[];
  readonly cycles: readonly NamedOutlet[];
  readonly mayLosePower: readonly NamedOutlet[];
  readonly mayBeCycledLater: readonly NamedOutlet[];
  readonly mayLosePowerLater: readonly NamedOutlet[];
  /** Resources that start a function of the device's script, which may switch any outlet. */
  readonly startsScript: readonly string[];
  /** Resources that the plan does not show in full. */
  readonly notShown: readonly string[];
  /** Resources whose update would fail. */
  readonly fails: readonly string[];
  readonly resources: readonly {
    readonly resource: string;
    readonly lines: readonly string[];
    readonly requests: readonly string[];
    readonly failure?: string;
  }[];
}

/** Stands for the device of a resource whose device is not known yet. */
const unknownDevice = "not known yet";

/** The plans of all devices, by name. */
export function devicePlans(
  resources: readonly PlannedResource[],
  keyOf: (device: string) => string,
): Record<string, DevicePlan> {
  const byDevice = new Map<string, PlannedResource[]>();
  for (const planned of resources) {
    const key = planned.device === undefined ? unknownDevice : keyOf(planned.device);
    byDevice.set(key, [...(byDevice.get(key) ?? []), planned]);
  }
  return Object.fromEntries([...byDevice].map(([key, all]) => [key, planOf(all)]));
}

function planOf(all: readonly PlannedResource[]): DevicePlan {
  const names = new Map(
    all.flatMap(({ outlets }) => outlets.map(({ number, name, renamed }) => [number, renamed ?? name] as const)),
  );
  const withEffect = (effect: PowerEffect): NamedOutlet[] => {
    const found = new Map<number, string[]>();
    for (const { outlets, resource } of all) {
      for (const { number } of outlets.filter(({ effects }) => effects.includes(effect))) {
        found.set(number, [...(found.get(number) ?? []), resource]);
      }
    }
    return [...found]
      .sort(([left], [right]) => left - right)
      .map(([outlet, by]) => {
        const name = names.get(outlet);
        return { outlet, ...(name !== undefined && { name }), resources: by };
      });
  };
  return {
    looked: all.every(({ hasReadDevice }) => hasReadDevice),
    losesPower: withEffect("loses"),
    gainsPower: withEffect("gains"),
    cycles: withEffect("cycles"),
    mayLosePower: withEffect("mayLose"),
    mayBeCycledLater: withEffect("mayCycle"),
    mayLosePowerLater: withEffect("mayLoseLater"),
    startsScript: all.filter(({ startsScript }) => startsScript).map(({ resource }) => resource),
    notShown: all.filter(({ isWhole }) => !isWhole).map(({ resource }) => resource),
    fails: all.filter(({ failure }) => failure !== undefined).map(({ resource }) => resource),
    resources: all.map(({ resource, lines, requests, failure }) => ({
      resource,
      lines,
      requests,
      ...(failure !== undefined && { failure }),
    })),
  };
}

/** Whether anything in a plan takes power from an outlet, or may. */
export function isRisky(plan: DevicePlan): boolean {
  const { losesPower, cycles, mayLosePower, startsScript, notShown, fails, looked } = plan;
  return [losesPower, cycles, mayLosePower, startsScript, notShown, fails].some((list) => list.length > 0) || !looked;
}

/** One line per device; a sole default device needs no name. */
export function summaryLines(plans: Readonly<Record<string, DevicePlan>>, provider?: string): string[] {
  const entries = Object.entries(plans);
  const isOnly = entries.length === 1 && provider === undefined;
  return entries.map(([device, plan]) => (isOnly && device === "default" ? "" : `${device}: `) + summaryOf(plan));
}

function summaryOf(plan: DevicePlan): string {
  if (!plan.looked) {
    return "the plan has not looked at the device (previewReads is false), so it does not say what will happen to its power";
  }
  const further: [string, readonly NamedOutlet[]][] = [
    ["may lose power", plan.mayLosePower],
    ["may be cycled by AutoPing later", plan.mayBeCycledLater],
    ["may be left off by a power failure or a reboot later", plan.mayLosePowerLater],
  ];
  return [
    `loses power: ${list(plan.losesPower)}`,
    `gains power: ${list(plan.gainsPower)}`,
    `cycles: ${list(plan.cycles)}`,
    ...further.filter(([, outlets]) => outlets.length > 0).map(([what, outlets]) => `${what}: ${list(outlets)}`),
    ...(plan.startsScript.length > 0
      ? [`a script is started that may switch any outlet: ${plan.startsScript.join(", ")}`]
      : []),
    ...(plan.notShown.length > 0 ? [`not all is known of: ${plan.notShown.join(", ")}`] : []),
    ...(plan.fails.length > 0 ? [`would fail: ${plan.fails.join(", ")}`] : []),
  ].join("; ");
}

function list(outlets: readonly NamedOutlet[]): string {
  const shown = outlets.map(({ outlet, name }) =>
    name === undefined ? `${outlet}` : `${outlet} "${quotedText(name)}"`,
  );
  return shown.length === 0 ? "none" : shown.join(", ");
}
