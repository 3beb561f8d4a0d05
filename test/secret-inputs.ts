/** Inputs of every resource with texts that occur nowhere else, so that a search for them finds leaks. */
import { resources } from "../provider/registry";
import { namesInId } from "../provider/schema/secrecy";
import type { SimulatedDevice } from "../simulator";

export const adminPassword = "mk-the-admins-password";
/** Every secret of every program, to search for. */
export const markers = new Set([adminPassword]);

export function marker(text: string): string {
  markers.add(text);
  return text;
}

export interface Declared {
  readonly type: string;
  readonly inputs: Record<string, unknown>;
  /** Type of the resource that it waits for. */
  readonly after?: string;
}

/** Every type of the registry. `mark` makes the texts of one program differ from those of the others. */
export function declared(mark: string): Declared[] {
  const handler = marker(`mk_handler_${mark}`);
  const source = `function ${handler}()\n  log.notice("${marker(`mk-source-${mark}`)}")\nend\nfunction hello(x)\nend\n`;
  const triggers = [marker(`mk-trigger-${mark}`)];
  return [
    {
      type: "Outlet",
      inputs: { number: 3, name: marker(`mk-three-${mark}`), state: true, critical: true, cycleDelaySeconds: 9 },
    },
    {
      type: "Outlets",
      // One secret inside a map; the values next to it are not secret.
      inputs: { outlets: { 1: { name: "router" }, 4: { name: `$secret:${marker(`mk-four-${mark}`)}`, state: true } } },
    },
    {
      type: "User",
      inputs: { name: "fred", password: marker(`mk-fred-${mark}`), outletAccess: [2, 5], isAllowed: true, adopt: true },
    },
    {
      type: "ApiClient",
      inputs: {
        name: "ci",
        scopes: [`/relay/outlets/name=${marker(`mk-scope-${mark}`)}/`],
        token: marker(Buffer.from(`the token of the client ${mark}`).toString("base64url")),
        adopt: true,
      },
    },
    { type: "AdminPassword", inputs: { password: adminPassword, allowDefault: false } },
    { type: "RestApi", inputs: { enabled: true, allowNonAdmin: true } },
    { type: "Ssh", inputs: { enabled: true, port: 2222, authorizedKeys: `ssh-ed25519 ${marker(`mk-key-${mark}`)}` } },
    { type: "Access", inputs: { allowJsonRpc: true, sessionTimeoutSeconds: Number(marker(`314159${mark.length}`)) } },
    { type: "AutoPing", inputs: { enabled: true, pingIntervalSeconds: 77 } },
    {
      type: "AutoPingItem",
      inputs: { addresses: ["10.0.0.1"], outlets: [3], enabled: false, script: handler, adopt: true },
      after: "Script",
    },
    { type: "Script", inputs: { source, bootHandler: handler, traced: true } },
    { type: "ScriptSnippet", inputs: { name: "x", source: `log.notice("${marker(`mk-snip-${mark}`)}")`, adopt: true } },
    { type: "Relay", inputs: { name: marker(`mk-relay-${mark}`), sequenceDelaySeconds: 1 } },
    {
      type: "Setting",
      inputs: {
        path: "mqtt",
        value: { username: "dli", password: `$secret:${marker(`mk-mqtt-${mark}`)}` },
        onDestroy: "leave",
      },
    },
    { type: "OutletCycle", inputs: { outlets: [5], waitSeconds: 60, triggers } },
    { type: "SwitchOutlets", inputs: { states: { 6: true }, persistent: true, triggers } },
    {
      type: "ScriptRun",
      inputs: { function: "hello", arguments: [marker(`mk-argument-${mark}`)], triggers },
      after: "Script",
    },
    { type: "ScriptStop", inputs: { thread: "all", triggers }, after: "ScriptRun" },
    { type: "Reboot", inputs: { timeoutSeconds: 600, triggers }, after: "ScriptStop" },
  ];
}

/** Puts on a device what each of these resources needs there when it is alone. */
export function prepare(device: SimulatedDevice): void {
  const handlers = ["a", "b"].map((mark) => `function mk_handler_${mark}()\nend\n`);
  device.changeByHand("script/source", `function hello(x)\nend\n${handlers.join("")}`);
  device.tree.script.threads["17"] = { label: "loop (admin via web ui)" };
}

/** The inputs that are part of the id, which is not a secret. */
export function identifying({ type, inputs }: Declared): Set<string> {
  return namesInId(resources.find((definition) => definition.type === type)!, inputs as never);
}
