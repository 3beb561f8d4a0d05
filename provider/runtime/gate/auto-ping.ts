/**
 * Whether a request lets AutoPing cycle an outlet: by an item that it adds or changes, by enabling something that
 * already has such an item, or by shortening the trial that holds one back. An item with a script function leaves the
 * outlet to that function, once the device shows it: a device may ignore the function that a request gives to an item.
 */
import { isJsonObject, type Json, memberOf, type Segment } from "../../client";
import { effectsOn, type Place, possibleChanges, type WriteRequest } from "./effect";

const root = "autoping";
const items = [root, "items"] as const;
/** How many answers end a trial: a member of AutoPing for all items, and of an item that has its own number. */
const trialLength = "pings_before_enabling";
/** Whether items go on after a restart without a trial, for all of them, or with one, for a single item. */
const noTrials = "resume_without_retrial";
const trialAgain = "resumption_trial";
/** Stands for an item that the request or the device does not show. */
const unseenItem = { outlets: null };

/** An item on the device, by its index. */
type Present = readonly [index: string, item: Json];

/** Whether a request may change what AutoPing does, so that judging it takes a look at the device. */
export function concernsAutoPing(request: WriteRequest): boolean {
  const places = [...["enabled", trialLength, noTrials].map((member) => [root, member]), items];
  return places.some((place) => effectsOn(request, place).length > 0);
}

/** What is known of AutoPing before a request. */
interface PingBefore {
  /** `autoping/` as the device has it now. */
  readonly autoPing: Json | undefined;
  /** Whether the device shows this login all items. */
  readonly isWhole: boolean;
  /** Whether the device is expected to keep the function that a request gives to an item; default: no. */
  readonly isKept?: boolean;
}

/**
 * Whether AutoPing could cycle an outlet because of a request.
 * @param index The outlet's index, from 0.
 */
export function letsPingCycle(
  request: WriteRequest,
  index: number,
  { autoPing, isWhole, isKept = false }: PingBefore,
): boolean {
  const shown = itemsIn(autoPing);
  const hidden: Present[] = isWhole ? [] : [["", unseenItem]];
  const present = [...shown, ...unshown(request, shown), ...hidden];
  const enables = writes(request, [root, "enabled"]).some((value) => value !== false);
  const frees = (item: Json) => enables || endsTrial(request, item, autoPing);
  const pieces = comesOrGoes(request) ? piecesOf(request) : [];
  const isOff = (item: Json) => memberOf(item, "enabled") === false;
  const mayBeLeft = (item: Json) => pieces.length === 0 && isLeft(item) && (isKept || isOff(item));
  return (
    newItems(request, present).some((item) => mayHold(memberOf(item, "outlets"), index) && !mayBeLeft(item)) ||
    pieces.some((piece) => writes(piece, [...items, /^/, "outlets"]).some((value) => mayHold(value, index))) ||
    present.some(([at, item]) => isWoken(request, [at, item], index, { isFreed: frees(item), isKept }))
  );
}

/** The items on the device; if their list, a place in it, or the outlets of one are not shown, they may hold any outlet. */
function itemsIn(autoPing: Json | undefined): Present[] {
  const list = memberOf(autoPing, "items");
  const all: Present[] = Array.isArray(list) || isTable(list) ? Object.entries(list) : [["0", unseenItem]];
  return all.map(([at, item]) => [
    at,
    memberOf(item, "outlets") === undefined ? { ...asObject(item), ...unseenItem } : item,
  ]);
}

function asObject(item: Json): object {
  return isJsonObject(item) ? item : {};
}

/** The items of which a request writes a part although the device does not show them. */
function unshown(request: WriteRequest, shown: readonly Present[]): Present[] {
  const parts = comesOrGoes(request) ? [] : possibleChanges(request).map(({ segments }) => segments);
  const named = parts.flatMap((segments) =>
    segments.length > items.length + 1 ? namesIn(segments[items.length]) : [],
  );
  const isShown = (name: string) => shown.some(([at]) => Number(at) === Number(name));
  return named.filter((name) => /^\d+$/.test(name) && !isShown(name)).map((name) => [name, unseenItem]);
}

function namesIn(segment: Segment | undefined): readonly string[] {
  return typeof segment === "string" ? [segment] : (segment?.names ?? []);
}

/** Whether a value is an object in place of a list: empty, or with indices as names. */
function isTable(value: unknown): value is Readonly<Record<string, Json>> {
  return isJsonObject(value as Json) && Object.keys(value as object).every((name) => /^\d+$/.test(name));
}

/** Whether a request about all items lets this one act although a trial holds it back, or would hold it back. */
function endsTrial(request: WriteRequest, item: Json, autoPing: Json | undefined): boolean {
  const hasOwnLength = typeof memberOf(item, trialLength) === "number";
  return (
    (!hasOwnLength && isShortened(writes(request, [root, trialLength]), memberOf(autoPing, trialLength))) ||
    writes(request, [root, noTrials]).some((value) => value !== false)
  );
}

function isShortened(lengths: readonly Json[], present: unknown): boolean {
  return lengths.some((length) => typeof length !== "number" || typeof present !== "number" || length < present);
}

/** Whether an item is on trial, during which a device may show it as off. */
function isOnTrial(item: Json): boolean {
  const hosts = memberOf(memberOf(item, "status"), "hosts");
  const states = Array.isArray(hosts) ? hosts.map((host) => memberOf(host, "state")) : [];
  return states.some((state) => typeof state === "string" && /trial/i.test(state.slice(0, 40)));
}

/**
 * Whether an existing item may cycle the outlet because of a request.
 * @param with `isFreed`: whether the request lets it act if it is on; `isKept`: see `PingBefore`.
 */
