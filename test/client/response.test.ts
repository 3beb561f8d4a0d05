/** What a response means: a value, an error, or a disabled REST API. */
import { inspect } from "node:util";
import { DliClient, type DliClientOptions, type DliError, isRefusedError } from "../../provider/client";
import { failure } from "./support/client";
import { instantClock } from "./support/clock";
import { guard } from "./support/digest";
import { closeServers, type Handler, json, serve, type TestServer } from "./support/server";

afterEach(closeServers);

/** A device that works at `/restapi/` and gives this answer to everything else. */
async function device(
  answer: Handler,
  options: Partial<DliClientOptions> = {},
): Promise<{ client: DliClient; server: TestServer }> {
  const server = await serve((seen, response, request) => {
    if (seen.url === "/restapi/") {
      json(response, { config: { $ref: "config/" } }, 206);
    } else {
      answer(seen, response, request);
    }
  });
  return { server, client: new DliClient({ url: server.url, name: "rack", clock: instantClock(), ...options }) };
}

const status =
  (code: number, body = "", headers: Record<string, string> = {}): Handler =>
  (_, response) =>
    void response.writeHead(code, headers).end(body);

test.each([
  [200, '{"a":1}', { a: 1 }],
  [207, '["1.7.15.0"]', ["1.7.15.0"]],
  [200, "true", true],
  [200, " null\n", null],
  [200, "1684917938.81", 1684917938.81],
])("a read that is answered with %s %s returns the value", async (code, body, value) => {
  expect(await (await device(status(code, body))).client.get("a")).toEqual(value);
});

test("a part of a value is what was asked for where a depth was, and proves nothing otherwise", async () => {
  const { client } = await device(status(206, '{"serial":{"$ref":"serial/"}}'));
  expect(await client.get("config", { depth: 1 })).toEqual({ serial: { $ref: "serial/" } });
  const error = await failure(client.get("config"));
  expect(error).toMatchObject({ code: "notUnderstood", status: 206 });
  expect(error.message).toContain("is a part of the value, and the whole was asked for");
});

test.each([
  [204, "", undefined],
  [200, "", undefined],
  [200, '"7"', "7"],
  [201, '{"name":"x"}', { name: "x" }],
  [207, "[null,null]", [null, null]],
  [200, "OK", undefined],
])("a write that is answered with %s %s returns the value, if there is one", async (code, body, value) => {
  expect(await (await device(status(code, body))).client.put("a", 1)).toEqual(value);
});

test.each([
  ["get", 404, "", "notFound", "notSent"],
  ["get", 403, "", "forbidden", "refused"],
  ["get", 405, "", "notSupported", "refused"],
  ["get", 400, "bad", "refused", "refused"],
  ["get", 500, "", "refused", "notSent"],
  ["get", 204, "", "notUnderstood", "notSent"],
  ["get", 200, "", "notUnderstood", "notSent"],
  ["get", 200, "garbage {", "notUnderstood", "notSent"],
  ["put", 404, "", "notFound", "refused"],
  ["put", 403, "", "forbidden", "refused"],
  ["put", 409, "no", "refused", "refused"],
  ["put", 415, "", "refused", "refused"],
  ["put", 500, "", "refused", "unknown"],
  ["put", 200, "<!DOCTYPE html><title>x", "notUnderstood", "unknown"],
] as const)("%s answered with %s %s is %s", async (verb, code, body, expected, outcome) => {
  const { client } = await device(status(code, body));
  await client.get("").catch(() => {});
  const error = await failure(verb === "get" ? client.get("a/b") : client.put("a/b", 1));
  expect(error).toMatchObject({ code: expected, device: "rack", method: verb.toUpperCase(), path: "a/b/" });
  expect(error.outcome).toBe(code === 404 && verb === "get" ? "refused" : outcome);
  expect(error.message).toMatch(/^device "rack", (GET|PUT) a\/b\/: [^\n]+\. [A-Z][^\n]+$/);
  expect(error.remedy.length).toBeGreaterThan(10);
});

