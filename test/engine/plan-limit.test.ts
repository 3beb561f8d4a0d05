/** On the real engine, through both adapters: an update writes what its plan showed, and the engine's options hold. */
import path from "node:path";
import type { Workspace } from "../../scripts/engine/workspace";
import { type SimulatedDevice, startSimulator } from "../../simulator";
import { adapters, configurationOf } from "./plugin-workspace";
import { changesIn, countsIn } from "./printed";
import { type Declared, programOf } from "./programs";

jest.setTimeout(300_000);

const web = (inputs: object, options: Partial<Declared> = {}): Declared => ({
  type: "Outlet",
  name: "web",
  inputs: { number: 1, ...inputs },
  ...options,
});
const fred = (inputs: object, options: Partial<Declared> = {}): Declared => ({
  type: "User",
  name: "fred",
  inputs: { name: "fred", password: "first password", ...inputs },
  ...options,
});
const config = (value: object, options: Partial<Declared> = {}): Declared => ({
  type: "Setting",
  name: "config",
  inputs: { path: "config", value },
  ...options,
});
const client: Declared = { type: "ApiClient", name: "client", inputs: { name: "ops", scopes: ["/relay/?access=get"] } };

/** A transformation ignores a change of the outlet; a transform, which the engine calls, one of the setting. */
const transforms = `
import * as pulumi from "@pulumi/pulumi";
const ignoring = (path: string) => ({ props, opts }: pulumi.ResourceTransformArgs) =>
  ({ props, opts: pulumi.mergeOptions(opts, { ignoreChanges: [path] }) });
pulumi.runtime.registerStackTransformation((args) => {
  if (args.name === "web") {
    return { props: args.props, opts: pulumi.mergeOptions(args.opts, { ignoreChanges: ["critical"] }) };
  }
  const opts = pulumi.mergeOptions(args.opts, { transforms: [ignoring("value.location")] });
  return args.name === "config" ? { props: args.props, opts } : undefined;
});
`;

