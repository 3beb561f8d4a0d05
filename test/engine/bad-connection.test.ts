/** A device that cannot be talked to: one clear error, nothing written, and the state as it was. */

import { createWorkspace, type Workspace } from "../../scripts/engine/workspace";
import { dialects, type SimulatedDevice, startSimulator } from "../../simulator";
import { blackHole, silent, unused } from "./listeners";
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

/** An address that does not answer must not cost more than this. */
const impatient = { DLI_CONNECT_TIMEOUT_SECONDS: "0.3", DLI_REQUEST_TIMEOUT_SECONDS: "0.3" };

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

/**
 * Refreshes with another environment, which must fail: the engine goes on to a second resource before it stops, so
 * the same problem may be mentioned more than once, with the cure, but explained at length only once.
 */
async function errorOf(env: Record<string, string>): Promise<string> {
  device.journal.clear();
  const result = await workspace.up({ refresh: true, env, expectExit: 1 });
  expect(await kept(device, workspace)).toEqual(before);
  expect(device.journal.writes()).toEqual([]);
  expect(result.all).not.toMatch(/^\s+at /m);
  const texts = [...new Set(errorsIn(result).map(({ text }) => text))].sort((one, other) => other.length - one.length);
  const [full = "", ...short] = texts;
  expect(short.length).toBeLessThanOrEqual(1);
  for (const text of short) {
    expect(text).toMatch(/^device at [^,]+: .*\. [A-Z][^.]/);
  }
  return full;
}

test("an address where nothing listens is one error", async () => {
  const url = await unused();
  expect(await errorOf({ DLI_URL: url })).toMatch(
    /^device at \S+, GET \S+: nothing listens at http:\S+ \(connection refused\)\. Check that the device has power and network, and that the environment variable DLI_URL is right\.$/,
  );
});

test("an address that answers no connection attempt is one error after the timeout", async () => {
  const hole = await blackHole();
  try {
    expect(await errorOf({ ...impatient, DLI_URL: hole.url })).toMatch(
      /^device at \S+, GET \S+: http:\S+ did not answer the connection attempt within 0\.3 seconds\. Check that the device has power/,
    );
  } finally {
    await hole.close();
  }
});

test("an address that accepts connections and sends nothing is one error after the timeout", async () => {
  const listener = await silent();
  try {
    expect(await errorOf({ ...impatient, DLI_URL: listener.url })).toMatch(
      /^device at \S+, GET \S+: no complete response came within 0\.3 seconds\. Check the network and the device's load, or raise the environment variable DLI_REQUEST_TIMEOUT_SECONDS\.$/,
    );
  } finally {
    await listener.close();
  }
});

test("a missing address is one error that says how to set it", async () => {
  expect(await errorOf({ DLI_URL: "" })).toBe(
    "no address is configured. Run `pulumi config set dli:url http://192.168.0.100`, or set the environment variable DLI_URL.",
  );
});

test("a response that is not JSON is one error", async () => {
  device.faults.add({ kind: "garbage", times: "always", onlyAuthenticated: true });
  try {
    expect(await errorOf({})).toMatch(
      /^device at \S+, GET \S+: the response \(status 200, \d+ characters\) is \S+, not JSON\. Check that the environment variable DLI_URL points at a Digital Loggers device/,
    );
  } finally {
    device.faults.clear();
  }
});

test.each(dialects.restDisabledStatus.values)(
  "a disabled REST API, seen as status %s, is one error that says where to enable it",
  async (restDisabledStatus) => {
    const closed = await startSimulator({ dialects: { restDisabledStatus } });
    closed.tree.config.allow_rest = false;
    try {
      expect(await errorOf(loginTo(closed))).toMatch(
        /^device at \S+, GET \S+: the device answers, but its REST API does not \(status \d+ at \/restapi\/\).*\. Tick "Allow REST-style API" on the External APIs page/,
      );
      expect(closed.journal.writes()).toEqual([]);
    } finally {
      await closed.close();
    }
  },
);

describe("HTTPS with a self-signed certificate", () => {
  let secure: SimulatedDevice;

  beforeAll(async () => {
    secure = await startSimulator({ https: true, speed: 50 });
  });

  afterAll(() => secure?.close());

  test("a self-signed certificate is rejected before anything is sent, and the error shows its fingerprint", async () => {
    const text = await errorOf(loginTo(secure));
    expect(text).toMatch(/^device at \S+, GET \S+: the certificate of https:\S+ is self-signed; its SHA-256/);
    expect(text).toContain(secure.fingerprintSha256);
    expect(text).toContain("set dli:fingerprintSha256 to it, or set dli:caCert");
    expect(secure.journal.entries).toEqual([]);
  });

  test("a certificate other than the pinned one is rejected", async () => {
    const text = await errorOf({ ...loginTo(secure), DLI_FINGERPRINT_SHA256: "00".repeat(32) });
    expect(text).toContain("is not the pinned one");
    expect(secure.journal.entries).toEqual([]);
  });

  test.each<[string, () => Record<string, string>]>([
    ["caCert", () => ({ DLI_CA_CERT: secure.certificate! })],
    ["fingerprintSha256", () => ({ DLI_FINGERPRINT_SHA256: secure.fingerprintSha256! })],
    ["insecureSkipVerify", () => ({ DLI_INSECURE_SKIP_VERIFY: "true" })],
  ])("a self-signed certificate is accepted with %s", async (_name, trust) => {
    secure.journal.clear();
    await workspace.refresh({ previewOnly: true, env: { ...loginTo(secure), ...trust() }, expectExit: 0 });
    expect(secure.journal.filter({ method: "GET", path: "relay/" }).map(({ user }) => user)).toContain("admin");
  });
});
