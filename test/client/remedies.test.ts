/** Responses that say little or nothing: the message says what is wrong, and its remedy can be followed. */
import { gzipSync } from "node:zlib";
import type { DliError } from "../../provider/client";
import { clientOf, failure } from "./support/client";
import { closeListeners, listen } from "./support/raw";
import { closeServers, json, serve } from "./support/server";

afterEach(async () => {
  await closeServers();
  await closeListeners();
});

const value = /value/;

/** The error of a request to a live device that responds like this, and how often the request was sent. */
async function answered(method: "get" | "put", status: number, headers: Record<string, string>, body: string | Buffer) {
  let asked = 0;
  const server = await serve((seen, response) => {
    if (seen.url === "/restapi/") {
      return json(response, {});
    }
    asked += 1;
    response.writeHead(status, headers).end(body);
  });
  const client = clientOf(server, { name: "rack" });
  await client.get("");
  const error = await failure(method === "get" ? client.get("relay/name") : client.put("relay/name", "zwölf"));
  return { error, asked };
}

describe("a refusal without a word", () => {
  test.each([400, 402, 406, 409, 411, 412, 414, 415, 416, 418, 421, 422, 428, 431, 451])(
    "%i to a read asks nobody to correct a value",
    async (status) => {
      const { error } = await answered("get", status, {}, "");
      expect(error.message).toContain(`(${status})`);
      expect(error.remedy).not.toMatch(value);
      expect(error.remedy).toMatch(/log/);
    },
  );

  test.each([400, 409, 412, 415, 422])("%i to a write speaks of no message that there is not", async (status) => {
    const { error } = await answered("put", status, {}, "");
    expect(error.remedy).not.toContain("message");
    expect(error.remedy).toMatch(/value.*log/);
  });

  test.each([407, 511])("%i comes from something in front of the device", async (status) => {
    for (const method of ["get", "put"] as const) {
      const { error } = await answered(method, status, {}, "");
      expect(error.outcome).toBe("refused");
      expect(error.message).toMatch(/something in front of the device wants a login of its own/);
      expect(error.remedy).toMatch(/dli:url/);
    }
  });

  test.each([413, 414, 431])("%i to a write says that it is too large", async (status) => {
    const { error } = await answered("put", status, {}, "");
    expect(error.message).toMatch(/too large for the device/);
    expect(error.remedy).toMatch(/shorter/);
  });

  test("426 leads to https://", async () => {
    const { error } = await answered("get", 426, { upgrade: "TLS/1.2, HTTP/1.1", connection: "upgrade" }, "");
    expect(error).toMatchObject({ code: "configuration" });
    expect(error.remedy).toMatch(/https:\/\/ in dli:url/);
  });

  test("304 is no redirect", async () => {
    const { error } = await answered("get", 304, {}, "");
    expect(error.message).not.toMatch(/redirect/);
  });

  test("408 repeats a read, and leaves open what became of a write", async () => {
    const read = await answered("get", 408, {}, "");
    expect([read.asked, read.error.code]).toEqual([3, "refused"]);
    expect(read.error.remedy).toMatch(/again later/);
    const write = await answered("put", 408, {}, "");
    expect([write.asked, write.error.code, write.error.outcome]).toEqual([1, "answerLost", "unknown"]);
  });
});

describe("a web page instead of the API, before anything else has answered", () => {
  const page = { "content-type": "text/html" };

  async function first(status: number, body: string) {
    const server = await serve((_seen, response) => void response.writeHead(status, page).end(body));
    return failure(clientOf(server, { name: "rack" }).get("relay/name"));
  }

  test.each([
    [407, /something in front of the device wants a login/],
    [502, /a gateway in front of the device gave up waiting/],
    [504, /a gateway in front of the device gave up waiting/],
    [511, /something in front of the device wants a login/],
  ])("%i is of something in front of the device, and nobody is to tick a box there", async (status, message) => {
    const error = await first(status, "<html><h1>Error</h1></html>");
    expect(error.message).toMatch(message);
    expect(error.remedy).not.toMatch(/Tick/);
  });

  test.each([200, 400, 403, 404])(
    "%i may be another machine's, as long as it says nothing of an API",
    async (status) => {
      const error = await first(status, "<html><h1>Router</h1></html>");
      expect(error).toMatchObject({ code: "restDisabled", remedy: expect.stringMatching(/Tick .*correct dli:url/) });
      const own = await first(status, "<html><h1>The REST API is switched off</h1></html>");
      expect(own).toMatchObject({ code: "restDisabled", remedy: expect.stringMatching(/^Tick [^.]*\.$/) });
    },
  );
});

