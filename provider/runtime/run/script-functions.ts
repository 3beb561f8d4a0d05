/** The script functions that the program of one run brings to the devices, and waiting for those not there yet. */
import type { Clock } from "../../client";

/** How long the Script of the same program may take to be declared after a resource that names its function. */
const announcementMilliseconds = 1_500;
/** How long that Script may then take to bring the function. */
const scriptMilliseconds = 15_000;

/** Whether a Script brings a function; `undefined` if its text does not tell. */
export type Brings = (name: string) => boolean | undefined;

export class ScriptFunctions {
  readonly #announced = new Map<string, readonly Brings[]>();
  #waiting: (() => void)[] = [];

  readonly #clock: Clock;
  readonly #deviceKey: (device: string) => string;

  /** @param deviceKey Returns the same for all names of one device. */
  constructor(clock: Clock, deviceKey: (device: string) => string = (device) => device) {
    this.#clock = clock;
    this.#deviceKey = deviceKey;
  }

  /** Notes that a Script of the program brings functions to the device. */
  announce(device: string, brings: Brings): void {
    this.#announced.set(this.#deviceKey(device), [...this.#announcedOn(device), brings]);
    this.recheck();
  }

  /** Whether a Script of the program brings this function, or may bring it. */
  isAnnounced(device: string, name: string): boolean {
    return this.#announcedOn(device).some((brings) => brings(name) !== false);
  }

  /** Whether a Script of the program brings this function for certain. */
  isCertain(device: string, name: string): boolean {
    return this.#announcedOn(device).some((brings) => brings(name) === true);
  }

  #announcedOn(device: string): readonly Brings[] {
    return this.#announced.get(this.#deviceKey(device)) ?? [];
  }

  /** Whether a Script of the program may bring this function, once the program has had time to declare it. */
  isComing(device: string, name: string): Promise<boolean> {
    return this.until(() => this.isAnnounced(device, name), announcementMilliseconds);
  }

  /** Makes everything that waits in `until` look again, since something may have brought a function. */
  recheck(): void {
    for (const wake of this.#waiting.splice(0)) {
      wake();
    }
  }

  /** Waits for a function that is not there; false if no Script of the program brings it in time. */
  async comes(device: string, name: string, isPresent: () => Promise<boolean>): Promise<boolean> {
    return (await this.isComing(device, name)) && this.until(isPresent, scriptMilliseconds);
  }

  /** Resolves to true once `condition` holds, or to false if it still does not after `milliseconds`. */
  async until(condition: () => boolean | Promise<boolean>, milliseconds: number): Promise<boolean> {
    const timer = new AbortController();
    const deadline = this.#clock.sleep(milliseconds, timer.signal).then(
      () => true,
      () => true,
    );
    try {
      for (;;) {
        const woken = new Promise<false>((resolve) => this.#waiting.push(() => resolve(false)));
        if (await condition()) {
          return true;
        }
        if (await Promise.race([woken, deadline])) {
          return condition();
        }
      }
    } finally {
      timer.abort();
    }
  }
}

/** How a plan reports functions that are not there yet. */
interface FunctionReport {
  /** No Script has announced it so far, though one still may. */
  missing(device: string, name: string): void;
  /** A Script may bring it, but its text does not tell. */
  uncertain(): void;
}

/** The functions as a plan knows them: one that a Script of the program may bring is assumed to be there. */
export class PlannedScriptFunctions extends ScriptFunctions {
  readonly #functions: ScriptFunctions;
  readonly #report: FunctionReport;

  constructor(functions: ScriptFunctions, clock: Clock, report: FunctionReport) {
    super(clock);
    this.#functions = functions;
    this.#report = report;
  }

  override isAnnounced(device: string, name: string): boolean {
    return this.#functions.isAnnounced(device, name);
  }

  override async comes(device: string, name: string): Promise<boolean> {
    const isAnnounced = this.isAnnounced(device, name);
    if (!isAnnounced) {
      this.#report.missing(device, name);
    } else if (!this.#functions.isCertain(device, name)) {
      this.#report.uncertain();
    }
    return isAnnounced;
  }
}
