/** The requests that a device received, in order and without secrets. */

/** One request that reached the device. */
export interface JournalEntry {
  /** Counted from 1; `clear` does not reset it. */
  readonly sequence: number;
  /** When the device handled it, in milliseconds since 1970 on its clock. */
  readonly time: number;
  /** The method on the request line. */
  readonly method: string;
  /** The percent-decoded path, such as /restapi/relay/outlets/all;/state/. */
  readonly path: string;
  /** Status of the response; 0 if none went out. */
  readonly status: number;
  /** User or token client; null without a login. */
  readonly user: string | null;
  /** Whether the method changes state. */
  readonly isWrite: boolean;
  /** Passwords, tokens and keys are replaced by [redacted]; a body above 100,000 characters shows as its length. */
  readonly requestBody: string;
  /** The fault that struck, if one did. */
  readonly fault: string | null;
}

/** Selects entries by method, and by path: a prefix, with or without /restapi/ in front, or a pattern. */
export interface JournalFilter {
  readonly method?: string;
  readonly path?: string | RegExp;
}

/** Whether a path begins with a prefix, with or without /restapi/ in front, or matches a pattern. */
export function pathMatches(path: string, pattern: string | RegExp): boolean {
  if (pattern instanceof RegExp) {
    return new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, "")).test(path);
  }
  const prefix = pattern.startsWith("/") ? pattern : `/restapi/${pattern}`;
  return path.startsWith(prefix);
}

/** How much a journal keeps. */
export interface JournalLimits {
  /** Default 10,000. */
  readonly entries?: number;
  /** Characters of all paths and bodies together. Default 10 million. */
  readonly characters?: number;
}

/** The requests that the device received, in order and without secrets. If it is full, the oldest ones are dropped. */
export class Journal {
  readonly #most: Required<JournalLimits>;
  #entries: JournalEntry[] = [];
  #characters = 0;
  #lastSequence = 0;
  #dropped = 0;

  constructor({ entries = 10_000, characters = 10_000_000 }: JournalLimits = {}) {
    this.#most = { entries, characters };
  }

  /** Every entry since the start or the last `clear`, except those that were dropped. */
  get entries(): readonly JournalEntry[] {
    return this.#entries;
  }

  /** How many entries were dropped since the start or the last `clear`. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Adds an entry and numbers it. */
  record(entry: Omit<JournalEntry, "sequence">): void {
    this.#lastSequence += 1;
    this.#entries.push({ sequence: this.#lastSequence, ...entry });
    this.#characters += sizeOf(entry);
    while (this.#entries.length > this.#most.entries || this.#characters > this.#most.characters) {
      this.#characters -= sizeOf(this.#entries.shift());
      this.#dropped += 1;
    }
  }

  /** Removes all entries; numbers continue. */
  clear(): void {
    this.#entries = [];
    this.#characters = 0;
    this.#dropped = 0;
  }

  /** The entries that match. */
  filter(filter: JournalFilter): JournalEntry[] {
    return this.#entries.filter(
      (entry) =>
        (filter.method === undefined || entry.method === filter.method) &&
        (filter.path === undefined || pathMatches(entry.path, filter.path)),
    );
  }

  /** How many entries match; all without a filter. */
  count(filter: JournalFilter = {}): number {
    return this.filter(filter).length;
  }

  /** The requests of logged-in users that change state; not the first step of a digest login. */
  writes(): JournalEntry[] {
    return this.#entries.filter((entry) => entry.isWrite && entry.user !== null);
  }

  /** The whole journal as text, one line per entry. */
  dump(): string {
    return this.#entries
      .map(({ sequence, time, method, path, status, user, requestBody, fault }) =>
        [
          sequence,
          new Date(time).toISOString(),
          method,
          path,
          status,
          user ?? "-",
          requestBody,
          fault === null ? "" : `(fault: ${fault})`,
        ]
          .filter((part) => part !== "")
          .join(" "),
      )
      .join("\n");
  }
}

function sizeOf(entry: Pick<JournalEntry, "path" | "requestBody"> | undefined): number {
  return entry === undefined ? 0 : entry.path.length + entry.requestBody.length;
}
