/** What a device sends is data: it cannot cost time, control a terminal, or be written back as something else. */
import * as client from "../../provider/client";
import { DliClient, type Json, quotedNames } from "../../provider/client";
import { parseChallenges } from "../../provider/client/auth/challenge";
import { Devices } from "../../provider/devices/devices";
import { clientOf, failure } from "./support/client";
import { closeListeners, listen } from "./support/raw";
import { closeServers, serve } from "./support/server";

afterEach(async () => {
  await closeServers();
  await closeListeners();
});

/** The error of a read with this response. */
async function answeredWith(status: number, type: string, body: string | Buffer) {
  const server = await serve((seen, response) => {
    if (seen.url === "/restapi/") {
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    } else {
      response.writeHead(status, { "content-type": type }).end(body);
    }
  });
  return failure(clientOf(server, { name: "rack" }).get("relay/name"));
}

const megabyte = 1024 * 1024;

/** Bodies on which quadratic code would spend minutes or years. */
const long: readonly [string, string, string][] = [
  ["opened tags", "text/html", "<".repeat(4 * megabyte)],
  ["opened scripts", "text/html", "<script>".repeat(megabyte / 2)],
  ["opened heads and styles", "text/html", "<head><style>".repeat(megabyte / 4)],
  ["half tags", "text/html", "<a ".repeat(megabyte)],
  ["blanks", "text/html", `<p>${" ".repeat(4 * megabyte)}x`],
  ["blanks before a page", "text/plain", `${" ".repeat(4 * megabyte)}<html`],
  ["stops", "text/plain", `${".".repeat(4 * megabyte)}x`],
  ["stops and blanks", "text/plain", `${". ".repeat(2 * megabyte)}x`],
  ["digest headers that never end", "text/plain", 'Digest a="\\"'.repeat(megabyte / 4)],
  ["digest parameters", "text/plain", `Digest ${"a=".repeat(megabyte)}`],
  ["strings", "application/json", JSON.stringify(Array(megabyte / 8).fill("x"))],
  ["one string", "application/json", JSON.stringify("x".repeat(4 * megabyte))],
  ["opened arrays", "application/json", "[".repeat(4 * megabyte)],
];

test.each(long)("a refusal with megabytes of %s is one short line", async (_, type, body) => {
  const error = await answeredWith(403, type, body);
  expect(error.code).toBe("forbidden");
  expect(error.message.length).toBeLessThan(1000);
  expect(error.message).toMatch(/^device "rack", GET relay\/name\/: .*\. [A-Z].*\.$/);
});

test("a challenge of any length and form is read in one pass", () => {
  for (const text of ['a="\\",', "a=b,", 'a="', "a ", "a, ", "a=", '"', "a\t", "Digest a="]) {
    parseChallenges(text.repeat(256 * 1024));
  }
});

/** Texts that could move a cursor, hide or reverse what follows, or look like another line. */
const dangerous = [
  "\u001b[2J",
  "\u001b]8;;http://x\u0007",
  "\u009b2J",
  "\r\n\r\nerror: forged",
  "\r### forged\r\r@x",
  "\u202egnp.exe",
  "\u2066x\u2069",
  "\u0000",
  "\u007f",
  "\ud800",
  "\u2028",
];
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there.
const raw = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ud800-\udfff]/;

const codes = (text: string) => [...text].map((character) => character.codePointAt(0)?.toString(16)).join(" ");

describe.each(dangerous.map((text) => [codes(text), text] as const))("text of the characters %s", (_, text) => {
  test.each([
    ["text/plain", 403],
    ["text/html", 409],
    ["application/json", 500],
    ["application/json", 403],
  ])("is printed by no error about a %s answer with status %i", async (type, status) => {
    const body = type === "application/json" ? JSON.stringify({ error: text, [text]: text }) : `<p>${text}</p>`;
    const error = await answeredWith(status, type, body);
    for (const shown of [error.message, error.problem, error.words ?? "", String(error), error.stack ?? ""]) {
      expect(shown.replaceAll(/\n {4}at .*/g, "")).not.toMatch(raw);
    }
  });

  test("is not in a value that is read, nor in the name of a member", async () => {
    const server = await serve((_seen, response) =>
      response
        .writeHead(200, { "content-type": "application/json" })
        .end(JSON.stringify({ [`n${text}`]: [text, { a: text }] })),
    );
    const value = JSON.stringify(await clientOf(server).get("script/threads"));
    expect(value).not.toMatch(/\\u00|\\u20|\\ud8/);
    expect(value.replaceAll("\\r\\n", "")).not.toMatch(/\\r|[\u2066-\u2069\u202a-\u202e\u0080-\u009f]/);
  });
});

