/** Which reads are shared, and for how long. */
import { NotUnderstoodError } from "../../provider/client";
import { clientOf } from "./support/client";
import { instantClock } from "./support/clock";
import { closeServers, json, serve } from "./support/server";
import { arrived, tree } from "./support/tree";

afterEach(closeServers);

test("simultaneous reads are one request, which also serves later ones while it is young", async () => {
  const { server, log } = await tree();
  const clock = instantClock();
  const client = clientOf(server, { clock });
  await Promise.all(Array.from({ length: 8 }, (_, index) => client.observe("relay", { of: `relay/outlets/${index}` })));
  await client.observe("relay");
  clock.advance(9_999);
  await client.observe("relay/");
  expect(log()).toEqual(["GET relay/"]);
  clock.advance(1);
  await client.observe("relay");
  expect(log()).toHaveLength(2);
  await client.observe("relay", { maxAgeMilliseconds: 0 });
  expect(log()).toHaveLength(3);
});

test("to a token, which a list may be shown in part, an element is read by itself", async () => {
  const { server, log } = await tree();
  const client = clientOf(server, { token: "ci.dG9rZW4" });
  await client.observe("relay");
  await client.observe("relay/outlets");
  await client.observe("relay/outlets/1/name");
  expect(log()).toEqual(["GET relay/", "GET relay/outlets/1/name/"]);
});

test("a read serves the parts of what was read", async () => {
  const { server, log } = await tree();
  const client = clientOf(server);
  await client.observe("relay");
  expect(await client.observe("relay/outlets/1/name")).toBe("b");
  expect(await client.observe("relay/none")).toBeNull();
  expect(log()).toHaveLength(1);
  await client.observe("relay/outlets/7");
  await client.observe("relay/more");
  await client.observe("relay/outlets/all;/name");
  await client.observe("auth");
  expect(log().slice(1)).toEqual([
    "GET relay/outlets/7/",
    "GET relay/more/",
    "GET relay/outlets/all;/name/",
    "GET auth/",
  ]);
});

test("a write invalidates what is related to it, and nothing else", async () => {
  const { server, log } = await tree();
  const client = clientOf(server);
  await client.observe("relay");
  await client.put("relay/outlets/1/state", true);
  await client.observe("relay", { of: "relay/outlets/0" });
  await client.observe("relay", { of: ["relay/name", "relay/outlets/10"] });
  await client.observe("relay/name");
  expect(log()).toEqual(["GET relay/", "PUT relay/outlets/1/state/"]);
  await client.observe("relay", { of: "relay/outlets/1" });
  expect(log()).toHaveLength(3);
  await client.put("relay/outlets/1/state", true);
  await client.observe("relay");
  expect(log()).toHaveLength(5);
});

test("a write is remembered as long as an older read is, whatever is read in between", async () => {
  const { server, log } = await tree();
  const client = clientOf(server);
  await client.observe("relay");
  await client.put("relay/name", "x");
  await client.observe("auth");
  await client.observe("relay");
  expect(log()).toEqual(["GET relay/", "PUT relay/name/", "GET auth/", "GET relay/"]);
});

test("what is being written is not served from an earlier read", async () => {
  const { server, log, hold } = await tree();
  const client = clientOf(server);
  await client.observe("relay");
  hold(true);
  const write = client.put("relay/name", "x");
  await arrived(server, 2);
  const read = client.observe("relay/name");
  hold(false);
  await Promise.all([write, read]);
  expect(log().at(-1)).toBe("GET relay/name/");
});

test("a read that waits for a write knows about it, and its age counts from when it was sent", async () => {
  const { server, log, hold } = await tree();
  const clock = instantClock();
  const client = clientOf(server, { clock });
  hold(true);
  const write = client.put("relay/name", "x");
  const read = client.observe("relay");
  await arrived(server, 1);
  clock.advance(10_000);
  hold(false);
  await Promise.all([write, read]);
  await client.observe("relay");
  expect(log()).toEqual(["PUT relay/name/", "GET relay/"]);
});

test("a matrix counts as text, and the caller may say what a write touches", async () => {
  const { server, log } = await tree();
  const client = clientOf(server);
  const users = (name: string) => client.observe("auth/users", { of: `auth/users/name=${name}` });
  await users("fred");
  await client.put("auth/users/name=bob/password", "x", { touches: "auth/users/name=bob" });
  await users("fred");
  expect(log()).toEqual(["GET auth/users/", "PUT auth/users/name=bob/password/"]);
  await users("bob");
  expect(log()).toHaveLength(3);
  await client.put("auth/users/name=bob/password", "x");
  await users("fred");
  expect(log()).toHaveLength(5);
});

test("a call touches its object, and a delete its collection", async () => {
  const { server, log } = await tree();
  const client = clientOf(server);
  await client.observe("relay");
  await client.invoke("relay/outlets/0/cycle");
  await client.observe("relay", { of: "relay/outlets/1" });
  expect(log()).toHaveLength(2);
  await client.observe("relay", { of: "relay/outlets/0/physical_state" });
  expect(log()).toHaveLength(3);
  await client.observe("auth/users");
  await client.delete("auth/users/1");
  await client.observe("auth/users", { of: "auth/users/2" });
  expect(log().slice(3)).toEqual(["GET auth/users/", "DELETE auth/users/1/", "GET auth/users/"]);
});

test("a read in flight is shared, but not used after a write that followed it", async () => {
  const { server, log, hold } = await tree();
  const client = clientOf(server);
  hold(true);
  const first = client.observe("relay");
  await arrived(server, 1);
  const write = client.put("relay/name", "x");
  const second = client.observe("relay", { of: "relay/outlets" });
  hold(false);
  await Promise.all([first, write, second]);
  await client.observe("relay");
  expect(log()).toEqual(["GET relay/", "PUT relay/name/", "GET relay/"]);
});

test("what one caller does to a value is not seen by another", async () => {
  const { server } = await tree();
  const client = clientOf(server);
  const [one, other] = (await Promise.all([client.observe("relay"), client.observe("relay")])) as { name: string }[];
  if (one) {
    one.name = "changed";
  }
  expect(other?.name).toBe("rack");
  expect(await client.observe("relay/name")).toBe("rack");
});

test("the failure of a shared read reaches all its callers, and nothing of it is kept", async () => {
  let fail = true;
  const server = await serve((_, response) => (fail ? response.end("not json") : json(response, 7)));
  const client = clientOf(server);
  const results = await Promise.allSettled([client.observe("relay"), client.observe("relay"), client.observe("relay")]);
  expect(results.map((result) => result.status === "rejected" && result.reason instanceof NotUnderstoodError)).toEqual([
    true,
    true,
    true,
  ]);
  expect(server.seen).toHaveLength(1);
  fail = false;
  expect(await client.observe("relay")).toBe(7);
});
