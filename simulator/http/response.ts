/** Turns results into responses in a media type that the client accepts. */
import { STATUS_CODES } from "node:http";
import type { DialectSettings } from "../dialects";
import type { Json } from "../schema/nodes";
import { Refusal } from "../schema/refusal";
import type { JsonWriter } from "./writer";

/** The result of a request, independent of media type. */
export interface DeviceResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  /** Absent for an empty body. */
  readonly value?: Json;
  /** The native media type of a single value, if it has one. */
  readonly mediaType?: string | undefined;
}

/** A response as it goes over the wire. */
export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: string;
}

function isSingle(value: Json): boolean {
  return typeof value !== "object" || value === null;
}

/** The media types that a client accepts, best first. */
function accepted(header: string | undefined): string[] {
  return (header ?? "*/*")
    .split(",")
    .map((part) => {
      const [type = "", ...parameters] = part.split(";").map((piece) => piece.trim().toLowerCase());
      const quality = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2);
      return { type, quality: quality === undefined ? 1 : Number(quality) };
    })
    .sort((a, b) => b.quality - a.quality)
    .map(({ type }) => type);
}

function chooseType(response: DeviceResponse, header: string | undefined): string {
  const value = response.value as Json;
  const plain = response.mediaType ?? "text/plain";
  // A single value without an Accept header came as bare text from real devices (device.md section 7 quirk 8).
  const offers = isSingle(value) ? [plain, "application/json", "text/html"] : ["application/json", "text/html"];
  for (const type of accepted(header)) {
    const found = offers.find(
      (offer) => type === "*/*" || type === offer || (type.endsWith("/*") && offer.startsWith(type.slice(0, -1))),
    );
    if (found !== undefined) {
      return found;
    }
  }
  throw new Refusal(406, "None of the accepted media types is offered");
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (mark) => `&#${mark.charCodeAt(0)};`);
}

function page(title: string, content: string): string {
  return `<!DOCTYPE html><html><head><title>${escapeHtml(title)}</title></head><body>${content}</body></html>\n`;
}

/** Puts a response into the media type that the client accepts. */
export function toWire(response: DeviceResponse, acceptHeader: string | undefined, writer: JsonWriter): WireResponse {
  const { status, value, headers = {} } = response;
  if (value === undefined) {
    return { status, headers, body: "" };
  }
  const type = chooseType(response, acceptHeader);
  const withType = { ...headers, "Content-Type": type };
  if (type === "application/json") {
    return { status, headers: withType, body: writer.write(value) };
  }
  if (type === "text/html") {
    const parts = status === 207 && Array.isArray(value) ? value : [value];
    const content = parts.map((part) => `<div class="value">${escapeHtml(writer.write(part))}</div>`).join("");
    return { status, headers: withType, body: page("Resource", content) };
  }
  return { status, headers: withType, body: typeof value === "string" ? value : writer.write(value) };
}

/** The response to a refused request, in the form of the dialect. */
export function refusalToWire(refusal: Refusal, dialects: DialectSettings): WireResponse {
  const { status, message, headers } = refusal;
  const title = `${status} ${STATUS_CODES[status] ?? "Error"}`;
  switch (dialects.errorBodyForm) {
    case "empty":
      return { status, headers, body: "" };
    case "json":
      return {
        status,
        headers: { ...headers, "Content-Type": "application/json" },
        body: JSON.stringify({ error: { code: status, message } }),
      };
    case "html":
      return {
        status,
        headers: { ...headers, "Content-Type": "text/html" },
        body: page(title, `<h1>${title}</h1><p>${escapeHtml(message)}</p>`),
      };
    case "text":
      return { status, headers: { ...headers, "Content-Type": "text/plain" }, body: `${message}\n` };
  }
}

/** The web login form: at the root, and under one dialect in place of the REST API. */
export const loginPage: WireResponse = {
  status: 200,
  headers: { "Content-Type": "text/html" },
  body: page(
    "Login",
    '<form action="/login.tgi" method="post"><input name="Username"><input name="Password" type="password"></form>',
  ),
};
