/** A device that has offered a strong login is not given a weaker one afterwards. */
import { LoginLedger } from "../../provider/client";
import { clientOf, device } from "./support/locked";
import { closeServers } from "./support/server";

afterEach(closeServers);

test.each([
  ["SHA-256", "MD5"],
  ["SHA-512-256", "SHA-256"],
  ["SHA-512-256", "MD5-sess"],
])("after %s was offered, %s is not answered", async (strong, weak) => {
  const { server, lock } = await device({ algorithm: strong });
  const client = clientOf(server);
  await client.get("cred");
  lock.options.algorithm = weak;
  const sent = server.seen.length;
  for (let reconnected = 0; reconnected < 2; reconnected++) {
    await client.reconnect();
    await expect(client.get("cred")).rejects.toThrow(
      `offers a weaker login (${weak}) than before in this run. If its settings`,
    );
  }
  await expect(client.verifyLogin("fred", "x")).rejects.toThrow("weaker login");
  const later = server.seen.slice(sent).map(({ headers }) => headers.authorization);
  expect(later).toEqual([undefined, undefined, undefined]);
  lock.options.algorithm = strong;
  expect(await client.get("cred")).toEqual({ url: "/restapi/cred/" });
});

test("what one client of a process was offered counts for all clients of the device", async () => {
  const { server, lock } = await device({ algorithm: "SHA-256" });
  const logins = new LoginLedger();
  await clientOf(server, { logins }).get("cred");
  lock.options.algorithm = "MD5";
  const later = clientOf(server, { logins });
  await expect(later.get("cred")).rejects.toThrow("offers a weaker login (MD5) than before in this run");
  await expect(later.verifyLogin("fred", "x")).rejects.toThrow("weaker login");
  expect(lock.accepted).toHaveLength(1);
  expect(await clientOf(server).get("cred")).toEqual({ url: "/restapi/cred/" });
});

test("an answer without quality of protection is weaker than one with it", async () => {
  const { server, lock } = await device();
  const client = clientOf(server);
  await client.get("cred");
  lock.options.qop = null;
  await client.reconnect();
  await expect(client.get("cred")).rejects.toThrow("weaker login");
});
