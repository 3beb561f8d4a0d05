/**
 * Writes the names, the behaviour and the states of outlets in as few requests as the device accepts: a JSON Patch, or a
 * matrix URI for values that several outlets share (REST-style API Reference section 7.1).
 */
import { type DevicePath, elements, isNotFoundError, isNotSupportedError, type Json, sameJson } from "../client";
import type { Context } from "../runtime/context";
import type { DeviceView } from "../runtime/device-view";
import { type MemberWrite, writeMembers } from "../runtime/member-writes";
import { patienceWithLag, pollUntil } from "../runtime/poll";
import type { DesiredOutlet } from "./outlet-rules";
import { outletMembers, outletPath, outletsPath, readAllOutlets } from "./outlets";

/** In the order in which they are written one by one. */
const settingNames = ["name", "critical", "cycleDelaySeconds"] as const;
type SettingName = (typeof settingNames)[number];

/** One setting of one outlet, and its new value. */
interface Setting {
  readonly number: number;
  readonly name: SettingName;
  readonly value: Json;
}

/** What one outlet should have, and which of its settings have changed. */
export interface OutletSettings {
  readonly number: number;
  readonly desired: DesiredOutlet;
  readonly isChanged: (name: SettingName) => boolean;
}

/**
 * Writes the settings that have changed.
 * @param isSwitchedNext Outlets are switched afterwards, which a setting that the device does not take must prevent:
 *   what went in one request is therefore read back, and what has not arrived is written by itself.
 * @param list The list of outlets, if several of them may change. Default: the one outlet alone.
 */
export async function writeOutletSettings(
  context: Context,
  outlets: readonly OutletSettings[],
  { isSwitchedNext, list }: { isSwitchedNext: boolean; list?: DevicePath },
): Promise<void> {
  const settings = outlets.flatMap(({ number, desired, isChanged }) =>
    settingNames.flatMap((name): Setting[] =>
      isChanged(name) ? [{ number, name, value: desired[name] as Json }] : [],
    ),
  );
  if (!(await writeMembers(context.device, settings.map(toWrite), list)) || !isSwitchedNext) {
    return;
  }
  context.device.readNow();
  const numbers = settings.map(({ number }) => number);
  const lacking = async () => {
    const found = await readAllOutlets(context, numbers);
    return settings.filter(({ number, name, value }) => !sameJson(found.get(number)?.[name], value));
  };
  const missing = await pollUntil(context, patienceWithLag(context), lacking, ({ length }) => length === 0);
  await writeMembers(context.device, missing.map(toWrite), list);
}

function toWrite({ number, name, value }: Setting): MemberWrite {
  return { path: outletPath(number, outletMembers[name]), value, touches: outletPath(number) };
}

/**
 * Switches outlets to the same state: in one request, which the device carries out at the pace of its sequence delay, or
 * one after the other on a device that knows no matrix URIs.
 */
export async function switchTogether(
  device: DeviceView,
  numbers: readonly number[],
  member: "state" | "transient_state",
  state: boolean,
): Promise<void> {
  const touches = numbers.map((number) => outletPath(number));
  if (numbers.length > 1) {
    try {
      await device.put(outletsPath.join(elements(...numbers.map((number) => number - 1)), member), state, { touches });
      return;
    } catch (error) {
      if (!isNotFoundError(error) && !isNotSupportedError(error)) {
        throw error;
      }
    }
  }
  for (const number of numbers) {
    await device.put(outletPath(number, member), state, { touches: outletPath(number) });
  }
}
