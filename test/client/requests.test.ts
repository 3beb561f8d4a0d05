/** What is sent for a request, how large a response may be, and where a redirect may lead. */
import { NotUnderstoodError } from "../../provider/client";
import { clientOf, failure } from "./support/client";
import { closeServers, firstly, json, serve } from "./support/server";

afterEach(closeServers);

describe("requests", () => {
  test("requests carry what the vendor asks for", async () => {
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
    await client.patch("network/wired", [
      { op: "test", path: "/protocol", value: "static" },
      { op: "replace", path: "/a~1b", value: "10.0.0.9" },
    ]);
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
      {
        request: "PATCH /restapi/network/wired/",
        csrf: "x",
        type: "application/json-patch+json",
        body: '[{"op":"test","path":"/protocol","value":"static"},{"op":"replace","path":"/a~1b","value":"10.0.0.9"}]',
        length: "102",
      },
      { request: "DELETE /restapi/auth/users/3/", csrf: "x", body: "" },
    ]);
    expect(server.seen[0]?.headers["range"]).toBe("dli-depth=1");
    expect(server.seen[2]?.headers["prefer"]).toBe("return=minimal");
    expect(new Set(server.seen.map(({ headers }) => headers.accept))).toEqual(new Set(["application/json"]));
  });

  test("a request that cannot be sent is refused without sending", async () => {
    const server = await serve((_, response) => json(response, 1));
    const client = clientOf(server);
    for (const attempt of [
      () => client.get("a?b"),
      () => client.get("a", { depth: -1 }),
      () => client.put("a", 1, { headers: { Authorization: "x" } }),
      () => client.put("a", 1, { headers: { prefer: "x\r\ny: z" } }),
      () => client.patch("a", [{ op: "remove", path: "b" }]),
      () => client.patch("a", [{ op: "remove", path: "/~2" }]),
      () => client.patch("a", [{ op: "copy", from: "b", path: "/c" }]),
    ]) {
      expect((await failure(attempt())).code).toBe("invalidInput");
    }
    expect(server.seen).toHaveLength(0);
  });
});

test("a device that repeats a JSON Patch shows its pointers in the error and none of its values", async () => {
  const server = await serve((seen, response) => response.writeHead(409).end(`cannot do ${seen.body}`));
  const patch = [{ op: "replace", path: "/broker/login", value: { user: "ops", word: "Swordfish" } }] as const;
  const { message } = await failure(clientOf(server).patch("mqtt", patch));
  expect(message).toContain("replace");
  expect(message).toContain("/broker/login");
  expect(message).not.toContain("Swordfish");
});

describe("responses of any size", () => {
  test("more than 100 Link headers and a head of 200 KiB can be read", async () => {
    const server = await serve((_, response) => {
      const links = Array.from({ length: 120 }, (_, index) => `<child${index}/${"x".repeat(1600)}>; rel=item`);
      response.writeHead(200, { link: links });
      response.end("{}");
    });
    expect(await clientOf(server).get("config")).toEqual({});
  });

  test("an endless head or body is an error", async () => {
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

describe("redirects", () => {
  test("a read follows one redirect, to a path of the same device with a slash at its end", async () => {
    const server = await serve((seen, response) => {
      if (seen.url === "/restapi/a/") {
        response.writeHead(301, { location: "/restapi/b/" }).end();
      } else {
        json(response, seen.url);
      }
    });
    expect(await clientOf(server).get("a")).toBe("/restapi/b/");
  });

  test("a read follows no second redirect, and none that leads elsewhere", async () => {
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

  test.each([
    ["javascript:alert(1)", "redirects to what is no address (302)", "javascript"],
    ["mailto:a@b", "redirects to what is no address (302)", "mailto"],
    ["data:text/html,x", "redirects to what is no address (302)", "data:"],
    ["file:///etc/passwd", "redirects to what is no address (302)", "file"],
    [`http://${"x.".repeat(5000)}com/`, "redirects to http://x.x.x.", "Set dli:url"],
    ["http://fred:geheim@other.example/x", "redirects to http://other.example (302)", "geheim"],
    ["http://[", "redirects to another page (302)", "null"],
    ["//other.example:81/restapi/", "redirects to http://other.example:81 (302)", "null"],
  ])("of a redirect to %.40s a message says no more than there is to know", async (location, said, unsaid) => {
    const server = await firstly(
      1,
      (_, response) => json(response, 1),
      (_, response) => response.writeHead(302, { location }).end(),
    );
    const client = clientOf(server);
    await client.get("a");
    const error = await failure(client.put("a", 1));
    expect(error.message).toContain(said);
    expect(error.message).not.toContain(unsaid);
    expect(error.message.length).toBeLessThan(500);
  });

  test("a write that is redirected with 303 may have happened", async () => {
    const server = await firstly(
      1,
      (_, response) => json(response, 1),
      (_, response) => response.writeHead(303, { location: "/restapi/b/" }).end(),
    );
    const client = clientOf(server);
    await client.get("a");
    expect(await failure(client.post("a", 1))).toMatchObject({ outcome: "unknown", status: 303 });
  });

  test("a write follows no redirect", async () => {
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
