/**
 * One device as one operation sees it: reads are shared between resources, and writes are noted so that the lifecycle
 * knows whether a failed operation may have changed something. Definitions and the lifecycle write to a device only
 * through here, and no write passes before the device has proved to be the intended one.
 */

import {
  type Appended,
  type DeviceSession,
  type DliClient,
  type ForbiddenError,
  isDliError,
  type Json,
  type JsonPatchOperation,
  type PathLike,
  type ReadOptions,
  type WriteOptions,
} from "../client";
import type { Account } from "./account";
import { mayBeHiddenError, missingRightError, withDenial } from "./denials";
import type { DeviceIdentity } from "./gate/device-identity";
import { patchOf, requestTo, type WriteRequest } from "./gate/effect";
import type { Gate } from "./gate/gate";
import { isReboot } from "./gate/protected-outlets";
import { OperationCancelled } from "./operation-cancelled";
import type { PatchSupport } from "./patch-support";
import type { ReadPath } from "./tree/read";

/** The parts of a session that are used here. */
export type SessionRequests = Pick<DeviceSession, "get" | "put" | "invoke" | "post" | "patch" | "delete">;

/** The parts of a client that are used here; the client of a plan sends no writes. */
export interface DeviceClient
  extends Pick<
    DliClient,
    "name" | "address" | "observe" | "get" | "put" | "append" | "invoke" | "delete" | "changePassword" | "reconnect"
  > {
  patch(path: PathLike, operations: readonly JsonPatchOperation[], options?: WriteOptions): Promise<Json | undefined>;
  exclusive<T>(work: (session: SessionRequests) => Promise<T>): Promise<T>;
}

export interface DeviceViewParts {
  readonly client: DeviceClient;
  readonly account: Account;
  readonly gate: Gate;
  readonly identity: Pick<DeviceIdentity, "isKnown" | "prove" | "proveForWrite" | "restarts" | "forget">;
  readonly patches: PatchSupport;
  /** Whether reads, too, require the device to be the intended one, as writes always do. */
  readonly isManaging: boolean;
  /** Aborted when the user asks to stop; nothing is written after that. */
  readonly cancelled: AbortSignal | undefined;
  /** Called after every write that the device has accepted. */
  readonly onWritten: (request: WriteRequest) => void;
}

/** Passes a write through the gate, sends it, and notes it. */
type Write = <T>(request: WriteRequest, send: () => Promise<T>, read: ReadPath, isRestoration: boolean) => Promise<T>;

export class DeviceView {
  /** Name of the device in configuration. */
  readonly name: string;
  /** What the run has learnt about the device's support for JSON Patch. */
  readonly patches: PatchSupport;
  #hasWritten = false;
  #freshness: "shared" | "settled" | "now" = "shared";

  readonly #client: DeviceClient;
  readonly #account: Account;
  readonly #gate: Gate;
  readonly #identity: DeviceViewParts["identity"];
  readonly #isManaging: boolean;
  readonly #cancelled: AbortSignal | undefined;
  readonly #onWritten: (request: WriteRequest) => void;

  constructor({ client, account, gate, identity, patches, isManaging, cancelled, onWritten }: DeviceViewParts) {
    this.name = client.name;
    this.patches = patches;
    this.#client = client;
    this.#account = account;
    this.#gate = gate;
    this.#identity = identity;
    this.#isManaging = isManaging;
    this.#cancelled = cancelled;
    this.#onWritten = onWritten;
  }

  /** Scheme, host and port at which the device is reached. */
  get url(): string {
    return this.#client.address;
  }

  /** Whether a write of this operation has changed the device, or may have. */
  get hasWritten(): boolean {
    return this.#hasWritten;
  }

  /** Notes that, as the device itself shows, the writes whose responses were lost did not happen. */
  nothingHappened(): void {
    this.#hasWritten = false;
  }

  /** From now on, reads see the device as it is after the writes of all concurrent operations. */
  readAfterWrites(): void {
    if (this.#freshness === "shared") {
      this.#freshness = "settled";
    }
  }

  /** From now on, reads are never shared with earlier ones, for a device that is still changing by itself. */
  readNow(): void {
    this.#freshness = "now";
  }

