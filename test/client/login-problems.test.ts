/** What errors say about failed logins. */

import { devicePath } from "../../provider/client";
import { parseChallenges } from "../../provider/client/auth/challenge";
import { Credentials } from "../../provider/client/auth/credentials";
import {
  noLoginConfigured,
  nothingOffered,
  notTried,
  refusedToken,
  weakerOffer,
  wrongPassword,
} from "../../provider/client/auth/login-problems";
import { clientOf, failure } from "./support/client";
import { device } from "./support/locked";
import { closeServers } from "./support/server";

afterEach(closeServers);

const context = { device: "rack", secrets: new Credentials({ token: "ci.t0ken-s3cret" }) };
const request = { method: "GET", path: devicePath("relay", "outlets") } as const;

const ann = { username: "ann", password: "anns s3cret" };

test.each([
  [false, false, "the device refuses the password of user `ann`"],
  [false, true, "the device refuses the password and the previous password of user `ann`"],
  [true, false, "the device no longer accepts the password of user `ann`"],
])("a wrong password: accepted before %s, the previous one was tried %s", (isProven, triedAlternative, message) => {
  expect(wrongPassword("ann", { isProven, triedAlternative })).toEqual({ message });
});

test("a login that was not tried is named, with what happened before", () => {
  expect(notTried(ann, true)).toEqual({
    message:
      "the password of user `ann` was not tried: earlier logins to this device have failed or were not answered, and one more could lock everybody out",
  });
  expect(notTried(undefined, false)).toEqual({
    message:
      "the token was not tried: earlier logins to this device were not answered, so they may have failed, and one more could lock everybody out",
    remedy: "Check the device's power and network, then run again.",
  });
});

test("a login that is missing, and a refused token, say what to set", () => {
  expect(noLoginConfigured).toEqual({
    message: "the device requires a login, but none is configured",
    remedy: "Set dli:username and, with --secret, dli:password (DLI_USERNAME, DLI_PASSWORD).",
  });
  expect(refusedToken(request).message).toBe("the device refuses the token");
  expect(refusedToken(request).remedy).toContain("it may lack the scope `/relay/outlets/?access=get`.");
  expect(refusedToken({ ...request, method: "PUT" }).remedy).toContain("`/relay/outlets/?access=modify`.");
});

test("a weaker offer names the algorithm and the possible attack", () => {
  const error = weakerOffer(context, request, { algorithm: "MD5" } as never);
  expect(error).toMatchObject({ status: 401, outcome: "refused", device: "rack" });
  expect(error.message).toBe(
    'device "rack", GET relay/outlets/: the device offers a weaker login (MD5) than before in this run. If its settings or its firmware were changed just now, run again; if not, somebody may be intercepting the connection: log in over https:// with a certificate that is checked.',
  );
});

test("what a device offers instead of a digest is named once each, without a secret", () => {
  const offered = parseChallenges([
    'Basic realm="x"',
    'Basic realm="y"',
    'Digest nonce="1", algorithm=SHA-3, qop="auth-int"',
    'Bearer algorithm="MD5", qop="auth"',
    'Digest realm="without a nonce"',
    "ci.t0ken-s3cret",
  ]);
  const error = nothingOffered(context, request, offered);
  const { message } = error;
  expect(error).toMatchObject({ status: 401, outcome: "refused", device: "rack" });
  expect(message).toContain(", bearer, digest, ");
  expect(message).toContain("Check that dli:url points at the device itself, or log in with a token (dli:token).");
  expect(message).toContain("no digest login that this client knows (offered: basic, digest SHA-3 auth-int, ");
  expect(message).not.toContain("t0ken-s3cret");
  expect(nothingOffered(context, request, []).message).toContain("(offered: none)");
});

test.each([
  ["an account", { username: "admin", password: "wrong-pa55word" }, false],
  ["a token", { username: undefined, password: undefined, token: "ci.wrong-t0ken" }, true],
])("a refusal of %s says which of them it was, the first time and later", async (_what, login, isToken) => {
  const { server } = await device();
  const client = clientOf(server, login);
  for (const _time of ["first", "later"]) {
    expect(await failure(client.get("relay"))).toMatchObject({ code: "loginRefused", isToken });
  }
});
