/** gRPC handlers from async functions, and errors as statuses that tell the engine whether its state can be trusted. */
import { type handleUnaryCall, Metadata, type ServerWritableStream, type ServiceError, status } from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { type DliErrorCode, isDliError } from "../client";
import type { ErrorReport } from "../lifecycle/errors/error-report";
import type { PartialFailure } from "../lifecycle/errors/errors";
import { OperationCancelled } from "../runtime/operation-cancelled";

/** The largest message, in bytes: the engine's own limit, as a script can be long. */
export const largestMessage = 400 * 1024 * 1024;

/** Statuses after which the resource is as its state says. */
const codes: Record<DliErrorCode, status> = {
  unreachable: status.UNAVAILABLE,
  tlsUntrusted: status.UNAUTHENTICATED,
  restDisabled: status.FAILED_PRECONDITION,
  loginRefused: status.UNAUTHENTICATED,
  loginNotTried: status.UNAUTHENTICATED,
  forbidden: status.PERMISSION_DENIED,
  notFound: status.NOT_FOUND,
  refused: status.FAILED_PRECONDITION,
  lockedOutlet: status.FAILED_PRECONDITION,
  protected: status.FAILED_PRECONDITION,
  notUnderstood: status.FAILED_PRECONDITION,
  timeout: status.DEADLINE_EXCEEDED,
  answerLost: status.UNKNOWN,
  lockoutGuard: status.FAILED_PRECONDITION,
  otherDevice: status.FAILED_PRECONDITION,
  // Not UNIMPLEMENTED: to the engine that means that the plugin lacks the method.
  notSupported: status.FAILED_PRECONDITION,
  invalidInput: status.INVALID_ARGUMENT,
  configuration: status.FAILED_PRECONDITION,
};

/** An error of this plugin, with its status. */
export class CallError extends Error {
  constructor(
    readonly code: status,
    message: string,
  ) {
    super(message);
  }
}

/** An error that is already a whole status. */
export class StatusError extends Error {
  constructor(readonly status: Partial<ServiceError>) {
    super(status.details ?? "");
  }
}

/** Makes call handlers, and keeps track of the calls still being answered. */
export class Calls {
  readonly #errors: () => ErrorReport;
  readonly #open = new Set<Promise<void>>();

  /** `errors` is the error report of the run that a call belongs to. */
  constructor(errors: () => ErrorReport) {
    this.#errors = errors;
  }

  /** A call with one response; an error becomes a status. */
  unary<Q, A>(respond: (request: Q) => A | Promise<A>): handleUnaryCall<Q, A> {
    return (call, callback) =>
      this.#track(
        Promise.resolve()
          .then(() => respond(call.request))
          .then(
            (value) => callback(null, value),
            (error: unknown) => callback(statusOf(error, this.#errors())),
          ),
      );
  }

  /** A call with a stream of responses. */
  streaming<Q, A>(respond: (request: Q) => AsyncIterable<A>) {
    return (call: ServerWritableStream<Q, A>): void => this.#track(this.#stream(respond, call));
  }

  async #stream<Q, A>(respond: (request: Q) => AsyncIterable<A>, call: ServerWritableStream<Q, A>): Promise<void> {
    try {
      for await (const response of respond(call.request)) {
        call.write(response);
      }
      call.end();
    } catch (error) {
      call.emit("error", statusOf(error, this.#errors()));
    }
  }

  #track(answer: Promise<void>): void {
    const tracked = answer.finally(() => this.#open.delete(tracked));
    this.#open.add(tracked);
  }

  /** Waits until every call that has begun is answered. */
  async answered(): Promise<void> {
    while (this.#open.size > 0) {
      await Promise.all(this.#open);
    }
  }
}

/** The status of an operation that failed halfway: the engine keeps `properties`, and updates at the next `up`. */
export function toInitFailure(
  failure: PartialFailure,
  properties: Struct,
  refreshBeforeUpdate: boolean,
): Partial<ServiceError> {
  const message = failure.message;
  const detail = new ErrorResourceInitFailed();
  detail.setId(failure.id);
  detail.setProperties(properties);
  detail.setReasonsList([message]);
  detail.setRefreshBeforeUpdate(refreshBeforeUpdate);
  const packed = new Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const packedStatus = new Status();
  packedStatus.setCode(status.UNKNOWN);
  packedStatus.setMessage(message);
  packedStatus.addDetails(packed);
  const metadata = new Metadata();
  // Go's gRPC reads structured details from here; grpc-js has no name for it.
  metadata.add("grpc-status-details-bin", Buffer.from(packedStatus.serializeBinary()));
  return { code: status.UNKNOWN, details: message, message, metadata };
}

/** The status of an error that left the state as it was, as far as that is known. */
function statusOf(error: unknown, errors: ErrorReport): Partial<ServiceError> {
  if (error instanceof StatusError) {
    return error.status;
  }
  const shown = errors.shown(error);
  const details = shown instanceof Error ? shown.message : String(shown);
  return { code: codeOf(error), details, message: details };
}

/** The status code of an error. */
export function codeOf(error: unknown): status {
  if (error instanceof CallError) {
    return error.code;
  }
  if (error instanceof OperationCancelled) {
    return status.CANCELLED;
  }
  if (!isDliError(error)) {
    return status.INTERNAL;
  }
  return error.outcome === "unknown" ? status.UNKNOWN : codes[error.code];
}
