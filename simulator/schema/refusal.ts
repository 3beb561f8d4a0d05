/** The error by which rules of the tree and behaviours refuse a request. */

/** The device refuses a request. */
export class Refusal extends Error {
  constructor(
    /** HTTP status of the response. */
    readonly status: number,
    message: string,
    /** More headers of the response. */
    readonly headers: Readonly<Record<string, string | string[]>> = {},
  ) {
    super(message);
    this.name = "Refusal";
  }
}
