/** What happens to a request that gets no complete response. */
import { AnswerLostError, type DliClient, NotUnderstoodError, TimeoutError } from "../../provider/client";
import { clientOf, failure } from "./support/client";
import { instantClock } from "./support/clock";
import { closeListeners, listen } from "./support/raw";
import { closeServers, firstly, type Handler, json, serve } from "./support/server";

afterEach(closeServers);
afterEach(closeListeners);

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
  ])("a write is sent once, and after %s it is unknown whether it happened", async (_, fault) => {
    const server = await serve(fault);
    const error = await failure(clientOf(server, { name: "rack" }).put("relay/name", "x"));
    expect(error).toBeInstanceOf(AnswerLostError);
    expect(error.outcome).toBe("unknown");
    expect(error.message).toMatch(/^device "rack", PUT relay\/name\/: .*It may or may not have happened/);
    expect(server.seen).toHaveLength(1);
  });

  test.each(["get", "put"] as const)(
    "after 429 and 503 the client waits as long as they ask, within bounds: %s",
    async (verb) => {
      const clock = instantClock();
      let count = 0;
      const server = await serve((_, response) => {
        count += 1;
        if (count === 1) {
          response.writeHead(503, { "retry-after": "2" }).end();
        } else if (count === 2) {
          response.writeHead(429, { "retry-after": "3600" }).end();
        } else {
          json(response, true);
        }
      });
      expect(
        await (verb === "get" ? clientOf(server, { clock }).get("a") : clientOf(server, { clock }).put("a", 1)),
      ).toBe(true);
      expect(clock.slept).toEqual([2000, 10_000]);
    },
  );

  test.each<[string, (client: DliClient) => Promise<unknown>]>([
    ["post", (client) => client.post("autoping/items", {})],
    ["append", (client) => client.append("autoping/items", {})],
    ["delete", (client) => client.delete("autoping/items/0")],
  ])("what adds or removes is not sent again to a busy device, which has its pause: %s", async (_, send) => {
    const clock = instantClock();
    const server = await serve((_request, response) => response.writeHead(503, { "retry-after": "2" }).end());
    const error = await failure(send(clientOf(server, { clock })));
    expect(error).toMatchObject({ code: "refused", outcome: "unknown", status: 503 });
    expect(server.seen.filter(({ method }) => method !== "GET")).toHaveLength(1);
    expect(clock.slept).toEqual([2000]);
  });

  test("a date to retry after is compared with the device's own date", async () => {
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

  test("a request without a response ends at the deadline", async () => {
    const server = await serve(() => {});
    const read = await failure(clientOf(server, { requestTimeoutSeconds: 0.3 }).get("a"));
    expect(read).toBeInstanceOf(TimeoutError);
    expect(read.message).toContain("0.3 seconds");
    const write = await failure(clientOf(server, { requestTimeoutSeconds: 0.3 }).put("a", 1));
    expect(write).toBeInstanceOf(AnswerLostError);
    expect(server.seen).toHaveLength(2);
  });

  test("a response that arrives slowly ends at the same deadline", async () => {
    const server = await serve((_, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write(" "), 5);
      response.on("close", () => clearInterval(drip));
    });
    expect(await failure(clientOf(server, { requestTimeoutSeconds: 0.3 }).get("a"))).toBeInstanceOf(TimeoutError);
  });

  test("a device that hangs twice in a row is left alone, and a write to it is known not to be sent", async () => {
    const server = await serve(() => {});
    const client = clientOf(server, { requestTimeoutSeconds: 0.3 });
    const errors = await Promise.all([1, 2, 3, 4].map((index) => failure(client.get(`a/${index}`))));
    expect(errors.map(({ code }) => code)).toEqual(["timeout", "timeout", "timeout", "timeout"]);
    expect(server.seen).toHaveLength(2);
    expect(await failure(client.put("a", 1))).toMatchObject({ code: "timeout", outcome: "notSent" });
    expect(server.seen).toHaveLength(2);
  });

  test("a response that is not HTTP is not understood", async () => {
    const port = await listen((socket) => socket.end("SSH-2.0-OpenSSH_9.6\r\n"));
    const error = await failure(clientOf({ url: `http://127.0.0.1:${port}` }).get("a"));
    expect(error).toBeInstanceOf(NotUnderstoodError);
    expect(error.message).toContain("is not HTTP");
  });
});

test.each([
  [{ "retry-after": "1" }, ""],
  [{}, "Server busy"],
  [{}, "please try again later"],
  [{}, "Fault"],
])("a device that is busy for everything is not said to have its API off, %j %s", async (headers, body) => {
  const server = await serve((_, response) => response.writeHead(503, headers).end(body));
  const error = await failure(clientOf(server).get("relay/name"));
  expect(error).toMatchObject({ code: "refused", status: 503 });
  expect(error.message).toMatch(/busy.*Run again later/);
  expect(error.message).not.toContain("Tick");
});

test("a 503 without a word may be both", async () => {
  const server = await serve((_, response) => response.writeHead(503).end());
  const error = await failure(clientOf(server).get("relay/name"));
  expect(error.code).toBe("restDisabled");
  expect(error.message).toMatch(/may only be busy. If it stays so: Tick/);
});
