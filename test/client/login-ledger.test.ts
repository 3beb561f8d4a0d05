/** Which logins to a device may still be tried, after what happened to earlier ones. */
import {
  type DeviceLogins,
  LoginBarred,
  LoginLedger,
  type LoginVerdict,
  markOfAccount,
  markOfToken,
} from "../../provider/client/auth/login-ledger";
import { TransportFault } from "../../provider/client/transport/transport-fault";

const loginOf = (username: string, password = `${username} password`) => markOfAccount({ username, password });
const [ann, ben, cem] = [loginOf("ann"), loginOf("ben"), loginOf("cem")];
const lost = (sent: boolean) => new TransportFault("broken", sent, undefined);

const logins = () => new LoginLedger().of("http://10.0.0.1");
const attempt = (to: DeviceLogins, login: typeof ann, verdict: LoginVerdict) =>
  to.attempt(
    login,
    () => Promise.resolve(verdict),
    (response) => response,
  );
const losing = (to: DeviceLogins, login: typeof ann, sent: boolean) =>
  expect(
    to.attempt(
      login,
      () => Promise.reject(lost(sent)),
      () => "open",
    ),
  ).rejects.toThrow("no response (broken)");

test("a refused login is not tried again, and after two nobody else's is", async () => {
  const device = logins();
  expect([device.hasRefused, device.hasRoom]).toEqual([false, true]);
  await attempt(device, ann, "refused");
  expect([device.hasRefused, device.hasRoom, device.failedInARow]).toEqual([true, true, 1]);
  await expect(attempt(device, ann, "accepted")).rejects.toMatchObject({ reason: "refusedBefore" });
  await attempt(device, ben, "refused");
  await expect(attempt(device, cem, "accepted")).rejects.toThrow(LoginBarred);
  expect([device.barred(ben), device.barred(cem)]).toEqual(["refusedBefore", "tooManyFailed"]);
});

test("a login that was accepted before is barred by failures in a row only", async () => {
  const device = logins();
  await attempt(device, ann, "accepted");
  await attempt(device, ben, "refused");
  await attempt(device, ann, "accepted");
  expect(device.failedInARow).toBe(0);
  await attempt(device, cem, "refused");
  expect(device.hasRoom).toBe(false);
  expect([device.barred(ann), device.barred(loginOf("dee"))]).toEqual([undefined, "tooManyFailed"]);
  device.refused(loginOf("eva"));
  expect(device.barred(ann)).toBe("tooManyFailed");
});

test("an answer that was lost, or was called stale, may be a failure until the login is accepted", async () => {
  const device = logins();
  await losing(device, ann, false);
  expect(device.hasRoom).toBe(true);
  await losing(device, ann, true);
  await attempt(device, ann, "stale");
  expect([device.hasRefused, device.hasRoom]).toEqual([false, false]);
  device.accepted(ann);
  expect(device.hasRoom).toBe(true);
  await attempt(device, ann, "stale");
  expect(device.hasRoom).toBe(true);
  await attempt(device, ben, "open");
  expect([device.hasRoom, device.barred(ben)]).toEqual([true, undefined]);
});

describe("a login that was accepted before is confirmed", () => {
  const confirm = (device: DeviceLogins, isGood: boolean) =>
    device.confirm(
      ann,
      () => Promise.resolve(isGood),
      (response) => response,
    );

  test("and stays good", async () => {
    const device = logins();
    device.accepted(ann);
    expect(await confirm(device, true)).toBe(true);
    expect(device.hasRefused).toBe(false);
  });

  test("and if it is not, that was two failures", async () => {
    const device = logins();
    device.accepted(ann);
    expect(await confirm(device, false)).toBe("refused");
    expect([device.failedInARow, device.hasRoom]).toEqual([2, false]);
    expect(await confirm(device, true)).toBe("refused");
  });

  test("not after a failure of another one, which leaves no room for it", async () => {
    const device = logins();
    device.accepted(ann);
    await attempt(device, ben, "refused");
    expect(await confirm(device, true)).toBeUndefined();
    expect(device.barred(ann)).toBe("refusedBefore");
  });

  test.each([
    [true, false],
    [false, true],
  ])("without an answer (sent: %s) it is known to be right no longer", async (sent, hasRoom) => {
    const device = logins();
    device.accepted(ann);
    const asked = device.confirm(
      ann,
      () => Promise.reject(lost(sent)),
      () => true,
    );
    await expect(asked).rejects.toThrow("no response (broken)");
    expect(device.hasRoom).toBe(hasRoom);
    expect(device.barred(ann)).toBe(hasRoom ? undefined : "tooManyFailed");
  });
});

test("a write that may have made logins valid lets them be tried, one user's or all, and failures stay counted", () => {
  const device = logins();
  for (const login of [ann, markOfToken("ci.token")]) {
    device.refused(login);
  }
  device.forgetRefused("ben");
  expect(device.barred(ann)).toBe("refusedBefore");
  device.forgetRefused("ann");
  expect([device.barred(ann), device.barred(markOfToken("ci.token"))]).toEqual(["tooManyFailed", "refusedBefore"]);
  device.forgetRefused();
  expect(device.barred(markOfToken("ci.token"))).toBe("tooManyFailed");
});

test("addresses of one device share its record, the one without room if there is any", () => {
  const ledger = new LoginLedger();
  const [one, two] = [ledger.of("http://one"), ledger.of("http://two")];
  two.refused(ann, 2);
  ledger.join(["http://one", "http://two", "http://three"]);
  expect(["http://one", "http://two", "http://three"].map((origin) => ledger.of(origin))).toEqual([two, two, two]);
  ledger.join(["http://four", "http://five"]);
  expect(ledger.of("http://four")).toBe(ledger.of("http://five"));
  expect(ledger.of("http://four")).not.toBe(two);
  expect(one.hasRefused).toBe(false);
  const [first, second] = [ledger.of("http://six"), ledger.of("http://seven")];
  second.refused(ann);
  ledger.join(["http://six", "http://seven"]);
  expect(ledger.of("http://seven")).toBe(first);
});

test("at a new address, where another device may answer, refusals are forgotten; at the same one they stay", () => {
  const ledger = new LoginLedger();
  const device = ledger.of("http://one");
  device.refused(ann);
  ledger.moved(device, "http://one");
  expect(device.barred(ann)).toBe("refusedBefore");
  ledger.moved(device, "http://two");
  expect(device.barred(ann)).toBeUndefined();
  expect(ledger.of("http://two")).toBe(device);
});

test("logins are told apart by user and password, and a token from both", () => {
  expect(loginOf("ann").mark).toBe(ann.mark);
  const tokens = [markOfToken("ann password"), markOfToken("ann.password")];
  const marks = [ann, loginOf("ann", "other"), loginOf("bea", "ann password"), ...tokens];
  expect(new Set(marks.map(({ mark }) => mark)).size).toBe(5);
  expect(marks.map(({ username }) => username)).toEqual(["ann", "ann", "bea", undefined, undefined]);
  expect(ann.mark).not.toContain("ann");
});

test("the strongest digest that the device has offered counts at all of its addresses", () => {
  const ledger = new LoginLedger();
  const [one, other] = ["http://10.0.0.1", "https://10.0.0.1"] as const;
  expect([ledger.of(one).offered(0), ledger.of(one).offered(0), ledger.of(other).offered(3)]).toEqual([
    true,
    true,
    true,
  ]);
  ledger.join([one, other]);
  expect([ledger.of(one).offered(2), ledger.of(other).offered(3), ledger.of(one).offered(4)]).toEqual([
    false,
    true,
    true,
  ]);
});
