/** Which certificates are trusted. */
import { X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SecureContextOptions, TLSSocket } from "node:tls";
import { generate } from "selfsigned";
import {
  DliClient,
  type DliClientOptions,
  type DliError,
  isTlsUntrustedError,
  TlsUntrustedError,
} from "../../provider/client";
import { instantClock } from "./support/clock";
import { closeListeners, listen } from "./support/raw";
import { closeServers, json, serve, type TestServer } from "./support/server";

interface Identity {
  key: string;
  cert: string;
  fingerprint: string;
}

async function identity(altNames: { type: 2 | 7; value?: string; ip?: string }[], notAfter?: Date): Promise<Identity> {
  const made = await generate([{ name: "commonName", value: "dli" }], {
    keySize: 2048,
    ...(notAfter && { notBeforeDate: new Date(0), notAfterDate: notAfter }),
    extensions: [{ name: "subjectAltName", altNames: altNames as never }],
  });
  return { key: made.private, cert: made.cert, fingerprint: new X509Certificate(made.cert).fingerprint256 };
}

let right: Identity;
let other: Identity;
let elsewhere: Identity;
let expired: Identity;

beforeAll(async () => {
  [right, other, elsewhere, expired] = await Promise.all([
    identity([{ type: 7, ip: "127.0.0.1" }]),
    identity([{ type: 7, ip: "127.0.0.1" }]),
    identity([{ type: 2, value: "switch.example" }]),
    identity([{ type: 7, ip: "127.0.0.1" }], new Date(86_400_000)),
  ]);
});
afterEach(closeServers);
afterEach(closeListeners);

async function ask(
  of: Identity,
  options: Partial<DliClientOptions>,
  secure: SecureContextOptions = {},
): Promise<{ answer: unknown; server: TestServer }> {
  const server = await serve((_, response) => json(response, "trusted"), { ...of, ...secure });
  const client = new DliClient({ url: server.url, clock: instantClock(), ...options });
  const answer = await client.get("cred").catch((error: unknown) => error);
  await client.close();
  return { answer, server };
}

test("an untrusted certificate is an error with its fingerprint, and nothing is sent", async () => {
  const { answer, server } = await ask(right, { name: "rack", username: "admin", password: "Pa55word!" });
  expect(answer).toBeInstanceOf(TlsUntrustedError);
  expect(isTlsUntrustedError(answer)).toBe(true);
  const error = answer as TlsUntrustedError;
  expect(error.message).toContain(
    `the certificate of ${server.url} is self-signed; its SHA-256 fingerprint is ${right.fingerprint}`,
  );
  for (const key of ["dli:caCert", "dli:fingerprintSha256", "dli:insecureSkipVerify"]) {
    expect(error.message).toContain(key);
  }
  expect(error).toMatchObject({
    outcome: "notSent",
    method: "GET",
    path: "cred/",
    fingerprintSha256: right.fingerprint,
  });
  expect(server.seen).toHaveLength(0);
});

test("all waiting callers get the same error from one handshake", async () => {
  const server = await serve((_, response) => json(response, 1), right);
  const client = new DliClient({ url: server.url, clock: instantClock() });
  const errors = await Promise.all(
    [1, 2, 3].map((index) => client.put(`a/${index}`, 1).catch((error: DliError) => error.code)),
  );
  expect(errors).toEqual(["tlsUntrusted", "tlsUntrusted", "tlsUntrusted"]);
  expect(server.connections()).toBe(1);
});

test("the pinned fingerprint is trusted in any spelling", async () => {
  const bare = right.fingerprint.replaceAll(":", "");
  for (const fingerprintSha256 of [right.fingerprint, bare, bare.toLowerCase()]) {
    expect((await ask(right, { fingerprintSha256 })).answer).toBe("trusted");
  }
  expect((await ask(elsewhere, { fingerprintSha256: elsewhere.fingerprint })).answer).toBe("trusted");
});

test("a certificate other than the pinned one is rejected, whatever else is allowed", async () => {
  for (const options of [{}, { insecureSkipVerify: true }, { caCert: right.cert }]) {
    const { answer, server } = await ask(right, { fingerprintSha256: other.fingerprint, ...options });
    expect(String(answer)).toContain(`is not the pinned one; its SHA-256 fingerprint is ${right.fingerprint}`);
    expect(String(answer)).toContain("somebody may be intercepting the connection");
    expect(server.seen).toHaveLength(0);
  }
});

