/** One stack of the benchmark: devices with one `Outlets` each, or as many resources that do nothing. */
import {
  createWorkspace,
  type OperationOptions,
  TRANSPILE_ONLY,
  type Workspace,
} from "../../../scripts/engine/workspace";
import { type SimulatedDevice, startSimulator } from "../../../simulator";
import { createPluginWorkspace } from "../../engine/plugin-workspace";
import { type BlackHole, openBlackHole } from "./black-hole";

/** The two adapters to Pulumi. */
export const adapters = ["dynamic", "native"] as const;
/** Subjects without devices: resources that do nothing, with next to no inputs or with the inputs of ours. */
export const floors = ["floor", "same inputs"] as const;
export type Adapter = (typeof adapters)[number];
export type Subject = Adapter | (typeof floors)[number];

/** In the order in which they are measured. */
export const operations = ["create", "no change", "refresh", "repair", "destroy"] as const;
export type Operation = (typeof operations)[number];

const outletCount = 8;
/** Long enough for a thousand resources. */
const timeoutMs = 900_000;

const outlets = Object.fromEntries(
  Array.from({ length: outletCount }, (_, index) => [index + 1, { name: `load ${index + 1}`, state: true }]),
);

const outletsProgram = (names: readonly string[]) => `
import * as dli from "pulumi-dli";

for (const device of ${JSON.stringify(names)}) {
  new dli.Outlets(device, { device, outlets: ${JSON.stringify(outlets)} });
}
`;

const floorProgram = (names: readonly string[], inputs: object) => `
import * as pulumi from "@pulumi/pulumi";

class Noop extends pulumi.CustomResource {
  constructor(name: string) {
    const __provider = 'exports.handler=()=>require("floor-provider").noop;';
    super("pulumi-nodejs:dynamic/floor:Noop", name, { name, value: "on", __provider, ...${JSON.stringify(inputs)} });
  }
}
for (const name of ${JSON.stringify(names)}) {
  new Noop(name);
}
`;

/** How fast devices and engine are. */
export interface Pace {
  readonly latencyMilliseconds: number;
  /** Resources that the engine works on at once. */
  readonly parallel: number;
}

export class FleetStack {
  /** What stands at the address of the last device while that is dead. */
  #hole: BlackHole | undefined;

  readonly #names: readonly string[];
  readonly #devices: SimulatedDevice[];
  readonly #workspace: Workspace;
  readonly #pace: Pace;

  constructor(names: readonly string[], devices: SimulatedDevice[], workspace: Workspace, pace: Pace) {
    this.#names = names;
    this.#devices = devices;
    this.#workspace = workspace;
    this.#pace = pace;
  }

  static async start(subject: Subject, names: readonly string[], pace: Pace): Promise<FleetStack> {
    const isFloor = !isAdapter(subject);
    const devices = await Promise.all(isFloor ? [] : names.map((name) => startDevice(name, pace)));
    const make = subject === "native" ? createPluginWorkspace : createWorkspace;
    const workspace = await make({
      checksTypesAlways: true,
      program: isFloor ? floorProgram(names, subject === "floor" ? {} : { outlets }) : outletsProgram(names),
      packages: { "floor-provider": "test/bench/floor-provider" },
      env: TRANSPILE_ONLY,
    });
    const entries = devices.flatMap((device, index) => {
      const entry = `dli:devices.${names[index]}`;
      const { url, username, password } = device;
      const plain = [`${entry}.url=${url}`, `${entry}.username=${username}`].flatMap((text) => ["--plaintext", text]);
      return [...plain, "--secret", `${entry}.password=${password}`];
    });
    if (entries.length > 0) {
      await workspace.pulumi(["config", "set-all", "--path", ...entries], { expectExit: 0 });
    }
    return new FleetStack(names, devices, workspace, pace);
  }

  /** Replaces the last device with a black hole, which does not even refuse a connection. */
  async kill(): Promise<void> {
    const [device] = this.#devices.slice(-1) as [SimulatedDevice];
    await device.close();
    this.#hole = await openBlackHole(portOf(device));
  }

  /** Brings the last device back in its initial state. */
  async revive(): Promise<void> {
    const device = this.#devices.pop() as SimulatedDevice;
    await this.#hole?.close();
    this.#hole = undefined;
    this.#devices.push(await startDevice(this.#names.at(-1) as string, this.#pace, portOf(device)));
  }

  /** Requests since the last call. */
  takeRequests(): number {
    let count = 0;
    for (const { journal } of this.#devices) {
      count += journal.entries.length;
      journal.clear();
    }
    return count;
  }

  /** Runs an operation to its end. It has to succeed unless a device is dead. */
  async perform(operation: Operation): Promise<void> {
    const goesOn = this.#hole !== undefined && operation !== "refresh";
    const options: OperationOptions = {
      args: ["--parallel", String(this.#pace.parallel), ...(goesOn ? ["--continue-on-error"] : [])],
      timeoutMs,
      env: operation === "repair" ? { BENCH_DRIFT: this.#names.join(",") } : {},
      ...(this.#hole === undefined && { expectExit: 0 }),
    };
    switch (operation) {
      case "create":
      case "no change":
        await this.#workspace.up(options);
        return;
      case "refresh":
        await this.#workspace.refresh(options);
        return;
      case "repair":
        for (const device of this.#devices) {
          device.changeByHand("relay/outlets/3/name", "by hand");
        }
        await this.#workspace.up({ ...options, refresh: true });
        return;
      case "destroy":
        await this.#workspace.destroy(options);
        return;
    }
  }

  async dispose(): Promise<void> {
    await Promise.all([this.#hole?.close(), ...this.#devices.map((device) => device.close())]);
    this.#workspace.dispose();
  }

  /** Size of one resource's inputs and outputs in the state, in bytes; the rest is Pulumi's own. */
  async stateBytes(): Promise<number> {
    const { deployment } = await this.#workspace.exportState();
    const own = deployment.resources?.find(({ type }) => /dli:.*Outlets$/.test(type));
    return own === undefined ? 0 : Buffer.byteLength(JSON.stringify([own.inputs, own.outputs]));
  }
}

/** Whether a subject has devices. */
export function isAdapter(subject: Subject): subject is Adapter {
  return adapters.some((adapter) => adapter === subject);
}

async function startDevice(name: string, { latencyMilliseconds }: Pace, port = 0): Promise<SimulatedDevice> {
  const device = await startSimulator({ latencyMilliseconds, serial: `SN-${name}`, port });
  // The outlets are on as declared, so nothing waits for a relay.
  for (const outlet of device.tree.relay.outlets) {
    Object.assign(outlet, { state: true, transient_state: true, physical_state: true });
  }
  return device;
}

function portOf({ url }: SimulatedDevice): number {
  return Number(new URL(url).port);
}
