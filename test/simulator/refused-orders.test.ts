/** Orders that the simulator cannot carry out are refused with what is wrong, never accepted without an effect. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { faultKinds, type SimulatedDevice, SimulatorControl } from "../../simulator";
import { openControl } from "../../simulator/control/server";
import { Person, sendRaw } from "./http";
import { startDevice } from "./start";

async function withControl(work: (control: { device: SimulatedDevice; url: string }) => Promise<void>): Promise<void> {
  const device = await startDevice();
  const server = await openControl(device);
  try {
    await work({ device, url: server.url });
  } finally {
    await server.close();
  }
}

const faults: readonly (readonly [fault: Readonly<Record<string, unknown>>, complaint: RegExp])[] = [
  [{ kind: "explode" }, /no fault "explode"/],
  [{ kind: "dropBefore", methd: "PUT" }, /methd/],
  [{ kind: "dropBefore", method: "put" }, /method/],
  [{ kind: "dropBefore", path: 5 }, /path/],
  [{ kind: "dropBefore", nth: 0 }, /nth/],
  [{ kind: "dropBefore", nth: 1.5 }, /nth/],
  [{ kind: "dropBefore", times: 0 }, /times/],
  [{ kind: "dropBefore", times: "allways" }, /times/],
  [{ kind: "dropBefore", onlyAuthenticated: "yes" }, /onlyAuthenticated/],
  [{ kind: "status", status: 99999 }, /status/],
  [{ kind: "status", status: 101 }, /status/],
  [{ kind: "status", status: "abc" }, /status/],
  [{ kind: "delay", milliseconds: 99999999999 }, /milliseconds/],
  [{ kind: "oddAnswer", body: "{" }, /body/],
  ...faultKinds.flatMap((kind) => {
    const settings = { status: 503, retryAfterSeconds: 1, milliseconds: 5, body: "{}" };
    const used: Partial<Record<string, string[]>> = {
      delay: ["milliseconds"],
      slowDrip: ["milliseconds"],
      status: ["status", "retryAfterSeconds"],
      oddAnswer: ["body"],
    };
    return Object.entries(settings)
      .filter(([name]) => used[kind]?.includes(name) !== true)
      .map(([name, value]) => [{ kind, [name]: value }, new RegExp(name)] as const);
  }),
];

describe("a fault that could never strike as it says is refused", () => {
  test.each(faults)("in a program: %j", async (fault, complaint) => {
    const device = await startDevice();
    expect(() => device.faults.add(fault as never)).toThrow(complaint);
    expect((await sendRaw(device, "GET", "/restapi/")).status).toBe(401);
  });

  test.each(faults)("at the control port: %j", (fault, complaint) =>
    withControl(async ({ device, url }) => {
      await expect(new SimulatorControl(url).addFaults(fault as never)).rejects.toThrow(complaint);
      expect((await sendRaw(device, "GET", "/restapi/")).status).toBe(401);
    }),
  );

  test("where one of several is wrong, none is added", async () => {
    const device = await startDevice();
    expect(() => device.faults.add({ kind: "reset" }, { kind: "reset", nth: 0 })).toThrow(/nth/);
    expect((await sendRaw(device, "GET", "/restapi/")).status).toBe(401);
  });
});

describe("the control port", () => {
  test.each<[string, unknown, RegExp]>([
    ["/tree", [{ value: 1 }], /path/],
    ["/tree", [{ path: "relay/name" }], /value/],
    ["/tree", [{ path: "relay/name", valeu: "x" }], /valeu/],
    ["/tree", [{ path: "auth/users/0", remove: "true" }], /remove/],
    ["/tree", "x", /object/],
    ["/reboot", { deafMilliseconds: "x" }, /deafMilliseconds/],
    ["/reboot", { deafMilliseconds: -1 }, /deafMilliseconds/],
    ["/reboot", { powerloss: true }, /powerloss/],
    ["/ping", {}, /item/],
    ["/ping", { item: 0 }, /isAnswered/],
    ["/ping", { item: -1, isAnswered: true }, /item/],
    ["/clock", { advanceMilliseconds: "x" }, /advanceMilliseconds/],
    ["/clock", { advanceMilliseconds: -1 }, /advanceMilliseconds/],
    ["/clock", {}, /advanceMilliseconds/],
    ["/faults", null, /object/],
    ["/faults", "503", /object/],
  ])("refuses POST %s of %j, and nothing happens", (path, body, complaint) =>
    withControl(async ({ device, url }) => {
      device.changeByHand("autoping/items/0", { addresses: ["a"], outlets: [0] });
      const before = [structuredClone(device.tree), device.clock.now(), device.log.lines.length];
      const response = await fetch(`${url}${path}`, { method: "POST", body: JSON.stringify(body) });
      const { error } = (await response.json()) as { error: string };
      expect([response.status, error]).toEqual([400, expect.stringMatching(complaint)]);
      expect([device.tree, device.clock.now(), device.log.lines.length]).toEqual(before);
    }),
  );

  test("names the change that fails, and those that were made before it", () =>
    withControl(async ({ device, url }) => {
      const change = new SimulatorControl(url).change(
        { path: "relay/name", value: "x" },
        { path: "relay/cycle_delay", value: "long" },
      );
      await expect(change).rejects.toThrow(/relay\/cycle_delay must be a number.*change 2 of 2; the earlier were made/);
      expect(device.tree.relay.name).toBe("x");
    }));

  test("takes a long text as it is, whichever letters the network cuts apart", () =>
    withControl(async ({ device, url }) => {
      const value = `a${"ü€".repeat(100_000)}`;
      await new SimulatorControl(url).change({ path: "relay/name", value });
      expect(device.tree.relay.name === value).toBe(true);
    }));

  test("takes no body without end", () =>
    withControl(async ({ device, url }) => {
      const sent = { text: " ".repeat(11_000_000) };
      const answer = await sendRaw({ ...device, url }, "POST", "/tree", sent);
      expect([answer.status, answer.body]).toEqual([413, expect.stringContaining("too large")]);
    }));
});

test.each([
  [["--fault", "503,status=404"], /has its status already/],
  [["--fault", "delay,nth=2,nth=3"], /has its nth already/],
  [["--fault", "delay,nth=0"], /nth/],
  [["--latency", "99999999999"], /at most 2147483647/],
  [["--port", "0x50"], /number/],
  [["--port="], /number/],
  [["--manual-clock", "--speed", "5"], /--manual-clock.*cannot be used with.*--speed/],
  [["--username="], /must not be empty/],
])(
  "the command line refuses %j",
  (args, complaint) => {
    const root = join(__dirname, "../..");
    const command = [join(root, "dist/simulator/cli/main.js"), ...args];
    const { status, stderr } = spawnSync(process.execPath, command, { cwd: root, encoding: "utf8", timeout: 15_000 });
    expect([status, stderr]).toEqual([1, expect.stringMatching(complaint)]);
  },
  20_000,
);

test("an address that means more places than a device has is refused at once, whoever asks", async () => {
  const device = await startDevice({ dialects: { linkHeaders: "off" } });
  const times = (word: string, count: number) => `=${Array(count).fill(word).join(",")}`;
  const path = `${times("relay", 20)}/${times("outlets", 20)}/${times("0", 20)}/${times("name", 20)}/`;
  for (const method of ["GET", "PUT", "DELETE"]) {
    const { status, body } = await new Person(device).send(method, path, { json: "x" });
    expect([status, body]).toEqual([400, "The address means too many places\n"]);
  }
  expect((await new Person(device).send("GET", "config/all;/")).status).toBe(207);
});
