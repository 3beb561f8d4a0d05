import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { ManualClock } from "../clock";
import { faultFromJson } from "../fault-spec";
import type { Json } from "../schema/nodes";
import type { SimulatedDevice } from "../start";

/** The control door of a running device, for other processes on this machine. */
export interface ControlServer {
  /** Such as http://127.0.0.1:40124. */
  readonly url: string;
  close(): Promise<void>;
}

type Handler = (device: SimulatedDevice, body: unknown) => unknown;

interface Change {
  readonly path: string;
  readonly value?: Json;
  readonly remove?: boolean;
}

/** Method and path of each door; the answer is what the handler returns, as JSON. */
const doors: Record<string, Handler> = {
  "GET /journal": ({ journal }) => journal.entries,
  "DELETE /journal": ({ journal }) => journal.clear(),
  "GET /tree": ({ tree }) => tree,
  "POST /tree": (device, body) => {
    for (const change of body as Change[]) {
      if (change.remove === true) {
        device.removeByHand(change.path);
      } else {
        device.changeByHand(change.path, change.value ?? null);
      }
    }
  },
  "POST /reboot": (device, body) => device.reboot((body ?? {}) as Parameters<SimulatedDevice["reboot"]>[0]),
  "POST /faults": ({ faults }, body) => faults.add(...[body].flat().map(faultFromJson)),
  "DELETE /faults": ({ faults }) => faults.clear(),
  "GET /failed-logins": ({ failedLogins }) => ({ failedLogins }),
  "POST /clock": ({ clock }, body) => {
    if (!("advance" in clock)) {
      throw new Error("The clock runs by itself; start the simulator with --manual-clock to move it");
    }
    (clock as ManualClock).advance((body as { advanceMilliseconds: number }).advanceMilliseconds);
  },
};

async function answer(device: SimulatedDevice, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const send = (status: number, value: unknown): void => {
    response.writeHead(status, { "Content-Type": "application/json" });
    response.end(JSON.stringify(value ?? null));
  };
  try {
    const handler = doors[`${message.method} ${message.url}`];
    if (handler === undefined) {
      send(404, { error: `There is: ${Object.keys(doors).join(", ")}` });
      return;
    }
    let text = "";
    for await (const chunk of message) {
      text += String(chunk);
    }
    send(200, handler(device, text === "" ? undefined : JSON.parse(text)));
  } catch (error) {
    send(400, { error: error instanceof Error ? error.message : String(error) });
  }
}

/** Opens the control door on a free port of 127.0.0.1. It has no login: whoever can reach it owns the device. */
export async function openControl(device: SimulatedDevice): Promise<ControlServer> {
  const server = createServer((message, response) => void answer(device, message, response));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
