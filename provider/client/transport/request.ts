import type { DliErrorDetails, Outcome } from "../errors/base";
import type { DevicePath } from "../paths/path";

/** One request to the device, before login and transport. */
export interface DeviceRequest {
  readonly method: "GET" | "PUT" | "PATCH" | "POST" | "DELETE";
  readonly path: DevicePath;
  /** What travels: the text, and the strings in it that must not show up in an error. */
  readonly body?: { readonly type: string; readonly text: string; readonly strings: readonly string[] } | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Takes the place of the path in the request line, after a redirect. */
  readonly target?: string | undefined;
  /** One try, also when the device was found unreachable a moment ago. */
  readonly probe?: boolean | undefined;
}

/** Whether a request changes nothing. */
export function isRead(request: DeviceRequest): boolean {
  return request.method === "GET";
}

/** How log lines call a request. */
export function label({ method, path }: DeviceRequest): string {
  return `${method} ${String(path) || "/"}`;
}

/** The path of the request line. */
export function targetOf(request: DeviceRequest): string {
  return request.target ?? `/restapi/${request.path}`;
}

/** What every error about a request says. `outcome` is for writes; for reads it is always `notSent`. */
export function about(
  device: string,
  request: DeviceRequest,
  outcome: Outcome = "notSent",
): Pick<DliErrorDetails, "device" | "method" | "path" | "outcome"> {
  return {
    device,
    method: request.method,
    path: String(request.path),
    outcome: isRead(request) && outcome === "unknown" ? "notSent" : outcome,
  };
}
