/** A plugin in this process, a device, and a client that calls the plugin as the engine does. */
import { type RunningPlugin, startPlugin } from "../../provider/plugin/server";
import { type SimulatedDevice, type SimulatorOptions, startSimulator } from "../../simulator";
import { FakeEngine, PluginClient, type Values } from "./plugin-client";

export interface Fixture {
  readonly device: SimulatedDevice;
  readonly engine: FakeEngine;
  readonly plugin: RunningPlugin;
  readonly client: PluginClient;
  /** Configuration for the device. */
  readonly configuration: Values;
  /** Ends the run and begins another one, in which the plugin serves a provider of this name. */
  restart(configuration: Values, provider: string | undefined): Promise<void>;
}

/** Does the work with everything started and configured, and ends it afterwards. */
export async function withPlugin(
  work: (fixture: Fixture) => Promise<void>,
  options: SimulatorOptions & { env?: NodeJS.ProcessEnv } = {},
): Promise<void> {
  const { env = {}, ...simulated } = options;
  const device = await startSimulator({ speed: 100, ...simulated });
  const engine = await FakeEngine.start();
  const plugin = await startPlugin({ env });
  const client = new PluginClient(plugin.port);
  const configuration = { url: device.url, username: device.username, password: device.password };
  const restart = async (args: Values, provider: string | undefined) => {
    await client.cancel();
    await client.handshake(engine.address);
    await client.configure(args, provider);
  };
  try {
    await client.handshake(engine.address);
    await client.configure(configuration);
    await work({ device, engine, plugin, client, configuration, restart });
  } finally {
    client.close();
    await plugin.stop();
    engine.stop();
    await device.close();
  }
}
