/** `npm run simulator` as a shell's background job: what ends npm ends the device too. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { ROOT } from "../../scripts/engine/pins";

/** How a connection to a port ends: with the code of an error, or connected. */
async function knock(url: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  return once(socket, "connect").then(
    () => {
      socket.destroy();
      return "connected";
    },
    (error: NodeJS.ErrnoException) => String(error.code),
  );
}

// On Windows npm is a batch file, and a signal ends a process without telling its children.
const onPosix = process.platform === "win32" ? test.skip : test;

onPosix.each(["SIGTERM", "SIGKILL"] as const)(
  "a %s to npm closes the port of npm run simulator",
  async (signal) => {
    const npm = spawn("npm", ["run", "--silent", "simulator", "--", "--port", "0", "--json"], {
      cwd: ROOT,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = (await once(createInterface({ input: npm.stdout }), "line")) as [string];
    const { url } = JSON.parse(line) as { url: string };
    expect(await knock(url)).toBe("connected");
    npm.kill(signal);
    // Not npm's exit: the pipe closes when the last process that could write to it is gone.
    await once(npm, "close");
    expect(await knock(url)).toBe("ECONNREFUSED");
  },
  120_000,
);
