import type { ServerResponse } from "node:http";
import type { Fault } from "../faults";
import type { WireAnswer } from "./answer";

/** Waits in real time, for latency and slow answers; the only timers outside the device's clock. */
export class RealTimers {
  readonly #waiting = new Map<NodeJS.Timeout, () => void>();

  async wait(milliseconds: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(timer);
        resolve();
      }, milliseconds);
      this.#waiting.set(timer, resolve);
    });
  }

  /** Ends every wait at once. */
  clear(): void {
    for (const [timer, resolve] of this.#waiting) {
      clearTimeout(timer);
      resolve();
    }
    this.#waiting.clear();
  }
}

function writeHead(response: ServerResponse, wire: WireAnswer, length: number): void {
  response.statusCode = wire.status;
  for (const [name, value] of Object.entries(wire.headers)) {
    response.setHeader(name, value);
  }
  if (wire.status !== 204) {
    response.setHeader("Content-Length", length);
  }
}

/** Sends an answer as it should be. */
export function sendWhole(response: ServerResponse, wire: WireAnswer, isHead: boolean): void {
  writeHead(response, wire, Buffer.byteLength(wire.body));
  response.end(isHead || wire.status === 204 ? undefined : wire.body);
}

/** Sends an answer the way the fault has it. */
export async function sendFaulty(
  response: ServerResponse,
  wire: WireAnswer,
  fault: Fault,
  isHead: boolean,
  timers: RealTimers,
): Promise<void> {
  const { socket } = response;
  switch (fault.kind) {
    case "dropBefore":
    case "dropAfter":
      socket?.destroy();
      return;
    case "garbage":
      sendWhole(
        response,
        { status: 200, headers: { "Content-Type": "application/json" }, body: "<<< this is not JSON {" },
        isHead,
      );
      return;
    case "halfBody": {
      const body = wire.body === "" ? '{"half":true}' : wire.body;
      writeHead(response, { ...wire, status: wire.status === 204 ? 200 : wire.status }, Buffer.byteLength(body));
      response.write(body.slice(0, Math.floor(body.length / 2)), () => socket?.destroy());
      return;
    }
    case "slowDrip": {
      const bytes = Buffer.from(wire.body);
      writeHead(response, wire, bytes.length);
      response.flushHeaders();
      for (const byte of isHead || wire.status === 204 ? [] : bytes) {
        await timers.wait(fault.milliseconds ?? 10);
        if (response.destroyed) {
          return;
        }
        response.write(Buffer.from([byte]));
      }
      response.end();
      return;
    }
    default:
      sendWhole(response, wire, isHead);
  }
}
