/** The connection to one device. */
import type { Dispatcher, Pool } from "undici";
import type { Clock } from "../clock";
import type { Settings } from "../settings";
import { type DeviceRequest, type ErrorContext, isRead, targetOf } from "./request";
import { DeviceResponse } from "./response";
import { ConnectFailure, makeConnector, type TlsSettings } from "./tls";
import { type FaultKind, TransportFault } from "./transport-fault";

const maxHeaderBytes = 256 * 1024;
const maxBodyBytes = 16 * 1024 * 1024;
const maxIdleMillisecondsBeforeWrite = 1000;

/** The error that undici ends a connection with. Created once: undici's own formats a whole stack every time. */
const CLOSED = new Error("the connection is closed");

/** What a connection needs to know. */
type TransportSettings = TlsSettings & Pick<Settings, "requestTimeout" | "clock">;

/**
 * The connection to one device: one at a time, kept alive.
 *
 * The classic trap of kept-alive connections is a server that closes one just as a request leaves: the client sees the
 * connection end without a response and cannot know whether the request was acted upon. A read is repeated. A write
 * reuses a connection only if reuse is known to work: a read was answered on a used connection of this device before,
 * none has ever broken, and the last response is less than a second old. Otherwise it gets a new connection, on which a
 * missing response really means that the outcome is unknown.
 */
export class Transport {
  #pool: Pool | undefined;
  #answersOnConnection = 0;
  #lastAnswer = Number.NEGATIVE_INFINITY;
  #reuse: "unproven" | "proven" | "broken" = "unproven";
  /** The device has sent an unsolicited answer, so answers may not match their requests: no connection is kept. */
  #isOutOfStep = false;

  readonly #settings: TransportSettings;
  readonly #clock: Pick<Clock, "now">;
  readonly #context: ErrorContext;
  readonly #count: () => void;

  constructor(
    settings: TransportSettings,
    context: ErrorContext,
    /** Called for every request that starts. */
    count: () => void,
  ) {
    this.#settings = settings;
    this.#clock = settings.clock;
    this.#context = context;
    this.#count = count;
  }

