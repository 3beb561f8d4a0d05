/** The device's own log: what it notes about itself, as opposed to the journal of requests. */

/** One line of the log. */
export interface LogLine {
  /** The device's time, in milliseconds. */
  readonly time: number;
  readonly severity: "notice" | "warning";
  readonly text: string;
}

const mostLines = 1000;

/** A ring buffer that a restart of the device clears (device.md section 4.9). */
export class DeviceLog {
  #lines: LogLine[] = [];
  readonly #listeners = new Set<(line: LogLine) => void>();

  /** The lines since the last restart, oldest first. */
  get lines(): readonly LogLine[] {
    return this.#lines;
  }

  add(line: LogLine): void {
    this.#lines.push(line);
    if (this.#lines.length > mostLines) {
      this.#lines.shift();
    }
    for (const listener of this.#listeners) {
      listener(line);
    }
  }

  /** Calls `listener` for each further line. Returns a function that stops this. */
  listen(listener: (line: LogLine) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  clear(): void {
    this.#lines = [];
  }
}
