/** What was sent is not shown when a device repeats it in disguise: escaped, cut, in capitals, encoded. */
import { redactEcho } from "../../provider/client/redact";
import { clientOf, failure } from "./support/client";
import { closeServers, json, serve } from "./support/server";

afterEach(closeServers);

const utf8 = (text: string) => [...Buffer.from(text)];
const escapedBytes = (write: (byte: number) => string) => (text: string) =>
  utf8(text)
    .map((byte) => (byte < 128 && /[\w ]/.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : write(byte)))
    .join("");
const hex = (byte: number) => byte.toString(16).padStart(2, "0");
const entities = (apostrophe: string) => (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("'", apostrophe);
const asciiJson = (text: string) =>
  JSON.stringify(text).replace(/[\u0080-\uffff]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);

const spellings: Readonly<Record<string, (text: string) => string>> = {
  "as a web page with &#39;": entities("&#39;"),
  "as a web page with &#039;": entities("&#039;"),
  "as a web page in numbers alone": (text) => [...text].map((sign) => `&#${sign.codePointAt(0)};`).join(""),
  "as a web page with names of letters": (text) => entities("&apos;")(text).replaceAll("ä", "&auml;"),
  "as Lua's JSON": (text) => JSON.stringify(text).replaceAll("/", "\\/"),
  "as JSON without letters beyond ASCII": asciiJson,
  "as JSON of JSON": (text) => JSON.stringify(asciiJson(text)),
  "with decimal escapes": escapedBytes((byte) => `\\${String(byte).padStart(3, "0")}`),
  "with octal escapes": escapedBytes((byte) => `\\${byte.toString(8).padStart(3, "0")}`),
  "with hexadecimal escapes": escapedBytes((byte) => `\\x${hex(byte)}`),
  "with \\u{...}": (text) => [...text].map((sign) => `\\u{${sign.codePointAt(0)?.toString(16)}}`).join(""),
  "with lower-case %xx": escapedBytes((byte) => `%${hex(byte)}`),
  "with every character as %xx": (text) =>
    utf8(text)
      .map((byte) => `%${hex(byte)}`)
      .join(""),
  "with %25xx": escapedBytes((byte) => `%25${hex(byte)}`),
  "with every character as quoted-printable": (text) =>
    utf8(text)
      .map((byte) => `=${hex(byte).toUpperCase()}`)
      .join(""),
  "as UTF-8 read as Latin-1": (text) => Buffer.from(text).toString("latin1"),
  "as Latin-1 read as UTF-8": (text) => Buffer.from(text, "latin1").toString(),
  "in capitals": (text) => text.toUpperCase(),
  "in small letters": (text) => text.toLowerCase(),
  "in other capitals": (text) =>
    text.replace(/\p{L}/gu, (sign) => (sign === sign.toUpperCase() ? sign.toLowerCase() : sign.toUpperCase())),
  "without its front": (text) => `...${text.slice(4)}`,
  "without its front and its end": (text) => `...${text.slice(3, -1)}...`,
  "with a blank in it": (text) => `${text.slice(0, 3)} ${text.slice(3)}`,
  "with a line break in it": (text) => `${text.slice(0, 5)}\n${text.slice(5)}`,
  "with blanks between all characters": (text) => [...text].join(" "),
  "with its accents taken off": (text) => text.normalize("NFD").replaceAll(/\p{M}/gu, ""),
  decomposed: (text) => text.normalize("NFD"),
  "quoted for a shell": (text) => `'${text.replaceAll("'", "'\\''")}'`,
  "in base64": (text) => Buffer.from(text).toString("base64"),
  "in base64 for URLs": (text) => Buffer.from(text).toString("base64url"),
  "as a login in base64": (text) => `login ${Buffer.from(`fred:${text}`).toString("base64")}`,
  "in base64 without its front": (text) => Buffer.from(`x${text}`).toString("base64").slice(3),
  "in base64 of base64": (text) => Buffer.from(Buffer.from(text).toString("base64")).toString("base64"),
  "in hexadecimal": (text) => Buffer.from(text).toString("hex"),
  "in hexadecimal with colons": (text) => utf8(text).map(hex).join(":"),
};

const secrets = [
  "it's/Käse<geheimteil>\\77",
  "Sträße&kuchen'9",
  "correct horse battery",
  "Xq7/ü'zP2w",
  "x".repeat(190),
  "пароль-тайный",
];

/** Length of the longest run of letters and digits in both, ignoring case: what a reader would see at a glance. */
function longestShared(text: string, secret: string): number {
  const [left, right] = [text, secret].map((one) => one.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "")) as [
    string,
    string,
  ];
  let longest = 0;
  for (let at = 0; at < right.length; at++) {
    while (at + longest < right.length && left.includes(right.slice(at, at + longest + 1))) {
      longest += 1;
    }
  }
  return longest;
}