test("a certificate is trusted by its file and by its text", async () => {
  const folder = mkdtempSync(join(tmpdir(), "dli-tls-"));
  try {
    const file = join(folder, "ca.pem");
    writeFileSync(file, right.cert);
    expect((await ask(right, { caCert: file })).answer).toBe("trusted");
    expect((await ask(right, { caCert: right.cert })).answer).toBe("trusted");
    expect((await ask(right, { caCert: other.cert })).answer).toBeInstanceOf(TlsUntrustedError);
    writeFileSync(file, "nothing");
    expect((await ask(right, { caCert: file })).answer).toMatchObject({ code: "configuration" });
  } finally {
    rmSync(folder, { recursive: true });
  }
  const { answer } = await ask(right, { caCert: "/no/such/file.pem" });
  expect(String(answer)).toContain("the file of caCert, /no/such/file.pem, cannot be read");
  expect((await ask(right, { caCert: "neither\nnor" })).answer).toMatchObject({ code: "configuration" });
});

test("name and dates count with an authority; together with a pin both must hold", async () => {
  expect(String((await ask(elsewhere, { caCert: elsewhere.cert })).answer)).toContain(
    "is made out to another host name",
  );
  expect(String((await ask(expired, { caCert: expired.cert })).answer)).toContain("has expired");
  expect(
    (await ask(elsewhere, { caCert: elsewhere.cert, fingerprintSha256: elsewhere.fingerprint })).answer,
  ).toBeInstanceOf(TlsUntrustedError);
  expect((await ask(right, { caCert: right.cert, fingerprintSha256: right.fingerprint })).answer).toBe("trusted");
});

test("any certificate is accepted with insecureSkipVerify", async () => {
  expect((await ask(expired, { insecureSkipVerify: true })).answer).toBe("trusted");
});

test("every new connection is checked again", async () => {
  const resumed: boolean[] = [];
  const server = await serve((_, response, request) => {
    resumed.push((request.socket as TLSSocket).isSessionReused());
    response.setHeader("connection", "close");
    json(response, 1);
  }, right);
  const client = new DliClient({ url: server.url, fingerprintSha256: right.fingerprint, clock: instantClock() });
  await client.get("a");
  await client.put("b", 1);
  await client.get("c");
  expect(server.connections()).toBe(3);
  expect(resumed).toEqual([false, false, false]);
});

describe("old TLS", () => {
  const ciphers = "DEFAULT:@SECLEVEL=0";

  test.each(["TLSv1", "TLSv1.1"] as const)(
    "a device that speaks %s only is reached with allowOldTls",
    async (version) => {
      const secure = { minVersion: "TLSv1", maxVersion: version, ciphers } as const;
      const trusted = { fingerprintSha256: right.fingerprint };
      const refused = await ask(right, { ...trusted, name: "rack" }, secure);
      expect(refused.answer).toMatchObject({ code: "unreachable", outcome: "notSent" });
      expect(String(refused.answer)).toMatch(/no version of TLS.*set dli:allowOldTls to true/);
      expect((await ask(right, { ...trusted, allowOldTls: true }, secure)).answer).toBe("trusted");
      // The certificate is still checked.
      expect((await ask(right, { allowOldTls: true }, secure)).answer).toBeInstanceOf(TlsUntrustedError);
    },
  );

  test("a device without secure renegotiation is reached with allowOldTls, which the error names", async () => {
    const body = Buffer.concat([Buffer.from([3, 3]), Buffer.alloc(32, 7), Buffer.from([0, 0x00, 0x2f, 0])]);
    const hello = Buffer.concat([Buffer.from([22, 3, 3, 0, body.length + 4, 2, 0, 0, body.length]), body]);
    const port = await listen((socket) => socket.once("data", () => socket.end(hello)));
    const errorWith = async (allowOldTls: boolean) => {
      const client = new DliClient({ url: `https://127.0.0.1:${port}`, allowOldTls, clock: instantClock() });
      return String(await client.get("cred").catch((thrown: unknown) => thrown));
    };
    expect(await errorWith(false)).toMatch(/lacks secure renegotiation.*set dli:allowOldTls to true/);
    // This one says no more after its greeting.
    expect(await errorWith(true)).toContain("does not finish a TLS handshake");
  });

  test("a device with today's TLS is reached with and without", async () => {
    const trusted = { fingerprintSha256: right.fingerprint };
    for (const minVersion of ["TLSv1.2", "TLSv1.3"] as const) {
      expect((await ask(right, { ...trusted, allowOldTls: true }, { minVersion })).answer).toBe("trusted");
      expect((await ask(right, trusted, { minVersion })).answer).toBe("trusted");
    }
  });
});

