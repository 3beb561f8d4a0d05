/** Plans writes in two steps: first everything that can be refused, then the effect. */
import type { DeviceCore } from "../device/contract";
import type { Json } from "../schema/nodes";
import { Refusal } from "../schema/refusal";

/** A write to one element. */
export interface Plan {
  /** Throws a Refusal if the write is refused; changes nothing. */
  readonly prepare: () => void;
  /** Applies the write and returns the result of a call, if any. */
  readonly apply: () => Json | undefined;
}

/** Carries out a write on one place. */
export function carryOut(plan: Plan): Json | undefined {
  plan.prepare();
  return plan.apply();
}

/** Several writes, none of which happens if one is refused. */
export function allOrNothing(plans: readonly Plan[]): Plan {
  return {
    prepare: () => {
      for (const plan of plans) {
        plan.prepare();
      }
    },
    apply: () => {
      for (const plan of plans) {
        plan.apply();
      }
      return undefined;
    },
  };
}

/** Several writes, one after the other until one is refused. */
export function oneAfterTheOther(makePlans: readonly (() => Plan)[]): Plan {
  return {
    prepare: () => {},
    apply: () => {
      for (const makePlan of makePlans) {
        carryOut(makePlan());
      }
      return undefined;
    },
  };
}

/** A failing element in a 207. */
function failedElement(refusal: Refusal): Json {
  return { error: { code: refusal.status, message: refusal.message } };
}

/** Reads or writes each element of a matrix request and returns the list of the 207. */
export function eachElement(device: DeviceCore, elements: readonly (() => Json)[]): Json[] {
  return elements.map((element) => {
    try {
      return element();
    } catch (error) {
      if (!(error instanceof Refusal) || device.dialects.matrixPartialFailure === "whole") {
        throw error;
      }
      return device.dialects.matrixPartialFailure === "errorObject" ? failedElement(error) : null;
    }
  });
}

/** Carries out a matrix write and returns the list of the 207. */
export function carryOutAll(device: DeviceCore, plans: readonly Plan[]): Json[] {
  if (device.dialects.matrixPartialFailure === "whole") {
    for (const plan of plans) {
      plan.prepare();
    }
  }
  const empty = device.dialects.matrixWriteBody === "emptyTexts" ? "" : null;
  const list = eachElement(
    device,
    plans.map((plan) => () => carryOut(plan) ?? empty),
  );
  const isAllEmpty = list.every((element) => element === null || element === "");
  return device.dialects.matrixWriteBody === "emptyList" && isAllEmpty ? [] : list;
}

/**
 * A plan made only when its turn comes, so that a value that does not fit an element fails for that element alone.
 * `result` is returned after success.
 */
export function deferred(makePlan: () => Plan, result: () => Json | undefined): Plan {
  let plan: Plan | undefined;
  return {
    prepare: () => {
      plan = makePlan();
      plan.prepare();
    },
    apply: () => {
      plan?.apply();
      return result();
    },
  };
}
