/** The control port of a running device, for other processes on this machine, but not for web pages. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import * as z from "zod";
import type { ManualClock } from "../clock";
import { faultFromJson } from "../faults/spec";
import { complaintOf } from "../schema/complaint";
import type { Json } from "../schema/nodes";
import type { SimulatedDevice } from "../start";

/** An open control port. */
export interface ControlServer {
  /** Such as http://127.0.0.1:40124. */
  readonly url: string;
  close(): Promise<void>;
}

type Handler = (device: SimulatedDevice, body: unknown) => unknown;

const mostBytes = 10_000_000;

const byHandChange = z
  .strictObject({ path: z.string(), value: z.json().optional(), remove: z.literal(true).optional() })
  .refine(
    ({ value, remove }) => (value === undefined) !== (remove === undefined),
    "needs either a value or remove: true",
  );
const reboot = z.strictObject({ powerLoss: z.boolean().optional(), deafMilliseconds: z.number().min(0).optional() });
const ping = z.strictObject({ item: z.int().min(0), isAnswered: z.boolean() });
const advance = z.strictObject({ advanceMilliseconds: z.number().min(0) });
const fault = z.looseObject({});

/** Reads one value or a list of them. @throws Error that says which member is wrong. */
function each<T>(schema: z.ZodType<T>, body: unknown): T[] {
  return (Array.isArray(body) ? body : [body]).map((one) => read(schema, one));
}

function read<T>(schema: z.ZodType<T>, body: unknown): T {
  const { error, data } = schema.safeParse(body);
  if (error !== undefined) {
    throw new Error(`This is not understood: ${complaintOf(error)}`);
  }
  return data;
}

/** Makes the changes in order; an error says which one failed. */
function change(device: SimulatedDevice, changes: readonly z.infer<typeof byHandChange>[]): void {
  for (const [index, one] of changes.entries()) {
    try {
      if (one.remove === true) {
        device.removeByHand(one.path);
      } else {
        device.changeByHand(one.path, one.value as Json);
      }
    } catch (error) {
      const which = `change ${index + 1} of ${changes.length}${index > 0 ? "; the earlier were made" : ""}`;
      throw new Error(`${error instanceof Error ? error.message : String(error)} (${which})`);
    }
  }
}

/** Handlers by method and path; the response is what the handler returns, as JSON. */
const handlers: Record<string, Handler> = {
  "GET /journal": ({ journal }) => journal.entries,
  "DELETE /journal": ({ journal }) => journal.clear(),
  "GET /journal/dropped": ({ journal }) => ({ dropped: journal.dropped }),
  "GET /tree": ({ tree }) => tree,
  "POST /tree": (device, body) => change(device, each(byHandChange, body)),
  "POST /reboot": (device, body) => {
    const { powerLoss = false, deafMilliseconds = 0 } = read(reboot, body ?? {});
    device.reboot({ powerLoss, deafMilliseconds });
  },
  "GET /log": ({ log }) => log.lines,
  "POST /ping": (device, body) => {
    for (const { item, isAnswered } of each(ping, body)) {
      device.ping(item, isAnswered);
    }
  },
  "POST /faults": ({ faults }, body) => faults.add(...each(fault, body).map(faultFromJson)),
  "DELETE /faults": ({ faults }) => faults.clear(),
  "GET /failed-logins": ({ failedLogins }) => ({ failedLogins }),
  "POST /clock": ({ clock }, body) => {
    const { advanceMilliseconds } = read(advance, body);
    if (!("advance" in clock)) {
      throw new Error("The clock runs by itself; start the simulator with --manual-clock to move it");
    }
    (clock as ManualClock).advance(advanceMilliseconds);
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

/** The body of a request; `undefined` if it is too large. */
async function textOf(message: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  // Read to the end even then, so that the sender gets the response.
  for await (const chunk of message as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= mostBytes) {
      chunks.push(chunk);
    }
  }
  return length > mostBytes ? undefined : Buffer.concat(chunks).toString();
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
    const text = await textOf(message);
    if (text === undefined) {
      send(413, { error: "The body is too large" });
      return;
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