  /** Reads a subtree; `of` names the part that the caller looks at, so writes elsewhere do not force a new read. */
  read(subtree: PathLike, of?: PathLike | PathLike[]): Promise<Json> {
    return this.#named(() =>
      this.#client.observe(subtree, {
        settled: this.#freshness !== "shared",
        ...(this.#freshness === "now" && { maxAgeMilliseconds: 0 }),
        ...(of !== undefined && { of }),
      }),
    );
  }

  /** Reads a path by itself; see `DliClient.get`. */
  get(path: PathLike, options: ReadOptions = {}): Promise<Json> {
    return this.#named(() => this.#client.get(path, options));
  }

  put(path: PathLike, value: Json, options?: WriteOptions): Promise<Json | undefined> {
    return this.#write(requestTo("PUT", path, value), () => this.#named(() => this.#client.put(path, value, options)));
  }

  /** Changes several things below a path in one request; see `DliClient.patch`. */
  patch(path: PathLike, operations: readonly JsonPatchOperation[], options?: WriteOptions): Promise<Json | undefined> {
    return this.#write(patchOf(path, operations), () =>
      this.#named(() => this.#client.patch(path, operations, options)),
    );
  }

  /** Appends an element to a collection, and returns what the device says about it; see `DliClient.append`. */
  append(path: PathLike, value: Json, options?: Omit<WriteOptions, "headers">): Promise<Appended> {
    return this.#write(requestTo("POST", path, value), () =>
      this.#named(() => this.#client.append(path, value, options)),
    );
  }

  invoke(path: PathLike, args: Json[] = [], options?: WriteOptions): Promise<Json | undefined> {
    return this.#write(requestTo("POST", path, args), () =>
      this.#named(() => this.#client.invoke(path, args, options)),
    );
  }

  delete(path: PathLike, options?: WriteOptions): Promise<void> {
    return this.#write(requestTo("DELETE", path), () => this.#named(() => this.#client.delete(path, options)));
  }

  /** Changes the password that we log in with; see `DliClient.changePassword`. */
  changePassword(user: PathLike, password: string): Promise<void> {
    return this.#write(requestTo("PATCH", user, { password: "" }), () =>
      this.#named(() => this.#client.changePassword(user, password)),
    );
  }

  /** Sends several requests with no others of ours in between, for array elements that have no name. */
  async exclusive<T>(work: (session: SessionView) => Promise<T>): Promise<T> {
    const refusals = new WeakSet<object>();
    const write: Write = (request, send, read, isRestoration) => this.#write(request, send, read, isRestoration);
    try {
      return await this.#inSession((session) => work(new SessionView(session, write, refusals)));
    } catch (error) {
      // An error of the caller's own, about what it found, is not a refusal by the device.
      throw error instanceof Error && refusals.has(error) ? await this.#withDenial(error) : error;
    }
  }

  /** Inside a session the device cannot be asked which one it is, and another session may have restarted it before. */
  async #inSession<T>(work: (session: SessionRequests) => Promise<T>): Promise<T> {
    for (;;) {
      await this.#identity.proveForWrite();
      await this.#prove();
      const done = await this.#client.exclusive(async (session) =>
        this.#identity.isKnown ? { result: await work(session) } : undefined,
      );
      if (done !== undefined) {
        return done.result;
      }
    }
  }

  /**
   * Lets the gate judge all requests that an operation sends one after another before the first is sent, so that none
   * is sent if any is refused.
   */
  async judge(requests: readonly WriteRequest[]): Promise<void> {
    await this.#identity.proveForWrite();
    for (const request of requests) {
      await this.#gate.admit(request, (path) => this.#client.observe(path));
    }
  }

  /** Whether the gate would let a request pass, for a sender who knows another way. */
  async mayWrite(request: WriteRequest): Promise<boolean> {
    await this.#identity.proveForWrite();
    return this.#gate.wouldAdmit(request, (path) => this.#client.observe(path));
  }

  /** From now on, writes may end our own access; see `Gate.permitAccessLoss`. */
  permitAccessLoss(): void {
    this.#gate.permitAccessLoss();
  }

  /** Connects and logs in again from the next request on, at another address if one is given. */
  async reconnect(url?: string): Promise<void> {
    if (url !== undefined && url !== this.url) {
      this.#identity.forget();
    }
    await this.#client.reconnect(url);
  }

  /** The error that names the right needed to read a path. */
  missingRightError(path: PathLike): ForbiddenError {
    const request = { device: this.name, method: "GET", path: String(path), outcome: "refused" } as const;
    return missingRightError(this.#account.identity, request);
  }

  /** Whether this login is shown everything at a path; see `Account.seesAll`. */
  seesAll(path: PathLike): Promise<boolean> {
    return this.#account.seesAll(path);
  }

  /** The error that says what this login lacks to be sure that something at a path is not there. */
  mayBeHiddenError(path: PathLike): ForbiddenError {
    return mayBeHiddenError(this.#account.identity, {
      device: this.name,
      method: "GET",
      path: String(path),
      outcome: "refused",
    });
  }

  /** Every write of the operation passes through here, including those of a session. */
  async #write<T>(
    request: WriteRequest,
    send: () => Promise<T>,
    read: ReadPath = (path) => this.#client.observe(path),
    isRestoration = false,
  ): Promise<T> {
    if (this.#cancelled?.aborted) {
      throw new OperationCancelled();
    }
    await this.#identity.proveForWrite();
    await this.#gate.admit(request, read, isRestoration);
    if (isReboot(request)) {
      this.#identity.restarts();
    }
    try {
      const returned = await send();
      this.#hasWritten = true;
      this.#onWritten(request);
      return returned;
    } catch (error) {
      this.#hasWritten ||= !isDliError(error) || error.outcome === "unknown";
      throw error;
    }
  }

  /** Sends a request; if the device denies it, the error names the missing right or the lock bit. */
  async #named<T>(send: () => Promise<T>): Promise<T> {
    await this.#prove();
    try {
      return await send();
    } catch (error) {
      throw await this.#withDenial(error);
    }
  }

  async #prove(): Promise<void> {
    await this.#account.prove();
    if (this.#isManaging) {
      await this.#identity.prove();
    }
  }

  async #withDenial(error: unknown): Promise<unknown> {
    return isDliError(error)
      ? withDenial(error, this.#account.identity, await this.#account.hadAllRights(error))
      : error;
  }
}

