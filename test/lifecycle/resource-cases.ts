/** What the standard lifecycle test needs to know about each resource. */
import { createHash } from "node:crypto";
import type { SimulatedDevice } from "../../simulator";

export interface LifecycleCase {
  readonly type: string;
  /** Configuration of a run, computed when the run begins. */
  readonly config?: (device: SimulatedDevice) => Record<string, string>;
  /** Puts what the resource needs on the device. */
  readonly prepare?: (device: SimulatedDevice) => void;
  readonly inputs: Record<string, unknown>;
  /** The id that results from `inputs`. */
  readonly id: string;
  /** Changed inputs, and the names of those that differ. */
  readonly changed: Record<string, unknown>;
  readonly changes: readonly string[];
  /** A change by hand; `drifted` names the inputs that then differ from `changed`. */
  readonly drift: (device: SimulatedDevice) => void;
  readonly drifted: readonly string[];
  /** Inputs that an import cannot know, so that the program has to add them. */
  readonly notImported?: Record<string, unknown>;
  /** Whether the device can confirm that it has them already, so that adding them writes nothing. */
  readonly isConfirmed?: boolean;
  /** A well-formed id of something that does not exist, if the type has such ids. */
  readonly absentId?: string;
}

/** A token in wire form, derived from a text. */
const tokenOf = (text: string) => createHash("sha256").update(text).digest("base64url");

const source = "function restart()\n  log.notice('restart')\nend\n";

