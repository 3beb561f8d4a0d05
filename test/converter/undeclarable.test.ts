/** What was set by hand and no program may declare is left out of an export, with the reason; the rest is in it. */
import { inventory } from "../../provider/converter/inventory";
import { Devices } from "../../provider/devices/devices";
import { onDevice } from "../resources/support";

test("an AutoPing item with an address that can never answer is left out", () =>
  onDevice({}, async ({ device, engine }) => {
    await engine.create("AutoPingItem", { addresses: ["nas"], outlets: [1] });
    await engine.create("AutoPingItem", { addresses: ["router"], outlets: [2] });
    device.tree.autoping.items[1]!.addresses = ["192.168.0.1:80"];
    const config: Readonly<Record<string, string>> = { "dli:url": device.url, "dli:password": device.password };
    const devices = new Devices({ lookup: (key) => config[key], env: {} });
    const { found, leftOut } = await inventory(devices, ["default"], { only: ["auto-ping-items"] });
    await devices.close();
    expect(found.map(({ id }) => id)).toEqual(["default/autoping/nas"]);
    expect(leftOut.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/^default\/autoping\/192\.168\.0\.1%3A80: addresses\[0\] is no IPv6 address/),
    ]);
  }));
