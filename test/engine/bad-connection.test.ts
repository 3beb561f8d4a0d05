/** A device that cannot be used: one clear error, nothing written, and the state unchanged. */
import type { CommandResult } from "../../scripts/command";
import { createWorkspace, type Workspace } from "../../scripts/engine/workspace";
import { dialects, type SimulatedDevice, startSimulator } from "../../simulator";
import { blackHole, type Listener, silent, unused } from "./listeners";
import { errorsIn } from "./printed";
import { type Declared, loginTo, programOf } from "./programs";
import { type Kept, kept } from "./snapshots";

jest.setTimeout(300_000);

const declared: Declared[] = [
  { type: "Outlet", name: "web", inputs: { number: 1, name: "web", state: true } },
  { type: "Outlet", name: "db", inputs: { number: 2, name: "db", state: true } },
  { type: "User", name: "fred", inputs: { name: "fred", password: "fr3d's word" } },
  { type: "Ssh", name: "ssh", inputs: { enabled: false } },
];

let device: SimulatedDevice;
let workspace: Workspace;
let before: Kept;

beforeAll(async () => {
  device = await startSimulator({ speed: 50 });
  workspace = await createWorkspace({ program: programOf(...declared), env: loginTo(device) });
  await workspace.up({ expectExit: 0 });
  before = await kept(device, workspace);
});

afterAll(async () => {
  workspace?.dispose();
  await device?.close();
});

test("an address where nothing listens is one error of a refresh, and the state is as it was", async () => {
  device.journal.clear();
  const result = await workspace.up({ refresh: true, env: { DLI_URL: await unused() }, expectExit: 1 });
  expect(await kept(device, workspace)).toEqual(before);
  expect(device.journal.writes()).toEqual([]);
  expect(result.all).not.toMatch(/^\s+at /m);
  // The engine may reach a second resource before it stops; its error repeats the remedy but not the explanation.
  const texts = [...new Set(errorsIn(result).map(({ text }) => text))].sort((one, other) => other.length - one.length);
  const [full = "", ...short] = texts;
  expect(full).toMatch(
    /^device at \S+, GET \S+: nothing listens at http:\S+ \(connection refused\)\. Check that the device has power and network, and that the environment variable DLI_URL is right\.$/,
  );
  expect(short.length).toBeLessThanOrEqual(1);
  for (const text of short) {
    expect(text).toMatch(/^device at [^,]+: .*\. [A-Z][^.]/);
  }
});

