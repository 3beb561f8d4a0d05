/** Whether a device accepts a login, determined by one attempt. */
import { guard } from "./support/digest";
import { clientOf, device } from "./support/locked";
import { closeServers, json, serve } from "./support/server";

afterEach(closeServers);

test("verifyLogin makes one attempt, with a fresh nonce and connection", async () => {
  const { server, lock } = await device();
  const client = clientOf(server);
  await client.get("cred");
  lock.options.users["fred"] = "fred's \u00e4";
  expect(await client.verifyLogin("fred", "fred's \u00e4")).toBe(true);
  expect(lock.failed()).toBe(0);
  expect(server.seen.map(({ connection }) => connection)).toEqual([0, 0, 1, 1]);
  expect(await client.verifyLogin("fred", "wrong-pa55word")).toBe(false);
  expect(lock.failed()).toBe(1);
  expect(await client.exclusive((session) => session.verifyLogin("fred", "another-pa55word"))).toBe(false);
  expect(lock.failed()).toBe(2);
  // Our own login still works.
  await client.get("cred");
  expect(server.seen.at(-1)?.headers.authorization).toContain('username="admin"');
});

test.each([403, 404])("verifyLogin accepts a user without the right to use the REST API, %s", async (status) => {
  const lock = guard({ users: { fred: "x" } }, (_, response) => response.writeHead(status).end());
  const server = await serve((seen, response, request) => lock.handler(seen, response, request));
  expect(await clientOf(server).verifyLogin("fred", "x")).toBe(true);
  expect(await clientOf(server).verifyLogin("fred", "y")).toBe(false);
});

test("verifyLogin throws when it cannot find out", async () => {
  const open = await serve((_, response) => json(response, {}));
  await expect(clientOf(open).verifyLogin("a", "b")).rejects.toThrow("asks for no login");
  const lock = guard({ users: { fred: "x" } }, (_, response) =>
    response.writeHead(403).end("Locked out for some minutes"),
  );
  const locked = await serve((seen, response, request) => lock.handler(seen, response, request));
  await expect(clientOf(locked).verifyLogin("fred", "x")).rejects.toMatchObject({ code: "refused" });
  await open.close();
  await expect(clientOf(open).verifyLogin("a", "b")).rejects.toMatchObject({ code: "unreachable" });
});

test("a server that asks for no login and answers 404 has not accepted one", async () => {
  const open = await serve((_, response) => response.writeHead(404).end());
  await expect(clientOf(open).verifyLogin("a", "b")).rejects.toMatchObject({ status: 404 });
});

test("verifyLogin leaves no connection open", async () => {
  const closed: Promise<unknown>[] = [];
  const lock = guard({ users: { fred: "x" } }, (_, response) => json(response, {}));
  const server = await serve((seen, response, request) => {
    closed.push(new Promise((resolve) => request.socket.once("close", resolve)));
    lock.handler(seen, response, request);
  });
  expect(await clientOf(server).verifyLogin("fred", "x")).toBe(true);
  await Promise.all(closed);
});
