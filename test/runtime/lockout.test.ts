/** Changes that may end our own access: refused, or written last and verified by a fresh login. */
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { apiClient } from "../../provider/resources/api-client";
import { user } from "../../provider/resources/user";
import type { Context } from "../../provider/runtime/context";
import { type DialectSettings, dialects, type SimulatedDevice } from "../../simulator";
import { MiniEngine } from "../lifecycle/mini-engine";
import { onDevice, writes } from "../support/on-device";

const restOff = { enabled: false, allowLockout: true };

describe("changes that need allowLockout", () => {
  test.each<[string, string, Record<string, unknown>, RegExp]>([
    ["the REST API", "RestApi", { enabled: false }, /disabling the REST API.*allowLockout/],
    ["the REST API by its path", "Setting", { path: "config/allow_restapi", value: false }, /disabling the REST API/],
    [
      "the REST API inside an object",
      "Setting",
      { path: "config", value: { allow_restapi: false } },
      /disabling the REST/,
    ],
    ["the realm", "Access", { realm: "other" }, /login with a password depends on the realm.*allowLockout: true/],
    ["the realm by its path", "Setting", { path: "auth", value: { realm: "other" } }, /depends on the realm/],
    [
      "the network",
      "Setting",
      { path: "network/wired/gateway", value: "10.0.0.1" },
      /the network through which this provider/,
    ],
    [
      "the address",
      "Setting",
      { path: "network/wired", value: { ip_address: "10.0.0.9" } },
      /the address of the device/,
    ],
    [
      "the WiFi",
      "Setting",
      { path: "network/wireless", value: { enabled: false } },
      /the network through which this provider/,
    ],
    ["other subnets", "Access", { sameSubnetOnly: true }, /the network through which this provider connects/],
    [
      "a port that may lead here",
      "Setting",
      { path: "config/http_ports", value: [8080] },
      /which is none of the device's/,
    ],
  ])("without allowLockout a change of %s is rejected, and nothing is written", (_name, type, inputs, reason) =>
    onDevice({}, async ({ device, engine }) => {
      device.tree.network.wireless.enabled = true;
      device.tree.network.same_subnet_only = false;
      await expect(engine.create(type, inputs)).rejects.toThrow(reason);
      expect(writes(device)).toEqual([]);
    }),
  );

  test.each<[string, Record<string, unknown>]>([
    ["RestApi", { enabled: false }],
    ["Setting", { path: "config/allow_restapi", value: false }],
    ["Setting", { path: "config", value: { allow_rest: null } }],
  ])("the plan already shows that %s %j would lock us out", (type, inputs) =>
    onDevice({}, async ({ device, engine }) => {
      expect(() => engine.check(type, inputs)).toThrow(/disabling the REST API would lock.*allowLockout/);
      expect(device.journal.entries).toEqual([]);
    }),
  );

  const fred = { name: "fred", password: "freds password", isAllowed: true, outletAccess: [1, 2] };
  test.each<[string, Record<string, unknown>, string[] | "removal", RegExp | undefined]>([
    ["removed", {}, "removal", /`fred` is the account this provider logs in with, and it would be removed/],
    ["disallowed", { isAllowed: false }, ["isAllowed"], /would be disallowed/],
    ["with fewer rights", { outletAccess: [2] }, ["outletAccess"], /would lose access/],
    ["with another password", { password: "another one" }, ["password"], /its password would change/],
    ["with more rights", { outletAccess: [1, 2, 3] }, ["outletAccess"], undefined],
  ])("our own account %s is a lockout where it narrows our rights", async (_name, change, changes, reason) => {
    const context = (username: string) => ({ account: { username }, device: { url: "http://device" } }) as Context;
    const lockouts = (username: string) =>
      user.lockout?.(
        context(username),
        { ...fred, ...change } as never,
        fred,
        changes === "removal" ? changes : (new Set(changes) as never),
      );
    // A device that keeps names in its own spelling may accept a login with another one.
    for (const username of ["fred", "Fred"]) {
      expect(await lockouts(username)).toEqual(
        reason ? [expect.objectContaining({ reason: expect.stringMatching(reason) })] : [],
      );
    }
    expect(await lockouts("admin")).toEqual([]);
  });

  test.each(["ci", "CI"])("the removal of a client is a lockout when we log in with its token as %s", async (own) => {
    const context = { account: { tokenClient: own }, device: { url: "http://device" } } as Context;
    const [desired, observed] = [
      { name: "CI", scopes: [] },
      { name: "ci", scopes: [] },
    ];
    const found = (await apiClient.lockout?.(context, desired as never, observed, "removal")) ?? [];
    expect(found).toEqual([expect.objectContaining({ reason: expect.stringMatching(/it would be removed/) })]);
  });

  test("a change of our own client is a lockout when we log in with its token", () =>
    onDevice({}, async ({ device, engine }) => {
      const ci = { name: "ci", scopes: ["/auth/", "/cred/", "/relay/"], token: "t".repeat(32) };
      const held = await engine.create("ApiClient", ci);
      const byToken = new MiniEngine({
        device,
        config: { "dli:token": String(held.state["bearer"]), "dli:username": "", "dli:password": "" },
      });
      device.journal.clear();
      const spelledOtherwise = byToken.create("ApiClient", { ...ci, name: "CI", scopes: ["/cred/"], adopt: true });
      await expect(spelledOtherwise).rejects.toThrow(/`ci` is the client.*would/);
      await expect(byToken.up(held, { ...ci, scopes: ["/auth/", "/cred/"] })).rejects.toThrow(
        /`ci` is the client.*would lose scopes/,
      );
      await expect(byToken.up(held, { ...ci, token: "u".repeat(32) })).rejects.toThrow(/its token would change/);
      await expect(byToken.destroy(held)).rejects.toThrow(/it would be removed.*allowLockout/);
      expect(writes(device)).toEqual([]);
      await byToken.up(held, { ...ci, allowLockout: true, scopes: ["/auth/", "/cred/"] });
      expect(Object.keys(device.tree.auth.clients["ci"]!.scopes)).toEqual(["/auth/", "/cred/"]);
      await byToken.destroy(held);
      expect(device.tree.auth.clients).toEqual({});
      const expected = /serial number cannot be read|sent over http:|the device keeps it as/;
      const warnings = byToken.warnings.filter((warning) => !expected.test(warning));
      expect(warnings).toEqual([expect.stringContaining("as allowed by allowLockout")]);
    }));
});