/** The requests of one session with a device. */
export class SessionView {
  readonly #session: SessionRequests;
  readonly #write: Write;
  readonly #refusals: WeakSet<object>;
  readonly #isRestoring: boolean;

  /** @param refusals Collects the errors of this session's requests. */
  constructor(session: SessionRequests, write: Write, refusals: WeakSet<object>, isRestoring = false) {
    this.#session = session;
    this.#write = write;
    this.#refusals = refusals;
    this.#isRestoring = isRestoring;
  }

  /** The same session, for putting back what this operation hit by accident; see `Gate.admit`. */
  get restoring(): SessionView {
    return new SessionView(this.#session, this.#write, this.#refusals, true);
  }

  get(path: PathLike, options?: ReadOptions): Promise<Json> {
    return this.#noted(this.#session.get(path, options));
  }

  put(path: PathLike, value: Json, options?: WriteOptions): Promise<Json | undefined> {
    return this.#send(requestTo("PUT", path, value), () => this.#session.put(path, value, options));
  }

  invoke(path: PathLike, args: Json[] = [], options?: WriteOptions): Promise<Json | undefined> {
    return this.#send(requestTo("POST", path, args), () => this.#session.invoke(path, args, options));
  }

  post(path: PathLike, value: Json, options?: WriteOptions): Promise<Json | undefined> {
    return this.#send(requestTo("POST", path, value), () => this.#session.post(path, value, options));
  }

  patch(path: PathLike, operations: readonly JsonPatchOperation[], options?: WriteOptions): Promise<Json | undefined> {
    return this.#send(patchOf(path, operations), () => this.#session.patch(path, operations, options));
  }

  delete(path: PathLike, options?: WriteOptions): Promise<void> {
    return this.#send(requestTo("DELETE", path), () => this.#session.delete(path, options));
  }

  #send<T>(request: WriteRequest, send: () => Promise<T>): Promise<T> {
    return this.#write(
      request,
      () => this.#noted(send()),
      (path) => this.get(path),
      this.#isRestoring,
    );
  }

  async #noted<T>(request: Promise<T>): Promise<T> {
    try {
      return await request;
    } catch (error) {
      if (error instanceof Error) {
        this.#refusals.add(error);
      }
      throw error;
    }
  }
}
