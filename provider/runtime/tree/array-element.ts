/**
 * Array elements that have no name. A removal moves later elements up, so an index may mean another element by the time
 * a request arrives: people, another program or another run may be changing the same device. A change goes in one
 * request that also tests what stands there; if the device does not accept that, and for a removal, the list is
 * compared before and after, and what was hit by accident is put back and named.
 */
import { isDliError, type Json, jsonPointer, RefusedError, sameJson } from "../../client";
import type { Context } from "../context";
import type { SessionView } from "../device-view";
import { mayBeAboutForm } from "../patch-support";
import { patienceWithLag, pollUntil } from "../poll";
import { failureOf, lostResponse, orGone } from "../write-outcome";
import { type ArrayElement, onlyPosition, type Position, positionsOf } from "./array-position";
import { isElementOf, type Members } from "./known";
import { ifShown, numbered } from "./read";

/** What the device says to a request that tests what it changes; `unclear` if the list alone can tell. */
type Answer = "accepted" | "refused" | "unclear";

/** How many attempts are made while the list keeps moving. */
const tries = 4;

/**
 * Gives members of an element new values; sends nothing if it is not there, or without changes.
 * @returns Whether the device shows all of them.
 */
export async function changeElement(context: Context, element: ArrayElement, changes: Members): Promise<boolean> {
  const isNothing = Object.keys(changes).length === 0;
  return isNothing || context.device.exclusive((session) => new Work(context, session, element).change(changes));
}

/** Removes an element; sends nothing if it is not there. */
export function removeElement(context: Context, element: ArrayElement): Promise<void> {
  return context.device.exclusive((session) => new Work(context, session, element).remove());
}

/** The work on one element in one session. */
class Work {
  readonly #context: Context;
  readonly #session: SessionView;
  readonly #element: ArrayElement;

  constructor(context: Context, session: SessionView, element: ArrayElement) {
    this.#context = context;
    this.#session = session;
    this.#element = element;
  }

