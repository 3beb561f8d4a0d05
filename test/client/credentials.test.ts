/** What a client logs in with, and how it is taken out of texts. */
import { createHash } from "node:crypto";
import { Credentials } from "../../provider/client/auth/credentials";
import { redacted } from "../../provider/client/redact";

const [first, second, token] = ["first-s3cret", "second-s3cret", "ci.t0ken-s3cret"];

test("a password is tried before the previous one, which is used or dropped", () => {
  const credentials = new Credentials({ username: "ann", password: first, previousPassword: second });
  expect(credentials.account).toEqual({ username: "ann", password: first });
  expect(credentials.alternative).toEqual({ username: "ann", password: second });
  credentials.useAlternative();
  expect([credentials.account, credentials.alternative]).toEqual([{ username: "ann", password: second }, undefined]);
  const kept = new Credentials({ username: "ann", password: first, previousPassword: second });
  kept.dropAlternative();
  expect([kept.account, kept.alternative]).toEqual([{ username: "ann", password: first }, undefined]);
});

test("without a user there is no account, and without an account no alternative", () => {
  const credentials = new Credentials({ password: first, token });
  expect([credentials.account, credentials.token]).toEqual([undefined, token]);
  credentials.setAlternative(second);
  expect(credentials.alternative).toBeUndefined();
});

test("passwords and the token are taken out of texts, whichever of them there are and were", () => {
  const hidden = (credentials: Credentials) => credentials.redact(`${first}, ${second} and ${token}`);
  expect(hidden(new Credentials({}))).toBe(`${first}, ${second} and ${token}`);
  expect(hidden(new Credentials({ token }))).toBe(`${first}, ${second} and ${redacted}`);
  const changing = new Credentials({ username: "ann", password: first });
  expect(hidden(changing)).toBe(`${redacted}, ${second} and ${token}`);
  changing.setAlternative(second);
  expect(hidden(changing)).toBe(`${redacted}, ${redacted} and ${token}`);
  const other = new Credentials({ username: "ann", password: first });
  other.use({ username: "ann", password: second });
  expect(other.account).toEqual({ username: "ann", password: second });
  expect(hidden(other)).toBe(`${redacted}, ${redacted} and ${token}`);
});

test("what was sent is taken out of an echo, the 500 latest texts of it", () => {
  const credentials = new Credentials({ token });
  // Texts that begin alike are hidden alike.
  const text = (index: number) => createHash("sha256").update(`${index}`).digest("hex");
  credentials.remember(Array.from({ length: 501 }, (_, index) => text(index)));
  const echo = (index: number) => credentials.redactEcho(`no ${text(index)} here`, []);
  expect(echo(0)).toContain(text(0));
  expect(echo(1)).not.toContain(text(1));
  credentials.remember([text(1)]);
  credentials.remember([text(501)]);
  // What was sent again counts as late.
  expect(echo(1)).not.toContain(text(1));
  expect(echo(2)).toContain(text(2));
  expect(credentials.redactEcho(`${token} and just-now-sent`, ["just-now-sent"])).toBe(`${redacted} and ${redacted}`);
});
