import {
  AnswerLostError,
  InvalidInputError,
  NotUnderstoodError,
  TimeoutError,
  TlsUntrustedError,
  UnreachableError,
} from "../errors/errors";
import type { Settings } from "../options";
import type { SameError } from "../resilience/circuit-breaker";
import { about, isRead } from "./request";
import { type ConnectFailure, UntrustedCertificate } from "./tls";
import type { TransportFault } from "./transport";

/** Failures to connect that may be over in a moment, as while a device restarts its web server. */
const passing = new Set(["ECONNREFUSED", "ECONNRESET", "EPIPE", "EAI_AGAIN"]);

/** What stopped a connection attempt: undici's error, or the first of the attempts on several addresses. */
function connectCause(fault: TransportFault): Error & { code?: string } {
  const failure = (fault.cause as ConnectFailure).cause;
  return failure instanceof AggregateError ? (failure.errors[0] as Error) : failure;
}

/** Whether the same request may be made again: a read always, a write only when it provably was not sent. */
export function isPassing(fault: TransportFault, read: boolean): boolean {
  if (fault.kind === "connect") {
    return passing.has(connectCause(fault).code ?? "");
  }
  return fault.kind === "broken" && (read || !fault.sent);
}

/** The error for a fault, as a function of the request, so that it can be repeated for other requests. */
export function faultError(fault: TransportFault, settings: Settings): SameError {
  return (request) => {
    const { name, origin, requestTimeout } = settings;
    const { cause } = fault;
    const lost = !isRead(request) && fault.sent;
    const base = { ...about(name, request, lost ? "unknown" : "notSent"), cause };
    const seconds = `${requestTimeout / 1000} seconds`;
    switch (fault.kind) {
      case "connect":
        return connectError(fault, settings, base);
      case "timeout":
        return lost
          ? new AnswerLostError({ ...base, message: `sent, but no answer came within ${seconds}` })
          : new TimeoutError({ ...base, message: `no complete answer came within ${seconds}` });
      case "tooLarge":
        return new NotUnderstoodError({
          ...base,
          message: "the answer is larger than 16 MiB, or its head than 256 KiB",
        });
      case "garbage":
        return new NotUnderstoodError({ ...base, message: `what ${origin} answers is not HTTP` });
      case "unsendable":
        return new InvalidInputError({ ...base, message: "the request cannot be put into HTTP" });
      case "aborted":
        // Only of a write that was sent; for every other request the caller's own reason is thrown instead.
        return new AnswerLostError({ ...base, message: "sent, then given up at the caller's wish" });
      case "broken":
        return lost
          ? new AnswerLostError({ ...base, message: "sent, but the connection ended before the answer was complete" })
          : new UnreachableError({
              ...base,
              message: `the connection to ${origin} ended before the answer was complete`,
            });
    }
  };
}

type Base = ReturnType<typeof about> & { cause: unknown };

function connectError(fault: TransportFault, { origin, connectTimeout, fingerprint }: Settings, base: Base) {
  const failure = connectCause(fault);
  if (failure instanceof UntrustedCertificate) {
    const { fingerprint: seen } = failure;
    const remedy = fingerprint
      ? "If the device was given a new certificate, set dli:fingerprintSha256 to the one seen; if not, somebody may be in between."
      : "Compare the fingerprint with the device's and set dli:fingerprintSha256 to it, or set dli:caCert to the certificate" +
        " of its authority; dli:insecureSkipVerify=true turns the check off, for trusted networks only.";
    const message = `the certificate of ${origin} ${failure.reason}; its SHA-256 fingerprint is ${seen}`;
    return new TlsUntrustedError({ ...base, cause: failure, message, remedy, fingerprintSha256: seen });
  }
  const code = failure.code ?? "";
  const [message, remedy] = connectWords(code, origin, connectTimeout / 1000);
  return new UnreachableError({ ...base, cause: failure, message, remedy });
}

function connectWords(code: string, origin: string, seconds: number): [message: string, remedy?: string] {
  switch (code) {
    case "ECONNREFUSED":
      return [`nothing listens at ${origin} (connection refused)`];
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return [`the host name in ${origin} is not known (${code})`];
    case "UND_ERR_CONNECT_TIMEOUT":
      return [`${origin} did not answer the connection attempt within ${seconds} seconds`];
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return [`there is no route to ${origin} (${code})`];
    case "EPROTO":
    case "ERR_SSL_WRONG_VERSION_NUMBER":
    case "ERR_SSL_PACKET_LENGTH_TOO_LONG":
    case "ERR_SSL_HTTP_REQUEST":
      return [
        `${origin} does not speak TLS (${code})`,
        "Check scheme and port in dli:url (DLI_URL): http:// or https://.",
      ];
    default:
      return [`no connection to ${origin} came about (${code || "unknown reason"})`];
  }
}
