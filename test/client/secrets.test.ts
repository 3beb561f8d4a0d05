/** Where a client keeps its password and its token: in objects of provider/client/auth and nowhere else. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { inspect, promisify } from "node:util";
import { DliClient } from "../../provider/client";
import { startSimulator } from "../../simulator";
import { clientOf, device } from "./support/locked";
import { closeServers, json, serve } from "./support/server";

afterEach(closeServers);

/** Classes of provider/client/auth, and the class of digest-fetch that it instantiates. */
const keepers = ["Credentials", "DeviceDigest"];

const root = join(__dirname, "..", "..");

/** The input of the child process, with the secrets reversed. */
interface Experiment {
  /** The module to try. */
  client: string;
  url: string;
  login: "password" | "token";
  /** The secret to log in with, and the password to change it to. */
  backwards: string[];
  keepers: string[];
}

/**
 * Runs in its own process: creates a client that logs in, and prints what on its heap refers to a secret, except for
 * keepers and what is reachable only through them.
 */
async function printHolders({ client: file, url, login, backwards, keepers }: Experiment): Promise<void> {
  const { DliClient } = require(file) as typeof import("../../provider/client");
  const v8 = require("node:v8") as typeof import("node:v8");
  const secret = (index: number) => [...(backwards[index] ?? "")].reverse().join("");
  const makeClient = () =>
    login === "token"
      ? new DliClient({ url, token: `user1.${secret(0)}` })
      : new DliClient({ url, username: "admin", password: secret(0) });
  const client = makeClient();
  await client.get("cred");
  await client.put("relay/name", "x");
  if (backwards.length > 1) {
    await client.changePassword("auth/users/is_admin=true", secret(1));
    await client.get("cred");
  }
  const snapshotStream = v8.getHeapSnapshot();
  const chunks: Buffer[] = [];
  // Read synchronously, because Node 20.19 does not wait for this stream.
  for (let chunk = snapshotStream.read(); chunk !== null; chunk = snapshotStream.read()) {
    chunks.push(chunk);
  }
  const { snapshot, nodes, edges, strings } = JSON.parse(Buffer.concat(chunks).toString());
  const { node_fields: nodeFields, edge_fields: edgeFields, edge_types: edgeTypes } = snapshot.meta;
  const [nodeSize, edgeSize] = [nodeFields.length, edgeFields.length];
  const [nameAt, countAt] = [nodeFields.indexOf("name"), nodeFields.indexOf("edge_count")];
  const firstEdges: number[] = [];
  for (let node = 0, edge = 0; node < nodes.length; node += nodeSize) {
    firstEdges.push(edge);
    edge += nodes[node + countAt] * edgeSize;
  }
  const nameOf = (node: number): string => strings[nodes[node + nameAt]];
  const isWeak = (edge: number) => edgeTypes[0][edges[edge]] === "weak";
  const seen = new Set([0]);
  const left = [0];
  const holders = new Set<string>();
  let kept = 0;
  for (let node = left.pop(); node !== undefined; node = left.pop()) {
    if (keepers.includes(nameOf(node))) {
      kept += 1;
      continue;
    }
    const first = firstEdges[node / nodeSize] ?? 0;
    for (let edge = first; edge < first + nodes[node + countAt] * edgeSize; edge += edgeSize) {
      const to = edges[edge + 2];
      if (isWeak(edge) || seen.has(to)) {
        continue;
      }
      seen.add(to);
      left.push(to);
      if (backwards.some((_, index) => nameOf(to).includes(secret(index)))) {
        holders.add(nameOf(node).slice(0, 60));
      }
    }
  }
  console.log(JSON.stringify({ holders: [...holders], kept, requests: client.requestCount }));
}

async function expectNoHolder(url: string, login: Experiment["login"], secrets: string[]): Promise<void> {
  const backwards = secrets.map((secret) => [...secret].reverse().join(""));
  const client = join(root, "provider", "client", "index.ts");
  const experiment: Experiment = { client, url, login, backwards, keepers };
  const script = `(${printHolders})(${JSON.stringify(experiment)})`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", "-e", script], { cwd: root });
  const found = JSON.parse(stdout) as { holders: string[]; kept: number };
  expect(found.holders).toEqual([]);
  expect(found.kept).toBeGreaterThan(0);
}

test("nothing outside auth holds a password of a client that has logged in and changed it", async () => {
  const simulated = await startSimulator({ password: "swordfish-in-the-heap" });
  try {
    await expectNoHolder(simulated.url, "password", ["swordfish-in-the-heap", "clownfish-in-the-heap"]);
    expect(simulated.failedLogins).toBe(0);
  } finally {
    await simulated.close();
  }
});

test("nothing outside auth holds the token of a client that has logged in", async () => {
  const server = await serve((_, response) => json(response, 1));
  await expectNoHolder(server.url, "token", ["SGVsbG8tdG9rZW4"]);
});

test("an inspected client shows neither password nor token", async () => {
  const { server } = await device({ users: { admin: "swordfish" } });
  const client = clientOf(server, { password: "swordfish", previousPassword: "clownfish" });
  await client.get("cred");
  const other = new DliClient({ url: server.url, token: "user1.SGVsbG8" });
  expect(inspect([client, other], { depth: null, showHidden: true })).not.toMatch(/swordfish|clownfish|SGVsbG8/);
});
