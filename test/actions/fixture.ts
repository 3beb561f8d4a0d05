/** Accounts and a device in a known state for tests of actions. */
import type { SimulatedDevice } from "../../simulator";
import { onDevice } from "../support/on-device";

/** Like `onDevice`, on a device whose outlets are all off. */
export const onDeviceThatIsOff: typeof onDevice = (options, work, config) =>
  onDevice(
    options,
    async (bench) => {
      const { device } = bench;
      for (let number = 1; number <= device.tree.relay.outlets.length; number++) {
        device.switchOutlet(number, false);
      }
      await work(bench);
    },
    config,
  );

/** Adds an account with access to these outlets, and opens the REST-style API to users other than the admin. */
export function addUser(device: SimulatedDevice, name: string, outlets: readonly number[]): void {
  device.tree.config.allow_rest_nonadmin = true;
  device.tree.auth.users.push({
    name,
    password: `password of ${name}`,
    is_allowed: true,
    is_admin: false,
    outlet_access: device.tree.relay.outlets.map((_, index) => outlets.includes(index + 1)),
  });
}

/** Configuration to log in as that account. */
export const loginOf = (name: string) => ({ "dli:username": name, "dli:password": `password of ${name}` });

/** Method, path below /restapi/ and body of every write so far. */
export function writesWithBodies(device: SimulatedDevice): string[] {
  return device.journal
    .writes()
    .map(({ method, path, requestBody }) => `${method} ${path.replace("/restapi/", "")} ${requestBody}`.trim());
}
