/** What a response means: the value that it carries, or the error that it reports. */
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
import { redacted } from "../redact";
import { quotedNames, quotedText } from "../text";
import { deviceMessage } from "./device-message";
import { about, type DeviceRequest, type ErrorContext, isRead } from "./request";
import type { DeviceResponse } from "./response";

/** What errors about a response need. */
export interface ResponseContext extends ErrorContext {
  /** Scheme, host and port that the request went to. */
  readonly origin: string;
}

/** The value in a response without an error; `undefined` for a write that was answered without one. */
export function valueIn(response: DeviceResponse): Json | undefined {
  return response.json?.value;
}

/**
 * The error that a response reports, if any.
 * Statuses as in device.md section 1.5; what the vendor leaves open follows RFC 9110.
 */
export function errorIn(
  response: DeviceResponse,
  request: DeviceRequest,
  context: ResponseContext,
): DliError | undefined {
  if (!response.isSuccess) {
    return refusalError(response, request, context);
  }
  if (isRead(request)) {
    const isValue = response.json !== undefined && [200, 206, 207].includes(response.status);
    return isValue && !isPart(response, request) ? undefined : notUnderstood(response, request, context);
  }
  if (response.isHtml) {
    return notUnderstood(response, request, context);
  }
  const { value = null } = response.json ?? {};
  if (response.status === 207 && Array.isArray(value)) {
    return failedElements(value, response, request, context);
  }
  // For example a busy device's note: only the next read shows whether the write was made.
  return isFailure(value) ? notUnderstood(response, request, context) : undefined;
}

/** Whether a response is only part of a value that was requested whole: what it lacks may be on the device. */
function isPart({ status }: DeviceResponse, { headers }: DeviceRequest): boolean {
  return status === 206 && headers?.["range"] === undefined;
}

function notUnderstood(response: DeviceResponse, request: DeviceRequest, context: ErrorContext): NotUnderstoodError {
  const { status, text } = response;
  const said = (words: string) => quotedText(echoless(words, request, context));
  const what = text.trim() === "" ? "an empty body" : kindOf(response, request, said);
  return new NotUnderstoodError({
    ...about(context, request, "unknown"),
    status,
    message: `the response (status ${status}, ${text.length} characters) is ${what}`,
  });
}

/** What a response is instead of a value. `said` makes the device's words fit for an error. */
function kindOf(response: DeviceResponse, request: DeviceRequest, said: (words: string) => string): string {
  if (response.compression !== undefined) {
    return `compressed (${said(response.compression)}), which nobody asked for`;
  }
  if (response.isHtml) {
    return "a web page";
  }
  if (response.problem !== undefined) {
    return response.problem;
  }
  if (response.json === undefined) {
    return `${said(response.header("content-type")?.split(";")[0] ?? "of no type")}, not JSON`;
  }
  if (!isRead(request)) {
    return "an error in place of a result";
  }
  return isPart(response, request)
    ? "a part of the value, and the whole was asked for"
    : "no answer to a read, which has status 200";
}

/**
 * The error of a 207 with failed elements. How it marks them is not known (device.md section 11, number 12), so an
 * object with an error or a status of at least 400 is treated as one. Other elements may have been written.
 */
function failedElements(
  elements: readonly Json[],
  response: DeviceResponse,
  request: DeviceRequest,
  context: ErrorContext,
): RefusedError | undefined {
  const failed = elements.flatMap((element, index) => (isFailure(element) ? [index] : []));
  if (failed.length === 0) {
    return undefined;
  }
  const numbers = `number ${quotedNames(failed.map(String))} from 0`;
  return new RefusedError({
    ...about(context, request, failed.length === elements.length ? "refused" : "unknown"),
    status: 207,
    message:
      `the device refused ${failed.length} of the ${elements.length} elements (${numbers})` +
      quoted(messageIn(response, request, context)),
  });
}

function isFailure(element: Json): boolean {
  if (!isJsonObject(element)) {
    return false;
  }
  const { status, code, error } = element;
  return [status, code].some((number) => typeof number === "number" && number >= 400) || (error ?? null) !== null;
}

/** A response that refuses a request, with what it says in words. */
interface Refusal {
  readonly status: number;
  readonly words: string | undefined;
  readonly request: DeviceRequest;
  /** The common part of every error about it. */
  readonly details: (message: string, outcome?: Outcome) => ConstructorParameters<typeof RefusedError>[0];
}

function refusalError(response: DeviceResponse, request: DeviceRequest, context: ResponseContext): DliError {
  const { status } = response;
  const words = messageIn(response, request, context);
  const details = (message: string, outcome: Outcome = "refused") => ({
    ...about(context, request, outcome),
    status,
    words,
    message: `${message}${quoted(words)}`,
  });
  if (response.isRedirect) {
    return redirectError(response, request, context);
  }
  if (status === 404 || status === 410) {
    return new NotFoundError(details(`there is nothing at this path (${status})`));
  }
  if (response.isForAWhile) {
    return new RefusedError(details(`the device refuses this for a while (${status})`), waitAWhile);
  }
  if (status === 405 || status === 501) {
    return new NotSupportedError(details(`the device does not support ${request.method} here (${status})`));
  }
  const refused: Refusal = { status, words, request, details };
  return denialError(refused) ?? unjudgedError(refused) ?? objectionError(refused, context);
}

