/** Which programs are rightly refused, and what a person then does about it. */
import { isDliError } from "../../provider/client";
import type { SimulatedDevice } from "../../simulator";
import { causeOf } from "./clear-errors";
import type { FailedOperation } from "./engine";
import { isWithin, type Leaves, leaf } from "./leaves";
import type { Inputs } from "./resource-model";
import { modelOf } from "./resources";

export interface Refused {
  readonly operation: FailedOperation;
  /** The device of the resource, and what it held before and after the run. */
  readonly device: SimulatedDevice;
  readonly before: Leaves;
  readonly after: Leaves;
  /** The source that the program's Script declares for the device. */
  readonly declaredSource: string | undefined;
}

/** What must change: inputs of the resource, or the device. */
export interface Remedy {
  readonly what: string;
  readonly inputs?: Inputs;
  readonly byHand?: (device: SimulatedDevice) => void;
}

const restart = "function restart()\nend\n";

/** The remedy for a justified error; `undefined` if the program should not have been refused. */
export function remedyOf(refused: Refused): Remedy | undefined {
  const { operation } = refused;
  const cause = causeOf(operation.error);
  if (!isDliError(cause)) {
    return undefined;
  }
  if (cause.code === "lockedOutlet") {
    return unlock(refused);
  }
  if (/already exists/.test(cause.problem)) {
    return adopt(refused);
  }
  if (/has no function/.test(cause.problem)) {
    return otherFunction(refused);
  }
  if (/is off, so nothing was cycled/.test(cause.problem)) {
    return switchOn(refused);
  }
  if (/^outlet \d+ is protected/.test(cause.problem)) {
    return keepPower(refused);
  }
  if (cause.code === "lockoutGuard") {
    return allowLockout(refused);
  }
  return undefined;
}

function allowLockout({ operation: { declared } }: Refused): Remedy | undefined {
  if (!declared || declared.inputs["allowLockout"] === true) {
    return undefined;
  }
  const isRisky = ["realm", "sameSubnetOnly"].some((input) => declared.inputs[input] !== undefined);
  return isRisky ? { what: "a lock-out is allowed", inputs: { allowLockout: true } } : undefined;
}

function unlock({ before }: Refused): Remedy | undefined {
  const isLocked = [1, 2, 3].some((number) => before.get(`relay/outlets/${number}/locked`) === leaf(true));
  if (!isLocked) {
    return undefined;
  }
  return {
    what: "the outlets are unlocked",
    byHand: ({ tree }) => {
      for (const outlet of tree.relay.outlets) {
        outlet.locked = false;
      }
    },
  };
}

function adopt({ operation, before }: Refused): Remedy | undefined {
  const { kind, declared } = operation;
  if (kind !== "create" || !declared || declared.inputs["adopt"] === true) {
    return undefined;
  }
  const element = modelOf(declared.type).element?.(declared.inputs);
  const existed = element !== undefined && [...before.keys()].some((path) => isWithin(path, [element]));
  return existed ? { what: "adopt is set", inputs: { adopt: true } } : undefined;
}

function otherFunction({ operation, before, after, declaredSource }: Refused): Remedy | undefined {
  const input = operation.declared?.type === "AutoPingItem" ? "script" : "function";
  const name = String(operation.declared?.inputs[input]);
  const has = (source: unknown) => String(source).includes(`function ${name}(`);
  const sources = [before.get("script/source"), after.get("script/source")];
  if (declaredSource === undefined ? sources.every(has) : has(declaredSource)) {
    return undefined;
  }
  return {
    what: "a function is called that the script has",
    inputs: { [input]: "restart" },
    byHand: (device) => {
      if (!device.tree.script.source.includes("function restart(")) {
        device.changeByHand("script/source", restart);
      }
    },
  };
}

/** Declares harmless values in place of those that would switch off a protected outlet. */
function keepPower({ operation: { declared } }: Refused): Remedy | undefined {
  const harmless: Readonly<Record<string, Inputs>> = {
    Relay: { recoveryMode: 2 },
    AutoPing: { enabled: false },
    AutoPingItem: { outlets: [] },
  };
  const inputs = declared && harmless[declared.type];
  const isOtherwise = inputs && Object.keys(inputs).some((name) => leaf(declared.inputs[name]) !== leaf(inputs[name]));
  return isOtherwise ? { what: "protected outlets keep their power", inputs } : undefined;
}

function switchOn({ before }: Refused): Remedy | undefined {
  const contacts = ["relay/outlets/6/transient_state", "relay/outlets/6/physical_state"];
  if (contacts.every((path) => before.get(path) === leaf(true))) {
    return undefined;
  }
  return { what: "outlet 6 is switched on", byHand: (device) => device.switchOutlet(6, true) };
}
