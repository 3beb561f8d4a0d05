/** `system/`: the clock and reboots. */
import type { Behaviour, DeviceCore } from "../device/contract";

/** system/: time and reboot. */
export function systemBehaviours(device: DeviceCore): Behaviour[] {
  let offsetSeconds = 0;
  const clockSeconds = (): number => device.clock.now() / 1000;
  return [
    {
      name: "read and set the time",
      path: "system/time",
      read: () => clockSeconds() + offsetSeconds,
      write(_context, value) {
        offsetSeconds = Number(value) - clockSeconds();
      },
    },
    {
      name: "read the uptime",
      path: "system/uptime",
      read: () => Math.max(0, clockSeconds() - device.startedAt / 1000),
    },
    {
      name: "reboot",
      path: "system/reboot",
      call() {
        device.restart({ powerLoss: false }, device.dialects.rebootMilliseconds);
        return undefined;
      },
    },
  ];
}
