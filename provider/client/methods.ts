/** The requests that a device understands, for the client and its sessions. */
import { InvalidInputError } from "./errors/errors";
import { isInvalidInputError } from "./errors/guards";
import type { Json } from "./json";
import { hasPointers, isJsonPatch, type JsonPatchOperation } from "./json-patch";
import { type DevicePath, devicePath, type PathLike, toPath, toPaths } from "./paths/path";
import { type DeviceRequest, formBody, jsonBody, jsonPatchBody } from "./transport/request";

/** How to read. */
export interface ReadOptions {
  /** Levels of the value below the path (`Range: dli-depth=N`); deeper ones come as `{"$ref": ...}`. @default all */
  depth?: number | undefined;
  /** Aborts the request. */
  signal?: AbortSignal | undefined;
  /** One try and no circuit breaker, for callers that wait for a device to come back. @default false */
  probe?: boolean | undefined;
}

/** How to write. */
export interface WriteOptions {
  /**
   * What the write changes, so that shared reads of it are discarded. Default: the path itself up to its first matrix
   * segment; for a call, the object it belongs to; for a deleted element, its collection.
   */
  touches?: PathLike | PathLike[] | undefined;
  /** Aborts the request. A write that was already sent then ends with an AnswerLostError. */
  signal?: AbortSignal | undefined;
  /** Further headers, such as `Prefer`. */
  headers?: Readonly<Record<string, string>> | undefined;
  /**
   * For a call: it acts again if it is sent again, so it is not repeated after the answer of a busy device (429, 503),
   * whose error then has the outcome `unknown`. Default: false. Elements are always added and removed in this way.
   */
  once?: boolean | undefined;
}

/** What a device says about an element that it has appended. */
export interface Appended {
  /** Its path, from the `Location` of the response. */
  readonly place: DevicePath | undefined;
  /** The element itself. */
  readonly element: Json | undefined;
}

/** The requests a device understands. Paths are relative to `/restapi/`. */
export abstract class Methods {
  // biome-ignore lint/style/useConsistentMemberAccessibility: seen by subclasses alone
  protected abstract perform(request: DeviceRequest, touches: readonly DevicePath[]): Promise<Json | undefined>;

  /**
   * Reads a value. Objects left out because of `depth` stay `{"$ref": ...}`, see `resolveRefs`.
   * A path with a matrix segment yields a flat list.
   * @throws DliError; NotFoundError only while the REST API as a whole is known to be alive.
   */
  async get(path: PathLike, { depth, signal, probe }: ReadOptions = {}): Promise<Json> {
    if (depth !== undefined && !(Number.isInteger(depth) && depth >= 0)) {
      throw new InvalidInputError({
        method: "GET",
        path: String(path),
        message: "depth must be a whole number from 0",
      });
    }
    const headers = depth === undefined ? undefined : { range: `dli-depth=${depth}` };
    return (await this.perform({ method: "GET", path: toPath(path), headers, signal, probe }, [])) as Json;
  }

  /** Creates or overwrites the value at a path as a whole. @throws DliError */
  async put(path: PathLike, value: Json, options?: WriteOptions): Promise<Json | undefined> {
    return this.#write({ method: "PUT", path: toPath(path), body: jsonBody(value) }, options);
  }

  /**
   * Changes something in place. A list is a JSON Patch (RFC 6902), which applies as a whole or not at all; devices
   * support it only in part (device.md section 1.4), so read back what it should change. An object is a form, as the
   * vendor sends it for the admin's password (`old_password`, `new_password`). @throws DliError
   */
  async patch(
    path: PathLike,
    changes: readonly JsonPatchOperation[] | Readonly<Record<string, string>>,
    options?: WriteOptions,
  ): Promise<Json | undefined> {
    const at = toPath(path);
    if (!isJsonPatch(changes)) {
      return this.#write({ method: "PATCH", path: at, body: formBody(changes) }, options);
    }
    if (!changes.every(hasPointers)) {
      const message = "a pointer of a JSON Patch is empty, or a slash before each step with ~1 and ~0 for / and ~";
      throw new InvalidInputError({ method: "PATCH", path: String(at), message });
    }
    return this.#write({ method: "PATCH", path: at, body: jsonPatchBody(changes) }, options);
  }

  /**
   * Appends an element to a collection, as `post` does, and returns what the device says about it, which may be nothing
   * (device.md section 11, number 10). @throws DliError
   */
  async append(path: PathLike, value: Json, options: Omit<WriteOptions, "headers"> = {}): Promise<Appended> {
    const collection = toPath(path);
    let location: string | undefined;
    const request: DeviceRequest = {
      method: "POST",
      path: collection,
      once: true,
      body: jsonBody(value),
      signal: options.signal,
      answered: (response) => {
        location = response.header("location");
      },
    };
    const element = await this.perform(request, toPaths(options.touches) ?? [collection.container]);
    return { place: placeIn(collection, location), element };
  }

  /** Appends an element to a collection. @throws DliError */
  async post(path: PathLike, value: Json, options?: WriteOptions): Promise<Json | undefined> {
    return this.#write({ method: "POST", path: toPath(path), body: jsonBody(value), once: true }, options);
  }

  /** Invokes a call with positional arguments; without any, there is no body. @throws DliError */
  async invoke(path: PathLike, args: Json[] = [], options?: WriteOptions): Promise<Json | undefined> {
    const call = toPath(path);
    const body = args.length > 0 ? jsonBody(args) : undefined;
    const request: DeviceRequest = { method: "POST", path: call, body, once: options?.once };
    return this.#write(request, { ...options, touches: options?.touches ?? around(call) });
  }

  /** Removes an element from a collection. In an array, the elements after it move up by one. @throws DliError */
  async delete(path: PathLike, options?: WriteOptions): Promise<void> {
    const element = toPath(path);
    const request = { method: "DELETE", path: element, once: true } as const;
    await this.#write(request, { ...options, touches: options?.touches ?? around(element) });
  }

  #write(request: DeviceRequest, { touches, signal, headers }: WriteOptions = {}): Promise<Json | undefined> {
    const { method, path } = request;
    for (const name of Object.keys(headers ?? {})) {
      if (["authorization", "x-csrf", "content-length", "host"].includes(name.toLowerCase())) {
        throw new InvalidInputError({ method, path: String(path), message: `the header ${name} cannot be set` });
      }
    }
    return this.perform({ ...request, signal, headers }, toPaths(touches) ?? [path.container]);
  }
}

/** The path that a `Location` names, if it is an element of the collection. */
function placeIn(collection: DevicePath, location: string | undefined): DevicePath | undefined {
  const origin = "http://device";
  if (location === undefined || !URL.canParse(location, origin)) {
    return undefined;
  }
  try {
    const place = devicePath.parse(new URL(location, `${origin}/restapi/${collection}`).pathname);
    return collection.contains(place) && place.segments.length === collection.segments.length + 1 ? place : undefined;
  } catch (error) {
    if (isInvalidInputError(error)) {
      return undefined;
    }
    throw error;
  }
}

/** The subtree that contains everything a call or a deletion may change. */
function around(path: DevicePath): DevicePath {
  return path.isMatrix ? path.container : path.parent;
}
