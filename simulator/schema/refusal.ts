/** The device says no: a status and its words. Thrown by behaviours and by the rules of the tree. */
export class Refusal extends Error {
  constructor(
    /** HTTP status of the answer. */
    readonly status: number,
    message: string,
    /** More headers of the answer. */
    readonly headers: Readonly<Record<string, string | string[]>> = {},
  ) {
    super(message);
    this.name = "Refusal";
  }
}
