/** A port that neither accepts nor refuses a connection, as with a device that is off behind a router. */
import { spawn } from "node:child_process";
import { connect, type Socket } from "node:net";

/** Listens and never accepts: once its queue is full, the system drops further attempts. */
const deaf = `
require("node:net").createServer().listen({ port: Number(process.argv[1]), host: "127.0.0.1", backlog: 1 }, () => {
  require("node:fs").writeSync(1, "listening");
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});`;

const patienceMilliseconds = 300;

export interface BlackHole {
  close(): Promise<void>;
}

export async function openBlackHole(port: number): Promise<BlackHole> {
  const listener = spawn(process.execPath, ["-e", deaf, String(port)], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve) => listener.once("close", resolve));
  await new Promise((resolve) => listener.stdout.once("data", resolve));
  const queued: Socket[] = [];
  for (let isOpen = true; isOpen; ) {
    const socket = connect(port, "127.0.0.1").on("error", () => undefined);
    queued.push(socket);
    isOpen = await new Promise<boolean>((resolve) => {
      socket.once("connect", () => resolve(true));
      setTimeout(() => resolve(false), patienceMilliseconds);
    });
  }
  return {
    close: async () => {
      for (const socket of queued) {
        socket.destroy();
      }
      listener.kill("SIGKILL");
      await ended;
    },
  };
}
