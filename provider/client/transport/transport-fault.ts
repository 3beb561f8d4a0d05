/** Why there is no complete response to a request. */

export type FaultKind =
  /** No connection could be made. */
  | "connect"
  /** The connection ended before the response did. */
  | "broken"
  /** The deadline passed. */
  | "timeout"
  /** The caller's signal was aborted. */
  | "aborted"
  /** The response's head or body is larger than allowed. */
  | "tooLarge"
  /** The response is not HTTP. */
  | "garbage"
  /** The response began as HTTP but breaks its rules. */
  | "malformed"
  /** undici refuses to send such a request. */
  | "unsendable";

/** There is no complete response. */
export class TransportFault extends Error {
  constructor(
    readonly kind: FaultKind,
    /** Whether any byte of the request may have reached the device. */
    readonly sent: boolean,
    override readonly cause: unknown,
  ) {
    super(`no response (${kind})`);
  }

  /** The same fault for a request that was not sent because of it. */
  unsent(): TransportFault {
    return new TransportFault(this.kind, false, this.cause);
  }
}
