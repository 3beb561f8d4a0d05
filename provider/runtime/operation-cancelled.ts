/** The user asked to stop, so a write was not started or a pause was cut short. */
export class OperationCancelled extends Error {
  override readonly name = "OperationCancelled";
  constructor() {
    super("stopped because the operation was cancelled; nothing more is written. Run again to continue.");
  }
}
