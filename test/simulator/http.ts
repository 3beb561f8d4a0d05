/** A minimal client of the simulator: one request at a time, with full control over the headers. */
import { createHash } from "node:crypto";
import { type IncomingHttpHeaders, type IncomingMessage, request as plainRequest } from "node:http";
import { request as tlsRequest } from "node:https";
import type { SimulatedDevice } from "../../simulator";

/** What to send; at most one of json, form and text. */
export interface Sent {
  json?: unknown;
  form?: Record<string, string>;
  text?: string;
  headers?: Record<string, string>;
}

/** What came back. */
export interface Received {
  status: number;
  headers: IncomingHttpHeaders;
  rawHeaders: string[];
  body: string;
  /** The body as JSON. */
  json: unknown;
}

function encodeBody({ json, form, text }: Sent): { body: string; type: Record<string, string> } {
  if (json !== undefined) {
    return { body: JSON.stringify(json), type: { "Content-Type": "application/json" } };
  }
  if (form !== undefined) {
    return {
      body: new URLSearchParams(form).toString(),
      type: { "Content-Type": "application/x-www-form-urlencoded" },
    };
  }
  return { body: text ?? "", type: {} };
}

/** A device reads and writes header values as UTF-8; Node has one character for each byte. */
const toHeader = (text: string) => Buffer.from(text, "utf8").toString("latin1");
const fromHeader = (value: string) => Buffer.from(value, "latin1").toString("utf8");

/** One request without any login; `path` is a whole request target. */
export async function sendRaw(
  device: SimulatedDevice,
  method: string,
  path: string,
  sent: Sent = {},
): Promise<Received> {
  const { body, type } = encodeBody(sent);
  const url = new URL(device.url);
  const send = url.protocol === "https:" ? tlsRequest : plainRequest;
  const message = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = send({
      host: url.hostname,
      port: url.port,
      method,
      path,
      agent: false,
      headers: {
        ...type,
        ...Object.fromEntries(Object.entries(sent.headers ?? {}).map(([name, value]) => [name, toHeader(value)])),
        ...(body === "" ? {} : { "Content-Length": Buffer.byteLength(body) }),
      },
      ...(device.certificate === undefined ? {} : { ca: device.certificate }),
    });
    outgoing.on("response", resolve);
    outgoing.on("error", reject);
    // As bytes, because with a text Node would encode the headers like the body.
    outgoing.end(Buffer.from(body));
  });
  let text = "";
  for await (const chunk of message) {
    text += String(chunk);
  }
  return {
    status: message.statusCode ?? 0,
    headers: message.headers,
    rawHeaders: message.rawHeaders,
    body: text,
    get json() {
      return JSON.parse(text) as unknown;
    },
  };
}

const hashNames: Record<string, string> = { MD5: "md5", "MD5-sess": "md5", "SHA-256": "sha256" };

/** The parts of an Authorization header, each of which can be set to anything. */
export interface DigestParts {
  username: string;
  password: string;
  method: string;
  uri: string;
  body?: string;
  qop?: string;
  count?: number;
  /** The count as it is sent; default: eight hex digits of `count`. */
  nc?: string;
  cnonce?: string;
}

/** The value of a parameter of a challenge. */
export function parameter(challenge: string, name: string): string {
  return (
    new RegExp(`\\b${name}=(?:"([^"]*)"|([^,\\s]*))`)
      .exec(challenge)
      ?.slice(1)
      .find((text) => text !== undefined) ?? ""
  );
}

/** An Authorization header for a challenge, according to RFC 7616. */
export function digest(challenge: string, parts: DigestParts): string {
  const algorithm = parameter(challenge, "algorithm");
  const [realm, nonce, opaque] = ["realm", "nonce", "opaque"].map((name) => parameter(challenge, name));
  const { username, password, method, uri, body = "", qop = "auth", count = 1, cnonce = "0a4f113b" } = parts;
  const hash = (text: string): string =>
    createHash(hashNames[algorithm] ?? "md5")
      .update(text)
      .digest("hex");
  const nc = parts.nc ?? count.toString(16).padStart(8, "0");
  let secret = hash(`${username}:${realm}:${password}`);
  if (algorithm === "MD5-sess") {
    secret = hash(`${secret}:${nonce}:${cnonce}`);
  }
  const action = hash(qop === "auth-int" ? `${method}:${uri}:${hash(body)}` : `${method}:${uri}`);
  const response = hash(`${secret}:${nonce}:${nc}:${cnonce}:${qop}:${action}`);
  return (
    `Digest username="${username}", realm="${realm}", nonce="${nonce}", uri="${uri}", algorithm=${algorithm}, ` +
    `qop=${qop}, nc=${nc}, cnonce="${cnonce}", response="${response}", opaque="${opaque}"`
  );
}

/** The challenge with which the device answers a request without a login. */
export async function challengeOf(device: SimulatedDevice): Promise<string> {
  const { headers } = await sendRaw(device, "GET", "/restapi/");
  return fromHeader(String(headers["www-authenticate"]));
}

/** A user who logs in anew for every request, accepts JSON and sends the CSRF header. */
export class Person {
  readonly #device: SimulatedDevice;
  readonly #username: string;
  readonly #password: string;

  constructor(device: SimulatedDevice, username: string = device.username, password: string = device.password) {
    this.#device = device;
    this.#username = username;
    this.#password = password;
  }

  /** One request; `path` is below /restapi/. */
  async send(method: string, path: string, sent: Sent = {}): Promise<Received> {
    const uri = `/restapi/${path}`;
    const authorization = digest(await challengeOf(this.#device), {
      username: this.#username,
      password: this.#password,
      method,
      uri,
    });
    const headers = {
      Authorization: authorization,
      Accept: "application/json",
      "X-CSRF": "x",
      ...sent.headers,
    };
    return sendRaw(this.#device, method, uri, { ...sent, headers });
  }

  /** The value at a path. */
  async get(path: string, headers: Record<string, string> = {}): Promise<unknown> {
    const { json } = await this.send("GET", path, { headers });
    return json;
  }

  /** PUT of a JSON value; returns the status. */
  async put(path: string, json: unknown): Promise<number> {
    return (await this.send("PUT", path, { json })).status;
  }

  /** POST of a JSON value. */
  async post(path: string, json?: unknown): Promise<Received> {
    return this.send("POST", path, json === undefined ? {} : { json });
  }
}
