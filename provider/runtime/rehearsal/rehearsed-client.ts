/**
 * The client of a device for a plan. Reads go to the device and are shared for the whole plan; writes are noted and
 * show in later reads. Nothing here can send a write.
 */
import {
  type Appended,
  DevicePath,
  type DliClient,
  type Json,
  type JsonPatchOperation,
  jsonBody,
  jsonPatchBody,
  type ObserveOptions,
  type PathLike,
  type ReadOptions,
  type RequestBody,
  refuseUnwritable,
  toPath,
} from "../../client";
import type { DeviceClient, SessionRequests } from "../device-view";
import { patchOf, requestTo, type WriteRequest } from "../gate/effect";
import type { PlannedTree } from "./planned-tree";
import { type Rehearsal, RehearsalEnds } from "./rehearsal";

/** The parts of a client that a plan uses: none of them writes except a session, which is used only for reads. */
type Reads = Pick<DliClient, "name" | "address" | "observe" | "get" | "exclusive">;

/** Reads a subtree of the device as it is now. */
type ReadNow = (path: DevicePath) => Promise<Json>;

/** Notes writes instead of sending them. */
class NotedWrites {
  /** The device's name in the configuration. */
  readonly #device: string;
  readonly #tree: PlannedTree;
  readonly #rehearsal: Rehearsal;
  readonly #now: ReadNow;

  constructor(device: string, tree: PlannedTree, rehearsal: Rehearsal, now: ReadNow) {
    this.#device = device;
    this.#tree = tree;
    this.#rehearsal = rehearsal;
    this.#now = now;
  }

  async put(path: PathLike, value: Json): Promise<undefined> {
    this.#note(requestTo("PUT", path, value), jsonBody(value));
  }

  async patch(path: PathLike, operations: readonly JsonPatchOperation[]): Promise<undefined> {
    this.#note(patchOf(path, operations), jsonPatchBody(operations));
  }

  async post(path: PathLike, value: Json): Promise<undefined> {
    this.#note(requestTo("POST", path, value), jsonBody(value));
  }

  async invoke(path: PathLike, args: Json[] = []): Promise<undefined> {
    this.#note(requestTo("POST", path, args), jsonBody(args));
  }

  async delete(path: PathLike): Promise<void> {
    this.#note(requestTo("DELETE", path));
  }

  #note(request: WriteRequest, body?: RequestBody): void {
    if (body) {
      this.#refuseUnwritable(request, body);
    }
    const { size } = this.#tree;
    const before = async (part: string) => {
      const read = toPath(part);
      return this.#tree.at(read, await this.#now(read), size);
    };
    this.#rehearsal.note({ request, before });
    this.#tree.add(request);
  }

  #refuseUnwritable({ method, segments }: WriteRequest, body: RequestBody): void {
    try {
      refuseUnwritable(body, { device: this.#device, method, path: String(new DevicePath(segments)) });
    } catch (error) {
      this.#rehearsal.refusal = error;
      throw error;
    }
  }
}

export class RehearsedClient extends NotedWrites implements DeviceClient {
  readonly #client: Reads;
  readonly #tree: PlannedTree;
  readonly #rehearsal: Rehearsal;

  constructor(client: Reads, tree: PlannedTree, rehearsal: Rehearsal) {
    super(client.name, tree, rehearsal, (path) =>
      client.observe(path, { maxAgeMilliseconds: Number.POSITIVE_INFINITY }),
    );
    this.#client = client;
    this.#tree = tree;
    this.#rehearsal = rehearsal;
  }

  get name(): string {
    return this.#client.name;
  }

  get address(): string {
    return this.#client.address;
  }

  /** Nothing of ours changes the device during a plan, so one look at it is enough. */
  async observe(subtree: PathLike, { of }: ObserveOptions = {}): Promise<Json> {
    const read = { maxAgeMilliseconds: Number.POSITIVE_INFINITY, ...(of !== undefined && { of }) };
    return this.#tree.at(toPath(subtree), await this.#client.observe(subtree, read));
  }

  async get(path: PathLike, options?: ReadOptions): Promise<Json> {
    return this.#tree.at(toPath(path), await this.#client.get(path, options));
  }

  async append(path: PathLike, value: Json): Promise<Appended> {
    await this.post(path, value);
    return { place: undefined, element: undefined };
  }

  async changePassword(user: PathLike): Promise<void> {
    await this.patch(user, []);
    throw new RehearsalEnds("the new password would be tried");
  }

  exclusive<T>(work: (session: SessionRequests) => Promise<T>): Promise<T> {
    const now: ReadNow = (path) => this.#client.observe(path, { maxAgeMilliseconds: Number.POSITIVE_INFINITY });
    return this.#client.exclusive((session) =>
      work(new RehearsedSession(this.name, session, this.#tree, this.#rehearsal, now)),
    );
  }

  /** Does nothing: in a plan, the device has not moved. */
  async reconnect(): Promise<void> {}
}

class RehearsedSession extends NotedWrites implements SessionRequests {
  readonly #session: Pick<SessionRequests, "get">;
  readonly #tree: PlannedTree;

  constructor(
    device: string,
    session: Pick<SessionRequests, "get">,
    tree: PlannedTree,
    rehearsal: Rehearsal,
    now: ReadNow,
  ) {
    super(device, tree, rehearsal, now);
    this.#session = session;
    this.#tree = tree;
  }

  async get(path: PathLike, options?: ReadOptions): Promise<Json> {
    return this.#tree.at(toPath(path), await this.#session.get(path, options));
  }
}
