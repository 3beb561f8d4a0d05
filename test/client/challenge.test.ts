/** How a `WWW-Authenticate` header is parsed, and which challenge is answered. */
import fc from "fast-check";
import { type Challenge, chooseDigest, parseChallenges } from "../../provider/client/auth/challenge";

const plain = (challenges: Challenge[]) =>
  challenges.map(({ scheme, token68, parameters }) => ({
    scheme,
    token68,
    parameters: Object.fromEntries(parameters),
  }));

test("several challenges in one header are read, with commas inside quotes", () => {
  const header =
    'Basic realm="a, b=c", Digest realm="say \\"hi\\", you", qop="auth,auth-int",nonce="x==" , opaque=bare,Negotiate YWJj==, NTLM';
  expect(plain(parseChallenges(header))).toEqual([
    { scheme: "basic", token68: undefined, parameters: { realm: "a, b=c" } },
    {
      scheme: "digest",
      token68: undefined,
      parameters: { realm: 'say "hi", you', qop: "auth,auth-int", nonce: "x==", opaque: "bare" },
    },
    { scheme: "negotiate", token68: "YWJj==", parameters: {} },
    { scheme: "ntlm", token68: undefined, parameters: {} },
  ]);
});

test("several headers are read, and no header is no challenge", () => {
  expect(
    parseChallenges(['Digest nonce="1"', 'Digest nonce="2"']).map(({ parameters }) => parameters.get("nonce")),
  ).toEqual(["1", "2"]);
  expect(parseChallenges(undefined)).toEqual([]);
});

test("the first of a repeated parameter counts, and rubbish is skipped", () => {
  const [challenge] = parseChallenges('Digest nonce="1", nonce="2", "???, realm=r');
  expect(Object.fromEntries(challenge?.parameters ?? [])).toEqual({ nonce: "1", realm: "r" });
});

const token = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,8}$/);
const value = fc.oneof(fc.string({ maxLength: 20 }), fc.constantFrom('a,b="c"', "\\", '"', ", Digest nonce="));
const challenge = fc.record({
  scheme: token,
  parameters: fc.uniqueArray(fc.tuple(token, value), {
    selector: ([name]) => name.toLowerCase(),
    minLength: 1,
    maxLength: 5,
  }),
});

test("every printed challenge is read back, in one header or in several", () => {
  fc.assert(
    fc.property(fc.array(challenge, { maxLength: 4 }), fc.boolean(), (challenges, oneHeader) => {
      const printed = challenges.map(
        ({ scheme, parameters }) =>
          `${scheme} ${parameters.map(([name, text]) => `${name}="${text.replace(/["\\]/g, "\\$&")}"`).join(", ")}`,
      );
      const read = parseChallenges(oneHeader ? printed.join(", ") : printed);
      expect(read.map(({ scheme, parameters }) => ({ scheme, parameters: [...parameters] }))).toEqual(
        challenges.map(({ scheme, parameters }) => ({
          scheme: scheme.toLowerCase(),
          parameters: parameters.map(([name, text]) => [name.toLowerCase(), text]),
        })),
      );
    }),
  );
});

test("any text is read without an error", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => parseChallenges(text).length >= 0));
});

test("the strongest known algorithm is chosen, and auth from several qualities", () => {
  const choose = (...headers: string[]) => chooseDigest(parseChallenges(headers));
  expect(
    choose(
      'Digest nonce="1", algorithm=MD5',
      'Digest nonce="2", algorithm="sha-256"',
      'Digest nonce="3", algorithm=SHA-3',
    ),
  ).toMatchObject({ nonce: "2", algorithm: "SHA-256" });
  expect(choose('Digest nonce="1", algorithm=SHA-512-256-sess', 'Digest nonce="2", algorithm=SHA-256')).toMatchObject({
    nonce: "1",
  });
  expect(choose('Digest nonce="1", qop="auth-int, auth"')).toMatchObject({
    qop: "auth",
    algorithm: "MD5",
    namesAlgorithm: false,
  });
  expect(choose('Digest nonce="1"')).toMatchObject({ qop: undefined, stale: false });
  expect(choose('Digest nonce="1", stale=TRUE, userhash=true, charset=utf-8')).toMatchObject({
    stale: true,
    userhash: true,
    utf8: true,
  });
});

test("a challenge that cannot be answered is not chosen", () => {
  for (const header of [
    'Basic realm="x"',
    'Digest realm="x"',
    'Digest nonce="1", qop="auth-int"',
    'Digest nonce="1", algorithm=SHA-3',
  ]) {
    expect(chooseDigest(parseChallenges(header))).toBeUndefined();
  }
});

test("of equally strong challenges the first is chosen", () => {
  const header = 'Digest nonce="1", algorithm=SHA-256, Digest nonce="2", algorithm=SHA-256';
  expect(chooseDigest(parseChallenges(header))).toMatchObject({ nonce: "1" });
});

test("nothing is read beyond a quote that is not closed", () => {
  const found = parseChallenges('Basic realm="x, Digest nonce=1');
  expect(found.map(({ scheme }) => scheme)).toEqual(["basic"]);
});
