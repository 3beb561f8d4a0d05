/** A device and a run of the engine, over the engine's protocol: through the process for dynamic resources or the plugin. */
import { startPlugin } from "../../provider/plugin/server";
import { marksName } from "../../provider/schema/secrecy";
import { type SimulatedDevice, type SimulatorOptions, startSimulator } from "../../simulator";
import { delegate, startProcess } from "../dynamic/dynamic-process";
import { FakeEngine, PluginClient, secret, type Values } from "./plugin-client";

/** A run of the engine, with one device. */
export interface Bench {
  readonly device: SimulatedDevice;
  readonly client: PluginClient;
  /** Checks the inputs of a resource of the program; returns them or throws the failures. */
  check(type: string, name: string, inputs: Values, before?: Values): Promise<Values>;
  /** Checks and creates a resource of the program. */
  create(type: string, name: string, inputs: Values): Promise<{ id: string; properties: Values; inputs: Values }>;
  /** Inputs with one given as a secret. */
  withSecret(inputs: Values, name: string): Values;
}

interface Options extends SimulatorOptions {
  readonly config?: Record<string, string>;
}

function benchOf(device: SimulatedDevice, client: PluginClient, isDynamic: boolean): Bench {
  const given = (type: string, name: string, inputs: Values): Values =>
    isDynamic ? { ...inputs, __provider: delegate(type), __resource: { name } } : inputs;
  const check: Bench["check"] = async (type, name, inputs, before = {}) => {
    const { inputs: checked, failures } = await client.check(type, given(type, name, inputs), before, name);
    if (failures.length > 0) {
      throw new Error(failures.map(({ property, reason }) => `${property} ${reason}`).join(" "));
    }
    return checked;
  };
  return {
    device,
    client,
    check,
    create: async (type, name, inputs) => {
      const checked = await check(type, name, inputs);
      return { ...(await client.create(type, checked)), inputs: checked };
    },
    withSecret: (inputs, name) =>
      isDynamic ? { ...inputs, [marksName]: [[name]] } : { ...inputs, [name]: secret(inputs[name]) },
  };
}

/** Opens a run with this configuration and ends it after the work. */
type Run = (config: Record<string, string>, work: (client: PluginClient) => Promise<void>) => Promise<void>;

const runOfProcess: Run = async (config, work) => {
  const { client, stop } = await startProcess(
    Object.fromEntries(Object.entries(config).map(([key, value]) => [`dli:${key}`, value])),
  );
  try {
    await work(client);
  } finally {
    await stop();
  }
};

const runOfPlugin: Run = async (config, work) => {
  const engine = await FakeEngine.start();
  const plugin = await startPlugin({ env: {} });
  const client = new PluginClient(plugin.port);
  try {
    await client.handshake(engine.address);
    await client.configure(config);
    await work(client);
  } finally {
    client.close();
    await plugin.stop();
    engine.stop();
  }
};

/** Starts one device and does each work in a run of its own. */
type Through = (options: Options, ...works: ((bench: Bench) => Promise<void>)[]) => Promise<void>;

const throughRuns =
  (run: Run, isDynamic: boolean): Through =>
  async ({ config, ...options }, ...works) => {
    const device = await startSimulator({ speed: 100, ...options });
    const login = { url: device.url, username: device.username, password: device.password };
    try {
      for (const work of works) {
        await run({ ...login, ...config }, (client) => work(benchOf(device, client, isDynamic)));
      }
    } finally {
      await device.close();
    }
  };

/** Both adapters. */
export const benches: readonly (readonly [adapter: "dynamic" | "native", through: Through])[] = [
  ["dynamic", throughRuns(runOfProcess, true)],
  ["native", throughRuns(runOfPlugin, false)],
];

/** What creating a resource fails with, or "nothing". */
export const refusing = (bench: Bench, type: string, name: string, inputs: Values): Promise<string> =>
  bench.create(type, name, inputs).then(
    () => "nothing",
    (error: Error) => error.message,
  );