test.each([
  (fingerprint: string) => `sha256 Fingerprint=${fingerprint}`,
  (fingerprint: string) => `SHA256 Fingerprint=${fingerprint.toLowerCase()}\n`,
  (fingerprint: string) => `SHA-256 Fingerprint = ${fingerprint.replaceAll(":", "")}`,
])("the fingerprint is taken as openssl prints it", async (line) => {
  expect((await ask(right, { fingerprintSha256: line(right.fingerprint) })).answer).toBe("trusted");
  expect((await ask(right, { fingerprintSha256: line(other.fingerprint) })).answer).toBeInstanceOf(TlsUntrustedError);
});

describe("caCert as pipelines keep it", () => {
  test.each([
    ["with \\n for line breaks", (pem: string) => pem.trim().replaceAll("\n", "\\n")],
    ["with \\r\\n for line breaks", (pem: string) => pem.replaceAll("\n", "\\r\\n")],
    ["with blanks for line breaks", (pem: string) => pem.replaceAll("\n", " ")],
    ["without line breaks inside", (pem: string) => pem.replaceAll("\n", "")],
    ["with Windows line breaks", (pem: string) => pem.replaceAll("\n", "\r\n")],
    ["with text around it", (pem: string) => `subject=dli\n${pem}\nend`],
  ])("%s", async (_, written) => {
    expect((await ask(right, { caCert: written(right.cert) })).answer).toBe("trusted");
    expect((await ask(right, { caCert: written(other.cert) })).answer).toBeInstanceOf(TlsUntrustedError);
    expect((await ask(right, { caCert: written(`${right.cert}\n${other.cert}`) })).answer).toBe("trusted");
  });

  test.each([
    ["cut off", (pem: string) => pem.slice(0, 300)],
    ["cut inside", (pem: string) => pem.replace(/\n.{64}\n/, "\n")],
    ["junk", () => "-----BEGIN CERTIFICATE-----\njunk\n-----END CERTIFICATE-----\n"],
    ["empty", () => "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"],
    ["a key", () => "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n"],
    ["one right and one junk", (pem: string) => `${pem}-----BEGIN CERTIFICATE-----\njunk\n-----END CERTIFICATE-----\n`],
  ])("a text that is no certificate is said to be none: %s", async (_, written) => {
    const { answer, server } = await ask(right, { caCert: written(right.cert) });
    expect(answer).toMatchObject({ code: "configuration" });
    expect(String(answer)).toMatch(/caCert holds no certificate that can be read.*dli:caCert/);
    expect(server.seen).toEqual([]);
  });
});

describe("http:// at a port for TLS", () => {
  test("leads to https://", async () => {
    const server = await serve((_, response) => json(response, 1), right);
    const client = new DliClient({ url: server.url.replace("https:", "http:"), clock: instantClock() });
    const error = await client.get("cred").catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ outcome: "notSent" });
    expect(String(error)).toContain("write https:// in dli:url");
    await client.close();
  });

  test("leads there also where a web server says so", async () => {
    const server = await serve((_, response) =>
      response
        .writeHead(400, { "content-type": "text/html" })
        .end("<h1>400</h1>The plain HTTP request was sent to HTTPS port"),
    );
    const client = new DliClient({ url: server.url, clock: instantClock() });
    await expect(client.get("cred")).rejects.toThrow(/speaks TLS at this port.*Write https:\/\/ in dli:url/);
    await client.close();
  });
});
