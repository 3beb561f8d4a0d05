import type { DliError } from "./error-base";
import { RestDisabledError } from "./errors";
import type { Settings } from "./options";
import { devicePath } from "./paths";
import { about, type DeviceRequest, isRead } from "./request";
import type { WireAnswer } from "./wire";
import { parseJson } from "./words";

/** How long a good answer proves that the REST API is there. */
const proofLasts = 2000;

/**
 * Tells "there is nothing at this path" from "the REST API is off". A unit whose REST API is off may answer 404, 403,
 * 503, a redirect or its login page; which one is not known. So such an answer is believed only when `/restapi/` itself
 * is known to answer, and a 404, on which callers conclude that something is gone, only when it did so just now.
 */
export class Liveness {
  private ever = false;
  private proof = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly settings: Settings,
    private readonly ask: (request: DeviceRequest) => Promise<WireAnswer>,
  ) {}

  /** A request was answered as it should be. */
  answered(request: DeviceRequest): void {
    this.ever = true;
    // A write may be the one that turns the REST API off.
    this.proof = isRead(request) ? this.settings.clock.now() : Number.NEGATIVE_INFINITY;
  }

  /**
   * The error itself, or that the REST API is off.
   * @throws WireFault, DliError when that cannot be found out.
   */
  async explain(error: DliError, request: DeviceRequest): Promise<DliError> {
    if (!this.isSuspicious(error)) return error;
    const status = await this.probe(error, request);
    if (status === undefined) {
      this.answered({ method: "GET", path: devicePath() });
      return error;
    }
    return new RestDisabledError({
      ...about(this.settings.name, request, "refused"),
      status,
      cause: error,
      message: `the device answers, but its REST API does not (status ${status} at /restapi/)`,
    });
  }

  private isSuspicious({ status, code }: DliError): boolean {
    if (code === "notFound") return !this.ever || this.settings.clock.now() - this.proof >= proofLasts;
    if (this.ever || status === undefined) return false;
    return code === "notUnderstood" || code === "forbidden" || status === 503;
  }

  /** The status that shows the REST API to be off; `undefined` when it is alive. */
  private async probe(error: DliError, request: DeviceRequest): Promise<number | undefined> {
    let status = error.status ?? 0;
    for (const path of [devicePath(), devicePath("cred")]) {
      if (String(path) !== String(request.path) || !isRead(request)) {
        const answer = await this.ask({ method: "GET", path, headers: { range: "dli-depth=1" } });
        if (answer.status >= 200 && answer.status < 300 && parseJson(answer)) return undefined;
        status = answer.status;
      }
      if (status !== 403) return status;
      // A token may be limited to other paths; a user who is not the admin to `cred/`.
      if (this.settings.token !== undefined) return undefined;
    }
    return status;
  }
}
