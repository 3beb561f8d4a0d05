/** The model of Outlet, whose relay follows its state. */
import fc from "fast-check";
import type { Json } from "../../../provider/client";
import { handChange, type Inputs, type ResourceModel, someOf, valueByHand } from "../resource-model";

const numbers = [1, 2, 3];
const members = { name: "name", state: "state", critical: "critical", cycleDelaySeconds: "cycle_delay" } as const;

const place = (inputs: Inputs) => `relay/outlets/${inputs["number"]}`;

/** A protected outlet can be neither declared off nor restored to off. */
const mayDeclare = (inputs: Inputs) =>
  inputs["protectFromOff"] !== true || (inputs["state"] !== false && inputs["onDestroy"] !== "restore");

export const outletModel: ResourceModel = {
  type: "Outlet",
  inputs: fc
    .tuple(
      fc.constantFrom(...numbers),
      someOf({
        name: ["web", "db", "nas"],
        state: [true, false],
        critical: [true, false],
        cycleDelaySeconds: [null, 0.5, 7],
        enforce: ["persistent", "physical"],
        waitForPhysical: [true, false],
        protectFromOff: [false, true],
        onDestroy: ["leave", "restore"],
      }),
    )
    .map(([number, chosen]) => {
      const inputs: Inputs = { number, ...chosen };
      if (!mayDeclare(inputs)) {
        delete inputs["protectFromOff"];
      }
      return inputs;
    }),
  mayDeclare,
  claims: (inputs) => [place(inputs)],
  // An ignored state may be off, which contradicts the protection.
  mayIgnore: (input, inputs) => input !== "state" || inputs["protectFromOff"] !== true,
  declared(inputs) {
    const declared = new Map<string, Json>();
    for (const [input, member] of Object.entries(members)) {
      const value = inputs[input];
      if (value !== undefined) {
        declared.set(`${place(inputs)}/${member}`, value);
      }
    }
    const state = inputs["state"];
    if (state !== undefined && inputs["enforce"] === "physical") {
      declared.set(`${place(inputs)}/transient_state`, state).set(`${place(inputs)}/physical_state`, state);
    }
    return declared;
  },
  follows: (inputs) =>
    inputs["state"] === undefined ? [] : [`${place(inputs)}/transient_state`, `${place(inputs)}/physical_state`],
  byHand: fc.constantFrom(...numbers).chain((number) => {
    const path = `relay/outlets/${number - 1}`;
    return fc.oneof(
      fc.constantFrom("mine", "web", "db").map((name) => valueByHand(`${path}/name`, name)),
      fc
        .boolean()
        .map((on) =>
          handChange(`outlet ${number} is switched ${on ? "on" : "off"}`, (device) => device.switchOutlet(number, on)),
        ),
      fc.boolean().map((on) => valueByHand(`${path}/transient_state`, on)),
      fc.boolean().map((critical) => valueByHand(`${path}/critical`, critical)),
      fc.constantFrom(null, 4).map((delay) => valueByHand(`${path}/cycle_delay`, delay)),
      fc.boolean().map((locked) => valueByHand(`${path}/locked`, locked)),
    );
  }),
};
