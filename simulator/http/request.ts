/** Reads a request from the network. */
import type { IncomingMessage } from "node:http";
import { Refusal } from "../schema/refusal";

/** A complete request. */
export interface DeviceRequest {
  /** The method on the request line; the digest is computed with it. */
  readonly wireMethod: string;
  /** The effective method: X-HTTP-Method overrides a POST. */
  readonly method: string;
  /** The request target, percent-encoded. */
  readonly target: string;
  /** The target without a query. */
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
  readonly ipAddress: string;
}

const maximumBodyBytes = 1_000_000;

/** Reads a whole request. Throws 413 for a body above 1 MB. */
export async function readRequest(message: IncomingMessage): Promise<DeviceRequest> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maximumBodyBytes) {
      throw new Refusal(413, "The body is too large");
    }
    chunks.push(chunk);
  }
  const wireMethod = message.method ?? "GET";
  const tunnelled = message.headers["x-http-method"];
  const target = message.url ?? "/";
  return {
    wireMethod,
    method: wireMethod === "POST" && typeof tunnelled === "string" ? tunnelled.toUpperCase() : wireMethod,
    target,
    path: target.split("?")[0] ?? "/",
    headers: message.headers,
    body: Buffer.concat(chunks),
    ipAddress: message.socket.remoteAddress ?? "127.0.0.1",
  };
}

/** The path for people and for fault patterns: decoded if possible. */
export function decodedPath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Whether a method changes state. */
export function isWriteMethod(method: string): boolean {
  return !["GET", "HEAD", "OPTIONS"].includes(method);
}

/** The media type of the body, without parameters; empty if the request names none. */
export function mediaTypeOf(request: DeviceRequest): string {
  return (request.headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
}
