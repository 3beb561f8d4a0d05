/**
 * Plans one resource: performs the operation of the update, but notes the writes instead of sending them. So a plan fails
 * where the update would fail, with the same message.
 */
import { DevicePath } from "../../client";
import type { Devices } from "../../devices/devices";
import { powerChanges, startsScript } from "../../runtime/rehearsal/power";
import { Rehearsal } from "../../runtime/rehearsal/rehearsal";
import { deviceIn } from "../../runtime/resource-id";
import { inputsOf } from "../../schema/common-inputs";
import type { AnyDefinition } from "../../schema/definition";
import { Properties } from "../../schema/properties";
import { holdsUnknown, knownPart } from "../../schema/unknown";
import { concernsWholeDevice } from "../errors/error-report";
import { PartialFailure } from "../errors/errors";
import { lifecycleOf } from "../index";
import { noteSecretNames } from "../inputs/declare";
import { isIdKnown } from "../inputs/id";
import type { Created } from "../lifecycle";
import type { Inputs } from "../state/state";
import { isSilent } from "../unreachable";
import type { LeavingResource, PlannedOutlet, ResourcePlan, Subject } from "./resource-plan";
import { changeLines, notKnownLine, removalLines, uncertainFunctionLine, unreachableLine, waitingLine } from "./texts";

/** A plan that has nothing to say. */
export const emptyPlan: Omit<ResourcePlan, "device" | "failure"> = {
  lines: [],
  notices: [],
  outlets: [],
  later: [],
  requests: [],
  startsScript: false,
  hasReadDevice: true,
  isWhole: true,
  missingFunctions: [],
};

/**
 * Plans the creation or the change of a resource.
 * @param devices The operation's devices, with its warnings.
 */
export async function planChange(devices: Devices, given: Subject): Promise<ResourcePlan> {
  const { definition } = given;
  const inputs = given.before ? given.inputs : withoutOpenTriggers(definition, given.inputs);
  const subject = { ...given, inputs };
  if (holdsUnknown(inputs["device"])) {
    return { ...emptyPlan, device: undefined, isWhole: false, lines: [notKnownLine(definition.type, ["device"])] };
  }
  const device = String(inputs["device"]);
  const known = knownInputs(definition, inputs);
  const name = nameOf(subject, device);
  if (subject.before && definition.family !== "action") {
    noteSecretNames(definition, devices.run, subject.before.state);
  }
  try {
    if (!devices.isReadByPreviews(device)) {
      return { ...emptyPlan, device, hasReadDevice: false };
    }
    if (known.inputs === undefined) {
      return { ...emptyPlan, device, isWhole: false, lines: [notKnownLine(name, known.missing)] };
    }
    return { ...(await rehearseChange(devices, { ...subject, inputs: known.inputs }, known.missing, name)), device };
  } catch (failure) {
    return { ...emptyPlan, device, failure };
  }
}

/** Plans the deletion of a resource that is removed from the program or replaced. */
export async function planRemoval(devices: Devices, { definition, id, state }: LeavingResource): Promise<ResourcePlan> {
  const device = deviceIn(id);
  if (!devices.isReadByPreviews(device)) {
    return { ...emptyPlan, device, hasReadDevice: definition.family === "action" };
  }
  if (definition.family === "action") {
    // Removing it does nothing, but where the device has another name by now, it does not run again.
    await rehearseRemoval(devices, { definition, id, state }, "removal");
    return { ...emptyPlan, device };
  }
  noteSecretNames(definition, devices.run, state);
  const { rehearsal, error } = await rehearseRemoval(devices, { definition, id, state }, "removal");
  const failure = failureIn(error, rehearsal, true);
  const { secrets } = Properties.of(definition, state);
  const shown = (text: string) => devices.shown(text, secrets);
  if (failure !== undefined) {
    const isSpared = isSilent(failure, device) && devices.unreachable(device) !== "fail";
    return isSpared ? { ...emptyPlan, device, isWhole: false } : { ...emptyPlan, device, failure };
  }
  const outlets = (await outletsIn(rehearsal)).map((outlet) => shownOutlet(outlet, shown));
  return {
    ...emptyPlan,
    device,
    lines: removalLines(id, definition, rehearsal, outlets).map(shown),
    notices: rehearsal.notices,
    outlets,
    requests: requestsIn(rehearsal).map(shown),
  };
}

async function rehearseRemoval(devices: Devices, { definition, id, state }: LeavingResource, of: "removal" | "later") {
  const rehearsal = new Rehearsal(devices.clock, of);
  try {
    await lifecycleOf(definition, devices.rehearsing(rehearsal)).delete(id, state);
    return { rehearsal, error: undefined };
  } catch (error) {
    return { rehearsal, error };
  }
}

/**
 * What deleting a resource will one day do to the power, if this plan brings that about: the resource is created, gets
 * `onDestroy: "restore"`, or changes the power of the same outlets.
 */
async function laterOutlets(
  devices: Devices,
  { definition, inputs, before }: Subject,
  { id, state }: Created,
  outlets: readonly PlannedOutlet[],
): Promise<PlannedOutlet[]> {
  if (definition.family !== "adopted" || inputs["onDestroy"] !== "restore") {
    return [];
  }
  const { rehearsal, error } = await rehearseRemoval(devices, { definition, id, state }, "later");
  if (failureIn(error, rehearsal, true) !== undefined) {
    return [];
  }
  const isNew = before?.state["onDestroy"] !== "restore";
  const changed = new Set(outlets.filter(({ effects }) => effects.length > 0).map(({ number }) => number));
  const found = await outletsIn(rehearsal);
  return found.filter(({ number, effects }) => effects.length > 0 && (isNew || changed.has(number)));
}

