import type { Account } from "./auth/digest";
import { Login } from "./auth/login";
import type { DliError } from "./errors/base";
import { NotUnderstoodError } from "./errors/errors";
import { isDliError } from "./errors/guards";
import type { Json } from "./json";
import type { Settings } from "./options";
import { devicePath } from "./paths/path";
import { ApiProbe } from "./resilience/api-probe";
import { CircuitBreaker } from "./resilience/circuit-breaker";
import { pauses, retryAfter } from "./resilience/retry";
import { header } from "./transport/message";
import { about, type DeviceRequest, isRead, label, targetOf } from "./transport/request";
import { type Asker, readAnswer } from "./transport/response";
import { type DeviceResponse, Transport, TransportFault } from "./transport/transport";
import { faultError, isPassing } from "./transport/transport-errors";

/** One request from start to end: login, retries, the circuit breaker, and the reading of the answer. */
export class Pipeline {
  readonly #transport: Transport;
  readonly #login: Login;
  readonly #breaker: CircuitBreaker;
  readonly #probe: ApiProbe;
  readonly #asker: Asker;

  readonly #settings: Settings;
  readonly #count: () => void;

  constructor(settings: Settings, count: () => void) {
    this.#settings = settings;
    this.#count = count;
    const { name: device, origin, password, previousPassword, token } = settings;
    this.#transport = new Transport(settings, count);
    this.#login = new Login(settings);
    this.#breaker = new CircuitBreaker(settings);
    const secrets = [password, previousPassword, token].filter((secret) => secret !== undefined);
    this.#asker = { device, origin, secrets };
    this.#probe = new ApiProbe(settings, (request) => this.#answer(request));
  }

  /**
   * Makes the request, repeated while that is harmless.
   * @throws DliError
   */
  async run(request: DeviceRequest): Promise<Json | undefined> {
    const settings = this.#settings;
    this.#login.throwIfRefused(request);
    this.#breaker.check(request);
    const waits = pauses(settings);
    for (;;) {
      request.signal?.throwIfAborted();
      const result = await this.#attempt(request);
      const wait = request.probe ? undefined : await this.#waitAfter(result, request, waits);
      if (wait === undefined) {
        return this.#conclude(result, request);
      }
      settings.log(`${settings.name}: ${label(request)} again in ${wait} ms`);
      await settings.clock.sleep(wait, request.signal);
    }
  }

