/** Sends one response: properly, or spoiled in one of the ways that networks and devices fail. */
import type { ServerResponse } from "node:http";
import type { WireResponse } from "./response";

/** Waits in real time, for latency and slow responses; the only timers outside the device's clock. */
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

/** What a delivery needs of the server. */
export interface DeliveryParts {
  readonly response: ServerResponse;
  /** Whether the request is a HEAD: headers alone. */
  readonly isHead: boolean;
  readonly timers: RealTimers;
  /** The device's response with that status. */
  readonly refusal: (status: number, retryAfterSeconds: number | undefined) => WireResponse;
  /** Resolves when the faults are cleared. */
  readonly faultsCleared: () => Promise<void>;
  /** Ends the connection with a TCP reset. */
  readonly reset: () => void;
}

/** One response on its way to the client. */
export class Delivery {
  readonly #parts: DeliveryParts;
  readonly #wire: WireResponse;

  constructor(wire: WireResponse, parts: DeliveryParts) {
    this.#wire = wire;
    this.#parts = parts;
  }

  /** Sends the response, or another one instead. */
  send(wire: WireResponse = this.#wire): void {
    sendWhole(this.#parts.response, wire, this.#parts.isHead);
  }

  /** Sends a response with that status instead. */
  refuse(status: number, retryAfterSeconds: number | undefined): void {
    this.send(this.#parts.refusal(status, retryAfterSeconds));
  }

  /** Announces the whole response, sends half of it and closes the connection. */
  sendHalf(): void {
    const { response } = this.#parts;
    const wire = this.#wire;
    const body = Buffer.from(wire.body === "" ? '{"half":true}' : wire.body);
    writeHead(response, { ...wire, status: wire.status === 204 ? 200 : wire.status }, body.length);
    response.write(body.subarray(0, Math.floor(body.length / 2)), () => this.drop());
  }

  /** Sends the response byte by byte. */
  async drip(milliseconds: number): Promise<void> {
    const { response, isHead, timers } = this.#parts;
    const bytes = Buffer.from(this.#wire.body);
    writeHead(response, this.#wire, bytes.length);
    response.flushHeaders();
    for (const byte of isHead || this.#wire.status === 204 ? [] : bytes) {
      await timers.wait(milliseconds);
      if (response.destroyed) {
        return;
      }
      response.write(Buffer.from([byte]));
    }
    response.end();
  }

  /** Closes the connection without a response. */
  drop(): void {
    this.#parts.response.socket?.destroy();
  }

  /** Ends the connection with a TCP reset. */
  reset(): void {
    this.#parts.reset();
  }

  /** Resolves when the faults are cleared. */
  faultsCleared(): Promise<void> {
    return this.#parts.faultsCleared();
  }
}

function writeHead(response: ServerResponse, wire: WireResponse, length: number): void {
  response.statusCode = wire.status;
  for (const [name, value] of Object.entries(wire.headers)) {
    response.setHeader(name, value);
  }
  if (wire.status !== 204) {
    response.setHeader("Content-Length", length);
  }
}

/** Sends a response. */
export function sendWhole(response: ServerResponse, wire: WireResponse, isHead: boolean): void {
  // As bytes: Node encodes headers together with a text body, and these already contain UTF-8 bytes.
  const body = Buffer.from(wire.body);
  writeHead(response, wire, body.length);
  response.end(isHead || wire.status === 204 ? undefined : body);
}
