/** A complete HTTP response of the device. */
import { holdsInfinity, isNestedTooDeep, type Json } from "../json";
import { isPlainJson, withoutControls } from "../text";

/** Headers by their lower-case names. */
export type ResponseHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** A body after parsing. */
interface Parsed {
  readonly json?: { readonly value: Json };
  readonly isTooLarge?: boolean;
}

/** A complete HTTP response of the device. */
export class DeviceResponse {
  #parsed: Parsed | undefined;

  constructor(
    readonly status: number,
    readonly headers: ResponseHeaders,
    readonly text: string,
  ) {}

  /** Whether the status says that the request was successful. */
  get isSuccess(): boolean {
    return this.status >= 200 && this.status <= 299;
  }

  /** Whether the status sends the client to another address. */
  get isRedirect(): boolean {
    return [300, 301, 302, 303, 305, 307, 308].includes(this.status);
  }

  /** Whether the body is a web page, such as the login form. */
  get isHtml(): boolean {
    return /^text\/html\b/i.test(this.header("content-type") ?? "") || /^\s*<(!doctype|html)\b/i.test(this.text);
  }

  /** Whether the body is nested deeper than any value of a device. */
  get isTooDeep(): boolean {
    return isNestedTooDeep(this.text);
  }

  /** Whether the body is JSON with a number that is too large for any value of a device. */
  get isTooLarge(): boolean {
    return this.#read().isTooLarge === true;
  }

  /** The body as JSON, safe to store and print; `undefined` if it is not JSON, too deep, or has too large a number. */
  get json(): { readonly value: Json } | undefined {
    return this.#read().json;
  }

  /** The first value of a header. */
  header(name: string): string | undefined {
    const value = this.headers[name];
    return Array.isArray(value) ? value[0] : value;
  }

  #read(): Parsed {
    this.#parsed ??= parse(this.text);
    return this.#parsed;
  }
}

function parse(text: string): Parsed {
  if (isNestedTooDeep(text)) {
    return {};
  }
  try {
    const value = JSON.parse(text) as Json;
    if (holdsInfinity(value)) {
      return { isTooLarge: true };
    }
    return { json: { value: isPlainJson(text) ? value : withoutControls(value) } };
  } catch {
    return {};
  }
}
