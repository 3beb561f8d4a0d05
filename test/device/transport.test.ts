import type { Socket } from "node:net";
import {
  AnswerLostError,
  DliClient,
  type DliClientOptions,
  type DliError,
  NotUnderstoodError,
  TimeoutError,
  UnreachableError,
} from "../../provider/device";
import { instantClock } from "./support/clock";
import { closeListeners, deafPort, listen } from "./support/raw";
import { closeServers, type Handler, json, serve, type TestServer } from "./support/server";

afterEach(closeServers);
afterEach(closeListeners);

const clockOf = instantClock;

function clientOf(server: { url: string }, options: Partial<DliClientOptions> = {}): DliClient {
  return new DliClient({ url: server.url, clock: clockOf(), random: () => 0.5, ...options });
}

/** A server whose first answers differ from the later ones. */
function firstly(
  times: number,
  first: Handler,
  then: Handler = (_, response) => json(response, true),
): Promise<TestServer> {
  let count = 0;
  return serve((seen, response, request) => (count++ < times ? first : then)(seen, response, request));
}

const failure = (promise: Promise<unknown>): Promise<DliError> =>
  promise.then(
    () => {
      throw new Error("did not fail");
    },
    (error: DliError) => error,
  );

describe("requests", () => {
  test("carry what the vendor asks for", async () => {
    const server = await serve((seen, response) =>
      seen.method === "GET" ? json(response, 1) : response.writeHead(204).end(),
    );
    const client = clientOf(server);
    await client.get("config", { depth: 1 });
    await client.put("relay/outlets/2/state", true);
    await client.post("auth/users", { name: "x" }, { headers: { Prefer: "return=minimal" } });
    await client.invoke("relay/outlets/2/cycle");
    await client.invoke("script/start", [{ user_function: "f" }]);
    await client.patch("auth/users/is_admin=true", { old_password: "1 2", new_password: "ä&=" });
    await client.delete("auth/users/3");
    const picked = server.seen.map(({ method, url, headers, body }) => ({
      request: `${method} ${url}`,
      csrf: headers["x-csrf"],
      type: headers["content-type"],
      body,
      length: headers["content-length"],
    }));
    expect(picked).toEqual([
      { request: "GET /restapi/config/", body: "" },
      {
        request: "PUT /restapi/relay/outlets/2/state/",
        csrf: "x",
        type: "application/json",
        body: "true",
        length: "4",
      },
      { request: "POST /restapi/auth/users/", csrf: "x", type: "application/json", body: '{"name":"x"}', length: "12" },
      { request: "POST /restapi/relay/outlets/2/cycle/", csrf: "x", body: "", length: "0" },
      {
        request: "POST /restapi/script/start/",
        csrf: "x",
        type: "application/json",
        body: '[{"user_function":"f"}]',
        length: "23",
      },
      {
        request: "PATCH /restapi/auth/users/is_admin=true/",
        csrf: "x",
        type: "application/x-www-form-urlencoded",
        body: "old_password=1+2&new_password=%C3%A4%26%3D",
        length: "42",
      },
      { request: "DELETE /restapi/auth/users/3/", csrf: "x", body: "" },
    ]);
    expect(server.seen[0]?.headers["range"]).toBe("dli-depth=1");
    expect(server.seen[2]?.headers["prefer"]).toBe("return=minimal");
    expect(new Set(server.seen.map(({ headers }) => headers.accept))).toEqual(new Set(["application/json"]));
  });

  test("refuse what cannot be sent, without sending", async () => {
    const server = await serve((_, response) => json(response, 1));
    const client = clientOf(server);
    for (const attempt of [
      () => client.get("a?b"),
      () => client.get("a", { depth: -1 }),
      () => client.put("a", 1, { headers: { Authorization: "x" } }),
      () => client.put("a", 1, { headers: { prefer: "x\r\ny: z" } }),
    ]) {
      expect((await failure(attempt())).code).toBe("invalidInput");
    }
    expect(server.seen).toHaveLength(0);
  });
});

describe("answers of any size", () => {
  test("more than 100 Link headers, and a head of 200 KiB", async () => {
    const server = await serve((_, response) => {
      const links = Array.from({ length: 120 }, (_, index) => `<child${index}/${"x".repeat(1600)}>; rel=item`);
      response.writeHead(200, { link: links });
      response.end("{}");
    });
    expect(await clientOf(server).get("config")).toEqual({});
  });

  test("a head or body without end is given up", async () => {
    const long = await serve((_, response) => {
      response.writeHead(200, { link: "x".repeat(300 * 1024) });
      response.end("{}");
    });
    expect(await failure(clientOf(long).get("a"))).toBeInstanceOf(NotUnderstoodError);
    const endless = await serve((_, response) => {
      const chunk = Buffer.alloc(1024 * 1024, " ");
      const more = () => {
        while (!response.destroyed && response.write(chunk)) {}
        response.once("drain", more);
      };
      more();
    });
    const error = await failure(clientOf(endless).get("a"));
    expect(error.message).toContain("larger than 16 MiB");
    expect(endless.seen).toHaveLength(1);
    const written = await failure(clientOf(endless).put("a", 1));
    expect(written.outcome).toBe("unknown");
  });
});

