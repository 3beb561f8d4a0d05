import { DliClient } from "../../provider/device";
import { closeServers, json, serve } from "./support/server";

afterEach(closeServers);

test("reads", async () => {
  const server = await serve((_, response) => json(response, { name: "x" }));
  const client = new DliClient({ url: server.url });
  expect(await client.get("cred")).toEqual({ name: "x" });
  expect(await Promise.all([client.observe("cred"), client.observe("cred"), client.observe("cred")])).toHaveLength(3);
  expect(server.seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
    "GET /restapi/cred/",
    "GET /restapi/cred/",
  ]);
  expect(await client.exclusive((session) => session.put("cred/name", "y"))).toEqual({ name: "x" });
  await client.close();
});
