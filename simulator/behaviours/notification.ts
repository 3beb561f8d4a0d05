/** `notification/`: the types of sinks, and their test. */
import type { Behaviour, DeviceCore } from "../device/contract";
import { breaksRule } from "../device/root";

export function notificationBehaviours(device: DeviceCore): Behaviour[] {
  const { notification } = device.tree;
  const isKnown = (type: unknown): boolean => (notification.known_sink_types as unknown[]).includes(type);
  return [
    {
      name: "check the type of a sink",
      path: "notification/sinks/*/type",
      accept(_context, value, next) {
        const type = next(value);
        if (!isKnown(type) && device.dialects.unknownSinkType === "refused") {
          throw breaksRule(device, `There is no sink type ${JSON.stringify(type)}`);
        }
        return type;
      },
    },
    {
      name: "test a sink",
      path: "notification/sinks/*/test",
      call({ keys }) {
        const type = notification.sinks[Number(keys[2])]?.type;
        return isKnown(type) || `Sink handler indicates notification failure, no handler for ${JSON.stringify(type)}`;
      },
    },
  ];
}