describe("changes on which our access does not depend", () => {
  test.each<[string, string, Record<string, unknown>]>([
    ["enabling the REST API", "RestApi", { enabled: true }],
    ["the same realm", "Access", { realm: "LPC9-000001" }],
    ["letting other subnets in", "Access", { sameSubnetOnly: false }],
    ["enabling WiFi", "Setting", { path: "network/wireless/enabled", value: true }],
    ["a further port", "Setting", { path: "config/http_ports", value: [80, 8080] }],
    ["a port of the other scheme", "Setting", { path: "config/https_ports", value: [8443] }],
  ])("no allowLockout is needed for %s", (_name, type, inputs) =>
    onDevice({}, async ({ engine }) => {
      await expect(engine.create(type, inputs)).resolves.toBeDefined();
    }),
  );
});

const everyOf = (...chosen: (keyof DialectSettings)[]) =>
  chosen.flatMap((name) => dialects[name].values.map((value) => [`${name}=${value}`, { [name]: value }] as const));

test.each(everyOf("restDisabledStatus", "restKeyName"))(
  "disabling the REST API comes last and succeeds, with %s",
  (_name, settings) =>
    onDevice({ dialects: settings }, async ({ device, engine }) => {
      const [rest] = await engine.createAll([
        { type: "RestApi", inputs: restOff },
        { type: "Outlet", inputs: { number: 1, name: "one", state: false } },
        { type: "User", inputs: { name: "fred", password: "freds password" } },
        { type: "Access", inputs: { realm: "other", allowLockout: true } },
        { type: "Outlet", inputs: { number: 2, state: false } },
      ]);
      const paths = device.journal.writes().map(({ path }) => path);
      expect(paths.slice(-2)).toEqual([
        "/restapi/auth/realm/",
        expect.stringMatching(/^\/restapi\/config\/allow_rest[a-z_]*\/$/),
      ]);
      expect(paths).toHaveLength(6);
      expect(device.tree.config.allow_rest).toBe(false);
      expect(rest?.state["enabled"]).toBe(false);
      expect(engine.warnings).toEqual([expect.stringMatching(/REST API does not.*as allowed by allowLockout/)]);
    }),
);

