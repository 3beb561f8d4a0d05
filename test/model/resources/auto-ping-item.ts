/** The model of AutoPingItem: an element of an array, identified by its addresses. */
import fc from "fast-check";
import type { Json } from "../../../provider/client";
import type { AutopingItemState, SimulatedDevice } from "../../../simulator";
import { itemName } from "../leaves";
import { type HandChange, handChange, type Inputs, type ResourceModel, someOf } from "../resource-model";

/** Two of these are the same set in a different order. */
const addressLists = [["10.0.0.1"], ["10.0.0.2", "10.0.0.1"], ["10.0.0.1", "10.0.0.2"], ["host.example"]];
const members = {
  enabled: "enabled",
  script: "script",
  pingsBeforeEnabling: "pings_before_enabling",
  resumptionTrial: "resumption_trial",
} as const;

const place = (inputs: Inputs) => `autoping/items/${itemName(inputs["addresses"] as string[])}`;

export const autoPingItemModel: ResourceModel = {
  type: "AutoPingItem",
  inputs: fc
    .tuple(
      fc.constantFrom(...addressLists),
      someOf({
        outlets: [[], [1], [3, 1]],
        enabled: [true, false],
        script: ["", "restart", "hello"],
        pingsBeforeEnabling: [null, 0, 7],
        resumptionTrial: [true, false],
        adopt: [true, false],
      }),
    )
    .map(([addresses, chosen]): Inputs => ({ addresses, ...chosen })),
  claims: (inputs) => [place(inputs)],
  declared(inputs) {
    const declared = new Map<string, Json>([
      [`${place(inputs)}/addresses`, [...(inputs["addresses"] as string[])].sort()],
      [`${place(inputs)}/enabled`, true],
    ]);
    for (const [input, member] of Object.entries(members)) {
      const value = inputs[input];
      if (value !== undefined) {
        declared.set(`${place(inputs)}/${member}`, value);
      }
    }
    const outlets = inputs["outlets"] as number[] | undefined;
    if (outlets) {
      declared.set(`${place(inputs)}/outlets`, outlets.map((number) => number - 1).sort());
    }
    return declared;
  },
  // A device may start its pings anew when the item is written.
  follows: (inputs) => [`${place(inputs)}/status`],
  element: place,
  byHand: fc.oneof(
    fc.constantFrom(...addressLists).map((addresses) => added(addresses)),
    fc.constantFrom(...addressLists).map((addresses) => onItem("is removed", addresses, removeAt)),
    fc.constantFrom(...addressLists).map((addresses) =>
      onItem("acts on outlet 8", addresses, (_device, _index, item) => {
        item.outlets = [7];
      }),
    ),
    fc
      .constantFrom(...addressLists)
      .map((addresses) =>
        onItem("is switched over", addresses, (device, index, item) =>
          device.changeByHand(`autoping/items/${index}/enabled`, !item.enabled),
        ),
      ),
    fc.constant(
      handChange("the AutoPing items come in another order", ({ tree }) => void tree.autoping.items.reverse()),
    ),
  ),
};

function indexOf({ tree }: SimulatedDevice, addresses: readonly string[]): number {
  return tree.autoping.items.findIndex((item) => itemName(item.addresses) === itemName(addresses));
}

function added(addresses: string[]): HandChange {
  return handChange(`an AutoPing item for ${addresses} is added`, (device) => {
    if (indexOf(device, addresses) >= 0) {
      return;
    }
    device.changeByHand(`autoping/items/${device.tree.autoping.items.length}`, {
      addresses,
      outlets: [6],
      enabled: false,
    });
  });
}

function onItem(
  what: string,
  addresses: readonly string[],
  change: (device: SimulatedDevice, index: number, item: AutopingItemState) => void,
): HandChange {
  return handChange(`the AutoPing item for ${addresses} ${what}`, (device) => {
    const index = indexOf(device, addresses);
    const item = device.tree.autoping.items[index];
    if (item) {
      change(device, index, item);
    }
  });
}

function removeAt(device: SimulatedDevice, index: number): void {
  device.removeByHand(`autoping/items/${index}`);
}
