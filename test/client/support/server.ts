/** HTTP servers for tests. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { SecureContextOptions } from "node:tls";

/** A request as the server saw it. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  /** Number of the connection it came in on, from 0. */
  readonly connection: number;
}

export type Handler = (seen: Seen, response: ServerResponse, request: IncomingMessage) => void;

/** A real HTTP server for one test. */
export interface TestServer {
  readonly url: string;
  readonly port: number;
  /** Every complete request so far. */
  readonly seen: Seen[];
  /** How many connections were accepted. */
  connections(): number;
  close(): Promise<void>;
}

const running: TestServer[] = [];

/** Starts a server that is closed by {@link closeServers}. */
export async function serve(handler: Handler, tls?: SecureContextOptions): Promise<TestServer> {
  const sockets = new Map<Socket, number>();
  const seen: Seen[] = [];
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const entry: Seen = {
        method: request.method ?? "",
        url: request.url ?? "",
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
        connection: sockets.get(request.socket) ?? -1,
      };
      seen.push(entry);
      handler(entry, response, request);
    });
  };
  const server: Server = tls ? createTlsServer({ ...tls }, listener) : createServer(listener);
  let count = 0;
  let accepted = 0;
  server.on("connection", () => {
    accepted += 1;
  });
  server.on(tls ? "secureConnection" : "connection", (socket: Socket) => {
    sockets.set(socket, count++);
    socket.on("error", () => {});
  });
  server.on("tlsClientError", () => {});
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const started: TestServer = {
    url: `${tls ? "https" : "http"}://127.0.0.1:${port}`,
    port,
    seen,
    connections: () => accepted,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        for (const socket of sockets.keys()) {
          socket.destroy();
        }
      }),
  };
  running.push(started);
  return started;
}

/** Closes every server started by {@link serve}; for `afterEach`. */
export async function closeServers(): Promise<void> {
  await Promise.all(running.splice(0).map((server) => server.close()));
}

/** Answers with JSON. */
export function json(
  response: ServerResponse,
  value: unknown,
  status = 200,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(value));
}

/** A server whose first answers differ from the later ones. */
export function firstly(
  times: number,
  first: Handler,
  then: Handler = (_, response) => json(response, true),
): Promise<TestServer> {
  let count = 0;
  return serve((seen, response, request) => (count++ < times ? first : then)(seen, response, request));
}