/** The device is silent from its new address until it has the matching netmask. */
test.each([0, 1])("netmask and gateway come before the address over two resources, declared as number %d", (first) =>
  onDevice({}, async ({ device, engine }) => {
    const { wired } = device.tree.network;
    wired.ip_address = "127.0.0.1";
    device.behaviours.register({
      name: "silent until it has the mask",
      path: "network/wired/ip_address",
      write(_context, value, next) {
        next(value);
        if (wired.netmask !== "255.0.0.0") {
          device.faults.add({ kind: "dropBefore", times: "always" });
        }
      },
    });
    const settings = [
      { path: "network/wired/ip_address", value: "127.0.0.9", allowLockout: true },
      { path: "network/wired", value: { netmask: "255.0.0.0", gateway: "127.0.0.2" }, allowLockout: true },
    ].map((inputs) => ({ type: "Setting", inputs }));
    await engine.createAll(first === 0 ? settings : settings.reverse());
    expect(writes(device)).toEqual(["PATCH network/wired/", "PUT network/wired/ip_address/"]);
    expect(wired).toMatchObject({ ip_address: "127.0.0.9", netmask: "255.0.0.0", gateway: "127.0.0.2" });
  }),
);

test("changes of access by several resources go in one order, the end of the REST API last", () =>
  onDevice({}, async ({ device, engine }) => {
    await engine.createAll([
      { type: "RestApi", inputs: restOff },
      { type: "Setting", inputs: { path: "network/wired/protocol", value: "dhcp", allowLockout: true } },
      { type: "Setting", inputs: { path: "network/wired/gateway", value: "10.0.0.1", allowLockout: true } },
      { type: "Access", inputs: { realm: "other", allowLockout: true } },
    ]);
    expect(writes(device).map((request) => request.replace(/allow_rest\w*/, "allow_rest"))).toEqual([
      "PUT auth/realm/",
      "PUT network/wired/gateway/",
      "PUT network/wired/protocol/",
      "PUT config/allow_rest/",
    ]);
  }));

test("a resource that comes after the end of our access fails and says why", () =>
  onDevice({}, async ({ engine }) => {
    const late = await engine.outcomesInTurn(
      [
        { type: "RestApi", inputs: restOff },
        { type: "Outlet", inputs: { number: 1, name: "late" } },
      ],
      false,
    );
    expect(late.map((outcome) => (outcome instanceof Error ? outcome.message : "made"))).toEqual([
      "made",
      expect.stringMatching(/default\/rest-api has just locked this provider out.*dependsOn/),
    ]);
  }));

test("a lockout is rejected where the engine waits for it before it starts other resources", () =>
  onDevice({}, async ({ device, engine }) => {
    const [refused, made] = await engine.outcomesInTurn(
      [
        { type: "RestApi", inputs: restOff },
        { type: "Outlet", inputs: { number: 3, name: "web" } },
      ],
      true,
    );
    expect(String(refused)).toMatch(
      /may lock this provider out, but default\/outlets\/3 on the same device has not started yet.*dependsOn.*--parallel/,
    );
    expect(made).toMatchObject({ id: "default/outlets/3" });
    expect(device.tree.config.allow_rest).toBe(true);
    expect(writes(device)).toEqual(["PUT relay/outlets/2/name/"]);
  }));

test.each([
  ...everyOf("oldRealm", "digestAlgorithm", "nonceLifetime", "lockoutAttempts"),
  ["a failed login at once locks out", { oldRealm: "failedLogin", lockoutAttempts: 1 }] as const,
])("a change of the realm is verified with a fresh login, and no login fails, with %s", (_name, settings) =>
  onDevice({ dialects: settings }, async ({ device, engine }) => {
    const held = await engine.create("Access", { realm: "Rack 1", sessionTimeoutSeconds: 60, allowLockout: true });
    expect(device.tree.auth.realm).toBe("Rack 1");
    expect([device.failedLogins, device.isLockedOut]).toEqual([0, false]);
    const after = device.journal.entries.slice(
      device.journal.entries.findLastIndex(({ path }) => path.includes("realm")) + 1,
    );
    expect(after[0]).toMatchObject({ status: 401, user: null });
    expect(await engine.refresh(held)).toEqual([]);
  }),
);

