/** TCP servers for behaviour that no HTTP server has. */
import type { AddressInfo } from "node:net";
import { createServer, type Socket } from "node:net";

const running: (() => Promise<void>)[] = [];

/** Starts a TCP server and returns its port. */
export async function listen(handler: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    handler(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  running.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) {
          socket.destroy();
        }
      }),
  );
  return (server.address() as AddressInfo).port;
}

/** A port on which nothing listens. */
export async function deafPort(): Promise<number> {
  const port = await listen(() => {});
  await running.pop()?.();
  return port;
}

/** Closes every server started by {@link listen}; for `afterEach`. */
export async function closeListeners(): Promise<void> {
  await Promise.all(running.splice(0).map((close) => close()));
}