function isWoken(
  request: WriteRequest,
  [at, item]: Present,
  index: number,
  { isFreed, isKept }: { isFreed: boolean; isKept: boolean },
): boolean {
  // If whole items are added or removed, a different one may stand at this index when its step is applied.
  const place = [...items, comesOrGoes(request) ? /^/ : at];
  const [outlets, script, enabled] = [
    memberAfter(request, place, item, "outlets"),
    memberAfter(request, place, item, "script"),
    memberAfter(request, place, item, "enabled"),
  ];
  const holds = outlets.later.some((value) => mayHold(value, index));
  const staysLeft = script.later.every(isFunction);
  const isWhole = effectsOn(request, place).some(({ kind }) => kind !== "inside");
  const isLeftNow = isFunction(memberOf(item, "script")) && !isWhole;
  if (!holds || (staysLeft && (isKept || isLeftNow))) {
    return false;
  }
  const isCalled = effectsOn(request, [...place, /^/]).some(({ kind }) => kind === "posted");
  const isOn = isCalled || (!enabled.isWritten && isOnTrial(item)) || enabled.later.some((value) => value !== false);
  const losesFunction = script.isWritten && !staysLeft;
  const isWritten = outlets.isWritten || losesFunction || enabled.isWritten || isTrialCut(request, place, item);
  const isTouched = isCalled || isWritten || removesMember(request);
  // Even a disabled item must not be given the outlet.
  const isGiven = outlets.isWritten && !mayHold(memberOf(item, "outlets"), index);
  return (isOn && (isTouched || isFreed)) || isGiven;
}

/** Whether a request about one item lets it act sooner than its trial would. */
function isTrialCut(request: WriteRequest, place: Place, item: Json): boolean {
  return (
    isShortened(writes(request, [...place, trialLength]), memberOf(item, trialLength)) ||
    writes(request, [...place, trialAgain]).some((value) => value !== true)
  );
}

/** Whether a request of several steps adds or removes whole items, so that a later step may mean any of them. */
function comesOrGoes(request: WriteRequest): boolean {
  return request.method === "PATCH" && effectsOn(request, [...items, /^/]).some(({ kind }) => kind !== "inside");
}

/** The steps of a request that write only part of an item, each as a request of its own. */
function piecesOf(request: WriteRequest): WriteRequest[] {
  const parts = possibleChanges(request).filter(({ segments }) => segments.length > items.length + 1);
  return parts.map(({ method, segments, value }) => ({
    method: method === "UNSEEN" ? "PUT" : method,
    segments,
    value: method === "UNSEEN" ? null : value,
  }));
}

/** Whether a request removes function, switch or trial from an item, which then gets the default of a new one. */
function removesMember(request: WriteRequest): boolean {
  const members = ["script", "enabled", trialLength, trialAgain];
  const isOne = (name: Segment | undefined) => typeof name !== "string" || members.includes(name);
  return possibleChanges(request).some(
    ({ method, segments }) => method === "DELETE" && segments.length > items.length + 1 && isOne(segments.at(-1)),
  );
}

/** Whether a request writes a member of an item, and the values that the member may have afterwards. */
function memberAfter(request: WriteRequest, place: Place, item: Json, name: string) {
  const effects = effectsOn(request, [...place, name]);
  const written = writes(request, [...place, name]);
  // A member missing from a value that overwrites the item keeps its own value or gets the default of a new item.
  const isLeftOut = effects.some(({ kind }) => kind === "lost");
  // If a different item may be meant, this one may keep what it has.
  const isOneOfSeveral = place.some((step) => typeof step !== "string");
  const mayKeep = isOneOfSeveral || (isLeftOut ? name === "outlets" : effects.length === 0);
  const rest = [...(isLeftOut && name !== "outlets" ? [null] : []), ...(mayKeep ? [memberOf(item, name)] : [])];
  return { isWritten: written.length > 0, later: [...written, ...rest] };
}

/** What a request writes to a place; `null` if it does not show that. */
function writes(request: WriteRequest, place: Place): Json[] {
  return effectsOn(request, place).flatMap((effect) =>
    effect.kind === "set" ? [effect.value] : effect.kind === "lost" ? [] : [null],
  );
}

/** The items that a request adds to the list, or writes along with it. */
function newItems(request: WriteRequest, present: readonly Present[]): Json[] {
  const step = request.method === "PUT" ? possibleChanges(request)[0]?.segments[items.length] : undefined;
  const isThere = typeof step === "string" && /^\d+$/.test(step) && present.some(([at]) => Number(at) === Number(step));
  const whole = [...effectsOn(request, items), ...(isThere ? [] : effectsOn(request, [...items, /^/]))];
  return whole.flatMap((effect) => {
    if (effect.kind === "posted") {
      return [effect.value ?? null];
    }
    const isItem = effect.kind === "set" && !Array.isArray(effect.value);
    return effect.kind === "unseen" ? [unseenItem] : isItem ? [effect.value] : [];
  });
}

/** Whether an item leaves it to a script function what to do. */
function isLeft(item: Json): boolean {
  return !isJsonObject(item) || isFunction(item["script"]);
}

function isFunction(script: Json | undefined): boolean {
  return typeof script === "string" && script !== "";
}

/** A list in an unexpected form may hold anything; an empty one may arrive as an object. */
function mayHold(outlets: Json | undefined, index: number): boolean {
  if (outlets === undefined || (isJsonObject(outlets) && Object.keys(outlets).length === 0)) {
    return false;
  }
  return !Array.isArray(outlets) || outlets.some((outlet) => !Number.isInteger(outlet) || outlet === index);
}