describe("an error of any kind", () => {
  const classes = Object.entries(client).filter(
    ([, value]) => typeof value === "function" && value.prototype instanceof client.DliError,
  ) as unknown as [string, new (details: client.DliErrorDetails) => client.DliError][];

  test.each(classes)("%s holds nothing that a terminal would obey, whoever made its texts", (_, Kind) => {
    for (const text of [...dangerous, "x".repeat(megabyte), ". ".repeat(megabyte)]) {
      const details = { device: `rack ${text}`, path: `a/${text}`, message: text, remedy: text, words: text };
      const error = new Kind(details);
      for (const shown of [error.message, error.problem, error.remedy, error.words ?? ""]) {
        expect(shown).not.toMatch(raw);
        expect(shown.length).toBeLessThan(10_000);
      }
    }
  });
});

test("words that nobody would see are shown as what they are", async () => {
  const tags = String.fromCodePoint(0xe0041, 0xe007e);
  const { message } = await answeredWith(500, "text/plain", `a${tags}\u200b\u00ad\u2060\ufffb\u3164\u034fb`);
  expect(message).toContain('"a\\u{e0041}\\u{e007e}\\u{200b}\\u{ad}\\u{2060}\\u{fffb}\\u{3164}\\u{34f}b"');
  expect((await answeredWith(500, "text/plain", "👩‍💻 می‌خواهم ❤️")).message).toContain('"👩‍💻 می‌خواهم ❤️"');
});

test("a warning holds nothing that a terminal would obey", () => {
  const said: string[] = [];
  const devices = new Devices({ lookup: () => undefined, env: {}, warn: (message) => said.push(message) });
  for (const text of [...dangerous, "x".repeat(megabyte)]) {
    devices.warn(text);
  }
  expect(said.join("")).not.toMatch(raw);
  expect(Math.max(...said.map(({ length }) => length))).toBeLessThan(5000);
});

test("text in any language, with tabs and line breaks, is read as it is", async () => {
  const text = "Küche\tдом\n日本語 👩‍💻 עברית\u200f ok";
  const server = await serve((_seen, response) =>
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(text)),
  );
  expect(await clientOf(server).get("script/source")).toBe(text);
});

test.each([65, 5_000, 200_000])("an answer %i levels deep is an error that says so", async (depth) => {
  const error = await answeredWith(200, "application/json", `${"[".repeat(depth)}${"]".repeat(depth)}`);
  expect(error).toMatchObject({ code: "notUnderstood", device: "rack", path: "relay/name/" });
  expect(error.message).toMatch(/nested deeper than 64 levels\. [A-Z]/);
});

test("brackets in a text are no nesting", async () => {
  const text = '[{"'.repeat(1000);
  const server = await serve((_seen, response) =>
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify([text])),
  );
  expect(await clientOf(server).get("script/source")).toEqual([text]);
});

test.each([
  '{"state":true,"state":false}',
  '[{"a":1,"b":{"c":[],"c":[]}}]',
  '{"a":1,"\\u0061":1}',
  '{"__proto__":1,"__proto__":{}}',
  '{"1":true, "2":false, "1":true}',
])("which of two members is meant is not guessed: %s", async (body) => {
  const error = await answeredWith(200, "application/json", body);
  expect(error).toMatchObject({ code: "notUnderstood", device: "rack" });
  expect(error.message).toContain("is JSON that has a member twice");
});

test.each(['{"a":{"b":1},"c":{"b":2}}', '[":",{"a:":"b:\\":,"}]', '{"__proto__":{"constructor":{}}}'])(
  "no member is twice in %s",
  async (body) => {
    const server = await serve((_seen, response) =>
      response.writeHead(200, { "content-type": "application/json" }).end(body),
    );
    expect(JSON.stringify(await clientOf(server).get("config"))).toBe(body);
  },
);

test("an answer with more values than a device has is an error that says so", async () => {
  for (const body of [`[${"0,".repeat(200_000)}0]`, `[${"[],".repeat(60_000)}0]`]) {
    const error = await answeredWith(200, "application/json", body);
    expect(error).toMatchObject({ code: "notUnderstood", device: "rack" });
    expect(error.message).toContain("is JSON with more than 100000 values");
  }
});