  /** @throws TransportFault, ConfigurationError when the certificate file cannot be read. */
  async send(request: DeviceRequest): Promise<DeviceResponse> {
    const write = !isRead(request);
    if (this.#answersOnConnection > 0) {
      // Let a surplus answer that has already arrived surface, before it is taken for the answer to this request.
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (this.#isOutOfStep || (write && !this.#isReusable())) {
      await this.close();
    }
    let reused = false;
    try {
      const response = await this.#dispatch(request, () => {
        reused = this.#answersOnConnection > 0;
      });
      if (reused && !write && this.#reuse === "unproven") {
        this.#reuse = "proven";
      }
      this.#answersOnConnection += 1;
      this.#lastAnswer = this.#clock.now();
      return response;
    } catch (error) {
      if (reused && error instanceof TransportFault && ["broken", "malformed"].includes(error.kind)) {
        this.#reuse = "broken";
      }
      throw error;
    }
  }

  /** Ends the connection. A later request opens a new one. */
  async close(): Promise<void> {
    const pool = this.#pool;
    this.#pool = undefined;
    this.#answersOnConnection = 0;
    await pool?.destroy(CLOSED);
  }

  #isReusable(): boolean {
    const idle = this.#clock.now() - this.#lastAnswer;
    return this.#reuse === "proven" && this.#answersOnConnection > 0 && idle < maxIdleMillisecondsBeforeWrite;
  }

  #open(): Pool {
    if (this.#pool) {
      return this.#pool;
    }
    const { Pool, buildConnector } = loadUndici();
    const pool = new Pool(this.#settings.origin, {
      connections: 1,
      pipelining: 1,
      connect: makeConnector(buildConnector, this.#settings, this.#context),
      maxHeaderSize: maxHeaderBytes,
      maxResponseSize: maxBodyBytes,
      // `#dispatch` keeps one deadline for the whole exchange instead.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveMaxTimeout: 30_000,
    });
    pool.on("connect", () => {
      this.#answersOnConnection = 0;
    });
    pool.on("disconnect", (_origin, _targets, error) => {
      this.#isOutOfStep ||= isUnasked(error);
    });
    this.#pool = pool;
    return pool;
  }

  #dispatch(request: DeviceRequest, started: () => void): Promise<DeviceResponse> {
    return new Promise((resolve, reject) => {
      const { signal } = request;
      const chunks: Buffer[] = [];
      let head: Pick<DeviceResponse, "status" | "headers"> | undefined;
      let controller: Dispatcher.DispatchController | undefined;
      let deadline: NodeJS.Timeout | undefined;
      const done = () => {
        clearTimeout(deadline);
        signal?.removeEventListener("abort", abort);
      };
      const fail = (kind: FaultKind, cause: unknown) => {
        done();
        reject(new TransportFault(kind, controller !== undefined, cause));
        controller?.abort(new Error("aborted"));
      };
      const abort = () => fail("aborted", signal?.reason);
      signal?.addEventListener("abort", abort, { once: true });
      this.#open().dispatch(
        {
          method: request.method,
          path: targetOf(request),
          headers: headersOf(request),
          body: request.body?.text ?? null,
        },
        {
          onRequestStart: (begun) => {
            // Aborted while connecting: nothing has been sent, and nothing will be.
            if (signal?.aborted) {
              return begun.abort(new Error("aborted"));
            }
            controller = begun;
            this.#count();
            started();
            const late = () => fail("timeout", new Error("the deadline passed"));
            deadline = setTimeout(late, this.#settings.requestTimeout);
          },
          onResponseStart: (_, status, headers) => {
            if (status >= 200) {
              head = { status, headers };
            }
          },
          onResponseData: (_, chunk) => void chunks.push(chunk),
          onResponseEnd: () => {
            done();
            if (head) {
              resolve(new DeviceResponse(head.status, head.headers, new TextDecoder().decode(Buffer.concat(chunks))));
            }
          },
          onResponseError: (_, error) => fail(faultKind(error, head !== undefined), withoutData(error)),
        },
      );
    });
  }
}

/** Loads only what connects, on first use: all of undici (fetch, caches, mocks) takes 40 ms and 10 MB more. */
function loadUndici(): Pick<typeof import("undici"), "Pool" | "buildConnector"> {
  return { Pool: require("undici/lib/dispatcher/pool.js"), buildConnector: require("undici/lib/core/connect.js") };
}

function headersOf({ method, body, headers }: DeviceRequest): Record<string, string> {
  return {
    accept: "application/json",
    // Any value will do; required for every request that changes state (device.md section 1.3).
    ...(method !== "GET" && { "x-csrf": "x" }),
    ...(body && { "content-type": body.type }),
    ...headers,
  };
}

function faultKind(error: Error, answerBegun: boolean): FaultKind {
  if (error instanceof ConnectFailure) {
    return "connect";
  }
  const { code } = error as { code?: unknown };
  if (code === "UND_ERR_RES_EXCEEDED_MAX_SIZE" || code === "UND_ERR_HEADERS_OVERFLOW") {
    return "tooLarge";
  }
  if (code === "UND_ERR_INVALID_ARG") {
    return "unsendable";
  }
  if (isParserError(error)) {
    return answerBegun ? "malformed" : "garbage";
  }
  return code === "UND_ERR_RES_CONTENT_LENGTH_MISMATCH" || isUnasked(error) ? "malformed" : "broken";
}

/** Whether a connection ended because of what arrived on it: a surplus answer, or something that is not an answer. */
function isUnasked(error: Error): boolean {
  return isParserError(error) || error.message === "bad response";
}

/** The parser's errors carry the answer that they failed on, which must not reach a log. */
function withoutData(error: Error): Error {
  return isParserError(error) ? new Error(error.message) : error;
}

/** Recognised by name, because undici 7.30 and later leave the code of these errors empty. */
function isParserError(error: Error): boolean {
  return error.name === "HTTPParserError";
}
