/** Changes of the client's own password, and passwords that are offered in addition to the configured ones. */
import { DliClient, isLoginRefusedError, LoginLedger } from "../../provider/client";
import { manualClock, type SimulatedDevice, startSimulator } from "../../simulator";
import { clientOf, failure } from "./support/client";
import { guard } from "./support/digest";
import { closeServers, json, serve } from "./support/server";

afterEach(closeServers);

const [old, next] = ["the old password", "the new password"] as const;
const admin = "auth/users/is_admin=true/";

async function withClient(
  options: { password?: string; previousPassword?: string },
  work: (client: DliClient, device: SimulatedDevice) => Promise<void>,
): Promise<void> {
  const device = await startSimulator({ clock: manualClock(), password: old });
  const client = new DliClient({
    url: device.url,
    username: "admin",
    password: old,
    logins: new LoginLedger(),
    ...options,
  });
  try {
    await work(client, device);
  } finally {
    await client.close();
    await device.close();
  }
}

test("requests that wait for the change are made with the new password", () =>
  withClient({}, async (client, device) => {
    await client.get("cred/");
    const change = client.changePassword(admin, next);
    const waiting = [client.get("relay/name/"), client.put("relay/name/", "x"), client.get("cred/")];
    await change;
    await Promise.all(waiting);
    expect(device.failedLogins).toBe(0);
    expect(client.isLoggedInWith(next)).toBe(true);
    expect(client.isLoggedInWith(old)).toBe(false);
  }));

test("no other request is made while it is not known which password is active", () =>
  withClient({}, async (client, device) => {
    await client.get("cred/");
    device.faults.add({ kind: "dropAfter", method: "PATCH" }, { kind: "status", status: 500, path: "cred/", times: 2 });
    await expect(client.changePassword(admin, next)).rejects.toMatchObject({ outcome: "unknown" });
    device.journal.clear();
    await expect(client.get("relay/name/")).rejects.toMatchObject({ path: "cred/" });
    expect(device.journal.count({ path: "relay/" })).toBe(0);
    await client.get("relay/name/");
    expect(device.failedLogins).toBe(0);
    expect(client.isLoggedInWith(next)).toBe(true);
  }));

test("a client that has not logged in has no password to change", () =>
  withClient({}, async (client, device) => {
    await expect(client.changePassword(admin, next)).rejects.toThrow("no login whose password could be changed");
    expect(device.journal.writes()).toEqual([]);
  }));

test("if it stays unknown which password is active, the error says what finds it out", () =>
  withClient({}, async (client, device) => {
    await client.get("cred/");
    device.faults.add({ kind: "dropAfter", method: "PATCH" }, { kind: "status", status: 500, path: "cred/", times: 9 });
    await expect(client.changePassword(admin, next)).rejects.toThrow(
      "cannot tell whether the old or the new password is active. Run again: it finds that out first. One of the two is active.",
    );
  }));

test("a change that got lost before it arrived is an error, and the old password stays in use", () =>
  withClient({}, async (client, device) => {
    await client.get("cred/");
    device.faults.add({ kind: "dropBefore", method: "PATCH" });
    const lost = await client.changePassword(admin, next).catch((error: unknown) => error);
    expect(lost).toMatchObject({ outcome: "unknown", method: "PATCH" });
    expect(client.isLoggedInWith(old)).toBe(true);
    await client.get("cred/");
    expect(device.failedLogins).toBe(1);
  }));

