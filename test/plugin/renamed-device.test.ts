/** A renamed key of `dli:devices`: the plan says that what has run on the device does not run again. */
import { withPlugin } from "./fixture";

test("the plan of an action on a device with a new name takes power from nothing", () =>
  withPlugin(async ({ device, engine, client }) => {
    const entry = { url: device.url, username: device.username, password: device.password };
    await client.configure({ devices: JSON.stringify({ old: entry }) });
    const { inputs } = await client.check("OutletCycle", { outlets: [2], device: "old" });
    const { id, properties } = await client.create("OutletCycle", inputs);
    await client.configure({ devices: JSON.stringify({ new: entry }) });
    const { inputs: news } = await client.check("OutletCycle", { outlets: [2], device: "new" }, inputs);
    const compared = { id, olds: properties, oldInputs: inputs, news };
    expect(await client.diff("OutletCycle", compared)).toMatchObject({ replaces: ["device"] });
    await client.create("OutletCycle", news, { preview: true });
    expect(engine.logged.map(({ message }) => message)).toEqual(["new/cycle/2: there is nothing to do"]);
  }));
