/** `npm run simulator` as a shell's background job: what ends npm ends the device too. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { ROOT } from "../../scripts/engine/pins";
import { until } from "../until";

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

/** A clone whose set-up takes as long as the file `setup` with the id of its process is there. */
function slowClone(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "pulumi-dli-"));
  mkdirSync(path.join(folder, "scripts"));
  cpSync(path.join(ROOT, "package.json"), path.join(folder, "package.json"));
  cpSync(path.join(ROOT, "scripts", "simulator.mjs"), path.join(folder, "scripts", "simulator.mjs"));
  symlinkSync(path.join(ROOT, "dist"), path.join(folder, "dist"));
  writeFileSync(
    path.join(folder, "scripts", "setup.mjs"),
    'import { existsSync, writeFileSync } from "node:fs"; writeFileSync("setup", String(process.pid));\n' +
      'while (existsSync("setup"));\n',
  );
  return folder;
}

onPosix.each(["SIGTERM", "SIGKILL"] as const)(
  "a %s to npm while the clone is set up starts no device afterwards",
  async (signal) => {
    const folder = slowClone();
    const npm = spawn("npm", ["run", "--silent", "simulator", "--", "--port", "0", "--json"], {
      cwd: folder,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const setup = path.join(folder, "setup");
    await until(() => existsSync(setup) && readFileSync(setup, "utf8") !== "");
    const pid = Number(readFileSync(setup, "utf8"));
    const started = once(npm.stdout, "data").then(() => process.kill(pid) && "started");
    npm.kill(signal);
    await once(npm, "exit");
    rmSync(setup);
    expect(await Promise.race([once(npm, "close").then(() => "closed"), started])).toBe("closed");
    rmSync(folder, { recursive: true });
  },
  20_000,
);
