/** `autoping/`: the rules of items, and what pings do to them. */
import type { Behaviour, DeviceCore } from "../device/contract";
import { breaksRule } from "../device/root";
import type { AutopingHostState, AutopingItemState } from "../subtrees/autoping";
import { AutopingWatch } from "./autoping-watch";
import { requireFunction } from "./script";

/** The status of an item whose addresses are new: on trial if it is enabled, otherwise idle. */
function untried({ addresses, enabled }: Pick<AutopingItemState, "addresses" | "enabled">): {
  hosts: AutopingHostState[];
} {
  const state = enabled ? "trial" : "idle";
  return { hosts: addresses.map(() => ({ state, success_count: 0, failure_count: 0 })) };
}

/** How the members of an item affect its trial and its status. */
function itemBehaviours(device: DeviceCore, watch: AutopingWatch): Behaviour[] {
  const itemAt = (key: string | undefined): AutopingItemState | undefined => device.tree.autoping.items[Number(key)];
  return [
    {
      name: "complete a new item",
      path: "autoping/items/*",
      accept(context, value, next) {
        const item = next(value) as Partial<AutopingItemState>;
        const { addresses, enabled = true } = item;
        return context.isNew && addresses !== undefined ? { ...item, status: untried({ addresses, enabled }) } : item;
      },
    },
    {
      name: "begin the trial of an item that is switched on, end that of one that is switched off, show it by dialect",
      path: "autoping/items/*/enabled",
      read({ keys }, next) {
        const enabled = next();
        const item = itemAt(keys[2]);
        const isHidden =
          device.dialects.autopingTrial === "readsDisabled" && item !== undefined && watch.isInTrial(item);
        return isHidden ? false : enabled;
      },
      write(context, value, next) {
        const item = itemAt(context.keys[2]);
        const wasEnabled = item?.enabled;
        next(value);
        if (item !== undefined && wasEnabled === false && value === true) {
          watch.startTrial(item);
        } else if (item !== undefined && value === false) {
          watch.cancelTrial(item);
        }
      },
    },
    {
      name: "give new addresses a status",
      path: "autoping/items/*/addresses",
      accept(_context, value, next) {
        const addresses = next(value);
        if (Array.isArray(addresses) && addresses.length === 0) {
          throw breaksRule(device, "An item needs an address");
        }
        return addresses;
      },
      write(context, value, next) {
        const item = itemAt(context.keys[2]);
        const isSame = JSON.stringify(item?.addresses) === JSON.stringify(value);
        next(value);
        if (item !== undefined && !isSame) {
          item.status = untried(item);
          watch.startTrial(item);
        }
      },
    },
  ];
}

/** autoping/: items without identity. Nothing is pinged: the results come from outside, see the hook `ping`. */
export function autopingBehaviours(device: DeviceCore): Behaviour[] {
  const watch = new AutopingWatch(device);
  return [
    ...itemBehaviours(device, watch),
    {
      name: "check the outlets of an item",
      path: "autoping/items/*/outlets",
      accept(_context, value, next) {
        const outlets = next(value) as number[];
        const unknown = outlets.find((index) => device.tree.relay.outlets[index] === undefined);
        if (unknown !== undefined) {
          throw breaksRule(device, `There is no outlet with index ${unknown}`);
        }
        return outlets;
      },
    },
    {
      name: "check the script of an item",
      path: "autoping/items/*/script",
      accept(_context, value, next) {
        const name = next(value) as string;
        requireFunction(device, name === "" ? null : name);
        return name;
      },
    },
    {
      name: "reset the statistics",
      path: "autoping/reset_statistics",
      call() {
        for (const item of device.tree.autoping.items) {
          watch.resetCounters(item);
        }
        return undefined;
      },
    },
    {
      name: "watch the pings",
      path: "autoping",
      ping: (item, isAnswered) => watch.heard(item, isAnswered),
      reboot: () => watch.restart(),
    },
  ];
}
