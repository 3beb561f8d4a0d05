/** Text in header values, which this device writes and reads as UTF-8 bytes, while Node uses one character per byte. */

/** A text as a header value; control characters, which no header can carry, become question marks. */
export function toHeader(text: string): string {
  return [...Buffer.from(text, "utf8").toString("latin1")].map((mark) => (isControl(mark) ? "?" : mark)).join("");
}

/** The text of a header value that a client sent. */
export function fromHeader(value: string): string {
  return Buffer.from(value, "latin1").toString("utf8");
}

function isControl(mark: string): boolean {
  return (mark < " " && mark !== "\t") || mark === "\u007f";
}