describe("faults", () => {
  const reset: Handler = (_, response) => response.socket?.resetAndDestroy();
  const half: Handler = (_, response) => {
    response.writeHead(200, { "content-length": "100" });
    response.write("{");
    setImmediate(() => response.socket?.end());
  };

  test.each([
    ["a reset", reset],
    ["half a body", half],
    ["502", ((_, response) => response.writeHead(502).end()) as Handler],
  ])("a read is tried three times after %s, with growing pauses", async (_, fault) => {
    const clock = instantClock();
    expect(await clientOf(await firstly(2, fault), { clock }).get("a")).toBe(true);
    expect(clock.slept).toEqual([188, 375]);
    const server = await serve(fault);
    const error = await failure(clientOf(server).get("a"));
    expect(server.seen).toHaveLength(3);
    expect(error.outcome).not.toBe("unknown");
  });

  test.each([
    ["a reset", reset],
    ["half a body", half],
    ["504", ((_, response) => response.writeHead(504).end()) as Handler],
  ])("a write is sent once; after %s it is unknown whether it happened", async (_, fault) => {
    const server = await serve(fault);
    const error = await failure(clientOf(server, { name: "rack" }).put("relay/name", "x"));
    expect(error).toBeInstanceOf(AnswerLostError);
    expect(error.outcome).toBe("unknown");
    expect(error.message).toMatch(/^device "rack", PUT relay\/name\/: .*It may or may not have happened/);
    expect(server.seen).toHaveLength(1);
  });

  test.each(["get", "put"] as const)(
    "429 and 503 are waited for as long as they ask, within bounds: %s",
    async (verb) => {
      const clock = instantClock();
      let count = 0;
      const server = await serve((_, response) => {
        count += 1;
        if (count === 1) response.writeHead(503, { "retry-after": "2" }).end();
        else if (count === 2) response.writeHead(429, { "retry-after": "3600" }).end();
        else json(response, true);
      });
      expect(
        await (verb === "get" ? clientOf(server, { clock }).get("a") : clientOf(server, { clock }).put("a", 1)),
      ).toBe(true);
      expect(clock.slept).toEqual([2000, 10_000]);
    },
  );

  test("a date to retry after is counted from the device's own", async () => {
    const clock = instantClock();
    const headers = { date: "Mon, 01 Jan 2001 00:00:00 GMT", "retry-after": "Mon, 01 Jan 2001 00:00:05 GMT" };
    await clientOf(await firstly(1, (_, response) => response.writeHead(503, headers).end()), { clock }).get("a");
    expect(clock.slept).toEqual([5000]);
  });

  test("a device that stays busy is an error after three tries", async () => {
    const server = await firstly(
      1,
      (_, response) => json(response, 1),
      (_, response) => response.writeHead(503).end("busy"),
    );
    const client = clientOf(server);
    await client.get("a");
    const error = await failure(client.put("a", 1));
    expect(server.seen).toHaveLength(4);
    expect(error).toMatchObject({ code: "refused", outcome: "refused", status: 503, words: "busy" });
  });

  test("no answer within the deadline", async () => {
    const server = await serve(() => {});
    const read = await failure(clientOf(server, { requestTimeoutSeconds: 0.05 }).get("a"));
    expect(read).toBeInstanceOf(TimeoutError);
    expect(read.message).toContain("0.05 seconds");
    const write = await failure(clientOf(server, { requestTimeoutSeconds: 0.05 }).put("a", 1));
    expect(write).toBeInstanceOf(AnswerLostError);
    expect(server.seen).toHaveLength(2);
  });

  test("an answer that drips in slowly meets the same deadline", async () => {
    const server = await serve((_, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write(" "), 5);
      response.on("close", () => clearInterval(drip));
    });
    expect(await failure(clientOf(server, { requestTimeoutSeconds: 0.05 }).get("a"))).toBeInstanceOf(TimeoutError);
  });

  test("a device that hangs twice in a row is left alone", async () => {
    const server = await serve(() => {});
    const client = clientOf(server, { requestTimeoutSeconds: 0.02 });
    const errors = await Promise.all([1, 2, 3, 4].map((index) => failure(client.get(`a/${index}`))));
    expect(errors.map(({ code }) => code)).toEqual(["timeout", "timeout", "timeout", "timeout"]);
    expect(server.seen).toHaveLength(2);
  });

  test("what is not HTTP is not understood", async () => {
    const port = await listen((socket) => socket.end("SSH-2.0-OpenSSH_9.6\r\n"));
    const error = await failure(clientOf({ url: `http://127.0.0.1:${port}` }).get("a"));
    expect(error).toBeInstanceOf(NotUnderstoodError);
    expect(error.message).toContain("is not HTTP");
  });
});

