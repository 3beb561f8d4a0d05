/** The simulator as a process, the way users start it. */
import { existsSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { endGroup, follow, startCommand } from "./command";
import { ROOT } from "./engine/pins";

const START_MS = 15_000;

/** A simulated device that runs as a separate process. */
export interface SimulatorProcess {
  url: string;
  username: string;
  password: string;
  /** Address of its control port, for changing things by hand. */
  control: string;
  /** Everything it has printed so far. */
  output(): string;
  stop(): Promise<void>;
}

/** Starts the built simulator on a free port, with any further arguments, and waits until it answers. */
export async function startSimulatorProcess(args: string[] = []): Promise<SimulatorProcess> {
  const main = path.join(ROOT, "dist", "simulator", "cli", "main.js");
  if (!existsSync(main)) {
    throw new Error("The simulator is not built: npm run build");
  }
  const child = startCommand(process.execPath, [main, "--port", "0", "--json", "--control", ...args], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const { output, ended } = follow(child);
  const stop = async () => {
    endGroup(child, "SIGTERM");
    const kill = setTimeout(() => endGroup(child, "SIGKILL"), 5_000);
    await ended;
    clearTimeout(kill);
  };
  let limit: NodeJS.Timeout | undefined;
  try {
    const line = await new Promise<string>((resolve, reject) => {
      createInterface({ input: child.stdout! }).once("line", resolve);
      child.once("error", reject);
      ended.then(() => reject(new Error(`The simulator ended at once:\n${output()}`)));
      limit = setTimeout(() => reject(new Error(`The simulator did not answer in time:\n${output()}`)), START_MS);
    });
    return { ...JSON.parse(line), output, stop };
  } catch (error) {
    await stop();
    throw error;
  } finally {
    clearTimeout(limit);
  }
}