test.each([
  ["relay/outlets/2/state", 403, "Outlet is locked", "lockedOutlet"],
  ["relay/outlets/2/state", 423, "", "lockedOutlet"],
  ["relay/outlets/2/state", 409, '{"error":"locked"}', "lockedOutlet"],
  ["relay/outlets/2/state", 403, "no right", "forbidden"],
  ["relay/outlets/2/state", 409, "blocked by fuse", "refused"],
  ["network/wired/ip_address", 403, "protected by lock bit", "protected"],
  ["network/wired/ip_address", 403, "", "forbidden"],
])("a write to %s refused with %s %s is %s", async (path, code, body, expected) => {
  const error = await failure((await device(status(code, body))).client.put(path, true));
  expect(error.code).toBe(expected);
  expect(isRefusedError(error)).toBe(expected !== "forbidden");
});

test("a failed element of a 207 is an error, and the state of the others is unknown", async () => {
  const { client } = await device(status(207, '[null,{"status":409,"error":"locked out"},null]'));
  const error = await failure(client.put("relay/outlets/=0,1,4/state", true));
  expect(error).toMatchObject({ code: "refused", status: 207, outcome: "unknown" });
  expect(error.message).toContain(
    'the device refused 1 of the 3 elements (number 1 from 0); the device says: "locked out"',
  );
  const all = await device(status(207, '[{"error":"x"}]'));
  expect((await failure(all.client.put("a/=0", 1))).outcome).toBe("refused");
  const many = await device(status(207, JSON.stringify(Array(40_000).fill({ error: "x" }))));
  expect((await failure(many.client.put("a", 1))).problem).toMatch(
    /40000 of the 40000 elements \(number 0, 1, .*, 19 and 39980 more from 0\); the device says: "x; x/,
  );
  const noList = await device(status(207, '{"error":"busy"}'));
  expect(await failure(noList.client.put("a/=0", 1))).toMatchObject({ code: "notUnderstood", outcome: "unknown" });
  // A read returns the elements as they are, including the failed one.
  expect(await client.get("relay/outlets/=0,1,4/state")).toHaveLength(3);
});

test.each(["1e400", "-1e400", '{"a":[1,{"b":1e999}]}'])("%s is no value that could be kept", async (body) => {
  const { client } = await device(status(200, body, { "content-type": "application/json" }));
  expect((await failure(client.get("relay"))).message).toMatch(
    /^device "rack", GET relay\/: the response \(status 200, \d+ characters\) is JSON with a number that is too large\. /,
  );
});

describe("the device's own message", () => {
  const words = async (body: string, headers: Record<string, string> = {}): Promise<string | undefined> =>
    (await failure((await device(status(409, body, headers))).client.put("a", "hunter2 is here"))).words;

  test("the device's message is taken from text, JSON and web pages, on one line and bounded", async () => {
    expect(await words("syntax error\n near 'x'\u001b[2J")).toBe("syntax error near 'x'\\u{1b}[2J");
    expect(await words('{"error":{"message":"no such"},"code":3}')).toBe("no such");
    expect(await words('"just text"')).toBe("just text");
    expect(
      await words("<html><head><title>t</title></head><body><h1>Conflict</h1> of <b>values</b></body></html>"),
    ).toBe("Conflict of values");
    expect(await words("x".repeat(5000))).toBe(`${"x".repeat(300)}...`);
    expect(await words("")).toBeUndefined();
  });

  test("the device's message never repeats what was sent, in whatever form it comes back", async () => {
    for (const echo of ["hunter2 is here", "hunter2%20is%20here", "hunter2+is+here", "hunter2 is h..."]) {
      expect(await words(`bad value: ${echo}`)).toMatch(/^bad value: \[redacted\](\.\.\.)?$/);
    }
  });
});

