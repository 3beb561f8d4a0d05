/** Pulumi's own process for dynamic providers, started and called as the engine does it. */
import { once } from "node:events";
import { createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { endGroup, startCommand } from "../../scripts/command";
import { ROOT } from "../../scripts/engine/pins";
import type { SimulatedDevice } from "../../simulator";
import { PluginClient, type Values } from "../plugin/plugin-client";

/** The delegate in the state of every resource, which has to work for ever. */
export function delegate(type: string): string {
  return `exports.handler=()=>require("pulumi-dli/dynamic/v1").get("${type}");`;
}

export interface DynamicProcess {
  readonly client: PluginClient;
  stop(): Promise<void>;
}

/** Stack configuration for a device. */
export function configurationOf(device: SimulatedDevice): Values {
  return { "dli:url": device.url, "dli:username": device.username, "dli:password": device.password };
}

/** Starts it for one operation of the engine. */
export async function startProcess(configuration: Values): Promise<DynamicProcess> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(PULUMI|DLI|JEST)_/.test(name));
  // Stands in for the engine that the process connects to.
  const engine = createServer();
  await once(engine.listen(0, "127.0.0.1"), "listening");
  const address = `127.0.0.1:${(engine.address() as AddressInfo).port}`;
  // It finds `pulumi-dli` from its working folder, as it does in a user's project.
  const child = startCommand(
    process.execPath,
    [require.resolve("@pulumi/pulumi/cmd/dynamic-provider", { paths: [ROOT] }), address],
    {
      cwd: ROOT,
      env: { ...Object.fromEntries(inherited), PULUMI_NODEJS_PROJECT: "test" },
      stdio: ["ignore", "pipe", "ignore"],
    },
  );
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const port = await new Promise<number>((resolve, reject) => {
    createInterface({ input: child.stdout! }).once("line", (line) => resolve(Number(line)));
    child.once("error", reject);
    void ended.then(() => reject(new Error("the process ended at once")));
  });
  const client = new PluginClient(port);
  await client.configure(configuration);
  return {
    client,
    async stop() {
      client.close();
      endGroup(child, "SIGKILL");
      await ended;
      await promisify(engine.close).call(engine);
    },
  };
}

/** Does the work with a process of its own, as one operation of the engine. */
export async function operation<T>(configuration: Values, work: (client: PluginClient) => Promise<T>): Promise<T> {
  const { client, stop } = await startProcess(configuration);
  try {
    return await work(client);
  } finally {
    await stop();
  }
}
