/** The programs that Pulumi starts print a port that it can read, whatever the environment says about colours. */
import path from "node:path";
import { startCommand } from "../../scripts/command";
import { ROOT } from "../../scripts/engine/pins";

test.each(["plugin", "converter"])("the %s prints its port without colours", async (program) => {
  const loader = path.join(ROOT, "node_modules/tsx/dist/loader.mjs");
  const child = startCommand(process.execPath, ["--import", loader, path.join(ROOT, "provider", program, "main.ts")], {
    cwd: ROOT,
    env: { ...process.env, FORCE_COLOR: "1" },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const line = await new Promise<string>((resolve) => {
    child.stdout?.setEncoding("utf8").once("data", resolve);
  });
  child.kill("SIGTERM");
  expect(line).toMatch(/^\d+\n$/);
});