test("no error, log line or cause holds a secret", async () => {
  const password = 'Pa55"word\\<&>\u00e4 1';
  const sent = { name: "fred", password: 'Fred\'s "0wn" secret' };
  const lines: string[] = [];
  const errors: DliError[] = [];
  for (const code of [400, 403, 404, 409, 500, 503]) {
    const lock = guard({ users: { admin: password } }, (seen, response) =>
      response
        .writeHead(code)
        .end(`cannot: ${seen.body} ${seen.headers.authorization} ${password} ${JSON.stringify(password)}`),
    );
    const server = await serve((seen, response, request) => lock.handler(seen, response, request));
    const client = new DliClient({
      url: server.url,
      username: "admin",
      password,
      clock: instantClock(),
      log: (line) => lines.push(line),
    });
    errors.push(await failure(client.post("auth/users", sent)));
    errors.push(
      await failure(client.patch("auth/users/is_admin=true", { old_password: password, new_password: "N3w secret" })),
    );
    errors.push(await failure(client.get("a")));
  }
  const everything =
    errors.map((error) => `${inspect(error, { depth: 9 })} ${JSON.stringify(error)}`).join() + lines.join();
  for (const secret of ["Pa55", "Fred's", "0wn", "N3w secret", "Digest username"]) {
    expect(everything).not.toContain(secret);
  }
});

describe("REST switched off", () => {
  const page = "<!DOCTYPE html><html><body><form>Username</form></body></html>";
  const forms: [string, Handler][] = [
    ["404", status(404, "Not found")],
    ["403", status(403)],
    ["503", status(503)],
    ["a redirect to the login page", status(302, "", { location: "/login.htm" })],
    ["the login page itself", status(200, page, { "content-type": "text/html" })],
  ];

  test.each(forms)("a disabled REST API shown as %s is recognised", async (_, answer) => {
    const server = await serve(answer);
    const client = new DliClient({ url: server.url, name: "rack", clock: instantClock() });
    for (const attempt of [client.get("relay/outlets"), client.put("relay/name", "x"), client.get("")]) {
      const error = await failure(attempt);
      expect(error).toMatchObject({ code: "restDisabled", device: "rack" });
      expect(error.message).toContain('"Allow REST-style API" on the External APIs page');
    }
  });

  test.each(forms)(
    "a REST API that is disabled after it had worked, shown as %s, does not make a read say 'not found'",
    async (_, answer) => {
      let off = false;
      const clock = instantClock();
      const server = await serve((seen, response, request) =>
        off ? answer(seen, response, request) : json(response, 1),
      );
      const client = new DliClient({ url: server.url, clock });
      await client.get("a");
      off = true;
      clock.advance(2000);
      expect((await failure(client.get("a"))).code).not.toBe("notFound");
    },
  );

  test("the first 404 after a write is verified at once, because the write may have disabled the REST API", async () => {
    let off = false;
    const server = await serve((seen, response, request) => {
      if (off) {
        return status(404)(seen, response, request);
      }
      if (seen.method === "PUT") {
        off = true;
      }
      json(response, 1);
    });
    const client = new DliClient({ url: server.url, clock: instantClock() });
    await client.get("a");
    await client.put("config/allow_restapi", false);
    expect((await failure(client.get("a"))).code).toBe("restDisabled");
  });

  test("a 404 of a working device costs one read of the root and is then believed for a while", async () => {
    const { client, server } = await device(status(404));
    expect((await failure(client.get("a"))).code).toBe("notFound");
    expect((await failure(client.get("b"))).code).toBe("notFound");
    expect(server.seen.map(({ url }) => url)).toEqual(["/restapi/a/", "/restapi/", "/restapi/b/"]);
  });

  test("a read of cred/ tells a user without rights to the root from a disabled REST API", async () => {
    const answer: Handler = (seen, response) => {
      if (seen.url === "/restapi/cred/") {
        json(response, { name: "fred" });
      } else {
        response.writeHead(403).end();
      }
    };
    const server = await serve(answer);
    const client = new DliClient({ url: server.url, clock: instantClock() });
    expect((await failure(client.get("auth/users"))).code).toBe("forbidden");
  });

  test("a token without rights to the root is forbidden and does not make the REST API look disabled", async () => {
    const server = await serve(status(403));
    const client = new DliClient({ url: server.url, token: "a.b", clock: instantClock() });
    expect((await failure(client.get("auth/users"))).code).toBe("forbidden");
  });

  test("a 404 beside a root that is not understood proves nothing", async () => {
    const server = await serve((seen, response, request) =>
      status(seen.url === "/restapi/" ? 500 : 404)(seen, response, request),
    );
    const client = new DliClient({ url: server.url, clock: instantClock() });
    expect((await failure(client.get("a"))).code).toBe("notUnderstood");
  });
});