/** Devices that cannot be used, or only with the right settings, side by side in one program. */
describe("each of many devices", () => {
  /** What is closed after the tests. */
  const open: { close(): Promise<unknown> }[] = [];
  const simulators: Record<string, SimulatedDevice> = {};
  let result: CommandResult;

  const statuses = dialects.restDisabledStatus.values;
  const trusting = ["caCert", "fingerprintSha256", "insecureSkipVerify"] as const;
  const closedAs = (status: string) => `closed-as-${status}`;

  async function simulate(name: string, options: Parameters<typeof startSimulator>[0] = {}): Promise<SimulatedDevice> {
    const simulator = await startSimulator({ speed: 50, serial: `SERIAL-${name}`, ...options });
    open.push(simulator);
    simulators[name] = simulator;
    return simulator;
  }

  async function listen(listener: Promise<Listener>): Promise<Listener> {
    open.push(await listener);
    return listener;
  }

  /** The configuration of each device, by name. */
  async function configured(): Promise<Record<string, object>> {
    const garbage = await simulate("garbage");
    garbage.faults.add({ kind: "garbage", times: "always", onlyAuthenticated: true });
    const devices: Record<string, object> = {
      hole: { url: (await listen(blackHole())).url, connectTimeoutSeconds: 0.3 },
      silent: { url: (await listen(silent())).url, requestTimeoutSeconds: 0.3 },
      garbage: { url: garbage.url },
    };
    for (const restDisabledStatus of statuses) {
      const name = closedAs(restDisabledStatus);
      const closed = await simulate(name, { dialects: { restDisabledStatus } });
      closed.tree.config.allow_rest = false;
      devices[name] = { url: closed.url };
    }
    for (const name of ["untrusted", "pinned", ...trusting]) {
      const secure = await simulate(name, { https: true });
      const settings = {
        caCert: { caCert: secure.certificate },
        fingerprintSha256: { fingerprintSha256: secure.fingerprintSha256 },
        insecureSkipVerify: { insecureSkipVerify: true },
        pinned: { fingerprintSha256: "00".repeat(32) },
      }[name];
      devices[name] = { url: secure.url, ...settings };
    }
    return devices;
  }

  beforeAll(async () => {
    const devices = await configured();
    const logins = Object.entries(devices).map(([name, settings]) => [
      name,
      { password: device.password, ...settings },
    ]);
    await workspace.setConfig({ "dli:devices": { secret: JSON.stringify(Object.fromEntries(logins)) } });
    const others = Object.keys(devices).map((name) => ({ type: "Ssh", name, inputs: { device: name, enabled: true } }));
    workspace.setProgram(programOf(...declared, ...others));
    device.journal.clear();
    result = await workspace.up({ args: ["--continue-on-error"], expectExit: 1 });
  });

  afterAll(() => Promise.all(open.map((one) => one.close())));

  /** The one error of the resource on this device. */
  function errorOf(name: string): string {
    const errors = errorsIn(result).filter(({ resource }) => resource === name);
    expect(errors).toEqual([{ resource: name, text: expect.any(String) }]);
    return errors[0]!.text;
  }

  test("nothing is written to those that fail, and the state has only the others", async () => {
    const trusted = Object.entries(simulators).filter(([name]) => trusting.some((one) => one === name));
    for (const [name, { journal }] of Object.entries(simulators)) {
      expect([name, journal.writes().length > 0]).toEqual([name, trusted.some(([other]) => other === name)]);
    }
    const { state, ...rest } = await kept(device, workspace);
    expect({ ...rest, state: {} }).toEqual({ ...before, state: {} });
    expect(state).toMatchObject(before.state);
    expect(Object.keys(state)).toHaveLength(declared.length + trusting.length);
    expect(device.journal.writes()).toEqual([]);
    expect(result.all).not.toMatch(/^\s+at /m);
  });

  test("an address that answers no connection attempt is one error after the timeout", () =>
    expect(errorOf("hole")).toMatch(
      /^device "hole", GET \S+: http:\S+ did not answer the connection attempt within 0\.3 seconds\. Check that the device has power/,
    ));

  test("an address that accepts connections and sends nothing is one error after the timeout", () =>
    expect(errorOf("silent")).toMatch(
      /^device "silent", GET \S+: no complete response came within 0\.3 seconds\. Check the network and the device's load, or raise .*requestTimeoutSeconds/,
    ));

  test("a response that is not JSON is one error", () =>
    expect(errorOf("garbage")).toMatch(
      /^device "garbage", GET \S+: the response \(status 200, \d+ characters\) is \S+, not JSON\. Check that \S+ points at a Digital Loggers device/,
    ));

  test.each(statuses)("a disabled REST API, seen as status %s, is one error that says where to enable it", (status) =>
    expect(errorOf(closedAs(status))).toMatch(
      /^device \S+, GET \S+: the device answers, but its REST API does not \(status \d+ at \/restapi\/\).*\. Tick "Allow REST-style API" on the External APIs page/,
    ),
  );

  test("a self-signed certificate is rejected before anything is sent, and the error shows its fingerprint", () => {
    const text = errorOf("untrusted");
    expect(text).toMatch(/^device "untrusted", GET \S+: the certificate of https:\S+ is self-signed; its SHA-256/);
    expect(text).toContain(simulators["untrusted"]!.fingerprintSha256);
    expect(text).toMatch(/set \S*fingerprintSha256 to it, or set \S*caCert/);
    expect(simulators["untrusted"]!.journal.entries).toEqual([]);
  });

  test("a certificate other than the pinned one is rejected", () => {
    expect(errorOf("pinned")).toContain("is not the pinned one");
    expect(simulators["pinned"]!.journal.entries).toEqual([]);
  });

  test.each(trusting)("a self-signed certificate is accepted with %s", (name) => {
    expect(errorsIn(result).filter(({ resource }) => resource === name)).toEqual([]);
    expect(simulators[name]!.tree.config.ssh_enabled).toBe(true);
  });
});