/** The error if the device denies a right, or something protects what the request would change. */
function denialError({ status, words, request, details }: Refusal): DliError | undefined {
  const mayBeProtected = [403, 409, 423].includes(status);
  if (mayBeProtected && isSwitching(request) && (status === 423 || /\block/i.test(words ?? ""))) {
    return new LockedOutletError(details(`the outlet is locked (${status})`));
  }
  if (mayBeProtected && !isRead(request) && /protect|\block(ed)? bit/i.test(words ?? "")) {
    return new ProtectedError(details(`a protection bit forbids it (${status})`));
  }
  if (status === 401) {
    return new ForbiddenError(details("the device rejects this request (401) although the login is valid"));
  }
  return status === 403 ? new ForbiddenError(details("this login has no right to do this (403)")) : undefined;
}

/** The error if the device, or something in front of it, did not come to judge the request. */
function unjudgedError({ status, request, details }: Refusal): DliError | undefined {
  if (status === 407 || status === 511) {
    const message = `something in front of the device wants a login of its own (${status})`;
    return new RefusedError(details(message), besidesDevice);
  }
  if (status === 408 || status === 502 || status === 504) {
    const waiting =
      status === 408
        ? "the device gave up waiting for the request"
        : "a gateway in front of the device gave up waiting for it";
    const message = `${waiting} (${status})`;
    return isRead(request)
      ? new RefusedError(details(message), retryLater)
      : new AnswerLostError(details(message, "unknown"));
  }
  if (status === 429 || status === 503) {
    // It should have done nothing, but what adds or removes something must not depend on that.
    return new RefusedError(
      details(`the device is busy (${status})`, request.once ? "unknown" : "refused"),
      retryLater,
    );
  }
  return status >= 500 ? new RefusedError(details(`the device failed (${status})`, "unknown"), checkDevice) : undefined;
}

/** The error if the device objects to what it was sent. */
function objectionError({ status, words, request, details }: Refusal, { origin }: ResponseContext): DliError {
  const wantsTls = status === 426 || (status === 400 && /to (an )?(HTTPS|SSL|TLS)/i.test(words ?? ""));
  if (wantsTls && origin.startsWith("http:")) {
    const remedy = "Write https:// in dli:url (DLI_URL).";
    return new ConfigurationError({ ...details(`the device speaks TLS at this port (${status})`), remedy });
  }
  if (isRead(request)) {
    return new RefusedError(details(`the device refused it (${status})`), unreadablePath);
  }
  if ([413, 414, 431].includes(status)) {
    return new RefusedError(details(`the request is too large for the device (${status})`), "Make the value shorter.");
  }
  const hasWords = words !== undefined && words !== redacted;
  return new RefusedError(details(`the device refused it (${status})`), hasWords ? undefined : withheld);
}

const besidesDevice =
  "Check that dli:url (DLI_URL) points at the device itself, and not at a proxy or the login page of a network.";
const unreadablePath = "Check the device's own log, and that dli:url (DLI_URL) points at the device itself.";
const withheld = "Compare the value with what the device takes; the device's own log may have the reason.";
const retryLater = "Run again later.";
const waitAWhile = "Wait some minutes, then run again. If logins have failed before, correct those first.";
const checkDevice = "Check the device's own log, refresh to see its state, then run again.";

function redirectError(response: DeviceResponse, request: DeviceRequest, context: ResponseContext): DliError {
  const { status } = response;
  const { origin } = context;
  // After a 303 the request has been processed; after any other redirect it has not.
  const details = { ...about(context, request, status === 303 ? "unknown" : "refused"), status };
  const target = originIn(response.header("location") ?? "", origin);
  if (target === undefined) {
    return new NotUnderstoodError({ ...details, message: `the device redirects to what is no address (${status})` });
  }
  if (!target.startsWith(echoless(target, request, context))) {
    return new NotUnderstoodError({ ...details, message: `the device redirects to another address (${status})` });
  }
  if (target !== origin) {
    const isWhole = target.length <= longestOrigin;
    return new ConfigurationError({
      ...details,
      message: `the device redirects to ${quotedText(target)} (${status})`,
      remedy: isWhole
        ? `Set dli:url (DLI_URL) to ${target} if that is the device.`
        : "Check dli:url (DLI_URL), and what answers there.",
    });
  }
  return new NotUnderstoodError({ ...details, message: `the device redirects to another page (${status})` });
}

/** No real device has a longer one, and `quotedText` shows no more. */
const longestOrigin = 100;

/** Scheme, host and port that a redirect leads to; `undefined` if it is not an http or https address. */
function originIn(location: string, origin: string): string | undefined {
  const url = URL.canParse(location, origin) ? new URL(location, origin) : undefined;
  return url === undefined || ["http:", "https:"].includes(url.protocol) ? (url?.origin ?? origin) : undefined;
}

function isSwitching({ method, path }: DeviceRequest): boolean {
  return method !== "GET" && /^relay\/(outlets\/|set_outlet)/.test(String(path));
}

function messageIn(response: DeviceResponse, request: DeviceRequest, context: ErrorContext): string | undefined {
  return deviceMessage(response, (text) => echoless(text, request, context));
}

/** The device's words, from any part of a response, without what was sent to it. */
function echoless(text: string, request: DeviceRequest, { secrets }: ErrorContext): string {
  return secrets.redactEcho(text, request.body?.strings ?? []);
}

function quoted(message: string | undefined): string {
  if (message === redacted) {
    return "; what it says repeats what was sent, and is not shown";
  }
  return message === undefined ? "" : `; the device says: "${message}"`;
}
