/** Answers to digest challenges, against the examples of the RFCs. */
import { DigestClient } from "digest-fetch";
import { chooseDigest, type DigestChallenge, parseChallenges } from "../../provider/client/auth/challenge";
import { digestFactory } from "../../provider/client/auth/digest";

const make = digestFactory(DigestClient);

function challengeOf(header: string): DigestChallenge {
  const challenge = chooseDigest(parseChallenges(header));
  if (!challenge) {
    throw new Error("no challenge");
  }
  return challenge;
}

function field(header: string, name: string): string | undefined {
  const match = new RegExp(`(?:^Digest |,)${name.replace("*", "\\*")}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^,]*))`).exec(
    header,
  );
  return match?.[1] ?? match?.[2];
}

const rfc7616 = (algorithm: string) =>
  'Digest realm="http-auth@example.org", qop="auth, auth-int", ' +
  `algorithm=${algorithm}, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", ` +
  'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"';

test.each([
  ["MD5", "8ca523f5e9506fed4657c9700eebdbec"],
  ["SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"],
])("the example of RFC 7616 section 3.9.1 is answered as printed there, %s", (algorithm, response) => {
  const digest = make({ username: "Mufasa", password: "Circle of Life" }, challengeOf(rfc7616(algorithm)), {
    cnonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
  });
  const header = digest.authorization("GET", "/dir/index.html");
  expect(field(header, "response")).toBe(response);
  expect(header).toBe(
    'Digest username="Mufasa",realm="http-auth@example.org",nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",' +
      'uri="/dir/index.html",opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS",qop=auth,' +
      `algorithm=${algorithm},response="${response}",nc=00000001,cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"`,
  );
});

// The RFC prints values of a truncated SHA-512; erratum 4897 has those of SHA-512/256.
test("the example of RFC 7616 section 3.9.2 with erratum 4897 (SHA-512-256, userhash, UTF-8) is answered as printed there", () => {
  const challenge = challengeOf(
    'Digest realm="api@example.org", qop="auth", algorithm=SHA-512-256, ' +
      'nonce="5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK", ' +
      'opaque="HRPCssKJSGjCrkzDg8OhwpzCiGChXYjwrI2QmXDnsOS", charset=UTF-8, userhash=true',
  );
  const account = { username: "J\u00e4s\u00f8n Doe", password: "Secret, or not?" };
  const header = make(account, challenge, { cnonce: "NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v" }).authorization(
    "GET",
    "/doe.json",
  );
  expect(field(header, "username")).toBe("793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b");
  expect(field(header, "response")).toBe("3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5");
  expect(field(header, "userhash")).toBe("true");
});

test("the example of RFC 2617 section 3.5 is answered as printed there", () => {
  const challenge = challengeOf(
    'Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"',
  );
  const account = { username: "Mufasa", password: "Circle Of Life" };
  const header = make(account, challenge, { cnonce: "0a4f113b" }).authorization("GET", "/dir/index.html");
  expect(field(header, "response")).toBe("6629fae49393a05397450978507c4ef1");
  expect(field(header, "algorithm")).toBeUndefined();
});

test("without quality of protection, as in RFC 2069, there is no count and no client nonce", () => {
  const challenge = challengeOf('Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"');
  const header = make({ username: "Mufasa", password: "CircleOfLife" }, challenge).authorization(
    "GET",
    "/dir/index.html",
  );
  // The value from the erratum to the example in RFC 2069.
  expect(field(header, "response")).toBe("1949323746fe6a43ef61f9606e7febea");
  expect(header).not.toMatch(/nc=|cnonce=|qop=|opaque=/);
  expect(header).toMatch(/^Digest [^,]+(,[a-z]+="[^"]*")+$/);
});

test("without quality of protection, a session variant still has its client nonce, and no count", () => {
  const challenge = challengeOf('Digest realm="r", nonce="n", algorithm=MD5-sess');
  const header = make({ username: "a", password: "b" }, challenge).authorization("GET", "/");
  expect(field(header, "cnonce")).toMatch(/^[0-9a-f]{32}$/);
  expect(header).not.toMatch(/nc=/);
});

test("the count rises with every request; the client nonce is random and stays with the nonce", () => {
  const challenge = challengeOf(rfc7616("MD5-sess"));
  const account = { username: "a", password: "b" };
  const digest = make(account, challenge);
  const headers = [1, 2, 3].map(() => digest.authorization("PUT", "/x"));
  expect(headers.map((header) => field(header, "nc"))).toEqual(["00000001", "00000002", "00000003"]);
  expect(new Set(headers.map((header) => field(header, "cnonce"))).size).toBe(1);
  expect(new Set(headers.map((header) => field(header, "response"))).size).toBe(3);
  expect(digest.uses).toBe(3);
  expect(field(make(account, challenge).authorization("GET", "/x"), "cnonce")).not.toBe(
    field(headers[0] ?? "", "cnonce"),
  );
});

test("the count is hexadecimal", () => {
  const digest = make({ username: "a", password: "b" }, challengeOf(rfc7616("MD5")), { uses: 8 });
  const headers = Array.from({ length: 9 }, () => digest.authorization("GET", "/x"));
  expect([0, 1, 7, 8].map((index) => field(headers[index] ?? "", "nc"))).toEqual([
    "00000009",
    "0000000a",
    "00000010",
    "00000011",
  ]);
  expect(digest.uses).toBe(17);
});

test("names are quoted in the header", () => {
  const challenge = challengeOf('Digest realm="a \\"b\\" c\\\\", nonce="n"');
  const header = make({ username: 'fr"ed\\', password: "x" }, challenge).authorization("GET", "/");
  expect(header).toContain('username="fr\\"ed\\\\"');
  expect(header).toContain('realm="a \\"b\\" c\\\\"');
});

test("a name beyond ASCII is given as the challenge allows", () => {
  const account = { username: "J\u00e4n", password: "x" };
  const encoded = make(account, challengeOf('Digest nonce="n", charset=UTF-8')).authorization("GET", "/");
  expect(encoded).toContain("username*=UTF-8''J%C3%A4n,");
  const bytes = make(account, challengeOf('Digest nonce="n"')).authorization("GET", "/");
  expect(Buffer.from(field(bytes, "username") ?? "", "latin1").toString()).toBe("J\u00e4n");
});

test("a name within ASCII is sent as it is, also to a device that reads UTF-8", () => {
  const header = make({ username: "ann", password: "x" }, challengeOf('Digest nonce="n", charset=UTF-8'));
  expect(header.authorization("GET", "/")).toContain('username="ann",');
});

test("a name that is sent as UTF-8 has nothing in it that ends a header's value (RFC 5987)", () => {
  const account = { username: "J\u00e4n's (old) *", password: "x" };
  const encoded = make(account, challengeOf('Digest nonce="n", charset=UTF-8')).authorization("GET", "/");
  expect(encoded).toContain("username*=UTF-8''J%C3%A4n%27s%20%28old%29%20%2a,");
});
