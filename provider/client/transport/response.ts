import type { DliError, Outcome } from "../errors/base";
import {
  AnswerLostError,
  ConfigurationError,
  ForbiddenError,
  LockedOutletError,
  NotFoundError,
  NotSupportedError,
  NotUnderstoodError,
  ProtectedError,
  RefusedError,
} from "../errors/errors";
import { isJsonObject, type Json } from "../json";
import { deviceWords, header, isHtml, parseJson } from "./message";
import { about, type DeviceRequest, isRead } from "./request";
import type { DeviceResponse } from "./transport";

/** Who asks, for the errors. */
export interface Asker {
  readonly device: string;
  readonly origin: string;
  /** What must not show up in an error, next to the request's own strings. */
  readonly secrets: readonly string[];
}

/**
 * The value in an answer, `undefined` for a write that was answered without one.
 * Statuses as in device.md section 1.5; what the vendor leaves open follows RFC 9110.
 * @throws DliError
 */
export function readAnswer(answer: DeviceResponse, request: DeviceRequest, asker: Asker): Json | undefined {
  const { status } = answer;
  if (status < 200 || status > 299) {
    throw refusal(answer, request, asker);
  }
  const parsed = answer.text.trim() === "" ? undefined : parseJson(answer);
  if (isRead(request)) {
    if (parsed && [200, 206, 207].includes(status)) {
      return parsed.value;
    }
    throw notUnderstood(answer, request, asker);
  }
  if (isHtml(answer)) {
    throw notUnderstood(answer, request, asker);
  }
  if (status === 207) {
    throwOnFailedElement(parsed?.value, answer, request, asker);
  }
  return parsed?.value;
}

function notUnderstood(answer: DeviceResponse, request: DeviceRequest, { device }: Asker): NotUnderstoodError {
  const type = header(answer, "content-type")?.split(";")[0]?.slice(0, 60) ?? "no type";
  const what = answer.text.trim() === "" ? "an empty body" : isHtml(answer) ? "a web page" : `${type}, not JSON`;
  return new NotUnderstoodError({
    ...about(device, request, "unknown"),
    status: answer.status,
    message: `the answer (status ${answer.status}, ${answer.text.length} characters) is ${what}`,
  });
}

/**
 * How a 207 shows an element that failed is not known (device.md section 11, number 12); an object with an error or a
 * status of at least 400 is taken for one. Other elements may have been written.
 */
function throwOnFailedElement(
  value: Json | undefined,
  answer: DeviceResponse,
  request: DeviceRequest,
  asker: Asker,
): void {
  if (!Array.isArray(value)) {
    return;
  }
  const failed = value.flatMap((element, index) => (isFailure(element) ? [index] : []));
  if (failed.length === 0) {
    return;
  }
  const words = quote(deviceWords(answer, hidden(request, asker)));
  throw new RefusedError({
    ...about(asker.device, request, failed.length === value.length ? "refused" : "unknown"),
    status: 207,
    message: `the device refused ${failed.length} of the ${value.length} elements (number ${failed.join(", ")} from 0)${words}`,
  });
}

function isFailure(element: Json): boolean {
  if (!isJsonObject(element)) {
    return false;
  }
  const { status, code, error } = element;
  return [status, code].some((number) => typeof number === "number" && number >= 400) || (error ?? null) !== null;
}

function refusal(answer: DeviceResponse, request: DeviceRequest, asker: Asker): DliError {
  const { status } = answer;
  const words = deviceWords(answer, hidden(request, asker));
  const details = (message: string, outcome: Outcome = "refused") => ({
    ...about(asker.device, request, outcome),
    status,
    words,
    message: `${message}${quote(words)}`,
  });
  if (status >= 300 && status < 400) {
    return redirected(answer, request, asker);
  }
  if (status === 404 || status === 410) {
    return new NotFoundError(details(`there is nothing at this path (${status})`));
  }
  if ([403, 409, 423].includes(status) && isSwitching(request) && (status === 423 || /\block/i.test(words ?? ""))) {
    return new LockedOutletError(details(`the outlet is locked (${status})`));
  }
  if ([403, 409, 423].includes(status) && !isRead(request) && /protect|\block(ed)? bit/i.test(words ?? "")) {
    return new ProtectedError(details(`a protection bit forbids it (${status})`));
  }
  if (status === 401) {
    return new ForbiddenError(details("the device answers 401 here, although it accepts this login elsewhere"));
  }
  if (status === 403) {
    return new ForbiddenError(details("this login has no right to it (403)"));
  }
  if (status === 405 || status === 501) {
    return new NotSupportedError(details(`the device does not know ${request.method} here (${status})`));
  }
  if (status === 502 || status === 504) {
    const message = `something between us and the device gave up waiting for it (${status})`;
    return isRead(request)
      ? new RefusedError(details(message), retryLater)
      : new AnswerLostError(details(message, "unknown"));
  }
  if (status === 429 || status === 503) {
    return new RefusedError(details(`the device is busy (${status})`), retryLater);
  }
  if (status >= 500) {
    return new RefusedError(details(`the device failed (${status})`, "unknown"), lookAtDevice);
  }
  return new RefusedError(details(`the device refused it (${status})`));
}

const retryLater = "Run again later.";
const lookAtDevice = "Look at the device's own log, refresh to see its state, then run again.";

function redirected(answer: DeviceResponse, request: DeviceRequest, { device, origin }: Asker): DliError {
  // After 303 the request has been processed; every other redirect stands in place of that.
  const details = { ...about(device, request, answer.status === 303 ? "unknown" : "refused"), status: answer.status };
  const location = header(answer, "location") ?? "";
  const target = URL.canParse(location, origin) ? new URL(location, origin).origin : origin;
  if (target !== origin) {
    return new ConfigurationError({
      ...details,
      message: `the device redirects to ${target} (${answer.status})`,
      remedy: `Set dli:url (DLI_URL) to ${target} if that is the device.`,
    });
  }
  return new NotUnderstoodError({ ...details, message: `the device redirects to another page (${answer.status})` });
}

function isSwitching({ method, path }: DeviceRequest): boolean {
  return method !== "GET" && /^relay\/(outlets\/|set_outlet)/.test(String(path));
}

function hidden(request: DeviceRequest, asker: Asker): string[] {
  return [...asker.secrets, ...(request.body?.strings ?? [])];
}

function quote(words: string | undefined): string {
  return words === undefined ? "" : `; the device says: "${words}"`;
}
