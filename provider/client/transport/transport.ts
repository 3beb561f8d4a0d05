import type { Dispatcher, Pool } from "undici";
import type { Settings } from "../options";
import { ConnectFailure, makeConnector } from "./tls";

/** One HTTP request as it goes out. */
export interface TransportRequest {
  readonly method: string;
  /** As in the request line. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** One HTTP answer, complete. */
export interface DeviceResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** Why there is no complete answer. */
export type FaultKind =
  /** The connection did not come about. */
  | "connect"
  /** The connection ended before the answer did. */
  | "broken"
  /** The deadline passed. */
  | "timeout"
  /** The caller's signal was aborted. */
  | "aborted"
  /** The answer's head or body is larger than allowed. */
  | "tooLarge"
  /** The answer is no HTTP. */
  | "garbage"
  /** undici refuses to send such a request. */
  | "unsendable";

/** There is no complete answer. */
export class TransportFault extends Error {
  constructor(
    readonly kind: FaultKind,
    /** Whether any byte of the request may have reached the device. */
    readonly sent: boolean,
    override readonly cause: unknown,
  ) {
    super(`no answer (${kind})`);
  }
}

const maxHeaderSize = 256 * 1024;
const maxBodySize = 16 * 1024 * 1024;
const maxIdleBeforeWrite = 1000;

/**
 * The connection to one device: one at a time, kept alive.
 *
 * The classic trap of kept-alive connections is a server that closes one at the moment a request leaves: the client sees
 * an end without an answer and cannot know whether the request was acted upon. A read is simply repeated. A write goes
 * onto a used connection only when that is known to work: a read was answered on a used connection of this device
 * before, none has ever broken, and the last answer is less than a second old. Otherwise it gets a new connection, on
 * which a missing answer really means that it is unknown what happened.
 */
export class Transport {
  #pool: Pool | undefined;
  #answersOnConnection = 0;
  #lastAnswer = Number.NEGATIVE_INFINITY;
  #reuse: "unproven" | "proven" | "broken" = "unproven";

  readonly #settings: Settings;
  readonly #count: () => void;

  constructor(
    settings: Settings,
    /** Called for every request that starts. */
    count: () => void,
  ) {
    this.#settings = settings;
    this.#count = count;
  }

  /** @throws TransportFault, ConfigurationError when the certificate file cannot be read. */
  async exchange(request: TransportRequest): Promise<DeviceResponse> {
    const write = request.method !== "GET";
    if (write && !this.#isReusable()) {
      await this.close();
    }
    let reused = false;
    try {
      const answer = await this.#dispatch(request, () => {
        reused = this.#answersOnConnection > 0;
      });
      if (reused && !write && this.#reuse === "unproven") {
        this.#reuse = "proven";
      }
      this.#answersOnConnection += 1;
      this.#lastAnswer = this.#settings.clock.now();
      return answer;
    } catch (error) {
      if (reused && error instanceof TransportFault && error.kind === "broken") {
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
    await pool?.destroy();
  }

  #isReusable(): boolean {
    const idle = this.#settings.clock.now() - this.#lastAnswer;
    return this.#reuse === "proven" && this.#answersOnConnection > 0 && idle < maxIdleBeforeWrite;
  }

  #open(): Pool {
    if (this.#pool) {
      return this.#pool;
    }
    const { Pool, buildConnector } = loadUndici();
    const pool = new Pool(this.#settings.origin, {
      connections: 1,
      pipelining: 1,
      connect: makeConnector(buildConnector, this.#settings),
      maxHeaderSize,
      maxResponseSize: maxBodySize,
      // One deadline for the whole exchange is kept here instead.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveMaxTimeout: 30_000,
    });
    pool.on("connect", () => {
      this.#answersOnConnection = 0;
    });
    this.#pool = pool;
    return pool;
  }

  #dispatch(request: TransportRequest, started: () => void): Promise<DeviceResponse> {
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
        controller?.abort(new Error("given up"));
      };
      const abort = () => fail("aborted", signal?.reason);
      signal?.addEventListener("abort", abort, { once: true });
      this.#open().dispatch(
        { method: request.method, path: request.target, headers: request.headers, body: request.body ?? null },
        {
          onRequestStart: (begun) => {
            // Given up while the connection was made: nothing has left yet, and nothing shall.
            if (signal?.aborted) {
              return begun.abort(new Error("given up"));
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
              resolve({ ...head, text: new TextDecoder().decode(Buffer.concat(chunks)) });
            }
          },
          onResponseError: (_, error) => fail(faultKind(error, head !== undefined), withoutData(error)),
        },
      );
    });
  }
}

/** On first use, and only what makes connections: all of undici (fetch, caches, mocks) takes 40 ms and 10 MB more. */
function loadUndici(): Pick<typeof import("undici"), "Pool" | "buildConnector"> {
  return { Pool: require("undici/lib/dispatcher/pool.js"), buildConnector: require("undici/lib/core/connect.js") };
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
  return isParserError(error) && !answerBegun ? "garbage" : "broken";
}

/** The parser's errors carry the answer they failed on, which has no place in a log. */
function withoutData(error: Error): Error {
  return isParserError(error) ? new Error(error.message) : error;
}

/** By its name, since undici 7.30 leaves the code of these errors empty. */
function isParserError(error: Error): boolean {
  return error.name === "HTTPParserError";
}
