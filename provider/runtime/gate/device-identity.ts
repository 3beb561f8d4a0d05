/**
 * Which device is behind an address: its serial number is compared with the one that configuration demands or, failing
 * that, with those that the states of its resources remember. Nothing is written to a different device.
 */
import {
  isForbiddenError,
  isNotFoundError,
  type Json,
  NotUnderstoodError,
  OtherDeviceError,
  textProblem,
} from "../../client";

/** Where a device keeps its serial number. */
export const serialPath = "config/serial/";

/** Matches what may be printed and kept as a serial number. */
const serialNumber = /^[\p{L}\p{N}\p{P}\p{S} ]{1,64}$/u;

/** What the comparison needs from its surroundings. */
export interface IdentityFacts {
  /** Name of the device in configuration. */
  readonly device: string;
  /** The serial number that configuration demands. */
  readonly required: string | undefined;
  /** How to make configuration demand this serial number, as a whole sentence. */
  readonly howToRequire: (serial: string) => string;
  /** Scheme, host and port at which the device is reached. */
  readonly address: () => string;
  /** Reads the serial number; NotFoundError means that the device has none, as far as this login is shown. */
  readonly read: () => Promise<Json>;
  /** Whether the login is the administrator's; `undefined` when the device does not say. */
  readonly isAdmin: () => Promise<boolean | undefined>;
  /** Resolves when the program has declared everything, as far as that can be known; until then, states may arrive. */
  readonly declared: () => Promise<void>;
  readonly warn: (message: string) => void;
}

/** One device in one run, shared by all its resources and actions. */
export class DeviceIdentity {
  #serial: string | undefined;
  #wasAsked = false;
  /** Whether the device shows no serial number even to its administrator. */
  #hasNone = false;
  /** For each serial number that a state remembers, the id of one resource with that state. */
  readonly #remembered = new Map<string, string>();
  #reading: Promise<void> | undefined;
  #isRead = false;
  #declared: Promise<void> | undefined;

  readonly #facts: IdentityFacts;

  constructor(facts: IdentityFacts) {
    this.#facts = facts;
  }

  /** The serial number at the address; `undefined` until it has been read, or if this login may not read it. */
  get serial(): string | undefined {
    return this.#serial;
  }

  /** Name of the device in configuration. */
  get device(): string {
    return this.#facts.device;
  }

  /** The serial number that configuration demands. */
  get required(): string | undefined {
    return this.#facts.required;
  }

  /** Whether the device at the present address has been asked in this run, and has answered. */
  get wasAsked(): boolean {
    return this.#wasAsked;
  }

  /** Whether `prove` makes no request: the device has said which one it is, and has not been restarted since. */
  get isKnown(): boolean {
    return this.#isRead;
  }

  /** Notes a serial number that the state of a resource on this device remembers. */
  remember(serial: string, id: string): void {
    if (!this.#remembered.has(serial)) {
      this.#remembered.set(serial, id);
    }
  }

