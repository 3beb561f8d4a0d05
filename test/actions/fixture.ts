/** A simulated device and an engine for one test of an action. */
import type { SimulatedDevice, SimulatorOptions } from "../../simulator";
import type { MiniEngine } from "../lifecycle/mini-engine";
import { onDevice } from "../resources/support";

export const withDevice = (
  options: SimulatorOptions,
  work: (device: SimulatedDevice, engine: MiniEngine) => Promise<void>,
  config: Record<string, string> = {},
): Promise<void> => onDevice(options, ({ device, engine }) => work(device, engine), config);

/** A device whose outlets are all off. */
export const onDeviceThatIsOff: typeof withDevice = (options, work, config) =>
  withDevice(
    options,
    async (device, engine) => {
      for (let number = 1; number <= device.tree.relay.outlets.length; number++) {
        device.switchOutlet(number, false);
      }
      await work(device, engine);
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
export function writes(device: SimulatedDevice): string[] {
  return device.journal
    .writes()
    .map(({ method, path, requestBody }) => `${method} ${path.replace("/restapi/", "")} ${requestBody}`.trim());
}
