/** Handlers written as async functions, in the form in which gRPC wants them. */
import type { handleUnaryCall, ServerWritableStream } from "@grpc/grpc-js";
import { toServiceError } from "./grpc";

/** An error that is already a gRPC status. */
export class StatusError extends Error {
  constructor(readonly status: ReturnType<typeof toServiceError>) {
    super(status.details ?? "");
  }
}

/** Says how a changed password reaches the provider, for the error of a refused login. */
type LoginHint = () => string;

/** A call with one answer. Whatever is thrown becomes a status. */
export function unary<Q, A>(answer: (request: Q) => A | Promise<A>, hint: LoginHint): handleUnaryCall<Q, A> {
  return (call, callback) => {
    Promise.resolve()
      .then(() => answer(call.request))
      .then(
        (value) => callback(null, value),
        (error: unknown) => callback(statusOf(error, hint)),
      );
  };
}

/** A call with a stream of answers. */
export function streaming<Q, A>(answers: (request: Q) => AsyncIterable<A>, hint: LoginHint) {
  return async (call: ServerWritableStream<Q, A>): Promise<void> => {
    try {
      for await (const answer of answers(call.request)) {
        call.write(answer);
      }
      call.end();
    } catch (error) {
      call.emit("error", statusOf(error, hint));
    }
  };
}

function statusOf(error: unknown, hint: LoginHint) {
  return error instanceof StatusError ? error.status : toServiceError(error, hint());
}
