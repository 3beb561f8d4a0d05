/** A complete HTTP response of the device. */
import { holdsInfinity, type Json, type ParsedJson, parseJson } from "../json";
import { isPlainJson, withoutControls } from "../text";

/** Headers by their lower-case names. */
export type ResponseHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** How devices may say that they let nobody in for a while; their exact words are not known. */
const lockedOut = /lock(ed)?[ -]?out|too many|try again (in|later)|temporarily|\bblocked\b|\bbanned\b/i;

/** A complete HTTP response of the device. */
export class DeviceResponse {
  #parsed: ParsedJson | undefined;

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

  /** Whether it denies something for a time only, as to everybody after some failed logins. */
  get isForAWhile(): boolean {
    return (
      this.status === 403 && (this.header("retry-after") !== undefined || lockedOut.test(this.text.slice(0, 10_000)))
    );
  }

  /** How the body is compressed, which nobody asks for; `undefined` if it is not. */
  get compression(): string | undefined {
    const encoding = this.header("content-encoding") ?? "identity";
    return /^identity$/i.test(encoding) ? undefined : encoding;
  }

  /** Why the JSON in the body cannot be a device's value, as a clause that follows "is". */
  get problem(): string | undefined {
    return this.#read().problem;
  }

  /** The body as JSON, safe to store and print; `undefined` if it is not JSON, or has a problem. */
  get json(): { readonly value: Json } | undefined {
    return this.#read().json;
  }

  /** The first value of a header. */
  header(name: string): string | undefined {
    const value = this.headers[name];
    return Array.isArray(value) ? value[0] : value;
  }

  #read(): ParsedJson {
    this.#parsed ??= parse(this.text);
    return this.#parsed;
  }
}

function parse(text: string): ParsedJson {
  const { json, problem } = parseJson(text);
  if (json === undefined) {
    return problem === undefined ? {} : { problem };
  }
  if (holdsInfinity(json.value)) {
    return { problem: "JSON with a number that is too large" };
  }
  return isPlainJson(text) ? { json } : { json: { value: withoutControls(json.value) } };
}