describe.each(secrets)("%j", (secret) => {
  const isLatin = Buffer.from(secret, "latin1").toString("latin1") === secret;

  test.each(Object.keys(spellings).filter((name) => isLatin || name !== "as Latin-1 read as UTF-8"))(
    "comes back %s",
    (name) => {
      const echo = spellings[name]?.(secret) ?? "";
      const shown = redactEcho(`bad value ${echo} refused`, [secret]);
      expect(shown).toContain("[redacted]");
      expect(longestShared(shown.replaceAll("[redacted]", ""), secret)).toBeLessThan(4);
      expect(shown.replaceAll("[redacted]", "")).toMatch(/^[\s\w'".:;,/<>=&#\\%-]{0,40}$/);
    },
  );
});

test.each(["hunter2", "7193", "Fred", "pässe"])(
  "the short %j comes back in capitals, in escapes and encoded",
  (secret) => {
    for (const write of [
      "in capitals",
      "in other capitals",
      "with every character as %xx",
      "in base64",
      "as a web page in numbers alone",
      "with blanks between all characters",
    ]) {
      const shown = redactEcho(`bad value ${spellings[write]?.(secret)} refused`, [secret]);
      expect(shown).toMatch(/^(bad value )?\[redacted\]( refused)?$/);
    }
  },
);

test.each([
  ["A name has at most 16 characters", "Router in the living room"],
  ["script:2: unexpected symbol near 'foo'", `function foo()\n  local pin = "hunter2 is here"\n  foo foo\nend`],
  ["the address 192.168.0.1 is in use", "10.0.0.17"],
  ["The value of field 'outlet_access' must be a list", "outlet.access@office"],
  ["cannot write /restapi/auth/users/: Conflict", "rest of the office"],
  ["Internal Server Error (lighttpd/1.4.35)", "Fileserver"],
])("%j stays, when %j was sent", (said, sent) => {
  expect(redactEcho(said, [sent])).toBe(said);
});

test("a device's refusal does not show what was sent, on a web page, in Lua's JSON or in Latin-1", async () => {
  const password = secrets[0] ?? "";
  for (const [type, echo] of [
    ["text/html", entities("&#39;")(password)],
    ["text/plain", JSON.stringify(password).replaceAll("/", "\\/")],
    ["text/plain", Buffer.from(password, "latin1")],
    ["application/json", JSON.stringify({ error: password.toUpperCase() })],
  ] as const) {
    const server = await serve((seen, response) => {
      if (seen.method === "GET") {
        json(response, {});
      } else {
        response.writeHead(409, { "content-type": type }).end(echo);
      }
    });
    const error = await failure(clientOf(server, { name: "rack" }).post("auth/users", { name: "fred", password }));
    expect(error.message).toMatch(
      /the device refused it \(409\); what it says repeats .* not shown\. Compare the value/,
    );
    expect(error.words).toBe("[redacted]");
  }
});

test("a device that repeats megabytes, and scripts of megabytes that were sent, are compared in one pass", () => {
  const secret = "a1 = b2; ".repeat(500_000);
  expect(redactEcho(`near ${"QUJD".repeat(1_000_000)}`, [secret, "swordfish-77"])).toContain("near");
  expect(redactEcho(`near ${secret.slice(40, 100)}`.toUpperCase(), [secret])).toBe("[redacted]");
});

test("what was sent before is not told by later answers either, whatever they are answers to", async () => {
  const sent: string[] = [];
  const server = await serve((seen, response) => {
    if (seen.method !== "GET") {
      sent.push(...Object.values(JSON.parse(seen.body) as Record<string, string>));
      response.writeHead(204).end();
    } else if (sent.length > 0) {
      response.writeHead(500, { "content-type": "text/plain" }).end(`the last were ${sent.join(", ").toUpperCase()}`);
    } else {
      json(response, {});
    }
  });
  const client = clientOf(server);
  await client.put("mqtt", { password: "Zwölf Boxkämpfer" });
  for (let index = 0; index < 400; index++) {
    await client.put("mqtt", { password: `password number ${index}` });
  }
  const errors = [await failure(client.get("mqtt")), await failure(client.get("cred"))];
  expect(errors.map(({ message }) => message).join("\n")).not.toMatch(/boxk|number \d/i);
});
