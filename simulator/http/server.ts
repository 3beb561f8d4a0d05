/** The device's network port: HTTP or HTTPS, journal, faults and login around the tree. */
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { Device } from "../device";
import type { Requester } from "../device/requester";
import { forbidden } from "../device/root";
import { effectOf, type Faults } from "../faults/faults";
import type { Journal } from "../journal";
import { Refusal } from "../schema/refusal";
import { isJsonType } from "./body";
import type { Certificate } from "./certificate";
import { Delivery, RealTimers, sendWhole } from "./delivery";
import type { Login } from "./login";
import { redactBody, redactPath, secretsOf } from "./redact";
import { type DeviceRequest, decodedPath, isWriteMethod, mediaTypeOf, readRequest } from "./request";
import { loginPage, refusalToWire, toWire, type WireResponse } from "./response";
import { TreeRequest } from "./tree-request";
import { JsonWriter } from "./writer";

const base = "/restapi/";

/** What a server needs. */
export interface ServerParts {
  readonly device: Device;
  readonly journal: Journal;
  readonly faults: Faults;
  readonly login: Login;
  readonly certificate: Certificate | undefined;
  /** Real milliseconds that every response is delayed. */
  readonly latencyMilliseconds: number;
}

/** Serves one device over HTTP or HTTPS. */
export class DeviceServer {
  readonly #parts: ServerParts;
  readonly #server: ReturnType<typeof createServer>;
  readonly #sockets = new Set<Socket>();
  readonly #timers = new RealTimers();
  readonly #writer: JsonWriter;