  /** Logs in once with a nonce and a connection of its own. */
  async verifyLogin(username: string, password: string): Promise<boolean> {
    const settings = { ...this.#settings, username, password, previousPassword: undefined, token: undefined };
    const request: DeviceRequest = { method: "GET", path: devicePath("cred"), probe: true };
    this.#breaker.check(request);
    const transport = new Transport(settings, this.#count);
    let asked = false;
    try {
      const login = new Login(settings);
      const answer = await login.perform(request, (sent, authorization) => {
        asked ||= authorization !== undefined;
        return this.#send(transport, sent, authorization);
      });
      const asker = { ...this.#asker, secrets: [password] };
      // Without right to the REST API, as most users are, but known: the password has been checked before that.
      const known = [403, 404].includes(answer.status) && !/locked[ -]?out/i.test(answer.text);
      if (!asked || !known) {
        readAnswer(answer, request, asker);
      }
    } catch (error) {
      if (error instanceof TransportFault) {
        throw faultError(error, settings)(request);
      }
      if (isDliError(error) && error.code === "loginRefused") {
        return false;
      }
      throw error;
    } finally {
      await transport.close();
    }
    if (asked) {
      return true;
    }
    throw new NotUnderstoodError({ ...about(settings.name, request), message: "the device asks for no login" });
  }

  /** See {@link Login.account}. */
  get account(): Account | undefined {
    return this.#login.account;
  }

  /** See {@link Login.provenAccount}. */
  get provenAccount(): Account | undefined {
    return this.#login.provenAccount;
  }

  /** See {@link Login.trust}. */
  trustLogin(): void {
    this.#login.trust();
  }

  /** See {@link Login.offerPassword}. */
  offerPassword(password: string, beforePrevious: boolean): void {
    this.#login.offerPassword(password, beforePrevious);
  }

  /** See {@link Login.usePassword}. */
  usePassword(username: string, password: string): void {
    this.#login.usePassword(username, password);
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  async #attempt(request: DeviceRequest): Promise<DeviceResponse | TransportFault> {
    try {
      return await this.#answer(request);
    } catch (error) {
      if (error instanceof TransportFault) {
        return error;
      }
      throw error;
    }
  }

  async #answer(request: DeviceRequest): Promise<DeviceResponse> {
    const ask = (asked: DeviceRequest) =>
      this.#login.perform(asked, (sent, authorization) => this.#send(this.#transport, sent, authorization));
    const answer = await ask(request);
    const target = isRead(request) ? redirection(answer, this.#settings.origin) : undefined;
    return target === undefined || target === targetOf(request) ? answer : ask({ ...request, target });
  }

  async #send(
    transport: Transport,
    request: DeviceRequest,
    authorization: string | undefined,
  ): Promise<DeviceResponse> {
    const settings = this.#settings;
    const started = settings.clock.now();
    const answer = await transport.exchange({
      method: request.method,
      target: targetOf(request),
      headers: {
        accept: "application/json",
        // Any value will do; asked for on every request that changes state (device.md section 1.3).
        ...(!isRead(request) && { "x-csrf": "x" }),
        ...(request.body && { "content-type": request.body.type }),
        ...request.headers,
        ...(authorization !== undefined && { authorization }),
      },
      body: request.body?.text,
      signal: request.signal,
    });
    const took = Math.round(settings.clock.now() - started);
    settings.log(
      `${settings.name}: ${label(request)} -> ${answer.status}, ${answer.text.length} characters, ${took} ms`,
    );
    return answer;
  }

  /** How long to wait before the request is made again; `undefined` when it is not to be. */
  async #waitAfter(
    result: DeviceResponse | TransportFault,
    request: DeviceRequest,
    waits: AsyncGenerator<number>,
  ): Promise<number | undefined> {
    const read = isRead(request);
    // 429 and 503 are answered before anything is done; after 502 and 504 a write may still happen.
    const busy = read ? [429, 502, 503, 504] : [429, 503];
    const again = result instanceof TransportFault ? isPassing(result, read) : busy.includes(result.status);
    if (!again) {
      return undefined;
    }
    const wait = await waits.next();
    if (wait.done) {
      return undefined;
    }
    const asked =
      result instanceof TransportFault ? undefined : retryAfter(header(result, "retry-after"), header(result, "date"));
    return asked ?? wait.value;
  }

  async #conclude(result: DeviceResponse | TransportFault, request: DeviceRequest): Promise<Json | undefined> {
    if (result instanceof TransportFault) {
      const error = faultError(result, this.#settings);
      if (result.kind === "connect") {
        this.#breaker.open(error);
      }
      if (result.kind === "timeout") {
        this.#breaker.timedOut(error);
      }
      if (result.kind === "aborted" && (isRead(request) || !result.sent)) {
        request.signal?.throwIfAborted();
      }
      throw error(request);
    }
    this.#breaker.answered();
    let value: Json | undefined;
    try {
      value = readAnswer(result, request, this.#asker);
    } catch (error) {
      throw await this.#probe.explain(error as DliError, result, request).catch((fault: unknown) => {
        throw fault instanceof TransportFault ? faultError(fault, this.#settings)(request) : fault;
      });
    }
    this.#probe.answered(request);
    return value;
  }
}

/** Where a redirect leads, if that is a path of the same device's REST API with the slash at its end. */
function redirection(answer: DeviceResponse, origin: string): string | undefined {
  const location = header(answer, "location");
  if (![301, 302, 307, 308].includes(answer.status) || location === undefined) {
    return undefined;
  }
  const url = URL.canParse(location, origin) ? new URL(location, origin) : undefined;
  const inside = url?.origin === origin && url.search === "" && /^\/restapi\/(.*\/)?$/.test(url.pathname);
  return inside ? url.pathname : undefined;
}
