/** The control port of a running device, for other processes on this machine, but not for web pages. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { ManualClock } from "../clock";
import { faultFromJson } from "../fault-spec";
import type { Json } from "../schema/nodes";
import type { SimulatedDevice } from "../start";

/** An open control port. */
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

interface Ping {
  readonly item: number;
  readonly isAnswered: boolean;
}

/** Handlers by method and path; the response is what the handler returns, as JSON. */
const handlers: Record<string, Handler> = {
  "GET /journal": ({ journal }) => journal.entries,
  "DELETE /journal": ({ journal }) => journal.clear(),
  "GET /journal/dropped": ({ journal }) => ({ dropped: journal.dropped }),
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
  "GET /log": ({ log }) => log.lines,
  "POST /ping": (device, body) => {
    for (const { item, isAnswered } of [body].flat() as Ping[]) {
      device.ping(item, isAnswered);
    }
  },
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

/**
 * Why a request is refused, if it is. A browser sends any page's requests to any address: Origin reveals those, and
 * Host reveals those of a page whose name was made to resolve to this machine (DNS rebinding).
 */
function complaintAbout({ headers, socket }: IncomingMessage): string | undefined {
  const hosts = [`127.0.0.1:${socket.localPort}`, `localhost:${socket.localPort}`];
  if (!hosts.includes(headers.host ?? "")) {
    return `Host must be ${hosts.join(" or ")}`;
  }
  const { origin } = headers;
  return origin === undefined || hosts.some((host) => origin === `http://${host}`)
    ? undefined
    : "The control port takes no requests from web pages of another origin";
}

async function respond(device: SimulatedDevice, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const send = (status: number, value: unknown): void => {
    response.writeHead(status, { "Content-Type": "application/json" });
    response.end(JSON.stringify(value ?? null));
  };
  try {
    const complaint = complaintAbout(message);
    if (complaint !== undefined) {
      send(403, { error: complaint });
      return;
    }
    const handler = handlers[`${message.method} ${message.url}`];
    if (handler === undefined) {
      send(404, { error: `Available: ${Object.keys(handlers).join(", ")}` });
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

/**
 * Opens the control port on any free port of 127.0.0.1. It has no login: any program on this machine can drive the
 * device and read its passwords. Requests with a foreign Origin or Host get 403.
 */
export async function openControl(device: SimulatedDevice): Promise<ControlServer> {
  const server = createServer((message, response) => void respond(device, message, response));
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
