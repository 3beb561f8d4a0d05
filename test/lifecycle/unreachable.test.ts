/**
 * An unreachable device, for every resource and action: what `dli:unreachable` keeps and forgets, that only silence at
 * the address counts as unreachable, and that no audit is softened.
 */
import { createServer, type Server, type Socket } from "node:net";
import { isUnreachableError, LoginLedger } from "../../provider/client";
import type { EngineCommand } from "../../provider/devices/engine-command";
import { PartialFailure } from "../../provider/lifecycle/errors/errors";
import { definitionOf } from "../../provider/registry";
import { manualClock, type SimulatedDevice, startSimulator } from "../../simulator";
import { type Held, MiniEngine } from "./mini-engine";
import { type Life, lives } from "./rack";

interface Setting {
  command: EngineCommand;
  env: Record<string, string>;
  config: Record<string, string>;
}

/** A resource on a device, and an engine whose setting can be changed between two runs. */
async function withHeld(
  life: Life,
  work: (
    held: Held,
    device: SimulatedDevice,
    engine: MiniEngine,
    use: (setting: Partial<Setting>) => void,
  ) => Promise<void>,
): Promise<void> {
  const device = await startSimulator({ clock: manualClock() });
  let setting: Partial<Setting> = {};
  const logins = new LoginLedger();
  const engine = new MiniEngine({
    device,
    logins,
    config: () => ({ ...life.config?.(device), ...setting.config }),
    get command() {
      return setting.command ?? "unknown";
    },
    get env() {
      return setting.env ?? {};
    },
  });
  try {
    life.prepare?.(device);
    const held = await engine.create(life.type, life.inputs);
    engine.warnings.length = 0;
    await work(held, device, engine, (next) => {
      setting = next;
    });
  } finally {
    await device.close();
  }
}

const wanting = (unreachable: string): Partial<Setting> => ({
  command: "deployment",
  config: { "dli:unreachable": unreachable },
});

const isAction = ({ type }: Life) => definitionOf(type)?.family === "action";
const isCreated = ({ type }: Life) => definitionOf(type)?.family === "created";

/** Expects a failure because the device cannot be reached, and an unchanged state. */
async function expectFailure(held: Held, work: () => Promise<unknown>): Promise<void> {
  const before = structuredClone(held);
  const error = await work().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).not.toBeInstanceOf(PartialFailure);
  expect(isUnreachableError(error)).toBe(true);
  expect(held).toEqual(before);
}

describe.each(lives.map((life) => [life.type, life] as const))("%s on a dead device", (_type, life) => {
  const asks = !isAction(life);

  test(`${life.type}: fails as ever, unless a deployment is told otherwise`, () =>
    withHeld(life, async (held, device, engine, use) => {
      await device.close();
      const audits: Partial<Setting>[] = [
        {},
        wanting("fail"),
        // If the engine's command is not known, it may be an audit, which has the stack's configuration too.
        { ...wanting("keep"), command: "unknown" },
        ...["keep", "forget"].flatMap((wanted) => [
          { ...wanting(wanted), command: "audit" as const },
          { command: "audit" as const, env: { DLI_UNREACHABLE: wanted } },
          { ...wanting(wanted), env: { DLI_UNREACHABLE: "fail" } },
        ]),
      ];
      for (const setting of asks ? audits : []) {
        use(setting);
        await expectFailure(held, () => engine.refresh(held));
      }
      if (isCreated(life)) {
        use({});
        await expectFailure(held, () => engine.destroy(held));
      }
      expect(engine.warnings).toEqual([]);
    }));

  test(`${life.type}: kept, a read answers the old state with one warning, and a write fails`, () =>
    withHeld(life, async (held, device, engine, use) => {
      await device.close();
      for (const setting of [wanting("keep"), { env: { DLI_UNREACHABLE: "keep" } }]) {
        use(setting);
        const before = structuredClone(held.state);
        engine.warnings.length = 0;
        expect(await engine.refreshAll([held, held])).toEqual([[], []]);
        expect(held.state).toEqual(before);
        const told = expect.stringMatching(/^device at http:\S+: cannot be reached, .*was not compared/);
        expect(engine.warnings).toEqual(asks ? [told] : []);
        expect(await engine.up(held)).toEqual([]);
        await expectFailure(held, () => engine.up(held, life.changed));
        if (isCreated(life)) {
          await expectFailure(held, () => engine.destroy(held));
        }
      }
    }));

  test(`${life.type}: forgotten, its removal succeeds and says what stays on the device`, () =>
    withHeld(life, async (held, device, engine, use) => {
      await device.close();
      use(wanting("forget"));
      expect(await engine.refresh(held)).toEqual([]);
      await expectFailure(held, () => engine.up(held, life.changed));
      engine.warnings.length = 0;
      await engine.destroy(held);
      const says = expect.stringMatching(new RegExp(`It is forgotten: ${life.type} ${held.id} stays on it`));
      expect(engine.warnings).toEqual(isCreated(life) ? [says] : []);
      if ("onDestroy" in held.inputs || "onDestroy" in held.state) {
        engine.warnings.length = 0;
        await engine.destroy({ ...held, state: { ...held.state, onDestroy: "restore" } });
        expect(engine.warnings).toEqual([expect.stringContaining(`${held.id} stays as it is and is not restored`)]);
      }
    }));

  test(`${life.type}: a device that answers is removed from and compared with as ever`, () =>
    withHeld(life, async (held, device, engine, use) => {
      use(wanting("forget"));
      device.journal.clear();
      expect(await engine.refresh(held)).toEqual([]);
      expect(device.journal.entries.length > 0).toBe(asks);
      await engine.destroy(held);
      expect(device.journal.writes().length > 0).toBe(isCreated(life));
      expect(engine.warnings).toEqual([]);
    }));

  test.each([
    ["a login that it refuses", (device: SimulatedDevice) => ({ "dli:password": `${device.password} not` }), []],
    ["REST turned off", () => ({}), [{ kind: "status", status: 404, times: "always" }]],
    ["another device", () => ({}), []],
    ["garbage", () => ({}), [{ kind: "garbage", times: "always" }]],
    ["connections that end early", () => ({}), [{ kind: "dropBefore", times: "always" }]],
    ["an error of the server", () => ({}), [{ kind: "status", status: 500, times: "always" }]],
  ] as const)(`${life.type}: %s is not taken for a device that cannot be reached`, (what, configOf, faults) =>
    withHeld(life, async (held, device, engine, use) => {
      device.faults.add(...faults);
      if (what === "another device") {
        held.state["deviceSerial"] = "ANOTHER";
      }
      // AdminPassword logs in with the password that it has declared.
      const isFine = "dli:password" in configOf(device) && life.type === "AdminPassword";
      const before = structuredClone(held.state);
      for (const wanted of ["keep", "forget"]) {
        use({ command: "deployment", config: { ...configOf(device), "dli:unreachable": wanted } });
        if (asks && !isFine) {
          await expect(engine.refresh(held)).rejects.toThrow();
        }
        if (isCreated(life) && !isFine) {
          await expect(engine.destroy(held)).rejects.toThrow();
        }
        expect(held.state).toEqual(before);
        expect(engine.warnings.join()).not.toMatch(/cannot be reached|forgotten/);
      }
    }),
  );
});