describe("kept-alive connections", () => {
  /** Lets a connection die at its second request, without an answer, as when the device closes it at that moment. */
  const dying: Handler = (seen, response) => {
    const used = uses.get(seen.connection) ?? 0;
    uses.set(seen.connection, used + 1);
    if (used > 0) response.socket?.destroy();
    else if (seen.method === "GET") json(response, true);
    else response.writeHead(204).end();
  };
  const uses = new Map<number, number>();
  beforeEach(() => uses.clear());

  test("a write is lost on none of them, whatever came before", async () => {
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

  test("a device that closes after every answer without saying so", async () => {
    const server = await serve((seen, response) => {
      if (seen.method === "GET") json(response, true);
      else response.writeHead(204).end();
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
  test("is tried three times when it refuses, and then left alone for a while", async () => {
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

  test("a probe is one try, and gets through when the device is back", async () => {
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

  test("a connection attempt without an answer is made once, however many wait", async () => {
    const sockets: Socket[] = [];
    const port = await listen((socket) => sockets.push(socket));
    // A TLS handshake that nobody answers: the connection never stands.
    const client = clientOf({ url: `https://127.0.0.1:${port}` }, { connectTimeoutSeconds: 0.05 });
    const errors = await Promise.all([1, 2, 3, 4, 5].map((index) => failure(client.put(`a/${index}`, 1))));
    expect(errors.every((error) => error instanceof UnreachableError && error.outcome === "notSent")).toBe(true);
    expect(errors[0]?.message).toContain("did not answer the connection attempt within 0.05 seconds");
    expect(sockets).toHaveLength(1);
  });

  test("an unknown host and a port that speaks no TLS", async () => {
    const unknown = await failure(clientOf({ url: "http://no-such-host.invalid" }).get("a"));
    expect(unknown.message).toContain("the host name in http://no-such-host.invalid is not known");
    const server = await serve((_, response) => json(response, 1));
    const plain = await failure(clientOf({ url: server.url.replace("http:", "https:") }).get("a"));
    expect(plain).toBeInstanceOf(UnreachableError);
    expect(plain.message).toContain("does not speak TLS");
    expect(server.seen).toHaveLength(0);
  });

  test("other devices are not held up", async () => {
    const silent = await listen(() => {});
    const dead = clientOf({ url: `https://127.0.0.1:${silent}` }, { connectTimeoutSeconds: 0.2 });
    const server = await serve((_, response) => json(response, 1));
    const waiting = failure(dead.get("a"));
    expect(await clientOf(server).get("a")).toBe(1);
    await waiting;
  });
});

describe("redirects", () => {
  test("a read follows one, to a path of the same device with the slash", async () => {
    const server = await serve((seen, response) => {
      if (seen.url === "/restapi/a/") response.writeHead(301, { location: "/restapi/b/" }).end();
      else json(response, seen.url);
    });
    expect(await clientOf(server).get("a")).toBe("/restapi/b/");
  });

  test("and no more, and to nowhere else", async () => {
    const client = async (location: string) => {
      const server = await firstly(
        1,
        (_, response) => json(response, 1),
        (_, response) => response.writeHead(302, { location }).end(),
      );
      const made = clientOf(server);
      await made.get("a");
      return { server, error: await failure(made.get("a")) };
    };
    const loop = await client("/restapi/b/");
    expect(loop.error).toBeInstanceOf(NotUnderstoodError);
    expect(loop.server.seen).toHaveLength(3);
    expect((await client("/login")).server.seen).toHaveLength(2);
    const elsewhere = await client("https://example.invalid/restapi/a/");
    expect(elsewhere.error.message).toContain("Set dli:url (DLI_URL) to https://example.invalid");
  });

  test("a write follows none", async () => {
    const server = await firstly(
      1,
      (_, response) => json(response, 1),
      (_, response) => response.writeHead(307, { location: "/restapi/b/" }).end(),
    );
    const client = clientOf(server);
    await client.get("a");
    expect(await failure(client.put("a", 1))).toMatchObject({ outcome: "refused", status: 307 });
    expect(server.seen).toHaveLength(2);
  });
});
