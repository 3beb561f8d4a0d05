/** Models of actions, each with its own outlets, because switching an outlet affects what other actions see. */
import fc from "fast-check";
import type { Json } from "../../../provider/client";
import { handChange, type Inputs, noHandChange, type ResourceModel, valueByHand } from "../resource-model";

const triggers = fc.constantFrom<Json[]>(["first"], ["second"], ["third"]);

const outlet = (number: number | string) => `relay/outlets/${number}`;
const contacts = (number: number | string) => [`${outlet(number)}/transient_state`, `${outlet(number)}/physical_state`];
const nothing = () => new Map<string, Json>();

export const outletCycleModel: ResourceModel = {
  type: "OutletCycle",
  inputs: fc.record({ outlets: fc.constant([6]), triggers, waitSeconds: fc.constantFrom(0, 60) }),
  claims: () => ["transient states"],
  declared: nothing,
  follows: () => contacts(6),
  calls: () => ["relay/outlets/5/cycle"],
  byHand: fc
    .boolean()
    .map((on) => handChange(`outlet 6 is switched ${on ? "on" : "off"}`, (device) => device.switchOutlet(6, on))),
};

export const switchOutletsModel: ResourceModel = {
  type: "SwitchOutlets",
  inputs: fc.record({
    states: fc.record({ "7": fc.boolean(), "8": fc.boolean() }, { requiredKeys: ["7"] }),
    persistent: fc.boolean(),
    triggers,
  }) as fc.Arbitrary<Inputs>,
  claims: () => ["transient states"],
  declared: nothing,
  follows: (inputs) =>
    Object.keys(inputs["states"] as object).flatMap((number) => [...contacts(number), `${outlet(number)}/state`]),
  byHand: fc.boolean().map((on) => valueByHand("relay/outlets/6/transient_state", on)),
};

export const scriptRunModel: ResourceModel = {
  type: "ScriptRun",
  inputs: fc.record({ function: fc.constantFrom("restart", "hello"), triggers, waitSeconds: fc.constantFrom(0, 120) }),
  claims: () => ["script/threads"],
  declared: nothing,
  calls: () => ["script/start"],
  byHand: noHandChange,
};

export const scriptStopModel: ResourceModel = {
  type: "ScriptStop",
  inputs: fc.record({ thread: fc.constantFrom("all", "1"), triggers }),
  claims: () => ["script/threads"],
  declared: nothing,
  byHand: noHandChange,
};

export const rebootModel: ResourceModel = {
  type: "Reboot",
  // `waitForDevice` keeps its default: without waiting, all the rest that the program has for the device would fail.
  inputs: fc.record({ triggers }),
  claims: () => ["transient states", "script/threads"],
  declared: nothing,
  calls: () => ["system/reboot"],
  byHand: noHandChange,
};
