/**
 * The baseline: what the device had when a resource took a value over. It is remembered as long as the resource exists,
 * member by member for objects, and never holds what the resource itself has written. A value that is declared again
 * after it was left out has its former baseline, or none if that was not known.
 */
import { isJsonObject, type Json, ownMember, sameJson } from "../../client";
import { joined, Properties, setMember } from "../../schema/properties";
import { covers, type Path, parsePath, pathText, valueAt } from "../../schema/property-path";
import { marksOf } from "../../schema/secrecy";
import { matches } from "../../subtrees/setting-lists";

/**
 * Former values by input path; under `leftUnknown`, the paths of what was once declared and has no known former value.
 */
export type Baseline = Readonly<Record<string, Json>>;

/** No input has this name. */
export const leftUnknown = "?";

/** What a baseline is derived from. */
interface BaselineParts {
  /** What is managed after the operation. */
  readonly declared: Properties;
  readonly previous: Properties | undefined;
  /** What `previous` managed; `undefined` after an import. */
  readonly before: readonly string[] | undefined;
  /** What was observed before the first write. */
  readonly first: Properties;
}

/** What happens to the values of a deleted resource. */
export interface Restoration {
  /** The former values to restore, with the keys and instructions. */
  readonly old: Properties;
  /** Paths of values that stay because no former value is known. */
  readonly unknown: readonly string[];
  /** What stays because the program has stopped declaring it, with its former value. */
  readonly dropped: readonly { readonly path: Path; readonly former: Json }[];
}

/** The baseline after an operation. */
export function baselineOf({ declared, previous, before, first }: BaselineParts): Baseline {
  const isImport = previous !== undefined && before === undefined;
  const remembered = rememberedIn(previous);
  const left = isImport ? [] : leftUnknownIn(previous);
  const managed = isAbsent(previous) ? [] : (before ?? []);
  const entries = [...new Set([...Object.keys(remembered), ...declared.paths])].flatMap((path) => {
    const wanted = declared.get(path);
    const known = isImport ? declaredPartOf(remembered[path], wanted) : remembered[path];
    const was = managed.includes(path) ? (previous?.get(path) ?? null) : undefined;
    const found = isAbsent(first) ? undefined : asMap(first.get(path), wanted);
    const value = extendedFormer(parsePath(path), { known, was, found, wanted }, left);
    return value === undefined ? [] : [[path, value] as const];
  });
  const baseline = Object.fromEntries(entries);
  const declaredLeaves = leavesIn(declared);
  const unknown = [...left, ...managed.flatMap((path) => leavesOf(parsePath(path), previous?.get(path) ?? null))]
    .filter((path) => formerAt(baseline, path) === undefined)
    .filter((path) => !declaredLeaves.some((leaf) => sameJson([...leaf], [...path])));
  return unknown.length === 0 ? baseline : { ...baseline, [leftUnknown]: [...new Set(unknown.map(pathText))] };
}

/** What is restored when a resource is deleted, and what is not. `inputs` are those of the last operation. */
export function restorationOf(inputs: Properties, state: Properties): Restoration {
  const remembered = rememberedIn(state);
  const declared = inputs.managed();
  const others = [...inputs].filter(([, { spec }]) => spec.role !== "managed");
  const old = declared.paths.flatMap((path) => {
    const former = declaredPartOf(remembered[path], declared.get(path));
    return former === undefined ? [] : [[path, former] as const];
  });
  const values = joined([...others.map(([path, { value }]) => [path, value] as const), ...old]);
  const isKnown = (path: Path) => formerAt(remembered, path) !== undefined;
  // The device has lacked the thing throughout, so nothing of it was written.
  const unknown = isAbsent(state)
    ? []
    : [...leavesIn(declared).filter((path) => !isKnown(path)), ...leftUnknownIn(state)];
  return {
    old: Properties.of(inputs.definition, { ...values, ...marksOf(inputs.values) }),
    unknown: unknown.map(pathText),
    dropped: Object.entries(remembered).flatMap(([path, former]) =>
      undeclaredPaths(parsePath(path), former, declared.get(path)).map((leaf) => ({
        path: leaf,
        former: valueAt(former, leaf.slice(parsePath(path).length)) as Json,
      })),
    ),
  };
}

