/** Kept connections, and devices that cannot be reached. */
import type { Socket } from "node:net";
import { UnreachableError } from "../../provider/client";
import { clientOf, failure } from "./support/client";
import { instantClock } from "./support/clock";
import { closeListeners, deafPort, listen } from "./support/raw";
import { closeServers, type Handler, json, serve } from "./support/server";

afterEach(closeServers);
afterEach(closeListeners);

describe("kept-alive connections", () => {
  /** Drops a connection at its second request without an answer, as when the device closes it at that moment. */
  const dying: Handler = (seen, response) => {
    const used = uses.get(seen.connection) ?? 0;
    uses.set(seen.connection, used + 1);
    if (used > 0) {
      response.socket?.destroy();
    } else if (seen.method === "GET") {
      json(response, true);
    } else {
      response.writeHead(204).end();
    }
  };
  const uses = new Map<number, number>();
  beforeEach(() => uses.clear());

  test("no write is lost on a kept-alive connection, whatever came before", async () => {
    const server = await serve(dying);
    const client = clientOf(server);
    await client.put("first", 1);
    await client.put("second", 1);
    await client.get("a");
    await client.put("third", 1);
    await client.get("b");
    await client.get("c");
    await client.put("fourth", 1);
    await client.put("fifth", 1);
    const writes = server.seen.filter(({ method }) => method === "PUT").map(({ url }) => url.slice(9, -1));
    expect(writes).toEqual(["first", "second", "third", "fourth", "fifth"]);
  });

  test("no write is lost on a device that closes after every response without saying so", async () => {
    const server = await serve((seen, response) => {
      if (seen.method === "GET") {
        json(response, true);
      } else {
        response.writeHead(204).end();
      }
      response.once("finish", () => response.socket?.end());
    });
    const client = clientOf(server);
    for (let index = 0; index < 5; index++) {
      await client.put(`a/${index}`, 1);
      await client.get("a");
    }
    expect(server.seen.filter(({ method }) => method === "PUT")).toHaveLength(5);
  });

  test("one connection serves everything once reads have shown that it can", async () => {
    const server = await serve((_, response) => json(response, true));
    const client = clientOf(server);
    await client.get("a");
    await client.get("b");
    await client.put("c", 1);
    await client.put("d", 1);
    await client.get("e");
    expect(server.connections()).toBe(1);
  });

  test("a connection that has broken once makes every write take a new one", async () => {
    const server = await serve((seen, response) => {
      if (seen.url === "/restapi/dies/" && seen.connection === 0) {
        response.socket?.destroy();
      } else {
        json(response, true);
      }
    });
    const client = clientOf(server);
    for (const path of ["a", "b", "dies"]) {
      await client.get(path);
    }
    await client.put("c", 1);
    await client.put("d", 1);
    expect(server.seen.map(({ connection }) => connection)).toEqual([0, 0, 0, 1, 2, 3]);
  });

  test("a write does not trust a connection that has been idle", async () => {
    const server = await serve((_, response) => json(response, true));
    const clock = instantClock();
    const client = clientOf(server, { clock });
    await client.get("a");
    await client.get("b");
    clock.advance(1000);
    await client.put("c", 1);
    await client.put("d", 1);
    expect(server.seen.map(({ connection }) => connection)).toEqual([0, 0, 1, 1]);
  });
});

