/** A simulated device with something of every resource type, with names and texts that are hard to write correctly. */
import { isRefusedError } from "../../provider/client";
import type { SimulatedDevice } from "../../simulator";
import { MiniEngine } from "../lifecycle/mini-engine";

/** Names of outlets that a program, a URN or YAML may trip over. */
const outletNames = ["router", `it's "odd" \${x}`, "null", "yes", "- a: b # c", "Küche", "default", "`back` \\ {}"];
/** Names of users that are keywords, builtins, or not identifiers. */
const userNames = ["fred", "ann b", "delete", "dli", "pulumi", "3d printer", "true", "constructor", "router"];

/** A script that any inexact copy changes: templates, quotes, backslashes, and a blank line first. */
const script = `

function hello(who)
  log.notice("\${who} \\"quoted\\" it's \`x\` %{y} \\\\ " .. who)
end

function bye()
  log.notice([[ two
    lines  ]])
end
`;

/** The secrets on the device, to search for. */
export const hidden = ["Fred-secret-1", "Mqtt-secret-1"] as const;

/** Puts everything on the device, as people do by hand over the years. */
export async function furnish(device: SimulatedDevice): Promise<void> {
  const engine = new MiniEngine({ device });
  const count = device.tree.relay.outlets.length;
  for (const [index, outlet] of device.tree.relay.outlets.entries()) {
    outlet.name = outletNames[index] ?? `outlet ${index + 1}`;
    outlet.critical = index % 3 === 0;
    outlet.cycle_delay = index % 2 === 0 ? null : index;
    device.switchOutlet(index + 1, index % 4 !== 1);
  }
  for (const [index, name] of userNames.entries()) {
    const password = index === 0 ? hidden[0] : `secret of ${name}`;
    const outletAccess = [[1, 2, count], "all", []][index % 3];
    const made = engine.create("User", { name, password, outletAccess, isAllowed: index !== 1 });
    // Some devices accept plain names only.
    await made.catch((error: unknown) => (isRefusedError(error) ? undefined : Promise.reject(error)));
  }
  await engine.create("ApiClient", { name: "ci", scopes: ["/cred/", "/relay/outlets/=1,3/state/?access=get"] });
  await engine.create("Script", { source: script, bootHandler: "hello", traced: true });
  await engine.create("ScriptSnippet", { name: "say hello", source: `\tlog.notice("\${a} 'b'")\n\t` });
  await engine.create("ScriptSnippet", { name: "odd breaks", source: "x = 1\n-- a \u2028 b\u2029c\ufeff\n" });
  await engine.create("AutoPing", { maxReboots: 3, maxConsecutiveReboots: null });
  await engine.create("AutoPingItem", { addresses: ["192.168.0.50", "tcp://nas:22"], outlets: [1, 2], enabled: false });
  await engine.create("AutoPingItem", { addresses: ["10.0.0.1"], outlets: [3], script: "bye", pingsBeforeEnabling: 3 });
  await engine.create("Ssh", { enabled: true, authorizedKeys: "\nssh-ed25519 AAAA me@there\nssh-ed25519 BBBB you\n" });
  await engine.create("RestApi", { enabled: true, allowNonAdmin: true });
  await engine.create("Access", { lockoutDelayMinutes: 10, allowJsonRpc: false });
  await engine.create("Relay", { name: `Rack 7 \${north}`, sequenceDelaySeconds: 2 });
  device.changeByHand("mqtt/password", hidden[1]);
  device.journal.clear();
}

/** Settings to export too: a scalar, and an object with a secret and, on some firmware, nulls. */
export const settings = ["config/hostname", "mqtt"];