/** The inputs with everything that the state remembers as declared earlier, so that a read shows it. */
export function withDropped(inputs: Properties, { dropped }: Restoration): Properties {
  const values = structuredClone(inputs.toObject());
  for (const { path, former } of dropped) {
    addAt(values, path, former);
  }
  return Properties.of(inputs.definition, { ...values, ...marksOf(inputs.values) });
}

/** Whether a state remembers what was there before. */
export function remembersBaseline(state: Properties): boolean {
  return Object.keys(rememberedIn(state)).length > 0;
}

/** Whether the device lacks what these values are about, which is then observed as declared. */
export function isAbsent(values: Properties | undefined): boolean {
  if (values === undefined || values.definition.family === "action") {
    return false;
  }
  return values.definition.isAbsent?.(values.values) === true;
}

/** Leaves to be restored that are neither as they were before nor as the last operation left them. */
export function changedSince(path: string, old: Properties, present: Properties, state: Properties): Path[] {
  const [target, found, last] = [old, present, state].map((values) => values.get(path));
  if (isJsonObject(target) && isJsonObject(found) && isJsonObject(last)) {
    return changedMembers(parsePath(path), target, found, last);
  }
  return state.agrees(path, found) ? [] : [parsePath(path)];
}

function changedMembers(at: Path, target: Json | undefined, found: Json | undefined, last: Json | undefined): Path[] {
  if (isSame(target, found) || isSame(last, found)) {
    return [];
  }
  if (isJsonObject(target) && isJsonObject(found) && isJsonObject(last)) {
    return Object.keys(target).flatMap((name) =>
      changedMembers([...at, name], ownMember(target, name), ownMember(found, name), ownMember(last, name)),
    );
  }
  return [at];
}

/**
 * What is remembered, by path. While the device lacks the thing, a former value that equals the state's is not a real
 * one.
 */
function rememberedIn(state: Properties | undefined): Baseline {
  const baseline = state?.values["baseline"];
  if (state === undefined || !isJsonObject(baseline)) {
    return {};
  }
  const isReal = (path: string, value: Json) => !isAbsent(state) || !isSame(value, state.get(path));
  const entries = Object.entries(baseline).filter(([path, value]) => path !== leftUnknown && isReal(path, value));
  return Object.fromEntries(entries.map(([path, value]) => [path, asMap(value, state.get(path)) as Json] as const));
}

/**
 * A former value as a map wherever the present one is a map: a device may show an empty map as an empty list, and a list
 * is put back as a whole.
 */
function asMap(former: Json | undefined, present: Json | undefined): Json | undefined {
  if (!isJsonObject(present)) {
    return former;
  }
  if (Array.isArray(former) && former.length === 0) {
    return {};
  }
  if (!isJsonObject(former)) {
    return former;
  }
  const members = Object.entries(former).map(([name, member]) => [
    name,
    asMap(member, ownMember(present, name)) ?? member,
  ]);
  return Object.fromEntries(members);
}

function leftUnknownIn(state: Properties | undefined): Path[] {
  const baseline = state?.values["baseline"];
  const paths = isJsonObject(baseline) ? baseline[leftUnknown] : undefined;
  return Array.isArray(paths) ? paths.map((path) => parsePath(String(path))) : [];
}

/** One value at four times: at adoption, at the last operation, found before the first write, and as declared now. */
interface Course {
  readonly known: Json | undefined;
  readonly was: Json | undefined;
  readonly found: Json | undefined;
  readonly wanted: Json | undefined;
}