  async change(changes: Members): Promise<boolean> {
    let isMisplaced = false;
    for (let left = tries; left > 0; left--) {
      const before = await this.#positions();
      const position = this.#find(before);
      if (position === undefined) {
        return false;
      }
      const answer = await this.#changeTested(position, changes);
      if (answer === "accepted") {
        await this.#untilShown(changes);
      }
      const between =
        answer === "refused" ? await this.#positions() : await this.#putBackChanged(before, position, changes);
      const now = this.#find(between);
      if (now === undefined || this.#isDone(now[1], changes)) {
        return now !== undefined;
      }
      // The test fails if the list has moved; if it has not, the device does not take such a request or only claims to.
      const isStill = now[0] === position[0];
      isMisplaced = isStill && !(await this.#isStillThere(now));
      if (isStill && !isMisplaced) {
        const failure = await failureOf(() => orGone(() => this.#changeEach(position, changes)));
        const positions = await this.#putBackChanged(between, position, changes);
        this.#nameUnseen(between, positions, position, changes);
        const after = this.#find(positions);
        if (failure) {
          throw failure;
        }
        if (after === undefined || after[0] === position[0]) {
          const isShown = after !== undefined && this.#isDone(after[1], changes);
          if (isShown && answer === "accepted") {
            this.#context.device.patches.wasNotTaken(1);
          }
          return isShown;
        }
      }
    }
    if (isMisplaced) {
      throw this.#context.device.mayBeHiddenError(this.#element.list);
    }
    return false;
  }

  async remove(): Promise<void> {
    for (let left = tries; left > 0; left--) {
      const before = await this.#positions();
      const position = this.#find(before);
      if (position === undefined) {
        return;
      }
      if (!(await this.#isStillThere(position))) {
        if (left > 1) {
          continue;
        }
        throw this.#context.device.mayBeHiddenError(this.#element.list);
      }
      let isAccepted = false;
      const lost = await lostResponse(async () => {
        const { list } = this.#element;
        isAccepted = await orGone(() => this.#session.delete(list.join(position[0]), { touches: list }));
      });
      const after = isAccepted ? await this.#positionsWithout(before, position) : await this.#positions();
      // Where the device had nothing to remove, only others can have removed what is missing.
      if ((isAccepted || lost) && this.#find(after) !== undefined) {
        await this.#putBackRemoved(before, after, position);
      }
      if (lost) {
        throw lost;
      }
    }
  }

  /** Everything in the list that has the form of an element; nothing is concluded from what is missing. */
  async #positions(): Promise<Position[]> {
    return positionsOf(this.#element, await this.#list());
  }

  /**
   * The list once it shows what a removal has taken from it: our element, or the one that it hit instead.
   * @throws RefusedError if it shows neither: to send the removal again could hit the next element.
   */
  async #positionsWithout(before: readonly Position[], [index, ours]: Position): Promise<Position[]> {
    const isShown = (now: readonly Position[]) =>
      this.#find(now) === undefined || this.#missingBehind(index, before, now).length > 0;
    const patience = patienceWithLag(this.#context);
    const positions = await pollUntil(this.#context, patience, () => this.#positions(), isShown);
    if (isShown(positions)) {
      return positions;
    }
    const { list, noun, nameOf } = this.#element;
    const gone = before.filter(([, one]) => !positions.some(([, other]) => this.#isSame(one, other)));
    const names = gone.map(([, one]) => nameOf(one)).join("; ");
    const known = gone.length > 0 ? [`one of these, which are missing since then: ${names}`] : [];
    const hit = this.#find(positions)?.[0] === index ? known : [...known, "one that was added at the same moment"];
    const instead = hit.length > 0 ? `, and may have removed ${hit.join(", or ")}` : "";
    throw new RefusedError({
      device: this.#context.device.name,
      method: "DELETE",
      path: String(list),
      message: `the ${noun} for ${nameOf(ours)} still exists after the device accepted the request, which is not repeated: it could remove another one${instead}`,
      remedy: "Look at the device's own page, and run again.",
      outcome: "refused",
    });
  }

  async #list(): Promise<(readonly [string, Json])[]> {
    const { list } = this.#element;
    return numbered(this.#context.device, String(list), await this.#session.get(list));
  }

  /**
   * Whether the device, too, has the element at this index. If it leaves out of a list what this login may not see, later
   * elements have moved up in what is shown.
   */
  async #isStillThere([index, element]: Position): Promise<boolean> {
    const { list } = this.#element;
    if (await this.#context.account.seesAll(list, (path) => this.#session.get(path))) {
      return true;
    }
    const there = await ifShown(this.#session.get(list.join(index)));
    return there !== undefined && isElementOf(String(list), there) && this.#isSame(there, element);
  }

  #find(positions: readonly Position[]): Position | undefined {
    return onlyPosition(this.#context.device, this.#element, positions);
  }

  /** Gives the device time to show what it has accepted, unless it has accepted a patch without effect before. */
  async #untilShown(changes: Members): Promise<void> {
    const context = this.#context;
    const isShown = (now: readonly Position[]) => {
      const position = this.#find(now);
      return position === undefined || this.#isDone(position[1], changes);
    };
    if (context.device.patches.isWorthTrying(1)) {
      await pollUntil(context, patienceWithLag(context), () => this.#positions(), isShown);
    }
  }

  /**
   * Sends one request that changes the element, or nothing if another one stands there. An error of the device's own does
   * not say whether anything was changed, which the list shows.
   */
  async #changeTested([index, element]: Position, changes: Members): Promise<Answer> {
    const { key, list, touches, inOrder } = this.#element;
    // A device may carry out a patch only as far as it gets.
    const operations = inOrder(changes).map(
      ([name, value]) => ({ op: "replace", path: jsonPointer(name), value }) as const,
    );
    const test = { op: "test", path: jsonPointer(key), value: element[key] as Json } as const;
    try {
      await this.#session.patch(list.join(index), [test, ...operations], { touches });
      return "accepted";
    } catch (error) {
      if (mayBeAboutForm(error)) {
        return error.outcome === "refused" ? "refused" : "unclear";
      }
      throw error;
    }
  }

  async #changeEach([index]: Position, changes: Members): Promise<void> {
    const { list, touches, inOrder } = this.#element;
    for (const [name, value] of inOrder(changes)) {
      await this.#session.put(list.join(index, name), value, { touches });
    }
  }

  /**
   * Puts back what another element had, if it was changed instead of ours, and returns the list as it was found. Only
   * an element that has moved up to our position or past it can have been hit, and only with values that ours did not get.
   */
  async #putBackChanged(before: readonly Position[], [index, ours]: Position, changes: Members): Promise<Position[]> {
    const list = await this.#list();
    const after = positionsOf(this.#element, list);
    const own = this.#find(after)?.[1];
    const missed = Object.entries(changes).flatMap(([name, value]) =>
      own !== undefined && this.#element.hasValue(own, name, value) ? [] : [name],
    );
    for (const [at, now] of after) {
      const [from = 0, then] = before.find(([, one]) => this.#isSame(one, now)) ?? [];
      const hit = missed.filter(
        (name) => then?.[name] !== undefined && !sameJson(then[name], now[name]) && sameJson(now[name], changes[name]),
      );
      if (then !== undefined && hit.length > 0 && from > index && at <= index) {
        const former = Object.fromEntries(hit.map((name) => [name, then[name] as Json]));
        await this.#putBack(then, former, { happened: "was changed", cure: "Set it right" }, () =>
          this.#workOn(then).change(former),
        );
      }
    }
    const isSpoiled = list.some(([at]) => at === String(index)) && !after.some(([at]) => at === index);
    if (isSpoiled && this.#find(after) === undefined) {
      // The device misunderstood the request, and what it left there is not an element.
      const { list: touches } = this.#element;
      await this.#session.restoring.put(touches.join(index), this.#writable(ours), { touches });
      return this.#positions();
    }
    return after;
  }

  /** Warns of an element that nobody had seen before our change went to its position without a test. */
  #nameUnseen(
    before: readonly Position[],
    after: readonly Position[],
    [index, ours]: Position,
    changes: Members,
  ): void {
    const { noun, nameOf } = this.#element;
    const unseen = after.filter(([at, one]) => at === index && !before.some(([, other]) => this.#isSame(one, other)));
    for (const [, one] of unseen) {
      const given = Object.keys(changes).filter((name) => sameJson(one[name], changes[name]));
      const what = `the ${noun} for ${nameOf(one)}, which was added at the same moment, may have been given the ${given.join(", ")} that the ${noun} for ${nameOf(ours)} was to get; what it had is not known`;
      if (given.length > 0) {
        this.#context.warn(`${this.#context.device.name}: ${what}`);
      }
    }
  }

  /**
   * The elements that may have been removed instead of the one at an index: they stood behind it, by at most as many places
   * as elements in front of it have gone.
   */
  #missingBehind(index: number, before: readonly Position[], after: readonly Position[]): Position[] {
    const missing = before.filter(([, one]) => !after.some(([, other]) => this.#isSame(one, other)));
    const moved = missing.filter(([from]) => from < index).length;
    return missing.filter(([from]) => from > index && from <= index + moved);
  }

  /** Puts back the element that was removed instead of ours. */
  async #putBackRemoved(before: readonly Position[], after: readonly Position[], [index]: Position): Promise<void> {
    const [hit, ...others] = this.#missingBehind(index, before, after);
    if (hit !== undefined && others.length > 0) {
      const names = [hit, ...others].map(([, one]) => this.#element.nameOf(one)).join("; ");
      throw new RefusedError({
        device: this.#context.device.name,
        method: "DELETE",
        path: String(this.#element.list),
        message: `the list moved while the ${this.#element.noun} was being removed, so one of these was removed by accident: ${names}`,
        remedy: "Add it again on the device's own page, or run again if a program declares it.",
        // Not `unknown`, after which there would be another attempt, whose success would hide this error.
        outcome: "refused",
      });
    }
    if (hit !== undefined) {
      const former = this.#writable(hit[1]);
      const { list: touches } = this.#element;
      await this.#putBack(hit[1], former, { happened: "was removed", cure: "Add it again" }, () =>
        this.#session.restoring.post(touches, former, { touches }),
      );
    }
  }

  /**
   * Gives another element what it had, and says so once the device shows it.
   * @throws RefusedError that names the element, if the device does not show it.
   */
  async #putBack(
    other: Members,
    former: Members,
    { happened, cure }: { happened: string; cure: string },
    work: () => Promise<unknown>,
  ): Promise<void> {
    const { device, warn } = this.#context;
    const { list, noun, nameOf } = this.#element;
    const failure = await failureOf(work);
    const isBack = (positions: readonly Position[]) =>
      positions.some(([, one]) => this.#isSame(one, other) && this.#isDone(one, former));
    const patience = failure ? { limitMilliseconds: 0, pauseMilliseconds: 0 } : patienceWithLag(this.#context);
    const now = await pollUntil(this.#context, patience, () => this.#positions(), isBack).catch(() => []);
    const accident = `the ${noun} for ${nameOf(other)} ${happened} by accident, because the list moved at the same moment`;
    if (isBack(now)) {
      warn(`${device.name}: ${accident}; what it had was put back`);
      return;
    }
    const reason = failure === undefined ? "" : `: ${isDliError(failure) ? failure.problem : failure.message}`;
    throw new RefusedError({
      device: device.name,
      path: String(list),
      message: `${accident}, and what it had could not be put back${reason}`,
      remedy: `${cure} on the device's own page, or run again if a program declares it.`,
      outcome: "refused",
      cause: failure,
    });
  }

  #workOn(other: Members): Work {
    const { key } = this.#element;
    const isIt = (element: Members) => sameJson(element[key], other[key]);
    return new Work(this.#context, this.#session.restoring, { ...this.#element, isIt, touches: this.#element.list });
  }

  #isDone(element: Members, changes: Members): boolean {
    return Object.entries(changes).every(([name, value]) => this.#element.hasValue(element, name, value));
  }

  #isSame(left: Members, right: Members): boolean {
    return sameJson(left[this.#element.key], right[this.#element.key]);
  }

  #writable(element: Members): Record<string, Json> {
    return Object.fromEntries(Object.entries(element).filter(([name]) => this.#element.writable.includes(name)));
  }
}
