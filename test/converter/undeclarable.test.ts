/** What was set by hand and no program may declare is left out of an export, with the reason; the rest is in it. */
import { inventory } from "../../provider/converter/inventory";
import type { Selection } from "../../provider/converter/selection";
import { Devices } from "../../provider/devices/devices";
import type { SimulatedDevice } from "../../simulator";
import { onDevice } from "../support/on-device";

/** What an export finds, and why the rest is left out. */
async function exported(device: SimulatedDevice, selection: Selection) {
  const config: Readonly<Record<string, string>> = { "dli:url": device.url, "dli:password": device.password };
  const devices = new Devices({ lookup: (key) => config[key], env: {} });
  const { found, leftOut } = await inventory(devices, ["default"], selection);
  await devices.close();
  return [found.map(({ id }) => id), leftOut.map(({ reason }) => reason)];
}

test("an AutoPing item with an address that can never answer is left out", () =>
  onDevice({}, async ({ device, engine }) => {
    await engine.create("AutoPingItem", { addresses: ["nas"], outlets: [1] });
    await engine.create("AutoPingItem", { addresses: ["router"], outlets: [2] });
    device.tree.autoping.items[1]!.addresses = ["192.168.0.1:80"];
    expect(await exported(device, { only: ["auto-ping-items"] })).toEqual([
      ["default/autoping/nas"],
      [
        expect.stringMatching(
          /^default\/autoping\/192\.168\.0\.1%3A80: .* not an id of AutoPingItem: addresses\[0\] is no IPv6 address/,
        ),
      ],
    ]);
  }));

test("an outlet with a name that cannot be read leaves out itself, and not all outlets", () =>
  onDevice({}, async ({ device }) => {
    device.tree.relay.outlets[2]!.name = "K\ufffdche";
    expect(await exported(device, { only: ["outlets"] })).toEqual([
      [1, 2, 4, 5, 6, 7, 8].map((number) => `default/outlets/${number}`),
      [expect.stringMatching(/^default\/outlets\/3: name contains the character U\+FFFD/)],
    ]);
  }));
