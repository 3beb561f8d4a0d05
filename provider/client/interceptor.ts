/** The steps that a request passes on its way to the device. */
import type { DeviceRequest } from "./transport/request";
import type { DeviceResponse } from "./transport/response";

/** Sends a request and returns the response. */
export type Handler = (request: DeviceRequest) => Promise<DeviceResponse>;

/** One step: passes a request on to the next step, as often as it needs to, and returns a response. */
export interface Interceptor {
  intercept(request: DeviceRequest, next: Handler): Promise<DeviceResponse>;
}

/** A handler that takes every request through the interceptors in this order, and then to the last handler. */
export function compose(interceptors: readonly Interceptor[], last: Handler): Handler {
  return interceptors.reduceRight<Handler>(
    (next, interceptor) => (request) => interceptor.intercept(request, next),
    last,
  );
}
