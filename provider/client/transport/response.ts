/** A complete HTTP response of the device. */
import { isNestedTooDeep, type Json } from "../json";
import { isPlainJson, withoutControls } from "../text";

/** Headers by their lower-case names. */
export type ResponseHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** A complete HTTP response of the device. */
export class DeviceResponse {
  #parsed: { json: { value: Json } | undefined } | undefined;

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
    return this.status >= 300 && this.status <= 399;
  }

  /** Whether the body is a page for people, such as the login form. */
  get isHtml(): boolean {
    return /^text\/html\b/i.test(this.header("content-type") ?? "") || /^\s*<(!doctype|html)\b/i.test(this.text);
  }

  /** Whether the body is nested deeper than any value of a device. */
  get isTooDeep(): boolean {
    return isNestedTooDeep(this.text);
  }

  /** The body as JSON, fit to be kept and printed; `undefined` when it is not JSON, or nested too deep. */
  get json(): { readonly value: Json } | undefined {
    this.#parsed ??= { json: parse(this.text) };
    return this.#parsed.json;
  }

  /** The first value of a header. */
  header(name: string): string | undefined {
    const value = this.headers[name];
    return Array.isArray(value) ? value[0] : value;
  }
}

function parse(text: string): { value: Json } | undefined {
  if (isNestedTooDeep(text)) {
    return undefined;
  }
  try {
    const value = JSON.parse(text) as Json;
    return { value: isPlainJson(text) ? value : withoutControls(value) };
  } catch {
    return undefined;
  }
}