async function rehearseChange(
  devices: Devices,
  { definition, inputs, before }: Subject,
  missing: readonly string[],
  name: string,
): Promise<Omit<ResourcePlan, "device">> {
  const rehearsal = new Rehearsal(devices.clock);
  const lifecycle = lifecycleOf(definition, devices.rehearsing(rehearsal));
  let error: unknown;
  let after: Created | undefined;
  try {
    after = before
      ? { id: before.id, state: await lifecycle.update(before.id, before.state, inputs, before.ignored) }
      : await lifecycle.create(inputs);
  } catch (thrown) {
    error = thrown;
    after = thrown instanceof PartialFailure ? thrown : undefined;
  }
  const failure = failureIn(error, rehearsal, missing.length === 0);
  const secrets = [inputs, before?.state ?? {}].flatMap((values) => Properties.of(definition, values).secrets);
  for (const warning of rehearsal.warnings) {
    devices.warn(devices.shown(warning, secrets));
  }
  const device = String(inputs["device"]);
  // Only this update will fail; if the preview failed for it, every other device would have to wait.
  if (isSilent(failure, device) && devices.unreachable(device) !== "fail") {
    return { ...emptyPlan, isWhole: false, lines: [unreachableLine(name)] };
  }
  if (failure !== undefined) {
    return { ...emptyPlan, failure, missingFunctions: rehearsal.missingFunctions };
  }
  const shown = (text: string) => devices.shown(text, secrets);
  const outlets = (await outletsIn(rehearsal)).map((outlet) => shownOutlet(outlet, shown));
  const isCut = error !== undefined && rehearsal.requests.length === 0;
  const lines = [
    ...changeLines(name, definition, rehearsal, outlets),
    ...(missing.length > 0 ? [notKnownLine(name, missing)] : []),
    ...(isCut && missing.length === 0 ? [waitingLine(name)] : []),
    ...(rehearsal.hasUncertainFunction ? [uncertainFunctionLine(name)] : []),
  ];
  return {
    ...emptyPlan,
    lines: lines.map(shown),
    notices: rehearsal.notices,
    outlets,
    later: (after
      ? await laterOutlets(devices, { definition, inputs, ...(before && { before }) }, after, outlets)
      : []
    ).map((outlet) => shownOutlet(outlet, shown)),
    requests: requestsIn(rehearsal).map(shown),
    startsScript: rehearsal.requests.some(({ request }) => startsScript(request)),
    isWhole: missing.length === 0 && !isCut && !rehearsal.hasUncertainFunction,
  };
}

/**
 * What an update would fail with; `undefined` if the error only comes from what a plan cannot show: what follows a
 * write, waiting for the device, or values that are not known yet.
 */
function failureIn(error: unknown, { refusal, requests, hasWaited }: Rehearsal, isKnown: boolean): unknown {
  const cause = error instanceof PartialFailure ? error.cause : error;
  if (cause === undefined || refusal !== undefined) {
    return cause;
  }
  const isTold = requests.length === 0 && !hasWaited && (isKnown || concernsWholeDevice(cause));
  return isTold ? cause : undefined;
}

function requestsIn({ requests }: Rehearsal): string[] {
  return requests.map(({ request }) => `${request.method} ${new DevicePath(request.segments)}`);
}

async function outletsIn(rehearsal: Rehearsal): Promise<PlannedOutlet[]> {
  const found = new Map<number, PlannedOutlet>();
  const seesAll = (path: string) => rehearsal.seesAll(path);
  for (const { request, before } of rehearsal.requests) {
    for (const { number, name, renamed, effect } of await powerChanges(request, before, seesAll)) {
      const known = found.get(number);
      const effects = [...(known?.effects ?? []), ...(effect === undefined ? [] : [effect])];
      found.set(number, {
        number,
        name: known?.name ?? name,
        renamed: renamed ?? known?.renamed,
        effects: [...new Set(effects)],
      });
    }
  }
  return [...found.values()].sort((left, right) => left.number - right.number);
}

function shownOutlet({ name, renamed, ...outlet }: PlannedOutlet, shown: (text: string) => string): PlannedOutlet {
  return {
    ...outlet,
    ...(name !== undefined && { name: shown(name) }),
    ...(renamed !== undefined && { renamed: shown(renamed) }),
  };
}

/** What a new action does is the same whatever triggers it again. */
function withoutOpenTriggers({ family }: AnyDefinition, { triggers, ...inputs }: Inputs): Inputs {
  const isLeftOut = triggers === undefined || (family === "action" && holdsUnknown(triggers));
  return isLeftOut ? inputs : { ...inputs, triggers };
}

/**
 * The inputs that a preview knows (of a map, the known part) and the names of those that it does not know in full; no
 * inputs if one of the latter is a key or an instruction.
 */
function knownInputs(definition: AnyDefinition, inputs: Inputs): { inputs?: Inputs; missing: string[] } {
  const missing = Object.keys(inputs).filter((name) => holdsUnknown(inputs[name]));
  const specs = inputsOf(definition);
  const isOpen = missing.some((name) => specs[name]?.role !== "managed");
  if (missing.length === 0 || isOpen) {
    return isOpen ? { missing } : { inputs, missing };
  }
  const known = Object.entries(inputs).flatMap(([name, value]) => {
    if (!missing.includes(name)) {
      return [[name, value] as const];
    }
    return specs[name]?.entries ? Object.entries(knownPart({ [name]: value })) : [];
  });
  return { inputs: Object.fromEntries(known), missing };
}

function nameOf({ definition, inputs, before }: Subject, device: string): string {
  return before?.id ?? (isIdKnown(definition, inputs) ? `${device}/${definition.id(inputs)}` : definition.type);
}
