/**
 * Tells the engine which values of a dynamic resource differ, as the native plugin does, so that it prints these and
 * not the whole resource. Pulumi's process for dynamic providers passes on only that there is a difference; the rest is
 * added to its answer as it hands that over. If that process, or its message, is not the known one, nothing is added.
 */
import type { PathDifference } from "../lifecycle/diff/path-differences";
import { processMessages } from "./process-messages";

/** The parts of the answer to a comparison that are used here. */
interface DiffResponse {
  setDeletebeforereplace(value: boolean): unknown;
  setHasdetaileddiff(value: boolean): unknown;
  setDiffsList(names: string[]): unknown;
  getDetaileddiffMap(): { set(path: string, detail: PropertyDiff): unknown };
}

interface PropertyDiff {
  setKind(kind: number): unknown;
}

type KindName = "ADD" | "ADD_REPLACE" | "DELETE" | "DELETE_REPLACE" | "UPDATE" | "UPDATE_REPLACE";

/** The classes of the engine's protocol, from the copy of Pulumi's package that the process has loaded. */
interface Messages {
  readonly DiffResponse: AnswerClass;
  readonly PropertyDiff: DetailClass;
}

interface AnswerClass {
  new (): DiffResponse;
  readonly prototype: DiffResponse;
}

interface DetailClass {
  new (): PropertyDiff;
  readonly Kind: Readonly<Record<KindName, number>>;
}

/** Passes through that process in place of `true`. */
class Details {
  constructor(readonly found: readonly PathDifference[]) {}
}

/** Makes the value for `deleteBeforeReplace`: true, but carrying differences into the answer. */
type WithDetails = (found: readonly PathDifference[]) => boolean;

let ofProcess: WithDetails | undefined;

/** The value for `deleteBeforeReplace`: true, but carrying these differences into the answer of this process. */
export function withDetails(found: readonly PathDifference[]): boolean {
  ofProcess ??= detailsIn(processMessages<Messages>());
  return ofProcess(found);
}

/** Prepares the answers of a process that sends these messages; if they are not the known ones, changes nothing. */
export function detailsIn({ DiffResponse, PropertyDiff }: Partial<Messages> = {}): WithDetails {
  if (!DiffResponse || !PropertyDiff || !isKnown(DiffResponse, PropertyDiff)) {
    return () => true;
  }
  const { prototype } = DiffResponse;
  const set = prototype.setDeletebeforereplace;
  prototype.setDeletebeforereplace = function (this: DiffResponse, value: boolean | Details) {
    if (!(value instanceof Details)) {
      return set.call(this, value);
    }
    describe(this, value.found, PropertyDiff);
    return set.call(this, true);
  };
  return (found) => (found.length > 0 ? (new Details(found) as unknown as boolean) : true);
}

/** Whether such an answer accepts everything that is added here, as tried on one that is never sent. */
function isKnown(DiffResponse: AnswerClass, PropertyDiff: DetailClass): boolean {
  const kinds = ["add", "update", "delete"] as const;
  const sample = kinds.map((kind): PathDifference => ({ path: kind, property: kind, kind, replaces: true }));
  try {
    const trial = new DiffResponse();
    describe(trial, sample, PropertyDiff);
    trial.setDeletebeforereplace(true);
    return true;
  } catch {
    return false;
  }
}

function describe(answer: DiffResponse, found: readonly PathDifference[], PropertyDiff: DetailClass): void {
  const { ADD, ADD_REPLACE, DELETE, DELETE_REPLACE, UPDATE, UPDATE_REPLACE } = PropertyDiff.Kind;
  const kinds = {
    add: [ADD, ADD_REPLACE],
    update: [UPDATE, UPDATE_REPLACE],
    delete: [DELETE, DELETE_REPLACE],
  } as const;
  answer.setHasdetaileddiff(true);
  answer.setDiffsList([...new Set(found.map(({ property }) => property))]);
  for (const { path, kind, replaces } of found) {
    const detail = new PropertyDiff();
    detail.setKind(kinds[kind][replaces ? 1 : 0]);
    answer.getDetaileddiffMap().set(path, detail);
  }
}
