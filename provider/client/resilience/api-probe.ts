/** Tells "there is nothing at this path" apart from "the REST API is off". */
import type { Clock } from "../clock";
import { restAdvice } from "../errors/advice";
import type { DliError } from "../errors/base";
import { NotUnderstoodError, RefusedError, RestDisabledError } from "../errors/errors";
import type { Handler, Interceptor } from "../interceptor";
import { devicePath } from "../paths/path";
import { errorIn, type ResponseContext } from "../transport/read-response";
import { about, type DeviceRequest, isRead } from "../transport/request";
import type { DeviceResponse } from "../transport/response";

const busyAdvice =
  "Run again later; if it stays so, see in the device's web interface whether its REST-style API is allowed.";

/** How long a successful read proves that the REST API is there. */
const proofMilliseconds = 2000;

/** What a probe needs to know. */
interface ApiProbeParts {
  readonly clock: Pick<Clock, "now">;
  readonly context: ResponseContext;
  /** Whether the login may be limited to some paths, as a token is. */
  readonly isLimited: boolean;
}

/**
 * Throws the error that a response reports, once the response can be believed. A device whose REST API is off may
 * answer 404, 403, 503, a redirect or its login page; which one is not known. Such a response is therefore believed
 * only if the REST API is known to answer, and a 404, from which callers conclude that something is gone, only if it
 * did so just now.
 */
export class ApiProbe implements Interceptor {
  #hasAnswered = false;
  #lastProof = Number.NEGATIVE_INFINITY;

  readonly #parts: ApiProbeParts;

  constructor(parts: ApiProbeParts) {
    this.#parts = parts;
  }

  /** @throws DliError */
  async intercept(request: DeviceRequest, next: Handler): Promise<DeviceResponse> {
    const response = await next(request);
    const error = errorIn(response, request, this.#parts.context);
    if (error) {
      throw this.#isSuspicious(error, response) ? await this.#verify(error, response, request, next) : error;
    }
    this.#answered(isRead(request));
    return response;
  }

  #answered(isRead: boolean): void {
    this.#hasAnswered = true;
    // A write may be the one that turns the REST API off.
    this.#lastProof = isRead ? this.#parts.clock.now() : Number.NEGATIVE_INFINITY;
  }

  #isSuspicious(error: DliError, response: DeviceResponse): boolean {
    if (error.code === "notFound") {
      return !this.#hasAnswered || this.#parts.clock.now() - this.#lastProof >= proofMilliseconds;
    }
    return !this.#hasAnswered && looksOff(response) && error.code !== "configuration";
  }

  /** The error itself, or one that says that the REST API is off, busy or not understood. */
  async #verify(error: DliError, response: DeviceResponse, request: DeviceRequest, next: Handler): Promise<DliError> {
    const shown = await this.#askRoot(response, request, next);
    if (shown === "alive") {
      this.#answered(true);
      return error;
    }
    const { status } = shown;
    const details = { ...about(this.#parts.context, request, "refused"), status, cause: error };
    if (looksBusy(shown)) {
      return error.code === "refused" && error.status === shown.status
        ? error
        : new RefusedError({ ...details, message: `the device is busy (status ${status} at /restapi/)` }, busyAdvice);
    }
    if (looksOff(shown)) {
      const said = error.words === undefined ? "" : `; it says: "${error.words}"`;
      const message = `the device answers, but its REST API does not (status ${status} at /restapi/)${said}`;
      return new RestDisabledError({ ...details, message, remedy: remedyFor(shown) });
    }
    const message = `${error.problem}; the response of /restapi/ itself is not understood either (status ${status})`;
    return new NotUnderstoodError({ ...details, message });
  }

  async #askRoot(response: DeviceResponse, request: DeviceRequest, next: Handler): Promise<"alive" | DeviceResponse> {
    let shown = response;
    for (const path of [devicePath(), devicePath("cred")]) {
      if (String(path) !== String(request.path) || !isRead(request)) {
        shown = await next({ method: "GET", path, headers: { range: "dli-depth=1" }, probe: true });
        if (shown.isSuccess && shown.json) {
          return "alive";
        }
      }
      // A token may be limited to other paths, but a user who is not the admin can at least read `cred/`. A missing
      // right may also show as 404.
      if (shown.status !== 403 && shown.status !== 404) {
        break;
      }
      if (shown.status === 403 && this.#parts.isLimited) {
        return "alive";
      }
    }
    return shown;
  }
}

/** Whether a device is overloaded: what it says, if anything, is not about its API. */
function looksBusy(response: DeviceResponse): boolean {
  const { status, text } = response;
  return (
    status === 429 ||
    response.isForAWhile ||
    (status === 503 && (response.header("retry-after") !== undefined || (text.trim() !== "" && !isAboutApi(response))))
  );
}

function isAboutApi({ text }: DeviceResponse): boolean {
  return /\b(API|REST|disabled|switched off|turned off|not (allowed|enabled))\b/i.test(text.slice(0, 10_000));
}

/** What to do about a response that does not say itself whether the API is off. */
function remedyFor(response: DeviceResponse): string {
  if (isAboutApi(response)) {
    return restAdvice;
  }
  const first =
    response.status === 503 ? "Run again in a minute, as the device may only be busy. If it stays so: " : "";
  return `${first}${restAdvice} If it is not the device that answers there, correct dli:url (DLI_URL).`;
}

/** Statuses that say nothing of a device's API: something in front of it has sent them, or gave up waiting for it. */
const ofOthers = [407, 408, 502, 504, 511];

/** Whether a device may answer like this when its REST API is off. */
function looksOff(response: DeviceResponse): boolean {
  const { status, isRedirect, isHtml, isForAWhile } = response;
  return !isForAWhile && ([403, 404, 503].includes(status) || isRedirect || (isHtml && !ofOthers.includes(status)));
}
