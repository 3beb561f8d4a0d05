import { STATUS_CODES } from "node:http";
import type { DialectSettings } from "../dialects";
import type { Json } from "../schema/nodes";
import { Refusal } from "../schema/refusal";
import type { JsonWriter } from "./writer";

/** What a request led to, before it is put into a media type. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  /** Absent for an empty body. */
  readonly value?: Json;
  /** The native media type of a single value, when it has one. */
  readonly mediaType?: string | undefined;
}

/** An answer in bytes. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: string;
}

function isSingle(value: Json): boolean {
  return typeof value !== "object" || value === null;
}

/** The media types that a client takes, best first; empty when it takes all alike. */
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

function chooseType(answer: Answer, header: string | undefined): string {
  const value = answer.value as Json;
  const plain = answer.mediaType ?? "text/plain";
  // A single value without an Accept header came as bare text from real devices (device.md 7 quirk 8).
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

/** Puts an answer into the media type that the client asked for. */
export function toWire(answer: Answer, acceptHeader: string | undefined, writer: JsonWriter): WireAnswer {
  const { status, value, headers = {} } = answer;
  if (value === undefined) {
    return { status, headers, body: "" };
  }
  const type = chooseType(answer, acceptHeader);
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

/** The answer to a refused request, in the form of the dialect. */
export function refusalToWire(refusal: Refusal, dialects: DialectSettings): WireAnswer {
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

/** The web login form, which answers in place of the REST API under one dialect, and at the root. */
export const loginPage: WireAnswer = {
  status: 200,
  headers: { "Content-Type": "text/html" },
  body: page(
    "Login",
    '<form action="/login.tgi" method="post"><input name="Username"><input name="Password" type="password"></form>',
  ),
};