describe("a device that cannot be reached", () => {
  test("a device that refuses connections is tried three times, and then left alone for a while", async () => {
    const port = await deafPort();
    const clock = instantClock();
    const client = clientOf({ url: `http://127.0.0.1:${port}` }, { clock, name: "rack" });
    const errors = await Promise.all([
      failure(client.get("a")),
      failure(client.put("b", 1)),
      failure(client.observe("c")),
      failure(client.exclusive((session) => session.delete("d/1"))),
    ]);
    expect(clock.slept).toHaveLength(2);
    expect(errors.every((error) => error instanceof UnreachableError && error.outcome === "notSent")).toBe(true);
    expect(errors.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "GET a/",
      "PUT b/",
      "GET c/",
      "DELETE d/1/",
    ]);
    expect(errors[1]?.message).toBe(
      `device "rack", PUT b/: nothing listens at http://127.0.0.1:${port} (connection refused).` +
        " Check that the device has power and network, and that dli:url (DLI_URL) is right.",
    );
    clock.advance(29_000);
    await failure(client.get("a"));
    expect(clock.slept).toHaveLength(2);
    clock.advance(1_000);
    await failure(client.get("a"));
    expect(clock.slept).toHaveLength(4);
  });

  test("a probe is one try, and reaches a device that is back", async () => {
    const port = await deafPort();
    const clock = instantClock();
    const client = clientOf({ url: `http://127.0.0.1:${port}` }, { clock });
    await failure(client.get("cred", { probe: true }));
    expect(clock.slept).toEqual([]);
    const { createServer } = await import("node:http");
    const server = createServer((_, response) => json(response, "back"));
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    try {
      await failure(client.get("cred"));
      expect(await client.get("cred", { probe: true })).toBe("back");
      expect(await client.get("cred")).toBe("back");
    } finally {
      await client.close();
      server.closeAllConnections();
      server.close();
    }
  });

  test("a connection attempt without an answer is made once, however many callers wait", async () => {
    const sockets: Socket[] = [];
    const port = await listen((socket) => sockets.push(socket));
    // A TLS handshake that is never answered.
    const client = clientOf({ url: `https://127.0.0.1:${port}` }, { connectTimeoutSeconds: 0.3 });
    const errors = await Promise.all([1, 2, 3, 4, 5].map((index) => failure(client.put(`a/${index}`, 1))));
    expect(errors.every((error) => error instanceof UnreachableError && error.outcome === "notSent")).toBe(true);
    expect(errors[0]?.message).toContain("did not answer the connection attempt within 0.3 seconds");
    expect(errors[0]?.remedy).toMatch(/accepts connections there.*Check scheme and port in dli:url/);
    expect(sockets).toHaveLength(1);
  });

  test("an unknown host and a port that does not speak TLS are errors that say so", async () => {
    const unknown = await failure(clientOf({ url: "http://no-such-host.invalid" }).get("a"));
    expect(unknown.message).toContain("the host name in http://no-such-host.invalid is not known");
    const server = await serve((_, response) => json(response, 1));
    const plain = await failure(clientOf({ url: server.url.replace("http:", "https:") }).get("a"));
    expect(plain).toBeInstanceOf(UnreachableError);
    expect(plain.message).toContain("does not speak TLS");
    expect(server.seen).toHaveLength(0);
  });

  test.each([
    ["ends", (socket: Socket) => socket.end()],
    ["resets", (socket: Socket) => socket.resetAndDestroy()],
  ])(
    "a port that accepts a connection and %s it in the handshake leads to scheme, port and old TLS",
    async (_, end) => {
      const port = await listen((socket) => socket.once("data", () => end(socket)));
      const error = await failure(clientOf({ url: `https://127.0.0.1:${port}` }).get("a"));
      expect(error.message).toMatch(/does not finish a TLS handshake\. Check scheme and port.*dli:allowOldTls/);
      expect(error).toMatchObject({ code: "unreachable", isSilent: false });
    },
  );

  test.each([
    ["internal error", 80, "ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR"],
    ["unrecognized name", 112, "ERR_SSL_TLSV1_UNRECOGNIZED_NAME"],
    ["access denied", 49, "ERR_SSL_TLSV1_ALERT_ACCESS_DENIED"],
  ])("a handshake that the port ends with the alert %s is said to have failed", async (_, alert, code) => {
    const port = await listen((socket) =>
      socket.once("data", () => socket.end(Buffer.from([21, 3, 3, 0, 2, 2, alert]))),
    );
    const { message } = await failure(clientOf({ url: `https://127.0.0.1:${port}` }).get("a"));
    expect(message).toContain(
      `the TLS handshake with https://127.0.0.1:${port} failed (${code}). Check scheme and port`,
    );
  });

  test("a dead device does not delay other devices", async () => {
    const silent = await listen(() => {});
    const dead = clientOf({ url: `https://127.0.0.1:${silent}` }, { connectTimeoutSeconds: 0.2 });
    const server = await serve((_, response) => json(response, 1));
    const waiting = failure(dead.get("a"));
    expect(await clientOf(server).get("a")).toBe(1);
    await waiting;
  });
});
