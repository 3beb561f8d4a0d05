/** Follows a read's redirect to another path of the same REST API. */
import type { Handler, Interceptor } from "../interceptor";
import { type DeviceRequest, isRead, targetOf } from "./request";
import type { DeviceResponse } from "./response";

/** Follows one redirect of a read, if it leads to another path of the same device's REST API. */
export class Redirect implements Interceptor {
  readonly #origin: string;

  constructor({ origin }: { readonly origin: string }) {
    this.#origin = origin;
  }

  async intercept(request: DeviceRequest, next: Handler): Promise<DeviceResponse> {
    const response = await next(request);
    const target = isRead(request) ? this.#targetIn(response) : undefined;
    return target === undefined || target === targetOf(request) ? response : next({ ...request, target });
  }

  /** Where a redirect leads, if that is inside the REST API and ends in a slash, as with the API's own redirects. */
  #targetIn(response: DeviceResponse): string | undefined {
    const location = response.header("location");
    if (![301, 302, 307, 308].includes(response.status) || location === undefined) {
      return undefined;
    }
    const url = URL.canParse(location, this.#origin) ? new URL(location, this.#origin) : undefined;
    const isInside = url?.origin === this.#origin && url.search === "" && /^\/restapi\/(.*\/)?$/.test(url.pathname);
    return isInside ? url.pathname : undefined;
  }
}
