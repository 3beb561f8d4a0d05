/** `meter/`: which meters can be created and removed. */
import type { Behaviour, DeviceCore } from "../device/contract";
import { breaksRule, forbidden } from "../device/root";

/** meter/: only custom meters can be removed; there is no history and nothing to calibrate. */
export function meterBehaviours(device: DeviceCore): Behaviour[] {
  const doNothing = (member: string): Behaviour => ({
    name: member,
    path: `meter/values/*/${member}`,
    call: () => undefined,
  });
  return [
    {
      name: "check a custom meter",
      path: "meter/values/*",
      accept(context, value, next) {
        if (context.place.key === "") {
          throw breaksRule(device, "The key of a meter must not be empty");
        }
        return next(value);
      },
      remove(context, next) {
        if (device.tree.meter.values[context.place.key]?.custom !== true) {
          throw forbidden(device, "Only custom meters can be removed");
        }
        next();
      },
    },
    { name: "read the history of a meter", path: "meter/values/*/get_history", call: () => [] },
    doNothing("clear_history"),
    doNothing("insert_calibration_point"),
    doNothing("commit_calibration"),
    { name: "synchronize the meters", path: "meter/synchronize", call: () => undefined },
  ];
}
