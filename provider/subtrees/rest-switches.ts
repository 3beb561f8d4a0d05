/**
 * The switches of the REST API in `config/`. Their names begin with `allow_rest`, where the known list of names is cut
 * off, so both are found by that prefix: the one that ends in `nonadmin` opens the API to other users, the other is the
 * API itself (device.md sections 3.3 and 3.11).
 */
import type { DeviceView } from "../runtime/device-view";
import { ifAllowed, readObject } from "../runtime/tree/read";

/** Picks the switch for all users, or the one for users other than the admin. */
export const restSwitch = (nonAdmin: boolean) => (members: readonly string[]) =>
  members.find((name) => name.startsWith("allow_rest") && name.endsWith("nonadmin") === nonAdmin);

/** One spelling for each of them, regardless of its name in a firmware; other members of `config/` keep their names. */
export function asOneSwitch(member: string): string {
  const isSwitch = member.startsWith("allow_rest");
  return isSwitch ? `allow_rest${member.endsWith("nonadmin") ? "_nonadmin" : ""}` : member;
}

/** Whether the device shows that users other than the admin may use the REST API. */
export async function mayOthersUseRest(device: DeviceView): Promise<boolean> {
  const config = (await ifAllowed(readObject(device, "config/"), undefined)) ?? {};
  const name = restSwitch(true)(Object.keys(config));
  return name !== undefined && config[name] === true;
}