describe("what listens at the address and is no device", () => {
  let server: Server;
  const sockets = new Set<Socket>();

  afterEach(async () => {
    for (const socket of sockets) {
      socket.destroy();
    }
    await new Promise((resolve) => server.close(resolve));
  });

  async function listen(answer: (socket: Socket) => void): Promise<string> {
    server = createServer((socket) => {
      sockets.add(socket);
      socket.on("error", () => {});
      answer(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `127.0.0.1:${(server.address() as { port: number }).port}`;
  }

  const outlet = lives.find(({ type }) => type === "Outlet") as Life;

  test.each<[string, "http" | "https", (socket: Socket) => void]>([
    ["nothing but a connection, over TLS", "https", () => {}],
    ["nothing but a connection", "http", () => {}],
    ["text in the place of TLS", "https", (socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")],
    ["a connection that is closed at once", "http", (socket) => socket.destroy()],
    ["a connection that is closed at once, over TLS", "https", (socket) => socket.destroy()],
  ])("%s is not kept", async (_what, scheme, answer) => {
    const address = await listen(answer);
    await withHeld(outlet, async (held, _device, engine, use) => {
      const config = {
        "dli:url": `${scheme}://${address}`,
        "dli:connectTimeoutSeconds": "0.2",
        "dli:requestTimeoutSeconds": "0.2",
        "dli:unreachable": "keep",
      };
      use({ command: "deployment", config });
      await expect(engine.refresh(held)).rejects.toThrow();
      expect(engine.warnings).toEqual([]);
    });
  });
});

test.each(lives.filter(isCreated).map((life) => [life.type, life] as const))(
  "%s is forgotten at a name that no host can have, whatever answers at its address, and stays on the device",
  (_type, life) =>
    withHeld(life, async (held, device, engine, use) => {
      const env = { DLI_UNREACHABLE: "forget", DLI_URL: "http://rack7.invalid" };
      use({ env });
      device.journal.clear();
      await engine.destroy(held);
      expect(engine.warnings).toEqual([expect.stringContaining(`${life.type} ${held.id} stays on it`)]);
      expect(device.journal.entries).toEqual([]);
    }),
);

test("an import from a device that cannot be reached fails, whatever is wanted", () =>
  withHeld(lives[0] as Life, async (held, device, engine, use) => {
    await device.close();
    for (const wanted of ["keep", "forget"]) {
      use(wanting(wanted));
      await expect(engine.import(held.type, held.id)).rejects.toMatchObject({ code: "unreachable" });
    }
  }));