/** What was there before; for what is newly declared, what was found. */
function extendedFormer(at: Path, course: Course, left: readonly Path[]): Json | undefined {
  const { known, was, found, wanted } = course;
  if (wanted === undefined || (known !== undefined && !(isJsonObject(known) && isJsonObject(wanted)))) {
    return known;
  }
  if (known === undefined) {
    if (left.some((path) => covers(path, at))) {
      return undefined;
    }
    const isNew = was === undefined && !left.some((path) => covers(at, path));
    if (isNew || !isJsonObject(wanted) || (was !== undefined && !isJsonObject(was))) {
      return isNew ? found : undefined;
    }
  }
  const names = new Set([...Object.keys(known ?? {}), ...Object.keys(wanted as object)]);
  const members = [...names].flatMap((name) => {
    const parts = {
      known: ownMember(known, name),
      was: ownMember(was, name),
      found: ownMember(found, name),
      wanted: ownMember(wanted, name),
    };
    const value = extendedFormer([...at, name], parts, left);
    return value === undefined ? [] : [[name, value] as const];
  });
  return known === undefined && members.length === 0 ? undefined : Object.fromEntries(members);
}

/** The declared part of a former value; of a list whose elements have stayed in place, the declared part of each. */
function declaredPartOf(former: Json | undefined, wanted: Json | undefined): Json | undefined {
  if (former === undefined || wanted === undefined) {
    return undefined;
  }
  if (Array.isArray(former) && Array.isArray(wanted)) {
    const isInPlace = former.length === wanted.length && matches(wanted, former).every((at, index) => at === index);
    return isInPlace ? former.map((element, index) => declaredPartOf(element, wanted[index]) ?? {}) : former;
  }
  if (!isJsonObject(former) || !isJsonObject(wanted)) {
    return former;
  }
  const members = Object.entries(wanted).flatMap(([name, member]) => {
    const part = declaredPartOf(ownMember(former, name), member);
    return part === undefined ? [] : [[name, part] as const];
  });
  return members.length === 0 && Object.keys(wanted).length > 0 ? undefined : Object.fromEntries(members);
}

/** Paths that have a former value but are not declared. */
function undeclaredPaths(at: Path, former: Json, wanted: Json | undefined): Path[] {
  if (wanted === undefined) {
    return [at];
  }
  if (!isJsonObject(former) || !isJsonObject(wanted)) {
    return [];
  }
  return Object.entries(former).flatMap(([name, member]) =>
    undeclaredPaths([...at, name], member, ownMember(wanted, name)),
  );
}

/** The former value at a leaf; if an outer value was not an object, that value. */
function formerAt(baseline: Baseline, path: Path): Json | undefined {
  for (const [known, value] of Object.entries(baseline)) {
    const steps = parsePath(known);
    if (covers(steps, path)) {
      return path.slice(steps.length).reduce<Json | undefined>((at, step) => {
        return isJsonObject(at) ? ownMember(at, String(step)) : at;
      }, value);
    }
  }
  return undefined;
}

function leavesIn(values: Properties): Path[] {
  return [...values].flatMap(([path, { value }]) => leavesOf(parsePath(path), value));
}

/** The members of an object are leaves of their own, a list is one leaf. */
function leavesOf(at: Path, value: Json): Path[] {
  if (!isJsonObject(value) || Object.keys(value).length === 0) {
    return [at];
  }
  return Object.entries(value).flatMap(([name, member]) => leavesOf([...at, name], member));
}

function addAt(values: Record<string, Json>, path: Path, value: Json): void {
  const [name, ...rest] = path;
  if (rest.length === 0) {
    setMember(values, String(name), value);
    return;
  }
  const inner = ownMember(values, String(name));
  const object = isJsonObject(inner) ? inner : {};
  setMember(values, String(name), object);
  addAt(object, rest, value);
}

function isSame(left: Json | undefined, right: Json | undefined): boolean {
  return left === undefined || right === undefined ? left === right : sameJson(left, right);
}
