/** The programs that Pulumi starts reach it, and it them, whatever the environment says about colours and proxies. */
import type { ChildProcess } from "node:child_process";
import path from "node:path";
import { startCommand } from "../../scripts/command";
import { ROOT } from "../../scripts/engine/pins";
import { startSimulator } from "../../simulator";
import { unused } from "../engine/listeners";
import { FakeEngine, PluginClient } from "../plugin/plugin-client";

/** Starts a program, and returns its first line of output. */
async function started(program: string, env: NodeJS.ProcessEnv): Promise<{ child: ChildProcess; line: string }> {
  const loader = path.join(ROOT, "node_modules/tsx/dist/loader.mjs");
  const child = startCommand(process.execPath, ["--import", loader, path.join(ROOT, "provider", program, "main.ts")], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const line = await new Promise<string>((resolve) => {
    child.stdout?.setEncoding("utf8").once("data", resolve);
  });
  return { child, line };
}

test.each(["plugin", "converter"])("the %s prints its port without colours", async (program) => {
  const { child, line } = await started(program, { FORCE_COLOR: "1" });
  child.kill("SIGTERM");
  expect(line).toMatch(/^\d+\n$/);
});

test("what the plugin says arrives where an HTTP proxy is set, which nothing on this machine is behind", async () => {
  const device = await startSimulator();
  const engine = await FakeEngine.start();
  const { child, line } = await started("plugin", { http_proxy: await unused(), no_proxy: "example.com" });
  const client = new PluginClient(Number(line));
  try {
    await client.handshake(engine.address);
    await client.configure({ url: device.url, username: device.username, password: device.password });
    device.switchOutlet(3, true);
    const { inputs } = await client.check("Outlet", { device: "default", number: 3, state: false });
    await client.create("Outlet", inputs, { preview: true });
    expect(engine.logged.map(({ message }) => message)).toEqual(['outlet 3 "Outlet 3" will lose power: on -> off']);
  } finally {
    client.close();
    child.kill("SIGTERM");
    engine.stop();
    await device.close();
  }
});