  constructor(parts: ServerParts) {
    this.#parts = parts;
    this.#writer = new JsonWriter(parts.device.dialects);
    const listener: RequestListener = (message, response) => void this.#serve(message, response);
    const { certificate } = parts;
    this.#server =
      certificate === undefined
        ? createServer(listener)
        : createTlsServer({ key: certificate.key, cert: certificate.certificate }, listener);
    this.#server.on("connection", (socket: Socket) => {
      if (this.#isDeaf) {
        socket.destroy();
        return;
      }
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
      // Clients may disconnect at any time.
      socket.on("error", () => {});
    });
  }

  /** Starts to listen and returns the port. */
  async listen(port: number, host: string): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, host, () => {
        this.#server.off("error", reject);
        resolve();
      });
    });
    return (this.#server.address() as AddressInfo).port;
  }

  /** Closes the listener, every connection and every timer. */
  async close(): Promise<void> {
    this.#timers.clear();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.dropConnections();
    await closed;
  }

  /** Closes every connection, as a restart does. */
  dropConnections(): void {
    this.#server.closeAllConnections();
    for (const socket of this.#sockets) {
      socket.destroy();
    }
  }

  /** Sends a TCP reset; under TLS only the underlying socket can. */
  #resetConnection({ socket }: ServerResponse): void {
    const plain = [...this.#sockets].find(({ remotePort }) => remotePort === socket?.remotePort);
    plain?.resetAndDestroy();
    socket?.destroy();
  }

  get #isDeaf(): boolean {
    return this.#parts.device.clock.now() < this.#parts.device.deafUntil;
  }

  async #serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const request = await readRequest(message);
      if (this.#parts.latencyMilliseconds > 0) {
        await this.#timers.wait(this.#parts.latencyMilliseconds);
      }
      await this.#handle(request, response);
    } catch (error) {
      const isCutOff = !(error instanceof Refusal) && !message.complete;
      if (isCutOff || response.headersSent) {
        message.socket.destroy();
        return;
      }
      sendWhole(response, refusalToWire(refusalOf(error), this.#parts.device.dialects), false);
    }
  }

  async #handle(request: DeviceRequest, response: ServerResponse): Promise<void> {
    const { device, faults, journal } = this.#parts;
    const path = decodedPath(request.path);
    const fault = faults.next({
      method: request.wireMethod,
      path,
      isAuthenticated: request.headers.authorization !== undefined,
    });
    const effect = effectOf(fault);
    await effect.before((milliseconds) => this.#timers.wait(milliseconds));
    // Taken before and after, so that neither the old nor the new secret shows.
    const secrets = new Set(secretsOf(device));
    const restarts = device.restartCount;
    const { wire, requester } = effect.acts
      ? this.#carryOut(request)
      : { wire: this.#faultResponse(fault?.status, fault?.retryAfterSeconds), requester: undefined };
    for (const secret of secretsOf(device)) {
      secrets.add(secret);
    }
    const isRestarted = device.restartCount !== restarts;
    const isDropped = isRestarted && device.dialects.rebootAnswer === "dropped";
    journal.record({
      time: device.clock.now(),
      method: request.wireMethod,
      path: redactPath(path, secrets),
      status: isDropped ? 0 : effect.status(wire.status),
      user: requester === undefined || requester.kind === "hand" ? null : requester.name,
      isWrite: isWriteMethod(request.method),
      requestBody: redactBody(path, request.body.toString(), secrets),
      fault: effect.name,
    });
    if (isDropped) {
      this.dropConnections();
    } else {
      const delivery = new Delivery(wire, {
        response,
        isHead: request.wireMethod === "HEAD",
        timers: this.#timers,
        refusal: (status, retryAfterSeconds) => this.#faultResponse(status, retryAfterSeconds),
        faultsCleared: () => faults.cleared(),
        reset: () => this.#resetConnection(response),
      });
      await effect.deliver(delivery);
    }
    if (isRestarted) {
      this.#parts.login.restart();
      response.once("finish", () => this.dropConnections());
    }
  }

  #faultResponse(status = 500, retryAfterSeconds?: number): WireResponse {
    const retry = retryAfterSeconds === undefined ? {} : { "Retry-After": String(retryAfterSeconds) };
    const challenge = status === 401 ? this.#parts.login.challengeHeaders() : {};
    return refusalToWire(new Refusal(status, "Fault", { ...retry, ...challenge }), this.#parts.device.dialects);
  }

  /** Carries out the request; a refusal becomes its response. */
  #carryOut(request: DeviceRequest): { wire: WireResponse; requester: Requester | undefined } {
    let requester: Requester | undefined;
    try {
      const early = this.#respondWithoutLogin(request);
      if (early !== undefined) {
        return { wire: early, requester };
      }
      requester = this.#parts.login.authenticate(request);
      this.#admit(request, requester);
      const segments = request.path.slice(base.length).split("/").slice(0, -1);
      const result = new TreeRequest(this.#parts.device, request, requester).respond(segments);
      return { wire: toWire(result, request.headers.accept, this.#writer), requester };
    } catch (error) {
      const { dialects } = this.#parts.device;
      const refusal = refusalOf(error);
      const needsChallenge = refusal.status === 401 && refusal.headers["WWW-Authenticate"] === undefined;
      const answer = needsChallenge ? this.#parts.login.unauthorized(refusal.message) : refusal;
      return { wire: refusalToWire(answer, dialects), requester };
    }
  }

  #respondWithoutLogin(request: DeviceRequest): WireResponse | undefined {
    const { device } = this.#parts;
    const { path } = request;
    if (path === "/") {
      return loginPage;
    }
    if (path !== base.slice(0, -1) && !path.startsWith(base)) {
      throw new Refusal(404, "Not found");
    }
    if (!device.tree.config.allow_rest) {
      const form = device.dialects.restDisabledStatus;
      if (form === "loginPage") {
        return loginPage;
      }
      throw new Refusal(Number(form), "The REST-style API is switched off");
    }
    if (!path.endsWith("/")) {
      return { status: device.dialects.slashRedirectStatus, headers: { Location: `${path}/` }, body: "" };
    }
    if (request.method !== "OPTIONS") {
      return undefined;
    }
    if (request.headers.origin !== undefined && device.dialects.preflightStatus === 403) {
      throw new Refusal(403, "Requests from other origins are refused");
    }
    return { status: 204, headers: { Allow: "GET, HEAD, PUT, PATCH, POST, DELETE, OPTIONS" }, body: "" };
  }

  /** Throws for users without REST access, and for writes that a foreign web page could have sent. */
  #admit(request: DeviceRequest, requester: Requester): void {
    const { device } = this.#parts;
    if (requester.kind === "user" && !requester.isAdmin && !device.tree.config.allow_rest_nonadmin) {
      throw forbidden(device, "The REST-style API is for the administrator only");
    }
    const relaxation = device.dialects.csrfRelaxation;
    const isSafe =
      !isWriteMethod(request.wireMethod) ||
      request.headers["x-csrf"] !== undefined ||
      request.headers["x-requested-with"] !== undefined ||
      (relaxation === "methods" && request.wireMethod !== "POST") ||
      (relaxation === "contentTypes" && isJsonType(mediaTypeOf(request)));
    if (!isSafe) {
      throw new Refusal(device.dialects.csrfStatus, "The X-CSRF header is missing");
    }
  }
}

/** What an error tells the client: anything but a refusal is a defect of the simulator. */
function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) {
    return error;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new Refusal(500, `Error in the simulator: ${text}`);
}
