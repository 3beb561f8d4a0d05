import type { DliError } from "../errors/base";
import { NotUnderstoodError, RestDisabledError } from "../errors/errors";
import type { Settings } from "../options";
import { devicePath } from "../paths/path";
import { isHtml, parseJson } from "../transport/message";
import { about, type DeviceRequest, isRead } from "../transport/request";
import type { DeviceResponse } from "../transport/transport";

/** How long a good answer proves that the REST API is there. */
const proofLasts = 2000;

/**
 * Tells "there is nothing at this path" from "the REST API is off". A device whose REST API is off may answer 404, 403,
 * 503, a redirect or its login page; which one is not known. So such an answer is believed only when `/restapi/` itself
 * is known to answer, and a 404, on which callers conclude that something is gone, only when it did so just now.
 */
export class ApiProbe {
  #ever = false;
  #proof = Number.NEGATIVE_INFINITY;

  readonly #settings: Settings;
  readonly #ask: (request: DeviceRequest) => Promise<DeviceResponse>;

  constructor(settings: Settings, ask: (request: DeviceRequest) => Promise<DeviceResponse>) {
    this.#settings = settings;
    this.#ask = ask;
  }

  /** A request was answered as it should be. */
  answered(request: DeviceRequest): void {
    this.#ever = true;
    // A write may be the one that turns the REST API off.
    this.#proof = isRead(request) ? this.#settings.clock.now() : Number.NEGATIVE_INFINITY;
  }

  /**
   * The error itself, or that the REST API is off.
   * @throws TransportFault, DliError when that cannot be found out.
   */
  async explain(error: DliError, answer: DeviceResponse, request: DeviceRequest): Promise<DliError> {
    if (!this.#isSuspicious(error, answer)) {
      return error;
    }
    const shown = await this.#probe(answer, request);
    if (shown === "alive") {
      this.answered({ method: "GET", path: devicePath() });
      return error;
    }
    const { status } = shown;
    const details = { ...about(this.#settings.name, request, "refused"), status, cause: error };
    if (looksOff(shown)) {
      const said = error.words === undefined ? "" : `; it says: "${error.words}"`;
      const message = `the device answers, but its REST API does not (status ${status} at /restapi/)${said}`;
      return new RestDisabledError({ ...details, message });
    }
    const message = `${error.problem}; /restapi/ itself answers something that is not understood (status ${status})`;
    return new NotUnderstoodError({ ...details, message });
  }

  #isSuspicious(error: DliError, answer: DeviceResponse): boolean {
    if (error.code === "notFound") {
      return !this.#ever || this.#settings.clock.now() - this.#proof >= proofLasts;
    }
    return !this.#ever && looksOff(answer) && error.code !== "configuration";
  }

  async #probe(answer: DeviceResponse, request: DeviceRequest): Promise<"alive" | DeviceResponse> {
    let shown = answer;
    for (const path of [devicePath(), devicePath("cred")]) {
      if (String(path) !== String(request.path) || !isRead(request)) {
        shown = await this.#ask({ method: "GET", path, headers: { range: "dli-depth=1" } });
        if (shown.status >= 200 && shown.status < 300 && parseJson(shown)) {
          return "alive";
        }
      }
      // A token may be limited to other paths; a user who is not the admin may at least read `cred/`. Want of rights may
      // show as 404 as well.
      if (shown.status !== 403 && shown.status !== 404) {
        break;
      }
      if (shown.status === 403 && this.#settings.token !== undefined) {
        return "alive";
      }
    }
    return shown;
  }
}

/** Whether an answer is of a kind that a device may give when its REST API is off. */
function looksOff(answer: DeviceResponse): boolean {
  const { status } = answer;
  return status === 404 || status === 403 || status === 503 || (status >= 300 && status < 400) || isHtml(answer);
}
