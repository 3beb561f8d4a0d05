/** The error for each reason why there is no complete response. */
import type { DliError, DliErrorDetails } from "../errors/base";
import {
  AnswerLostError,
  InvalidInputError,
  NotUnderstoodError,
  TimeoutError,
  TlsUntrustedError,
  UnreachableError,
} from "../errors/errors";
import type { Handler, Interceptor } from "../interceptor";
import type { Settings } from "../settings";
import { about, type DeviceRequest, type ErrorContext, isRead } from "./request";
import type { DeviceResponse } from "./response";
import { type ConnectFailure, UntrustedCertificate } from "./tls";
import { TransportFault } from "./transport-fault";

type Addressed = Pick<Settings, "origin" | "connectTimeout" | "requestTimeout" | "fingerprint">;

/** Turns a fault of the transport into an error about the request that the caller made. */
export class TransportErrors implements Interceptor {
  /** Whether any response has come from this address. */
  #hasAnswered = false;

  readonly #settings: Addressed;
  readonly #context: ErrorContext;

  constructor(settings: Addressed, context: ErrorContext) {
    this.#settings = settings;
    this.#context = context;
  }

  /** @throws DliError; the reason of the caller's signal, if that stopped a read or a request that was not sent. */
  async intercept(request: DeviceRequest, next: Handler): Promise<DeviceResponse> {
    try {
      const response = await next(request);
      this.#hasAnswered = true;
      return response;
    } catch (error) {
      if (!(error instanceof TransportFault)) {
        throw error;
      }
      if (error.kind === "aborted" && (isRead(request) || !error.sent)) {
        request.signal?.throwIfAborted();
      }
      throw this.#errorOf(error, request);
    }
  }

  #errorOf(fault: TransportFault, request: DeviceRequest): DliError {
    const { origin, requestTimeout } = this.#settings;
    const isLost = !isRead(request) && fault.sent;
    const base = { ...about(this.#context, request, isLost ? "unknown" : "notSent"), cause: fault.cause };
    const seconds = `${requestTimeout / 1000} seconds`;
    switch (fault.kind) {
      case "connect":
        return this.#connectError(fault, base);
      case "timeout":
        // A write is unsent here if earlier timeouts opened the circuit breaker.
        return isLost
          ? new AnswerLostError({ ...base, message: `sent, but no response came within ${seconds}` })
          : new TimeoutError({ ...base, message: `no complete response came within ${seconds}` });
      case "tooLarge":
        return new NotUnderstoodError({
          ...base,
          message: "the response is larger than 16 MiB, or its head larger than 256 KiB",
        });
      case "garbage":
        return new NotUnderstoodError({
          ...base,
          message: `the response of ${origin} is not HTTP`,
          remedy: this.#schemeRemedy("the port"),
        });
      case "malformed":
        return isLost
          ? new AnswerLostError({ ...base, message: "sent, but the response is not proper HTTP" })
          : new NotUnderstoodError({ ...base, message: `the response of ${origin} is not proper HTTP` });
      case "unsendable":
        return new InvalidInputError({ ...base, message: "the request cannot be written as HTTP" });
      case "aborted":
        return new AnswerLostError({ ...base, message: "sent, then aborted by the caller" });
      case "broken":
        return isLost
          ? new AnswerLostError({ ...base, message: "sent, but the connection ended before the response was complete" })
          : new UnreachableError({
              ...base,
              message: `the connection to ${origin} ended before the response was complete`,
              remedy: this.#schemeRemedy("its power and network"),
            });
    }
  }

  /** A TLS port closes a connection without TLS, or answers with something that is not HTTP. */
  #schemeRemedy(otherwise: string): string | undefined {
    return this.#hasAnswered || this.#settings.origin.startsWith("https:")
      ? undefined
      : `If this is the device's port for TLS, write https:// in dli:url (DLI_URL); if not, check ${otherwise}.`;
  }

  #connectError(fault: TransportFault, base: Omit<DliErrorDetails, "message">): DliError {
    const { origin, connectTimeout, fingerprint } = this.#settings;
    const failure = connectCause(fault);
    if (failure instanceof UntrustedCertificate) {
      const { fingerprint: seen } = failure;
      const remedy =
        fingerprint === undefined
          ? "Compare the fingerprint with the device's and set dli:fingerprintSha256 to it, or set dli:caCert to the certificate" +
            " of its authority. In a trusted network only, setting dli:insecureSkipVerify to true turns the check off."
          : "If the device was given a new certificate, set dli:fingerprintSha256 to the one seen; if not, somebody may be intercepting the connection.";
      const message = `the certificate of ${origin} ${failure.reason}; its SHA-256 fingerprint is ${seen}`;
      return new TlsUntrustedError({ ...base, cause: failure, message, remedy, fingerprintSha256: seen });
    }
    const { code = "" } = failure;
    const { wasAnswered } = fault.cause as ConnectFailure;
    const [message, otherwise] = connectMessage(code, origin, connectTimeout / 1000);
    const remedy = wasAnswered && unfinished.has(code) ? notOurTls : otherwise;
    const isSilent = silent.has(code) && !wasAnswered;
    return new UnreachableError({ ...base, cause: failure, message, remedy, isSilent });
  }
}