describe("a device that accepts the new password and then rejects a login with it", () => {
  /** Changes the password on a device on which this one is valid afterwards. */
  async function changed(validAfterwards: string) {
    const lock = guard({ users: { admin: old } }, (seen, response) => {
      if (seen.method === "PATCH") {
        lock.options.users = { admin: validAfterwards };
      }
      json(response, {});
    });
    const server = await serve((seen, response, request) => lock.handler(seen, response, request));
    const client = clientOf(server, { username: "admin", password: old });
    await client.get("cred/");
    const error = await failure(client.changePassword(admin, next));
    return { client, error, lock, server };
  }

  test("and has kept the old one, is reported with a remedy; the old one stays in use", async () => {
    const { client, error, lock, server } = await changed(old);
    expect(error).toMatchObject({ code: "notUnderstood", outcome: "refused", method: "PATCH" });
    expect(error.message).toBe(
      'device "default", PATCH auth/users/is_admin=true/: the device accepted the new password but rejects a login with it; the old one is still active. A protection bit of the device (administrator credentials), which only its reset button clears, or a rule for passwords may prevent the change.',
    );
    expect(lock.failed()).toBe(1);
    expect(client.isLoggedInWith(old)).toBe(true);
    expect(server.seen.find(({ method }) => method === "PATCH")?.headers["prefer"]).toBe("return=representation");
  });

  test("and rejects the old one, too, leaves open which one is active; the new one is used", async () => {
    const { client, error, lock, server } = await changed("a third one");
    expect(error).toMatchObject({ code: "answerLost", outcome: "unknown" });
    const requests = server.seen.length;
    expect(await failure(client.get("cred/"))).toMatchObject({ code: "loginRefused" });
    expect(server.seen).toHaveLength(requests);
    expect(lock.failed()).toBe(2);
  });
});

test("a change that the device refuses is not looked into", async () => {
  const lock = guard({ users: { admin: old } }, (seen, response) =>
    seen.method === "PATCH" ? response.writeHead(403).end() : json(response, {}),
  );
  const server = await serve((seen, response, request) => lock.handler(seen, response, request));
  const client = clientOf(server, { username: "admin", password: old });
  await client.get("cred/");
  expect(await failure(client.changePassword(admin, next))).toMatchObject({ status: 403, outcome: "refused" });
  const last = server.seen.at(-1);
  expect(last?.method).toBe("PATCH");
  expect(client.isLoggedInWith(old)).toBe(true);
});

describe("offerPassword", () => {
  test("an offered password is not tried while the configured one is valid", () =>
    withClient({}, async (client, device) => {
      await client.offerPassword("wrong");
      await client.get("cred/");
      expect(device.failedLogins).toBe(0);
    }));

  test("an offered password is tried when the configured one is refused", () =>
    withClient({ password: "wrong" }, async (client, device) => {
      await client.offerPassword(old);
      await client.get("cred/");
      expect(device.failedLogins).toBe(1);
    }));

  test("an offered password is tried after requests that were refused before the offer", () =>
    withClient({ password: "wrong" }, async (client, device) => {
      await expect(client.get("cred/")).rejects.toMatchObject({ code: "loginRefused" });
      await client.offerPassword(old);
      await client.get("cred/");
      expect(device.failedLogins).toBe(1);
    }));

  test("an offered password replaces the previous one only where it is more likely", () =>
    withClient({ password: "wrong", previousPassword: "wrong too" }, async (client, device) => {
      await client.offerPassword(old, { beforePrevious: true });
      await client.offerPassword("unlikely");
      await client.get("cred/");
      expect(device.failedLogins).toBe(1);
    }));

  test("an offered password is never tried as a third one", () =>
    withClient({ password: "wrong", previousPassword: "wrong too" }, async (client, device) => {
      const refused = await client.get("cred/").catch((error: unknown) => error);
      expect(isLoginRefusedError(refused)).toBe(true);
      await client.offerPassword(old, { beforePrevious: true });
      await expect(client.get("cred/")).rejects.toMatchObject({ code: "loginRefused" });
      expect(device.failedLogins).toBe(2);
    }));

  test("an offered password is not tried by a client that has logged in", () =>
    withClient({}, async (client, device) => {
      await client.get("cred/");
      await client.offerPassword("unlikely");
      device.tree.auth.users[0]!.password = "unlikely";
      await expect(client.get("relay/name/")).rejects.toThrow("no longer accepts the password");
      expect(client.isLoggedInWith("unlikely")).toBe(false);
    }));

  test("a password that was refused is not offered again", () =>
    withClient({ password: "wrong" }, async (client, device) => {
      await expect(client.get("cred/")).rejects.toMatchObject({ code: "loginRefused" });
      await client.offerPassword("wrong");
      await expect(client.get("cred/")).rejects.toMatchObject({ code: "loginRefused" });
      expect(device.failedLogins).toBe(1);
    }));
});
