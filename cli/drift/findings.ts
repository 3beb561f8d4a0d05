/** What a preview shows: what is not as declared, and what could not be compared. */
import { isDeepStrictEqual } from "node:util";
import { type Json, printable } from "../../provider/client";
import { isBriefFor } from "../../provider/lifecycle/errors/error-report";
import { withWords } from "../../provider/lifecycle/state/engine-form";
import { covers, type Path, parsePath, valueAt } from "../../provider/schema/property-path";
import { secretPaths } from "../../provider/schema/secrecy";
import type { Values } from "../../provider/schema/values";
import { deviceOf, type EngineResource, ownDefinition, resourceLabel, secretShown } from "../engine-resource";
import { type Diagnostic, previewIn, type Step } from "../preview";
import type { Ended } from "../pulumi";
import type { AuditFailure, Drift } from "./report";

export interface Findings {
  /** URN of the first step's resource, which tells the stack's name. */
  readonly urn: string | undefined;
  readonly changes: readonly FoundDrift[];
  readonly failures: readonly AuditFailure[];
  readonly warnings: readonly string[];
}

/** A change, with what is needed to tell when it may have happened. */
export interface FoundDrift extends Omit<Drift, "after"> {
  readonly state: EngineResource;
  /** Whether the state already showed that the device is not as declared, or may have, where it is a secret. */
  readonly isKnown: boolean;
}

/** What the preview in the output of a command shows; `undefined` if it has none. */
export function findingsIn(text: string): Findings | undefined {
  const preview = previewIn(text);
  if (preview === undefined) {
    return undefined;
  }
  const { steps, diagnostics } = preview;
  return {
    urn: steps[0]?.urn,
    changes: steps.flatMap(changesIn).sort(inOrder),
    failures: failuresIn(diagnostics, steps).sort(inOrder),
    warnings: diagnostics.filter(({ severity }) => severity === "warning").map(({ message }) => shownMessage(message)),
  };
}

const { compare } = new Intl.Collator("en", { numeric: true });

/** The engine reads resources side by side, so its own order is another one every time. */
function inOrder(left: Placed, right: Placed): number {
  const partsOf = ({ device = "", resource = "", field = "" }: Placed) => [device, resource, field];
  const others = partsOf(right);
  return partsOf(left).reduce((order, part, at) => order || compare(part, others[at] ?? ""), 0);
}

/** What a report sorts its lines by. */
interface Placed {
  readonly device: string | undefined;
  readonly resource: string | undefined;
  readonly field?: string;
}

/** What Pulumi said besides the preview, which holds the stack's whole configuration; everything if there is none. */
export function saidBeside(findings: Findings | undefined, { stderr, output }: Ended): string {
  return (findings ? stderr : output).trim();
}

function changesIn({ op, urn, oldState, newState, detailedDiff, diffReasons }: Step): FoundDrift[] {
  const state = oldState ?? newState;
  // None of these is a change: `refresh` is a resource that was read and found as it was.
  if (["refresh", "same", "read"].includes(op) || !state) {
    return [];
  }
  const common = { device: deviceOf(state), resource: resourceLabel(urn), urn, state };
  if (op === "delete") {
    return [{ ...common, field: "", declared: "there", found: "not there", isKnown: false }];
  }
  const named = Object.keys(detailedDiff ?? {});
  const fields = named.length > 0 ? named : (diffReasons ?? []);
  // A change without a field is still a change.
  return (fields.length > 0 ? fields : [""]).map((field) => {
    const path = stepsOf(field);
    const declared = valueIn(asWritten(state, state.inputs), path);
    const found = foundIn(newState, path);
    const shown = (value: Json | undefined) => (isSecret(state, path) ? secretShown : value);
    const was = foundIn(state, path);
    const mayDiffer = !isDeepStrictEqual(was, declared) || [was, declared].some(hidesSecret);
    // Other providers' resources may show what is found in another form than what is declared.
    const isKnown = ownDefinition(state.type) !== undefined && mayDiffer;
    return { ...common, field, declared: shown(declared), found: shown(found), isKnown };
  });
}

/** Whether a value, or a part of it, is shown like any other secret. */
function hidesSecret(value: Json | undefined): boolean {
  return (JSON.stringify(value) ?? "").includes(JSON.stringify(secretShown));
}

/** The steps of a field; the text itself if it is no path, as other providers write some. */
function stepsOf(field: string): Path {
  try {
    return parsePath(field);
  } catch {
    return [field];
  }
}

/**
 * The value found: in the outputs of our resources, whose inputs stay as declared; of other providers' resources, the
 * inputs may be all that has the field.
 */
function foundIn(state: EngineResource | null | undefined, path: Path): Json | undefined {
  if (!state) {
    return undefined;
  }
  if (ownDefinition(state.type)) {
    return valueIn(asWritten(state, state.outputs), path);
  }
  return valueIn(state.inputs, path) ?? valueIn(state.outputs, path);
}

/** The values as programs write them, with words in place of null. */
function asWritten({ type }: EngineResource, values: Values = {}): Values {
  const definition = ownDefinition(type);
  return definition ? withWords(definition, values as Record<string, Json>) : values;
}

function valueIn(values: Values | undefined, path: Path): Json | undefined {
  for (let length = 1; length < path.length; length++) {
    // Part of a secret is secret too.
    if (valueAt((values ?? {}) as Json, path.slice(0, length)) === secretShown) {
      return secretShown;
    }
  }
  return path.length === 0 ? undefined : valueAt((values ?? {}) as Json, path);
}

/** Whether the definition or the program makes a field secret, even if the preview shows its value. */
function isSecret({ type, inputs = {} }: EngineResource, path: Path): boolean {
  const definition = ownDefinition(type);
  return (
    definition !== undefined &&
    secretPaths(definition, inputs).some((other) => covers(other, path) || covers(path, other))
  );
}

/** One failure for each device and reason, however many resources fail for that; or, if none is of a resource, all. */
function failuresIn(diagnostics: readonly Diagnostic[], steps: readonly Step[]): AuditFailure[] {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const states = new Map(steps.map(({ urn, oldState, newState }) => [urn, oldState ?? newState]));
  const byDevice = new Map<string, Map<string, AuditFailure>>();
  for (const { urn = "", message: text } of errors) {
    const state = states.get(urn);
    const device = state ? deviceOf(state) : undefined;
    const message = shownMessage(text);
    const ofDevice = byDevice.get(device ?? urn) ?? new Map<string, AuditFailure>();
    if (urn !== "" && !ofDevice.has(message)) {
      byDevice.set(device ?? urn, ofDevice.set(message, { device, resource: resourceLabel(urn), message }));
    }
  }
  const general = errors.filter(({ urn }) => urn === undefined);
  return byDevice.size > 0
    ? [...byDevice.values()].flatMap((ofDevice) => withoutBrief([...ofDevice.values()]))
    : general.map(({ message }) => ({ device: undefined, resource: undefined, message: shownMessage(message) }));
}

/** A device's failures without those that only say briefly what another one says in full. */
function withoutBrief(failures: readonly AuditFailure[]): AuditFailure[] {
  return failures.filter(({ message }) => !failures.some((other) => isBriefFor(other.message, message)));
}

function shownMessage(message: string): string {
  return printable(message.replace(/^(error|warning): (Preview failed: )?/, "")).trim();
}
