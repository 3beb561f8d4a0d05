/** Handlers written as async functions, in the form in which gRPC wants them. */
import type { handleUnaryCall, ServerWritableStream } from "@grpc/grpc-js";
import { toServiceError } from "./status";

/** An error that is already a gRPC status. */
export class StatusError extends Error {
  constructor(readonly status: ReturnType<typeof toServiceError>) {
    super(status.details ?? "");
  }
}

/** A call with one answer. Whatever is thrown becomes a status. */
export function unary<Q, A>(answer: (request: Q) => A | Promise<A>): handleUnaryCall<Q, A> {
  return (call, callback) => {
    Promise.resolve()
      .then(() => answer(call.request))
      .then(
        (value) => callback(null, value),
        (error: unknown) => callback(statusOf(error)),
      );
  };
}

/** A call with a stream of answers. */
export function streaming<Q, A>(answers: (request: Q) => AsyncIterable<A>) {
  return async (call: ServerWritableStream<Q, A>): Promise<void> => {
    try {
      for await (const answer of answers(call.request)) call.write(answer);
      call.end();
    } catch (error) {
      call.emit("error", statusOf(error));
    }
  };
}

function statusOf(error: unknown) {
  return error instanceof StatusError ? error.status : toServiceError(error);
}
