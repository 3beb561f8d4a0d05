/** What the benchmark declares on a device: 8 outlets, 3 users, 3 AutoPing items and the settings. */
import type { SimulatedDevice } from "../../simulator";

interface Declared {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
  /** How many of the declared fields differ on an untouched device; a thing that is created counts as one. */
  readonly fields: number;
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

export const declared: readonly Declared[] = [
  // The outlets are on already, so nothing waits for a relay.
  ...numbers(8).map((number) => ({
    type: "Outlet",
    name: `outlet-${number}`,
    inputs: { number, name: `load ${number}`, state: true, critical: true },
    fields: 2,
  })),
  ...numbers(3).map((number) => ({
    type: "User",
    name: `user-${number}`,
    inputs: { name: `user-${number}`, password: `password ${number}`, outletAccess: [number] },
    fields: 1,
  })),
  // None names a script function: an item that does waits for it and is then verified by itself.
  ...numbers(3).map((number) => ({
    type: "AutoPingItem",
    name: `item-${number}`,
    inputs: { addresses: [`10.0.0.${number}`], outlets: [number] },
    fields: 1,
  })),
  { type: "RestApi", name: "rest", inputs: { enabled: true, allowNonAdmin: true }, fields: 1 },
  { type: "Ssh", name: "ssh", inputs: { enabled: true, port: 2222 }, fields: 2 },
  { type: "AutoPing", name: "autoping", inputs: { enabled: true, pingIntervalSeconds: 60 }, fields: 2 },
  { type: "Script", name: "script", inputs: { source: "function restart()\nend\n", traced: true }, fields: 2 },
  { type: "Relay", name: "relay", inputs: { name: "Rack 1", cycleDelaySeconds: 9 }, fields: 2 },
];

/** Changes by hand before the drift is repaired: one field of each of five resources. */
const byHand = {
  "outlet-2": (device: SimulatedDevice) => device.changeByHand("relay/outlets/1/name", "by hand"),
  "outlet-5": (device: SimulatedDevice) => device.changeByHand("relay/outlets/4/critical", false),
  "user-2": (device: SimulatedDevice) => {
    device.tree.auth.users.find(({ name }) => name === "user-2")!.is_allowed = false;
  },
  autoping: (device: SimulatedDevice) => device.changeByHand("autoping/ping_interval", 30),
  ssh: (device: SimulatedDevice) => device.changeByHand("config/ssh_port", 22),
};

export const drifted = Object.keys(byHand);

export function changeByHand(device: SimulatedDevice): void {
  for (const change of Object.values(byHand)) {
    change(device);
  }
}

/** The program as a user would write it. */
export const deviceProgram = [
  `import * as dli from "pulumi-dli";`,
  ...declared.map(({ type, name, inputs }) => `new dli.${type}(${JSON.stringify(name)}, ${JSON.stringify(inputs)});`),
].join("\n");

/** The same number of resources that do nothing. */
export const floorProgram = `
import * as pulumi from "@pulumi/pulumi";

class Noop extends pulumi.CustomResource {
  constructor(name: string) {
    const __provider = 'exports.handler=()=>require("floor-provider").noop;';
    super("pulumi-nodejs:dynamic/floor:Noop", name, { name, value: "on", __provider });
  }
}
${declared.map(({ name }) => `new Noop(${JSON.stringify(name)});`).join("\n")}
`;
