/**
 * Tells the engine which values of a dynamic resource differ, as the native plugin does, so that it prints these and not
 * the whole resource. Pulumi's process for dynamic providers passes on only that there is a difference; the rest is added
 * to its answer where it hands that over. Where that process is another than the known one, nothing is added.
 */
import type { PathDifference } from "../lifecycle/path-differences";
import { processMessages } from "./process-messages";

/** Of the answer to a comparison, as far as it is used here. */
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

/** The classes of the engine's protocol, of the copy of Pulumi's package that the process has loaded. */
interface Messages {
  readonly DiffResponse: { readonly prototype: DiffResponse };
  readonly PropertyDiff: DetailClass;
}

interface DetailClass {
  new (): PropertyDiff;
  readonly Kind: Readonly<Record<KindName, number>>;
}

/** Passes through that process in the place of `true`. */
class Details {
  constructor(readonly found: readonly PathDifference[]) {}
}

let isReady: boolean | undefined;

/** The value for `deleteBeforeReplace`, true, which brings these differences into the answer. */
export function withDetails(found: readonly PathDifference[]): boolean {
  isReady ??= prepare();
  return isReady && found.length > 0 ? (new Details(found) as unknown as boolean) : true;
}

/** Whether the answers of this process take details. */
function prepare(): boolean {
  const { DiffResponse, PropertyDiff } = processMessages<Messages>() ?? {};
  const prototype = DiffResponse?.prototype;
  if (typeof prototype?.setDeletebeforereplace !== "function" || PropertyDiff?.Kind === undefined) {
    return false;
  }
  const set = prototype.setDeletebeforereplace;
  prototype.setDeletebeforereplace = function (this: DiffResponse, value: boolean | Details) {
    if (!(value instanceof Details)) {
      return set.call(this, value);
    }
    describe(this, value.found, PropertyDiff);
    return set.call(this, true);
  };
  return true;
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
