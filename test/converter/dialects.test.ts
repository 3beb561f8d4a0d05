/**
 * A device yields the same list under every dialect, and a program of what an import reads changes nothing. Under each
 * dialect a different third of the list is imported (`TEST_CASES=all`: everything).
 */
import { inventory } from "../../provider/converter/inventory";
import { Devices } from "../../provider/devices/devices";
import { furnish, settings } from "../engine/full-device";
import { everyDialect, oncePerDevice } from "../lifecycle/every-dialect";
import { MiniEngine } from "../lifecycle/mini-engine";
import { share } from "../share";
import { onDevice } from "../support/on-device";

/** Things that some devices cannot have, so that they are missing from the list. */
const mayLack = /clients|settings|users\/(3d|ann)%20/;

let usual: string[] | undefined;
let turn = 0;

const exported = oncePerDevice((dialects, onDialect) =>
  onDevice({ dialects, ...(onDialect && { onDialect }) }, async ({ device }) => {
    await furnish(device);
    const config: Record<string, string> = { "dli:url": device.url, "dli:password": device.password };
    const devices = new Devices({ lookup: (key) => config[key], env: {} });
    const { found, leftOut } = await inventory(devices, ["default"], { setting: settings });
    await devices.close();
    const ids = found.map(({ id }) => id);
    usual ??= ids;
    expect(ids.filter((id) => !mayLack.test(id))).toEqual(usual.filter((id) => !mayLack.test(id)));
    expect(leftOut.length).toBeGreaterThan(0);
    const engine = new MiniEngine({ device });
    turn += 1;
    for (const { definition, id, inputs } of share(found, turn)) {
      const held = (await engine.import(definition.type, id))!;
      expect({ id, inputs: held.inputs }).toEqual({ id, inputs });
      expect({ id, found: await engine.preview(held, inputs) }).toEqual({ id, found: [] });
    }
    expect(device.journal.writes()).toEqual([]);
  }),
);

test.each(everyDialect)("with %s", (_label, dialects) => exported(dialects));