test.each([
  ["NaN", Number.NaN],
  ["infinity", { a: [1, Number.POSITIVE_INFINITY] }],
  ["nothing", undefined],
  ["nothing in a list", [1, undefined]],
  ["a hole in a list", Array(2)],
  ["a function", { a: () => 1 }],
  ["a bigint", 1n],
])("%s is not sent as something else that JSON has a form for", async (_what, value) => {
  const server = await serve((_seen, response) => void response.writeHead(204).end());
  const client = clientOf(server);
  const asked = server.seen.length;
  for (const write of [
    () => client.put("relay/outlets/0/cycle_delay", value as never),
    () => client.patch("relay", [{ op: "replace", path: "/name", value: value as never }]),
    () => client.append("auth/users", value as never),
    () => client.invoke("script/start", [value as never]),
  ]) {
    const error = await failure(write());
    expect(error).toMatchObject({ code: "invalidInput", message: expect.stringMatching(/JSON cannot express/) });
  }
  expect(server.seen.slice(asked)).toEqual([]);
});

test("a number of which not every digit is kept is not written back", async () => {
  const seen: string[] = [];
  const server = await serve(({ method }, response) => {
    seen.push(method);
    response.writeHead(200, { "content-type": "application/json" }).end("[12345678901234567890,9007199254740993]");
  });
  const client = clientOf(server, { name: "rack" });
  for (const number of (await client.get("config")) as number[]) {
    const tries: Promise<unknown>[] = [
      client.put("config/serial", number),
      client.post("autoping/items", { a: [number] }),
      client.append("autoping/items", { a: [number] }),
      client.invoke("script/start", [number]),
      client.patch("config", [{ op: "replace", path: "/a", value: number }]),
      client.exclusive((session) => session.put("config", { a: number })),
    ];
    for (const tried of tries) {
      expect(await failure(tried)).toMatchObject({ code: "invalidInput", outcome: "notSent", device: "rack" });
    }
  }
  expect(new Set(seen)).toEqual(new Set(["GET"]));
  for (const kept of [0.1, -1.5e-9, 9007199254740991, 1684917938.81]) {
    await client.put("config/serial", kept);
  }
});

test("a text that is no UTF-8 is not written back", async () => {
  const server = await serve((seen, response) => {
    if (seen.method === "GET") {
      response.writeHead(200, { "content-type": "application/json" }).end(Buffer.from('"K\u00fcche"', "latin1"));
    } else {
      response.writeHead(204).end();
    }
  });
  const client = clientOf(server);
  const name = await client.get("relay/name");
  expect(name).toBe("K\ufffdche");
  const tries: Promise<unknown>[] = [
    client.put("relay/name", name),
    client.post("auth/users", { name }),
    client.append("auth/users", { name }),
    client.invoke("script/start", [{ user_function: name } as Json]),
    client.patch("relay/name", { value: String(name) }),
    client.exclusive((session) => session.put("relay", { name: [name] })),
    client.put("relay/name", "half \ud800"),
  ];
  for (const tried of tries) {
    expect(await failure(tried)).toMatchObject({ code: "invalidInput", outcome: "notSent" });
  }
  expect(server.seen.filter(({ method }) => method !== "GET")).toEqual([]);
});

test("a list of names in a message is bounded in every direction", () => {
  const names = Array.from({ length: 10_000 }, (_, index) => `${index}${"x".repeat(1000)}`);
  const shown = quotedNames(names);
  expect(shown.length).toBeLessThan(2500);
  expect(shown).toMatch(/ and 9980 more$/);
});

describe("one answer too many on a kept connection", () => {
  const answer = (value: unknown) => {
    const body = JSON.stringify(value);
    return `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  };

  /** A device that answers with the path, and once on the first connection sends something more. */
  async function device(more: (socket: import("node:net").Socket) => void) {
    let connections = 0;
    const port = await listen((socket) => {
      const isFirst = connections++ === 0;
      let requests = 0;
      socket.on("data", (data) => {
        const path = /^\w+ (\S+)/.exec(String(data))?.[1];
        socket.write(answer(path));
        if (isFirst && requests++ === 0) {
          more(socket);
        }
      });
    });
    return { client: new DliClient({ url: `http://127.0.0.1:${port}` }), connections: () => connections };
  }

  test.each([
    ["in the same packet", (socket: import("node:net").Socket) => socket.write(answer("wrong"))],
    ["a moment later", (socket: import("node:net").Socket) => setImmediate(() => socket.write(answer("wrong")))],
    ["as garbage", (socket: import("node:net").Socket) => socket.write("garbage\r\n\r\n")],
  ])("%s shifts no later answer", async (_, more) => {
    const { client, connections } = await device(more);
    for (const name of ["a", "b", "c", "d"]) {
      expect(await client.get(name)).toBe(`/restapi/${name}/`);
    }
    // A device that has been out of step once gets a new connection for every request.
    expect(connections()).toBe(4);
    await client.close();
  });
});