  /**
   * Whether the device has this serial number, as far as configuration and the states of its resources say; `undefined`
   * if they say nothing.
   */
  shouldHave(serial: string): boolean | undefined {
    const said = this.required === undefined ? [...this.#remembered.keys()] : [this.required];
    return said.length === 0 ? undefined : said.includes(serial);
  }

  /** Prepares for a restart, which may change the address: what answers then must prove to be the same device. */
  restarts(): void {
    if (this.#serial !== undefined && this.#remembered.size === 0) {
      this.remember(this.#serial, "what this run has begun");
    }
    this.#reading = undefined;
    this.#isRead = false;
  }

  /** Prepares for another address, where a different device may be. */
  forget(): void {
    this.restarts();
    this.#serial = undefined;
    this.#hasNone = false;
    this.#wasAsked = false;
  }

  /**
   * Makes sure that the device is the intended one, asking it once per run.
   * @throws OtherDeviceError
   */
  async prove(): Promise<void> {
    await this.ask();
    this.#compare();
  }

  /**
   * As `prove`; if nothing says which device is meant, first waits for everything that the program declares, since the
   * states of those resources may say so.
   */
  async proveForWrite(): Promise<void> {
    await this.prove();
    if (this.required === undefined && this.#remembered.size === 0) {
      this.#declared ??= this.#facts.declared();
      await this.#declared;
      this.#compare();
    }
  }

  /** Reads the serial number once per run; concurrent callers share the answer or the error. */
  ask(): Promise<void> {
    if (!this.#reading) {
      const reading = this.#read();
      this.#reading = reading;
      const ended = (isRead: boolean) => {
        if (this.#reading === reading) {
          this.#isRead = isRead;
          this.#reading = isRead ? reading : undefined;
        }
      };
      reading.then(
        () => ended(true),
        () => ended(false),
      );
    }
    return this.#reading;
  }

  /** The error if a state remembers this serial number and the device has a different one. */
  contradictionError(serial: string, id: string): OtherDeviceError | undefined {
    return this.serial === undefined || this.serial === serial
      ? undefined
      : this.#notRememberedError(this.serial, serial, id);
  }

  /** The error for a state from another address if the serial numbers cannot be compared. */
  notRecognisedError(formerAddress: Json): OtherDeviceError {
    return this.#error(
      `it is not known whether the device at ${this.#facts.address()} is the one that was at ${String(formerAddress)}`,
      "Correct the address if it leads to the wrong device.",
    );
  }

  async #read(): Promise<void> {
    let [isBlank, isLacking] = [false, false];
    try {
      this.#serial = this.#text(await this.#facts.read());
      isBlank = this.#serial === undefined;
    } catch (error) {
      isLacking = isNotFoundError(error);
      if (!isLacking && !isForbiddenError(error)) {
        throw error;
      }
    }
    this.#hasNone = (isBlank || isLacking) && this.required !== undefined && (await this.#facts.isAdmin()) === true;
    this.#wasAsked = true;
    if (this.serial === undefined && !this.#hasNone) {
      const [problem, cure] = isBlank
        ? ["the device shows no serial number to this login", "log in as its administrator"]
        : ["its serial number cannot be read with this login", `let the login read ${serialPath}`];
      this.#facts.warn(
        `device "${this.#facts.device}": ${problem}, so it is not checked whether this is the same device as before; ${cure}`,
      );
    }
  }

  #text(value: Json): string | undefined {
    // A larger number has lost digits, and may then be that of another device.
    const shown = Number.isSafeInteger(value) ? String(value) : value;
    const text = typeof shown === "string" ? shown.trim() : shown;
    if (text === null || text === "") {
      return undefined;
    }
    // As may a text of which not all could be read.
    if (typeof text === "string" && serialNumber.test(text) && textProblem(text) === undefined) {
      return text;
    }
    throw new NotUnderstoodError({
      device: this.#facts.device,
      method: "GET",
      path: serialPath,
      message: "what is there is not a serial number",
    });
  }

  #compare(): void {
    const { serial, required } = this;
    if (required !== undefined) {
      if (this.#hasNone) {
        throw this.#noSerialError(required);
      }
      if (serial !== undefined && serial !== required) {
        throw this.#notRequiredError(serial, required);
      }
      return;
    }
    const [first, second] = this.#remembered;
    if (first && second) {
      throw this.#disagreementError(first, second);
    }
    const contradiction = first && this.contradictionError(...first);
    if (contradiction) {
      throw contradiction;
    }
  }

  #notRequiredError(serial: string, required: string): OtherDeviceError {
    return this.#error(
      `the device at ${this.#facts.address()} has the serial number ${serial}, and the configured \`serial\` is ${required}`,
      `Correct the address if it leads to the wrong device. If ${serial} is the one that is meant: ${this.#facts.howToRequire(serial)}`,
    );
  }

  #noSerialError(required: string): OtherDeviceError {
    return this.#error(
      `the device at ${this.#facts.address()} shows no serial number to its administrator, and the configured \`serial\` is ${required}`,
      "Correct the address if it leads to the wrong device. If this one has no serial number, take `serial` out of the configuration.",
    );
  }

  #notRememberedError(serial: string, remembered: string, id: string): OtherDeviceError {
    return this.#error(
      `the device at ${this.#facts.address()} has the serial number ${serial}, and ${id} is on the device with the serial number ${remembered}`,
      `Correct the address if it leads to the wrong device. If ${serial} has replaced ${remembered}, what the program declares can be made there: ${this.#facts.howToRequire(serial)} Then run \`pulumi up --refresh --run-program\`.`,
    );
  }

  #disagreementError([one, oneId]: [string, string], [other, otherId]: [string, string]): OtherDeviceError {
    const found = this.serial === undefined ? "" : `; at ${this.#facts.address()} is ${this.serial}`;
    return this.#error(
      `its resources are on two devices: ${oneId} on the one with the serial number ${one}, ${otherId} on ${other}${found}`,
      `Say which one is meant: ${this.#facts.howToRequire(this.serial ?? other)} Then run \`pulumi up --refresh --run-program\`.`,
    );
  }

  #error(message: string, remedy: string): OtherDeviceError {
    return new OtherDeviceError({ device: this.#facts.device, message: `${message}. Nothing was changed`, remedy });
  }
}
