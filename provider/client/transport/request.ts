/** A request to the device, and what errors say about it. */
import type { DliErrorDetails, Outcome } from "../errors/base";
import { InvalidInputError } from "../errors/errors";
import { holdsUnkeptDigits, isBeyondJson, type Json, jsonStrings, unusualNames } from "../json";
import type { JsonPatchOperation } from "../json-patch";
import type { DevicePath } from "../paths/path";
import type { Redactor } from "../redact";
import { unreadable } from "../text";
import type { DeviceResponse } from "./response";

/** One request to the device, before login and transport. */
export interface DeviceRequest {
  readonly method: "GET" | "PUT" | "PATCH" | "POST" | "DELETE";
  readonly path: DevicePath;
  readonly body?: RequestBody | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Replaces the path in the request line after a redirect. */
  readonly target?: string | undefined;
  /** Called with the response to a successful request. */
  readonly answered?: ((response: DeviceResponse) => void) | undefined;
  /**
   * It adds, removes or starts something, and would do so again if it were sent again: once it was answered, whoever sends
   * it looks first at what has become of it.
   */
  readonly once?: boolean | undefined;
  /** A single try, even if the device was found unreachable a moment ago. */
  readonly probe?: boolean | undefined;
}

/** The body of a request. */
export interface RequestBody {
  readonly type: string;
  readonly text: string;
  /** The strings in the text that must not appear in an error. */
  readonly strings: readonly string[];
  /** Whether it holds a number that is too large to have kept every digit. */
  readonly hasUnkeptDigits?: boolean;
  /** Whether it was to hold something for which JSON has no form. */
  readonly isBeyondJson?: boolean;
}

/** A JSON value as a body. */
export function jsonBody(value: Json): RequestBody {
  const type = "application/json";
  if (isBeyondJson(value)) {
    return { type, text: "", strings: [], isBeyondJson: true };
  }
  return {
    type,
    text: JSON.stringify(value),
    strings: [...jsonStrings(value), ...unusualNames(value)],
    hasUnkeptDigits: holdsUnkeptDigits(value),
  };
}

/** A JSON Patch (RFC 6902) as a body. Its pointers are not secret, but its values may be. */
export function jsonPatchBody(operations: readonly JsonPatchOperation[]): RequestBody {
  const type = "application/json-patch+json";
  const values = operations.flatMap((operation) => ("value" in operation ? [operation.value] : []));
  if (isBeyondJson(values)) {
    return { type, text: "", strings: [], isBeyondJson: true };
  }
  return {
    type,
    text: JSON.stringify(operations),
    strings: [...jsonStrings(values), ...unusualNames(values)],
    hasUnkeptDigits: holdsUnkeptDigits(values),
  };
}

/** Form fields as a body. */
export function formBody(fields: Readonly<Record<string, string>>): RequestBody {
  const text = new URLSearchParams(fields).toString();
  return { type: "application/x-www-form-urlencoded", text, strings: Object.values(fields) };
}

/** @throws InvalidInputError if the device would get something other than what is meant. */
export function refuseUnwritable(body: RequestBody, details: Omit<DliErrorDetails, "message">): void {
  const problem = problemOf(body);
  if (problem !== undefined) {
    const remedy = "Set it right on the device's own page, or declare another value.";
    throw new InvalidInputError({ ...details, message: problem, remedy });
  }
}

function problemOf({ strings, hasUnkeptDigits, isBeyondJson: isOther }: RequestBody): string | undefined {
  if (isOther) {
    return "the request holds something that JSON cannot express, such as NaN or undefined";
  }
  const problem = strings.map(unreadable).find((found) => found !== undefined);
  if (problem !== undefined) {
    return `a text in the request ${problem}`;
  }
  return hasUnkeptDigits ? "a number in the request is too large for every digit to be kept" : undefined;
}

/** Whether a request changes nothing. */
export function isRead(request: DeviceRequest): boolean {
  return request.method === "GET";
}

/** The name of a request in log lines. */
export function label({ method, path }: DeviceRequest): string {
  return `${method} ${String(path) || "/"}`;
}

/** The path in the request line. */
export function targetOf(request: DeviceRequest): string {
  return request.target ?? `/restapi/${request.path}`;
}

/** What errors need besides the request. */
export interface ErrorContext {
  /** The device's name in the configuration. */
  readonly device: string;
  /** Takes secrets out of texts. */
  readonly secrets: Redactor;
}

/** The details of every error about a request. A read never has the outcome `unknown`. */
export function about(
  { device, secrets }: ErrorContext,
  request: DeviceRequest,
  outcome: Outcome = "notSent",
): Pick<DliErrorDetails, "device" | "method" | "path" | "outcome" | "redact"> {
  return {
    device,
    method: request.method,
    path: String(request.path),
    outcome: isRead(request) && outcome === "unknown" ? "notSent" : outcome,
    redact: (text) => secrets.redact(text),
  };
}
