/** Sends one answer: as it should be, or in one of the ways in which a network or a device spoils it. */
import type { ServerResponse } from "node:http";
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

/** What a delivery needs of the server. */
export interface DeliveryParts {
  readonly response: ServerResponse;
  /** Whether the request is a HEAD: headers alone. */
  readonly isHead: boolean;
  readonly timers: RealTimers;
  /** The answer with that status, as this device words it. */
  readonly refusal: (status: number, retryAfterSeconds: number | undefined) => WireAnswer;
  /** Resolves when the faults are cleared. */
  readonly faultsCleared: () => Promise<void>;
  /** Ends the connection by a TCP reset. */
  readonly reset: () => void;
}

/** One answer on its way. */
export class Delivery {
  readonly #parts: DeliveryParts;
  readonly #answer: WireAnswer;

  constructor(answer: WireAnswer, parts: DeliveryParts) {
    this.#answer = answer;
    this.#parts = parts;
  }

  /** Sends the answer, or another in its place, as it should be. */
  send(answer: WireAnswer = this.#answer): void {
    sendWhole(this.#parts.response, answer, this.#parts.isHead);
  }

  /** Sends an answer of that status in place of the device's own. */
  refuse(status: number, retryAfterSeconds: number | undefined): void {
    this.send(this.#parts.refusal(status, retryAfterSeconds));
  }

  /** Promises the whole answer, sends half of it and closes the connection. */
  sendHalf(): void {
    const { response } = this.#parts;
    const answer = this.#answer;
    const body = Buffer.from(answer.body === "" ? '{"half":true}' : answer.body);
    writeHead(response, { ...answer, status: answer.status === 204 ? 200 : answer.status }, body.length);
    response.write(body.subarray(0, Math.floor(body.length / 2)), () => this.drop());
  }

  /** Sends the answer byte by byte. */
  async drip(milliseconds: number): Promise<void> {
    const { response, isHead, timers } = this.#parts;
    const bytes = Buffer.from(this.#answer.body);
    writeHead(response, this.#answer, bytes.length);
    response.flushHeaders();
    for (const byte of isHead || this.#answer.status === 204 ? [] : bytes) {
      await timers.wait(milliseconds);
      if (response.destroyed) {
        return;
      }
      response.write(Buffer.from([byte]));
    }
    response.end();
  }

  /** Closes the connection without an answer. */
  drop(): void {
    this.#parts.response.socket?.destroy();
  }

  /** Ends the connection by a TCP reset, without an answer. */
  reset(): void {
    this.#parts.reset();
  }

  /** Resolves when the faults are cleared. */
  faultsCleared(): Promise<void> {
    return this.#parts.faultsCleared();
  }
}

function writeHead(response: ServerResponse, answer: WireAnswer, length: number): void {
  response.statusCode = answer.status;
  for (const [name, value] of Object.entries(answer.headers)) {
    response.setHeader(name, value);
  }
  if (answer.status !== 204) {
    response.setHeader("Content-Length", length);
  }
}

/** Sends an answer as it should be. */
export function sendWhole(response: ServerResponse, answer: WireAnswer, isHead: boolean): void {
  // Bytes, because Node would encode the headers like a body that is text, and they hold the bytes of UTF-8 already.
  const body = Buffer.from(answer.body);
  writeHead(response, answer, body.length);
  response.end(isHead || answer.status === 204 ? undefined : body);
}
