/**
 * On the real engine, through both adapters: what a device has accepted but keeps under an unrecognisable name is
 * created only once, whichever command comes next, and both ways out work.
 */
import type { Workspace } from "../../scripts/engine/workspace";
import { type SimulatedDevice, startSimulator } from "../../simulator";
import { adapters, configurationOf, ownResources } from "./plugin-workspace";
import { countsIn } from "./printed";
import { programOf } from "./programs";

jest.setTimeout(300_000);

const program = programOf({ type: "User", name: "fred", inputs: { name: "fred", password: "first password" } });

describe.each(adapters)("%s", (adapter, create) => {
  let device: SimulatedDevice;
  let workspace: Workspace;
  /** Stops the device from spelling names in its own way. */
  let stop: () => void;

  const names = () => device.tree.auth.users.map(({ name }) => name);
  const posts = () => device.journal.writes().filter(({ method }) => method === "POST").length;

  beforeEach(async () => {
    device = await startSimulator({ speed: 50, dialects: { postAnswer: "204" } });
    stop = device.behaviours.register({
      name: "a name of its own",
      path: "auth/users",
      insert: (_context, value, next) =>
        next({ ...(value as Record<string, never>), name: "u_1", is_allowed: false } as never),
    });
    workspace = await create({ program, config: configurationOf(device) });
  });

  afterEach(async () => {
    workspace?.dispose();
    await device?.close();
  });

  test("it is not made again by any command, and made anew when it is gone from the device or from the state", async () => {
    for (const command of [
      () => workspace.up(),
      () => workspace.up(),
      () => workspace.up({ args: ["--refresh"] }),
      () => workspace.refresh(),
      () => workspace.destroy(),
    ]) {
      const { all, exitCode } = await command();
      expect(exitCode).not.toBe(0);
      expect(all).toMatch(/default\/users\/fred was not found.*new on the device since then: `u_1`/);
    }
    expect(posts()).toBe(1);
    expect(names()).toEqual(["admin", "u_1"]);
    stop();
    const isRemoved = adapter === "dynamic";
    if (isRemoved) {
      device.tree.auth.users.pop();
    } else {
      const [fred] = (await ownResources(workspace)).filter(({ type }) => type.endsWith(":User"));
      await workspace.pulumi(["state", "delete", fred?.urn as string, "--yes"], { expectExit: 0 });
    }
    expect(countsIn(await workspace.up({ args: ["--refresh"], expectExit: 0 }))).toMatchObject({ created: 1 });
    expect(names()).toEqual(isRemoved ? ["admin", "fred"] : ["admin", "u_1", "fred"]);
    await workspace.destroy({ expectExit: 0 });
    expect(names()).toEqual(isRemoved ? ["admin"] : ["admin", "u_1"]);
  });
});
