/** A server with a small tree. */
import type { Json } from "../../../provider/client";
import { json, serve, type TestServer } from "./server";

/** A server with a small tree at `relay/`; every other GET is answered with the number of requests so far. */
export async function tree(): Promise<{ server: TestServer; log: () => string[]; hold: (held: boolean) => void }> {
  let holding = false;
  let waiting: (() => void)[] = [];
  const server = await serve((seen, response) => {
    const count = server.seen.length;
    const answer = () => {
      if (seen.method !== "GET") {
        return response.writeHead(204).end();
      }
      const tree: Json = {
        outlets: [
          { name: "a", count },
          { name: "b", count },
        ],
        name: "rack",
        none: null,
        more: { $ref: "more/" },
      };
      json(response, seen.url === "/restapi/relay/" ? tree : { url: seen.url, count });
    };
    if (holding) {
      waiting.push(answer);
    } else {
      answer();
    }
  });
  return {
    server,
    log: () => server.seen.map(({ method, url }) => `${method} ${url.replace("/restapi/", "")}`),
    hold: (held) => {
      holding = held;
      if (!held) {
        for (const answer of waiting.splice(0)) {
          answer();
        }
      }
      waiting = [];
    },
  };
}

/** Resolves when the server has seen this many requests. */
export async function arrived(server: TestServer, count: number): Promise<void> {
  while (server.seen.length < count) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
