/** What else our own access depends on: a port that another service gets, the device's name, the switch for tokens. */
import type { Json } from "../../provider/client";
import { accessLoss, type OwnAccess } from "../../provider/runtime/gate/own-access";
import type { SimulatedDevice } from "../../simulator";
import { onDevice, writes } from "../support/on-device";

type Write = readonly [type: string, inputs: (port: number) => Record<string, Json>];

const setting = (path: string, value: (port: number) => Json): Write => [
  "Setting",
  (port) => ({ path, value: value(port) }),
];

const ownPort = (device: SimulatedDevice) => Number(new URL(device.url).port);

test.each<[string, ...Write]>([
  ["SSH", "Ssh", (port) => ({ port })],
  ["SSH by its path", ...setting("config/ssh_port", (port) => port)],
  ["HTTPS", ...setting("config/https_ports", (port) => [443, port])],
  ["HTTPS in a group", ...setting("config", (port) => ({ hostname: "rack", https_ports: [port] }))],
  ["Modbus", ...setting("modbus/port", (port) => port)],
])("the port that this provider connects to is not given to %s without allowLockout", (_what, type, inputs) =>
  onDevice({}, async ({ device, engine }) => {
    const refused = engine.create(type, inputs(ownPort(device)));
    await expect(refused).rejects.toThrow(/gives the port that this provider connects to to another.*allowLockout/);
    expect(writes(device)).toEqual([]);
    await engine.create(type, inputs(4022));
    await engine.create(type, { ...inputs(ownPort(device)), allowLockout: true });
  }),
);

test.each<Json>([[], {}])("ports that the device shows as %j are changed with allowLockout, and not without", (shown) =>
  onDevice({}, async ({ device, engine }) => {
    device.behaviours.register({ name: "ports", path: "config/http_ports", read: () => shown as never });
    const ports = { path: "config/http_ports", value: [8080] };
    await expect(engine.create("Setting", ports)).rejects.toThrow(/allowLockout/);
    expect(writes(device)).toEqual([]);
    const allowed = await engine.create("Setting", { ...ports, allowLockout: true }).catch((error: Error) => error);
    expect(String(allowed)).not.toMatch(/allowLockout: true/);
    expect(writes(device)).not.toEqual([]);
  }),
);

test("the device keeps the name by which it is found, unless that is none of its own", () =>
  onDevice({}, async ({ device, engine }) => {
    const byName = engine.as({ "dli:url": device.url.replace("127.0.0.1", "localhost") });
    const renamed = { path: "config/hostname", value: "rack" };
    device.tree.config.hostname = "localhost";
    await expect(byName.create("Setting", renamed)).rejects.toThrow(/changes the name by which.*allowLockout/);
    expect(writes(device)).toEqual([]);
    await engine.create("Setting", renamed);
    await byName.create("Setting", { ...renamed, value: "other" });
    await byName.create("Setting", { ...renamed, value: "LocalHost.lan" });
    expect(device.tree.config.hostname).toBe("LocalHost.lan");
  }));

test("a token does not switch off REST for others without allowLockout, since it may be one of them", () =>
  onDevice({}, async ({ device, engine }) => {
    device.tree.config.allow_rest_nonadmin = true;
    const held = await engine.create("ApiClient", { name: "ci", scopes: ["/"] });
    const byToken = engine.as({
      "dli:token": String(held.state["bearer"]),
      "dli:username": "",
      "dli:password": "",
    });
    const before = writes(device);
    for (const [type, inputs] of [
      ["RestApi", { allowNonAdmin: false }],
      ["Setting", { path: "config/allow_restapi_nonadmin", value: false }],
    ] as const) {
      await expect(byToken.create(type, inputs)).rejects.toThrow(/end the access of tokens.*allowLockout/);
    }
    expect(writes(device)).toEqual(before);
    await byToken.create("RestApi", { allowNonAdmin: true });
    await engine.create("RestApi", { allowNonAdmin: false });
  }));

test.each<[string, Json, Partial<OwnAccess>, boolean]>([
  ["config/certificates", [], { url: "https://rack" }, true],
  ["config/certificates", [], { url: "http://rack" }, false],
  ["config/http_ports", [80, 443], { url: "https://rack" }, true],
  ["config/http_ports", [], { url: "https://rack" }, false],
  ["config/hostname", "b", { url: "http://[::1]", hostname: "a" }, false],
  ["config/hostname", "b", { url: "http://rack.lan", hostname: "RACK" }, true],
  ["config/hostname", "b", { url: "http://rack.lan" }, true],
  ["modbus", { enabled: true }, {}, false],
])("a PUT of %s with %j by way of %j may end our access: %j", (path, value, access, isLoss) => {
  const request = { method: "PUT", segments: path.split("/"), value } as const;
  expect(accessLoss(request, { url: "http://rack", usesPassword: true, ...access }) !== undefined).toBe(isLoss);
});