describe.each(adapters)("%s", (adapter, create) => {
  let device: SimulatedDevice;
  let workspace: Workspace;

  beforeAll(async () => {
    device = await startSimulator({ speed: 50 });
    workspace = await create({
      program: programOf(
        web({ name: "a", critical: true }),
        fred({ outletAccess: [1] }),
        config({ hostname: "first", location: "en" }),
        client,
      ),
      config: configurationOf(device),
    });
    await workspace.up({ expectExit: 0 });
  });

  afterAll(async () => {
    workspace?.dispose();
    await device?.close();
  });

  /** Paths of the writes of one `up` with this program. */
  async function writesOf(resources: readonly Declared[], args: string[] = []): Promise<string[]> {
    const before = device.journal.writes().length;
    workspace.setProgram(programOf(...resources));
    const { all } = await workspace.up({ expectExit: 0, args });
    expect(all).not.toMatch(/TypeError|undefined/);
    const writes = device.journal.writes().slice(before);
    return writes.map(({ path: written }) => written.replace(/^\/restapi\/|\/$/g, ""));
  }

  test(`${adapter}: ignored inputs, whole and in parts, are not written, whatever the device has`, async () => {
    device.tree.relay.outlets[0]!.critical = false;
    device.tree.config.location = "de";
    device.tree.auth.users[1]!.outlet_access[1] = true;
    const program = (number: number) => [
      web({ name: `name-${number}`, critical: true }, { ignoreChanges: ["critical"] }),
      fred({ outletAccess: [1], isAllowed: number % 2 === 0 }, { ignoreChanges: ["outletAccess"] }),
      config({ hostname: `host-${number}`, location: "en" }, { ignoreChanges: ["value.location"] }),
      { ...client, ignoreChanges: ["scopes"] },
    ];
    const expected = ["auth/users/name=fred/is_allowed", "config/hostname", "relay/outlets/0/name"];
    expect((await writesOf(program(1))).sort()).toEqual(expected);
    // The engine always refreshes before a native update.
    if (adapter === "dynamic") {
      expect((await writesOf(program(2), ["--refresh"])).sort()).toEqual(expected);
    } else {
      expect(await writesOf(program(1))).toEqual([]);
    }
    expect(device.tree.relay.outlets[0]).toMatchObject({ critical: false });
    expect(device.tree.config).toMatchObject({ location: "de" });
    expect(device.tree.auth.users[1]!.outlet_access.slice(0, 2)).toEqual([true, true]);
  });

  test(`${adapter}: a saved plan, a target and an exclusion are all that is written`, async () => {
    // As the last program before declares it.
    const sameFred = fred({ outletAccess: [1, 2], isAllowed: adapter === "dynamic" });
    const planned = [web({ name: "planned" }), sameFred, config({ hostname: "planned" }), client];
    workspace.setProgram(programOf(...planned));
    const plan = path.join(workspace.project, "plan.json");
    await workspace.preview({ args: ["--save-plan", plan], expectExit: 0 });
    device.tree.relay.outlets[0]!.critical = true;
    expect((await writesOf(planned, ["--plan", plan])).sort()).toEqual(["config/hostname", "relay/outlets/0/name"]);

    const next = [web({ name: "target" }), sameFred, config({ hostname: "target" }), client];
    expect(await writesOf(next, ["--target", "**Outlet::web"])).toEqual(["relay/outlets/0/name"]);
    expect(device.tree.relay.outlets[0]).toMatchObject({ name: "target", critical: true });
    // The engine leaves out non-targets and excluded resources alike without our code, so one adapter is enough.
    if (adapter === "dynamic") {
      const last = [web({ name: "rest" }), sameFred, config({ hostname: "rest" }), client];
      expect(await writesOf(last, ["--exclude", "**Outlet::web"])).toEqual(["config/hostname"]);
      expect(device.tree.relay.outlets[0]).toMatchObject({ name: "target", critical: true });
    }
  });

  if (adapter === "dynamic") {
    const program = (name: string) => {
      const others = [fred({ outletAccess: [1, 2], isAllowed: true }), client];
      return programOf(web({ name, critical: true }), config({ hostname: name, location: "en" }), ...others);
    };

    test(`${adapter}: what differs otherwise is left as it is, said, shown by the next plan and repaired by it`, async () => {
      workspace.setProgram(program("a"));
      await workspace.up({ expectExit: 0 });
      device.tree.relay.outlets[0]!.critical = false;
      workspace.setProgram(program("b"));
      const { all } = await workspace.up({ expectExit: 0 });
      expect(all).toContain("default/outlets/1: critical on the device is not as declared");
      expect(device.tree.relay.outlets[0]).toMatchObject({ name: "b", critical: false });
      const repaired = await workspace.up({ args: ["--diff"], expectExit: 0 });
      expect(changesIn(repaired)).toEqual({ web: ["critical"] });
      expect(countsIn(repaired)).toEqual({ updated: 1, unchanged: 4 });
      expect(device.tree.relay.outlets[0]).toMatchObject({ name: "b", critical: true });
    });

    test(`${adapter}: it stays so where only transforms ignore it, in this update and in the next one, whose state knows of it`, async () => {
      device.tree.relay.outlets[0]!.critical = false;
      device.tree.config.location = "de";
      for (const name of ["c", "d"]) {
        device.journal.clear();
        workspace.setProgram(transforms + program(name));
        await workspace.up({ expectExit: 0 });
        const written = device.journal.writes().map(({ path: one }) => one.replace(/^\/restapi\/|\/$/g, ""));
        expect(written.sort()).toEqual(["config/hostname", "relay/outlets/0/name"]);
      }
      expect(device.tree.relay.outlets[0]).toMatchObject({ name: "d", critical: false });
      expect(device.tree.config).toMatchObject({ hostname: "d", location: "de" });
    });
  }

  test(`${adapter}: a refresh that runs another program writes nothing, and leaves all that it declares to the next update`, async () => {
    const allowed = { outletAccess: [1, 2], isAllowed: adapter === "dynamic" };
    const before = device.journal.writes().length;
    workspace.setProgram(
      programOf(
        web({ name: "refreshed" }),
        fred({ ...allowed, password: "second password" }),
        config({ hostname: "refreshed" }),
        client,
      ),
    );
    await workspace.refresh({ runProgram: true, expectExit: 0 });
    const planned = changesIn(await workspace.preview({ args: ["--diff"], expectExit: 0 }));
    const holding = (...paths: string[]) => expect.arrayContaining(paths);
    expect(planned).toEqual({ web: holding("name"), fred: ["password"], config: holding("value.hostname") });
    expect(device.journal.writes()).toHaveLength(before);
  });
});