export const cases: readonly LifecycleCase[] = [
  {
    type: "Outlet",
    inputs: { number: 3, name: "web", state: true },
    id: "default/outlets/3",
    changed: { number: 3, name: "web-1", state: false, critical: true, cycleDelaySeconds: 7 },
    changes: ["name", "state", "critical", "cycleDelaySeconds"],
    drift: (device) => {
      device.switchOutlet(3, true);
      device.tree.relay.outlets[2]!.name = "mine";
    },
    drifted: ["name", "state"],
    absentId: "default/outlets/99",
  },
  {
    type: "Outlets",
    inputs: { outlets: { 1: { name: "router", state: true }, 4: { name: "web", state: true }, 5: { state: false } } },
    id: "default/outlets",
    changed: {
      outlets: {
        1: { name: "router", state: false, critical: true },
        4: { name: "web-1", state: false },
        8: { state: true, cycleDelaySeconds: 7 },
      },
    },
    changes: [
      'outlets["1"].critical',
      'outlets["1"].state',
      'outlets["4"].name',
      'outlets["4"].state',
      'outlets["5"].state',
      ...["cycleDelaySeconds", "enforce", "protectFromOff", "state", "waitForPhysical"].map(
        (name) => `outlets["8"].${name}`,
      ),
    ],
    drift: (device) => {
      device.switchOutlet(4, true);
      device.switchOutlet(6, true);
      device.tree.relay.outlets[0]!.name = "mine";
    },
    drifted: ['outlets["1"].name', 'outlets["4"].state'],
  },
  {
    type: "User",
    inputs: { name: "fred", password: "p\"w'{1}\\ x", outletAccess: [2, 5] },
    id: "default/users/fred",
    changed: { name: "fred", password: "another one", outletAccess: "all", isAllowed: false },
    changes: ["password", "outletAccess", "isAllowed"],
    drift: (device) => {
      const fred = device.tree.auth.users.find((user) => user.name === "fred")!;
      fred.is_allowed = true;
      fred.outlet_access = fred.outlet_access.map((_, index) => index === 0);
    },
    drifted: ["isAllowed", "outletAccess"],
    notImported: { password: "another one" },
    absentId: "default/users/nobody",
  },
  {
    type: "ApiClient",
    inputs: { name: "ci", scopes: ["/relay/outlets/=1,3/state/?access=get", "/cred/"], token: tokenOf("first") },
    id: "default/clients/ci",
    changed: { name: "ci", scopes: ["/cred/", "/script/start/?access=invoke"], token: tokenOf("second") },
    changes: ["scopes", "token"],
    drift: (device) => {
      const { ci } = device.tree.auth.clients;
      ci!.scopes["/relay/"] = true;
      ci!.access_tokens = { [createHash("sha256").update("another").digest("hex")]: {} };
    },
    drifted: ["scopes", "token"],
    notImported: { token: tokenOf("second") },
    // The device shows the token's hash.
    isConfirmed: true,
    absentId: "default/clients/nobody",
  },
  {
    type: "AdminPassword",
    // The user updates the configuration when the password changes; everything else is in test/resources.
    config: ({ tree }) => ({ "dli:password": tree.auth.users[0]!.password }),
    inputs: { password: "first of the admin's" },
    id: "default/admin",
    changed: { password: "p\"w'{1}\\ x&=%+ü" },
    changes: ["password"],
    drift: ({ tree }) => {
      tree.auth.users[0]!.password = "by hand";
    },
    drifted: ["password"],
    notImported: { password: "p\"w'{1}\\ x&=%+ü" },
    isConfirmed: true,
  },
  {
    type: "RestApi",
    inputs: { allowNonAdmin: false },
    id: "default/rest-api",
    changed: { enabled: true, allowNonAdmin: true },
    changes: ["enabled", "allowNonAdmin"],
    drift: (device) => {
      const config = device.tree.config as unknown as Record<string, unknown>;
      const key = Object.keys(config).find((name) => /^allow_rest.*nonadmin$/.test(name))!;
      config[key] = false;
    },
    drifted: ["allowNonAdmin"],
  },
  {
    type: "Ssh",
    inputs: { enabled: true, port: 22 },
    id: "default/ssh",
    changed: { enabled: false, port: 2222, authorizedKeys: "ssh-ed25519 AAAA me\nssh-ed25519 BBBB you\n" },
    changes: ["enabled", "port", "authorizedKeys"],
    drift: (device) => {
      device.tree.config.ssh_port = 22;
    },
    drifted: ["port"],
  },
  {
    type: "Access",
    inputs: { lockoutDelayMinutes: 10, allowJsonRpc: true },
    id: "default/access",
    changed: {
      lockoutDelayMinutes: 10,
      allowJsonRpc: false,
      allowPlaintextLogins: false,
      sessionTimeoutSeconds: 900,
      sameSubnetOnly: false,
      realm: "Rack 1",
      allowLockout: true,
    },
    changes: [
      "allowJsonRpc",
      "allowPlaintextLogins",
      "sessionTimeoutSeconds",
      "sameSubnetOnly",
      "realm",
      "allowLockout",
    ],
    drift: (device) => {
      device.tree.auth.cookie_timeout = 60;
      device.tree.config.allow_plaintext_logins = true;
      device.tree.auth.realm = "DLI LPC";
    },
    drifted: ["sessionTimeoutSeconds", "allowPlaintextLogins", "realm"],
  },
  {
    type: "AutoPing",
    inputs: { enabled: true, pingIntervalSeconds: 30 },
    id: "default/autoping",
    changed: {
      enabled: false,
      pingIntervalSeconds: 60,
      pingTimeoutSeconds: 600,
      maxReboots: 3,
      maxConsecutiveReboots: null,
    },
    changes: ["enabled", "pingIntervalSeconds", "pingTimeoutSeconds", "maxReboots", "maxConsecutiveReboots"],
    drift: (device) => {
      device.tree.autoping.ping_timeout = 100;
      device.tree.autoping.max_reboot_count = null;
    },
    drifted: ["pingTimeoutSeconds", "maxReboots"],
  },
  {
    type: "AutoPingItem",
    prepare: (device) => device.changeByHand("script/source", source),
    inputs: { addresses: ["10.0.0.2", "10.0.0.1"], outlets: [4] },
    id: "default/autoping/10.0.0.1,10.0.0.2",
    changed: {
      addresses: ["10.0.0.1", "10.0.0.2"],
      outlets: [4, 1],
      script: "restart",
      enabled: false,
      pingsBeforeEnabling: 3,
    },
    changes: ["outlets", "script", "enabled", "pingsBeforeEnabling"],
    drift: (device) => {
      device.tree.autoping.items[0]!.outlets = [7];
    },
    drifted: ["outlets"],
    absentId: "default/autoping/10.9.9.9",
  },
  {
    type: "Script",
    inputs: { source },
    id: "default/script",
    changed: {
      source: `${source}function other()\r\nend   \r\n`,
      bootHandler: "other",
      traced: true,
      stepDelaySeconds: 2,
    },
    changes: ["source", "bootHandler", "traced", "stepDelaySeconds"],
    drift: (device) => {
      device.tree.script.boot_handler = "restart";
    },
    drifted: ["bootHandler"],
  },
  {
    type: "ScriptSnippet",
    inputs: { name: "say hello", source: "log.notice('hello')" },
    id: "default/script/snippets/say%20hello",
    changed: { name: "say hello", source: "log.notice('hello')\r\nlog.notice('again')  \r\n" },
    changes: ["source"],
    drift: (device) => {
      device.tree.script.snippets["say hello"]!.source = "log.notice('mine')";
    },
    drifted: ["source"],
    absentId: "default/script/snippets/nothing",
  },
  {
    type: "Relay",
    inputs: { name: "Rack 1", sequenceDelaySeconds: 2 },
    id: "default/relay",
    changed: { name: "Rack 2", sequenceDelaySeconds: 2, cycleDelaySeconds: 9, recoveryMode: 1, keypadEnabled: false },
    changes: ["name", "cycleDelaySeconds", "recoveryMode", "keypadEnabled"],
    drift: (device) => {
      device.tree.relay.keypad_enabled = true;
    },
    drifted: ["keypadEnabled"],
  },
  {
    type: "Setting",
    inputs: { path: "mqtt", value: { enabled: true, broker_port: 8883 } },
    id: "default/settings/mqtt",
    changed: { path: "mqtt", value: { enabled: false, broker_port: 1884, topic_root: "rack/1" } },
    changes: ["value"],
    drift: (device) => {
      device.tree.mqtt.topic_root = "by/hand";
      device.tree.mqtt.broker_port = 1;
    },
    drifted: ["value"],
    absentId: "default/settings/config/no_such_thing",
  },
];