/** Ends of a TLS handshake that was not finished and not refused in words. */
const unfinished = new Set(["ECONNRESET", "EPIPE", "UND_ERR_CONNECT_TIMEOUT"]);

const handshakeAdvice =
  "Check scheme and port in dli:url (DLI_URL) and, if the device's firmware is old, set dli:allowOldTls to true.";
const notOurTls = `Something accepts connections there, but does not finish a TLS handshake. ${handshakeAdvice}`;

/** Connection failures that say nothing about what, if anything, is at the address. */
const silent = new Set([
  "ECONNREFUSED",
  "EHOSTDOWN",
  "EHOSTUNREACH",
  "ENETDOWN",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ETIMEDOUT",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** Connection failures that may be over in a moment, for example while a device restarts its web server. */
const passing = new Set(["ECONNREFUSED", "ECONNRESET", "EPIPE", "EAI_AGAIN"]);

/** Whether a request may be repeated after this fault: it must be transient and, for a write, certainly unsent. */
export function isPassing(fault: TransportFault, read: boolean): boolean {
  if (fault.kind === "connect") {
    return passing.has(connectCause(fault).code ?? "");
  }
  return ["broken", "malformed"].includes(fault.kind) && (read || !fault.sent);
}

/** Why a connection attempt failed: undici's error, or the first one if several addresses were tried. */
function connectCause(fault: TransportFault): Error & { code?: string } {
  const failure = (fault.cause as ConnectFailure).cause;
  return failure instanceof AggregateError ? (failure.errors[0] as Error) : failure;
}

function connectMessage(code: string, origin: string, seconds: number): [message: string, remedy?: string] {
  switch (code) {
    case "ECONNREFUSED":
      return [`nothing listens at ${origin} (connection refused)`];
    case "ENOTFOUND":
      return [
        `the host name in ${origin} is not known (${code})`,
        "Correct the name in dli:url (DLI_URL), or use the device's IP address.",
      ];
    case "EAI_AGAIN":
      return [
        `the host name in ${origin} could not be looked up (${code})`,
        "Check this computer's network and DNS server, or use the device's IP address in dli:url (DLI_URL).",
      ];
    case "UND_ERR_CONNECT_TIMEOUT":
      return [`${origin} did not answer the connection attempt within ${seconds} seconds`];
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return [`there is no route to ${origin} (${code})`];
    case "ERR_SSL_UNSUPPORTED_PROTOCOL":
    case "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION":
    case "ERR_SSL_VERSION_TOO_LOW":
    case "ERR_SSL_NO_PROTOCOLS_AVAILABLE":
    case "ERR_SSL_DH_KEY_TOO_SMALL":
    case "ERR_SSL_EE_KEY_TOO_SMALL":
    case "ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE":
    case "ERR_SSL_LEGACY_SIGALG_DISALLOWED_OR_UNSUPPORTED":
      return [
        `${origin} and this computer have no version of TLS, or no cipher, in common (${code})`,
        "If the device's firmware is old and speaks TLS 1.0 or 1.1 only, set dli:allowOldTls to true, or update the" +
          " firmware.",
      ];
    case "ERR_SSL_UNSAFE_LEGACY_RENEGOTIATION_DISABLED":
      return [
        `the TLS of ${origin} lacks secure renegotiation, which this computer asks for (${code})`,
        "If the device's firmware is that old, set dli:allowOldTls to true, or update the firmware.",
      ];
    case "EPROTO":
    case "ERR_SSL_WRONG_VERSION_NUMBER":
    case "ERR_SSL_PACKET_LENGTH_TOO_LONG":
    case "ERR_SSL_HTTP_REQUEST":
      return [
        `${origin} does not speak TLS (${code})`,
        "Check scheme and port in dli:url (DLI_URL): http:// or https://.",
      ];
    default:
      return code.startsWith("ERR_SSL_")
        ? [`the TLS handshake with ${origin} failed (${code})`, handshakeAdvice]
        : [`could not connect to ${origin} (${code || "unknown reason"})`];
  }
}