describe.each([
  ["You are locked out for 5 minutes", {}],
  ["Too many failed logins", {}],
  ["<html><h1>Temporarily blocked</h1></html>", { "content-type": "text/html" }],
  ["", { "retry-after": "300" }],
] as const)("a 403 that says %j %j asks for patience, and for no right, box or button", (body, headers) => {
  const expectPatience = (error: DliError) => {
    expect(error).toMatchObject({ code: "refused", outcome: "refused", status: 403 });
    expect(error.message).toMatch(/the device refuses this for a while \(403\)/);
    expect(error.remedy).toMatch(/^Wait .* run again/);
    expect(error.remedy).not.toMatch(/Tick|admin|reset|Unlock/);
  };

  test("of a device that has answered before", async () => {
    expectPatience((await answered("get", 403, headers, body)).error);
    expectPatience((await answered("put", 403, headers, body)).error);
  });

  test("of one that answers nothing else, whatever is asked", async () => {
    const server = await serve((_seen, response) => void response.writeHead(403, headers).end(body));
    for (const path of ["relay/name", "relay/outlets/2/state", "auth/users/0/is_allowed"]) {
      expectPatience(await failure(clientOf(server).get(path)));
      expectPatience(await failure(clientOf(server).put(path, true)));
    }
  });
});

test.each([
  ["gzip", "application/json", gzipSync('"x"')],
  ["br", "text/plain", Buffer.from("x")],
])("a compressed response (%s) is said to be one", async (encoding, type, body) => {
  const { error } = await answered("get", 200, { "content-type": type, "content-encoding": encoding }, body);
  expect(error).toMatchObject({ code: "notUnderstood" });
  expect(error.message).toContain(`is compressed (${encoding})`);
  expect(error.remedy).toMatch(/something in front of it/);
});

test("a compressed refusal has no words to go by", async () => {
  const { error } = await answered("put", 409, { "content-encoding": "gzip" }, gzipSync("too long"));
  expect(error.message).toMatch(/the device refused it \(409\)\. /);
  expect(error.remedy).toMatch(/value.*log/);
});

test.each([201, 202, 203, 299])("a value with status %i is no error in the device's words", async (status) => {
  const { error } = await answered("get", status, { "content-type": "application/json" }, '"x"');
  expect(error).toMatchObject({ code: "notUnderstood", status });
  expect(error.message).toContain(`(status ${status}, 3 characters) is no answer to a read, which has status 200`);
});

test("a response without a type is said to have none", async () => {
  const { error } = await answered("get", 200, {}, "x");
  expect(error.message).toContain("is of no type, not JSON");
});

describe("what a client has sent", () => {
  const secret = "zw-elf-boxkaempfer";

  test.each<[string, number, Record<string, string>]>([
    ["as the host of a redirect", 302, { location: `http://${secret}.example/` }],
    ["as the type of a response", 200, { "content-type": `text/${secret}` }],
  ])("is not shown %s", async (_, status, headers) => {
    const server = await serve((seen, response) => {
      response.writeHead(seen.method === "PUT" ? 204 : status, headers).end("x");
    });
    const client = clientOf(server);
    await client.put("relay/name", secret);
    const error = await failure(client.get("relay/name"));
    expect(error.message).not.toContain(secret);
    expect(error.remedy).not.toBe("");
  });
});

test("a host name that does not exist is to be corrected, and not the device's power", async () => {
  const error = await failure(clientOf({ url: "http://no-such-device.invalid" }).get("relay/name"));
  expect(error).toMatchObject({ code: "unreachable", isSilent: true });
  expect(error.remedy).toMatch(/dli:url \(DLI_URL\)/);
  expect(error.remedy).toMatch(/IP address/);
  expect(error.remedy).not.toMatch(/power/);
});

describe("what is no proper HTTP", () => {
  test.each(["SSH-2.0-OpenSSH_9.6\r\n", "220 mail ESMTP\r\n", "\u00ff\u00fd\u0018", '{"a":1}\r\n\r\n'])(
    "%j leads to the port",
    async (text) => {
      const port = await listen((socket) => socket.end(Buffer.from(text, "latin1")));
      const error = await failure(clientOf({ url: `http://127.0.0.1:${port}` }).get("relay/name"));
      expect(error).toMatchObject({ code: "notUnderstood" });
      expect(error.remedy).toMatch(/https:\/\/ in dli:url \(DLI_URL\); if not, check the port/);
    },
  );

  test.each([
    ["two lengths", 'content-length: 3\r\ncontent-length: 4\r\n\r\n"xy"'],
    ["a length and chunks", 'content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n3\r\n"x"\r\n0\r\n\r\n'],
    ["a chunk without a size", 'transfer-encoding: chunked\r\n\r\nzz\r\n"x"\r\n0\r\n\r\n'],
    ["a chunk of any size", 'transfer-encoding: chunked\r\n\r\nfffffffffffffffff\r\n"x"\r\n0\r\n\r\n'],
  ])("%s is not said to be a connection that ended", async (_, rest) => {
    const port = await listen((socket) => socket.on("data", () => socket.write(`HTTP/1.1 200 OK\r\n${rest}`)));
    const client = clientOf({ url: `http://127.0.0.1:${port}` });
    const read = await failure(client.get("relay/name"));
    expect(read).toMatchObject({ code: "notUnderstood", outcome: "notSent" });
    expect(read.message).toMatch(/is not proper HTTP.*something in front of it/);
    const write = await failure(client.put("relay/name", "x"));
    expect(write).toMatchObject({ code: "answerLost", outcome: "unknown" });
    expect(write.message).toMatch(/not proper HTTP.*refresh/);
  });
});
