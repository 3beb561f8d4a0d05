/** A client of the control port, for tests that run the simulator in another process. */
import type { LogLine } from "../device-log";
import type { Fault } from "../faults/fault";
import type { JournalEntry } from "../journal";
import type { Json } from "../schema/nodes";
import type { Tree } from "../subtrees";

/** A change as from keypad, web page or uom; a new key adds an element, `remove` removes one. */
export type ByHandChange =
  | { readonly path: string; readonly value: Json }
  | { readonly path: string; readonly remove: true };

/** A fault as JSON: a regular expression for the whole path goes into `pattern`. */
export type ControlFault = Omit<Fault, "path"> & { readonly path?: string; readonly pattern?: string };

/** Talks to the control port of a simulator that runs in another process (`--control`). */
export class SimulatorControl {
  readonly #url: string;

  /** `url` is the member `control` of the line that --json prints. */
  constructor(url: string) {
    this.#url = url;
  }

  /** The requests since the start or the last `clearJournal`, at most the last 10,000. */
  async journal(): Promise<JournalEntry[]> {
    return (await this.#ask("GET", "/journal")) as JournalEntry[];
  }

  /** How many older journal entries were dropped since then. */
  async droppedEntries(): Promise<number> {
    return ((await this.#ask("GET", "/journal/dropped")) as { dropped: number }).dropped;
  }

  /** Clears the journal. */
  async clearJournal(): Promise<void> {
    await this.#ask("DELETE", "/journal");
  }

  /** The whole state, passwords included. */
  async tree(): Promise<Tree> {
    return (await this.#ask("GET", "/tree")) as Tree;
  }

  /** Makes manual changes, one after the other, as at the keypad or the web page. */
  async change(...changes: readonly ByHandChange[]): Promise<void> {
    await this.#ask("POST", "/tree", changes);
  }

  /** Restarts the device. */
  async reboot(options: { readonly powerLoss?: boolean; readonly deafMilliseconds?: number } = {}): Promise<void> {
    await this.#ask("POST", "/reboot", options);
  }

  /** What the device has noted about itself since its last start. */
  async log(): Promise<LogLine[]> {
    return (await this.#ask("GET", "/log")) as LogLine[];
  }

  /** Lets all addresses of an AutoPing item, counted from 0, answer or be silent, once for each value. */
  async ping(item: number, ...answers: readonly boolean[]): Promise<void> {
    await this.#ask(
      "POST",
      "/ping",
      answers.map((isAnswered) => ({ item, isAnswered })),
    );
  }

  /** Adds faults. */
  async addFaults(...faults: readonly ControlFault[]): Promise<void> {
    await this.#ask("POST", "/faults", faults);
  }

  /** Removes all faults and releases held responses. */
  async clearFaults(): Promise<void> {
    await this.#ask("DELETE", "/faults");
  }

  /** How many logins failed so far. */
  async failedLogins(): Promise<number> {
    return ((await this.#ask("GET", "/failed-logins")) as { failedLogins: number }).failedLogins;
  }

  /** Moves the clock of a simulator that was started with --manual-clock. */
  async advance(milliseconds: number): Promise<void> {
    await this.#ask("POST", "/clock", { advanceMilliseconds: milliseconds });
  }

  async #ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const value = (await response.json()) as unknown;
    if (!response.ok) {
      throw new Error(`The simulator refused ${method} ${path}: ${(value as { error: string }).error}`);
    }
    return value;
  }
}
