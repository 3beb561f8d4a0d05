/** Addresses at which the connection fails before any HTTP. */
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { Worker } from "node:worker_threads";

/** An address that works until `close`. */
export interface Listener {
  readonly url: string;
  close(): Promise<void>;
}

const host = "127.0.0.1";
const at = (port: number) => `http://${host}:${port}`;

/** Accepts connections and requests and never answers. */
export async function silent(): Promise<Listener> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined).resume();
  });
  await once(server.listen(0, host), "listening");
  return {
    url: at((server.address() as AddressInfo).port),
    close: async () => {
      for (const socket of sockets) {
        socket.destroy();
      }
      await once(server.close(), "close");
    },
  };
}

/**
 * A free port outside the range from which systems assign ports, so that nothing else listens there once its owner has
 * ended.
 */
export async function keptPort(): Promise<number> {
  for (;;) {
    const port = 20_000 + randomInt(10_000);
    const server = createServer().listen(port, host);
    if (await once(server, "listening").then(Boolean, () => false)) {
      await once(server.close(), "close");
      return port;
    }
  }
}

/** An address at which nothing listens. */
export async function unused(): Promise<string> {
  return at(await keptPort());
}

/** The listener is stuck in `Atomics.wait`, so connections stay in the kernel's short queue. */
const stuck = `
  const { createServer } = require("node:net");
  const { parentPort } = require("node:worker_threads");
  const server = createServer().listen({ port: 0, host: "${host}", backlog: 1 }, () => {
    parentPort.postMessage(server.address().port);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });`;

/** Never answers an attempt to connect: a black hole, as behind a firewall that drops packets. */
export async function blackHole(): Promise<Listener> {
  const worker = new Worker(stuck, { eval: true });
  const [port] = (await once(worker, "message")) as [number];
  // The kernel accepts one or two connections more than the backlog; all others wait.
  const fillers = Array.from({ length: 8 }, () => connect(port, host).on("error", () => undefined));
  await Promise.race(fillers.map((filler) => once(filler, "connect")));
  return {
    url: at(port),
    close: async () => {
      for (const filler of fillers) {
        filler.destroy();
      }
      await worker.terminate();
    },
  };
}