test("a realm after which no login succeeds is an error, and the state shows what was written", () =>
  onDevice({}, async ({ device, engine }) => {
    const held = await engine.create("Access", { realm: "DLI LPC", allowLockout: true });
    // Like a device that keeps hashes with the old realm.
    device.behaviours.register({
      name: "hashed passwords",
      path: "auth/realm",
      write(_context, value, next) {
        next(value);
        device.tree.auth.users[0]!.password = "not any more";
      },
    });
    await expect(engine.up(held, { realm: "other", allowLockout: true })).rejects.toThrow(
      /the change was made, and a fresh login at .* failed: the device no longer accepts the password/,
    );
    // The second one distinguishes a refused login from a refused request; there is no third.
    expect(device.failedLogins).toBe(2);
  }));

describe("the port that we use", () => {
  let proxy: Server | undefined;
  afterEach(() => proxy?.close());

  /** Another port that leads to the same device. */
  async function openProxy(device: SimulatedDevice): Promise<{ port: number; used: () => number }> {
    let used = 0;
    const server = createServer((socket) => {
      used += 1;
      const inner = connect(Number(new URL(device.url).port), "127.0.0.1");
      socket.pipe(inner).pipe(socket);
      for (const end of [socket, inner]) {
        end.on("error", () => socket.destroy());
      }
      socket.on("close", () => inner.destroy());
    });
    proxy = server;
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return { port: (server.address() as AddressInfo).port, used: () => used };
  }

  test("a change of our port needs allowLockout and is verified at the new port, where the run continues", () =>
    onDevice({}, async ({ device, engine }) => {
      const { port, used } = await openProxy(device);
      const own = Number(new URL(device.url).port);
      device.tree.config.http_ports = [own];
      const inputs = { path: "config/http_ports", value: [port] };
      await expect(engine.create("Setting", inputs)).rejects.toThrow(`port ${own} is the one that this provider`);
      expect(used()).toBe(0);
      const held = await engine.create("Setting", { ...inputs, allowLockout: true });
      expect(held.state["value"]).toEqual([port]);
      expect(used()).toBe(1);
      expect(engine.warnings).toEqual([
        expect.stringContaining(`now answers at http://127.0.0.1:${port}; set dli:url`),
      ]);
    }));

  test("a new port at which nothing responds is an error that says so", () =>
    onDevice({}, async ({ device, engine }) => {
      const { port } = await openProxy(device);
      await new Promise((resolve) => proxy?.close(resolve));
      device.tree.config.http_ports = [Number(new URL(device.url).port)];
      await expect(
        engine.create("Setting", { path: "config/http_ports", value: [port], allowLockout: true }),
      ).rejects.toThrow(new RegExp(`the change was made, and a fresh login at http://127.0.0.1:${port} failed`));
    }));

  describe("a device without any port", () => {
    /** Makes the device silent after its answer, or instead of it. */
    function closePorts(device: SimulatedDevice, answers: boolean): void {
      device.tree.config.http_ports = [Number(new URL(device.url).port)];
      device.tree.config.https_ports = [1];
      device.behaviours.register({
        name: "closes the port",
        path: "config/http_ports",
        write(_context, value, next) {
          next(value);
          if (answers) {
            device.faults.add({ kind: "dropBefore", times: "always" });
          } else {
            device.reboot({ deafMilliseconds: 1e9 });
          }
        },
      });
    }
    const inputs = { path: "config/http_ports", value: [], allowLockout: true };

    test("a device whose last port is removed is expected to be gone", () =>
      onDevice({}, async ({ device, engine }) => {
        closePorts(device, true);
        const held = await engine.create("Setting", inputs);
        expect(held.state["value"]).toEqual([]);
        expect(engine.warnings).toEqual([expect.stringMatching(/as allowed by allowLockout/)]);
      }));

    test("a removal of the last port whose response was lost is an error, because it may never have arrived", () =>
      onDevice({}, async ({ device, engine }) => {
        closePorts(device, false);
        await expect(engine.create("Setting", inputs)).rejects.toThrow(
          /the response was lost and the device has not answered since/,
        );
      }));
  });
});
