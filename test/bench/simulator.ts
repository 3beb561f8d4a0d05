/**
 * What a request without a login costs the simulator as the request grows: each shape at its length and at twice that,
 * compared with a server that only reads the body. A ratio of 2 is linear, one of 4 quadratic. Run with
 * `npm run bench:simulator`; `-- --rounds N` sets the number of rounds.
 */
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { parseArgs } from "node:util";
import { startSimulator } from "../../simulator";

interface Shape {
  readonly length: number;
  /** A request of this length. */
  readonly send: (length: number) => {
    readonly path?: string;
    readonly body?: string;
    readonly authorization?: string;
  };
}

const repeated = (text: string, length: number) => text.repeat(Math.ceil(length / text.length)).slice(0, length);

const shapes: Record<string, Shape> = {
  "body of one word": { length: 40_000, send: (length) => ({ body: repeated("a", length) }) },
  "body full of secrets' names": { length: 40_000, send: (length) => ({ body: repeated("password", length) }) },
  "form of many fields": { length: 40_000, send: (length) => ({ body: repeated("token=a&b=c&", length) }) },
  "deep JSON": { length: 40_000, send: (length) => ({ body: repeated("[", length / 2) + repeated("]", length / 2) }) },
  "body too long for the journal": { length: 400_000, send: (length) => ({ body: repeated("[]", length) }) },
  "path full of secrets' names": { length: 6_000, send: (length) => ({ path: `/${repeated("pass", length)}` }) },
  "login of one word": { length: 6_000, send: (length) => ({ authorization: `Digest ${repeated("a", length)}` }) },
};

/** Milliseconds until the response has ended. */
async function timeOf(
  url: string,
  { path = "/restapi/relay/name/", body = "", authorization }: ReturnType<Shape["send"]>,
) {
  const started = performance.now();
  await new Promise<void>((resolve, reject) => {
    const headers = authorization === undefined ? {} : { Authorization: authorization };
    const outgoing = request(`${url}${path}`, { method: "PUT", headers, agent: false }, (response) => {
      response.resume();
      response.on("end", resolve);
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
  return performance.now() - started;
}

/** The shortest time of several rounds, because other load can only add to it. */
async function fastest(rounds: number, url: string, sent: ReturnType<Shape["send"]>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    times.push(await timeOf(url, sent));
  }
  return Math.min(...times);
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { rounds: { type: "string", default: "10" } } });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new Error("--rounds takes a number of 1 or more");
  }
  const device = await startSimulator();
  const peer = createServer((message, response) => message.resume().on("end", () => response.writeHead(401).end()));
  await new Promise<void>((resolve) => peer.listen(0, "127.0.0.1", resolve));
  const peerUrl = `http://127.0.0.1:${(peer.address() as AddressInfo).port}`;
  console.log(`${"".padEnd(30)}${["once", "twice", "ratio", "peer twice"].map((head) => head.padStart(12)).join("")}`);
  for (const [name, { length, send }] of Object.entries(shapes)) {
    await fastest(3, device.url, send(length));
    const once = await fastest(rounds, device.url, send(length));
    const twice = await fastest(rounds, device.url, send(2 * length));
    const floor = await fastest(rounds, peerUrl, send(2 * length));
    const cells = [
      `${once.toFixed(1)} ms`,
      `${twice.toFixed(1)} ms`,
      (twice / once).toFixed(1),
      `${floor.toFixed(1)} ms`,
    ];
    console.log(name.padEnd(30) + cells.map((cell) => cell.padStart(12)).join(""));
  }
  peer.close();
  await device.close();
}

void main();
