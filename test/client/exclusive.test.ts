/** The order of requests, and sessions that no other request interrupts. */
import { type DeviceSession, DliClient } from "../../provider/client";
import { instantClock } from "./support/clock";
import { closeServers, firstly, json, serve, type TestServer } from "./support/server";

afterEach(closeServers);

async function device(): Promise<{ server: TestServer; client: DliClient; log: () => string[]; most: () => number }> {
  let running = 0;
  let most = 0;
  const server = await serve((seen, response) => {
    running += 1;
    most = Math.max(most, running);
    setImmediate(() => {
      running -= 1;
      if (seen.method === "GET") {
        json(response, { url: seen.url });
      } else {
        response.writeHead(204).end();
      }
    });
  });
  const client = new DliClient({ url: server.url, clock: instantClock() });
  return {
    server,
    client,
    log: () => server.seen.map(({ method, url }) => `${method} ${url.slice(9)}`),
    most: () => most,
  };
}

test("requests are sent one at a time, in the order they were made", async () => {
  const { client, log, most } = await device();
  await Promise.all(["a", "b", "c", "d"].map((name) => client.get(name)));
  expect(log()).toEqual(["GET a/", "GET b/", "GET c/", "GET d/"]);
  expect(most()).toBe(1);
});

test("no other request comes between those of a session, and the order is kept", async () => {
  const { client, log, most } = await device();
  await Promise.all([
    client.get("before"),
    client.exclusive(async (session) => {
      await session.get("auth/users");
      await Promise.all([session.delete("auth/users/2"), session.post("auth/users", { name: "x" })]);
      await new Promise((resolve) => setImmediate(resolve));
      await session.put("auth/users/1/name", "y");
    }),
    client.observe("relay"),
    client.exclusive((session) => session.invoke("relay/outlets/0/cycle")),
    client.patch("auth/users/is_admin=true", { old_password: "a b", new_password: "c&d" }),
  ]);
  expect(log().slice(0, 5)).toEqual([
    "GET before/",
    "GET auth/users/",
    "DELETE auth/users/2/",
    "POST auth/users/",
    "PUT auth/users/1/name/",
  ]);
  expect(log().slice(5).sort()).toEqual([
    "GET relay/",
    "PATCH auth/users/is_admin=true/",
    "POST relay/outlets/0/cycle/",
  ]);
  expect(most()).toBe(1);
});

test("a write of a session invalidates shared reads", async () => {
  const { client, log } = await device();
  await client.observe("auth/users");
  await client.exclusive((session) => session.delete("auth/users/1"));
  await client.observe("auth/users");
  expect(log()).toEqual(["GET auth/users/", "DELETE auth/users/1/", "GET auth/users/"]);
});

test("the client's own methods throw inside exclusive(), instead of waiting forever", async () => {
  const { client, server } = await device();
  const use = (work: () => Promise<unknown>) => client.exclusive(work);
  await expect(use(() => client.get("a"))).rejects.toThrow("use the session");
  await expect(use(() => client.observe("a"))).rejects.toThrow("use the session");
  await expect(use(() => client.exclusive(async () => 1))).rejects.toThrow("use the session");
  await expect(use(() => client.verifyLogin("a", "b"))).rejects.toThrow("use the session");
  expect(server.seen).toHaveLength(0);
  await client.exclusive(async () => {});
  expect(await client.get("a")).toEqual({ url: "/restapi/a/" });
});

test("another client may be used inside exclusive()", async () => {
  const one = await device();
  const other = await device();
  expect(await one.client.exclusive(() => other.client.get("x"))).toEqual({ url: "/restapi/x/" });
});

test("a session ends with its work, waits for its requests, and an error leaves the queue in order", async () => {
  const { client, log } = await device();
  let kept: DeviceSession | undefined;
  const failing = client.exclusive(async (session) => {
    kept = session;
    void session.put("a", 1);
    throw new Error("mine");
  });
  const after = client.get("after");
  await expect(failing).rejects.toThrow("mine");
  expect(log()).toEqual(["PUT a/"]);
  await after;
  expect(log()).toEqual(["PUT a/", "GET after/"]);
  await expect(kept?.get("b")).rejects.toThrow("has ended");
});

test("the requests of a session go one after the other, repetitions included", async () => {
  const server = await firstly(1, (_, response) => response.writeHead(503).end());
  const client = new DliClient({ url: server.url, clock: instantClock() });
  await client.exclusive((session) => Promise.all([session.get("a"), session.get("b")]));
  expect(server.seen.map(({ url }) => url)).toEqual(["/restapi/a/", "/restapi/a/", "/restapi/b/"]);
});

test("close waits for requests made before it and rejects later ones", async () => {
  const { client, log } = await device();
  const asked = client.get("a");
  await client.close();
  await asked;
  expect(log()).toEqual(["GET a/"]);
  await expect(client.get("b")).rejects.toThrow("is closed");
});

test("a waiting request is aborted at once", async () => {
  const release: (() => void)[] = [];
  const server = await serve((_, response) => void release.push(() => json(response, 1)));
  const client = new DliClient({ url: server.url, clock: instantClock() });
  const first = client.get("a");
  while (release.length === 0) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  const stop = new AbortController();
  const second = client.get("b", { signal: stop.signal });
  await new Promise((resolve) => setImmediate(resolve));
  stop.abort(new Error("enough"));
  await expect(second).rejects.toThrow("enough");
  for (const answer of release) {
    answer();
  }
  expect(await first).toBe(1);
  expect(server.seen).toHaveLength(1);
});

test("an aborted request that waits is never sent; one in flight ends before the next", async () => {
  const { client, log } = await device();
  const stop = new AbortController();
  const first = client.get("a", { signal: stop.signal });
  const second = client.put("b", 1, { signal: stop.signal });
  const third = client.get("c");
  stop.abort(new Error("enough"));
  await expect(first).rejects.toThrow("enough");
  await expect(second).rejects.toThrow("enough");
  expect(await third).toEqual({ url: "/restapi/c/" });
  expect(log().filter((line) => line.includes("b"))).toEqual([]);
});
