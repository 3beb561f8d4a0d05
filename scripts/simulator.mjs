/** `npm run simulator`: makes the clone ready and becomes the simulator, and ends when npm does. */
import "./setup.mjs";
import { readFileSync } from "node:fs";

/** How often to look whether npm is still there. */
const watchMilliseconds = 200;

/** The parent of a process, where the system shows it as a file; some shells stay between npm and this process. */
function parentOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1];
  } catch {
    return undefined;
  }
}

const ancestors = () => `${process.ppid} ${parentOf(process.ppid)}`;

if (process.exitCode === undefined) {
  // npm passes a signal on to its shell, which passes it on to nobody; an npm that was killed passes on nothing.
  const before = ancestors();
  setInterval(() => {
    if (ancestors() !== before) {
      process.kill(process.pid, "SIGTERM");
    }
  }, watchMilliseconds).unref();
  await import("../dist/simulator/cli/main.js");
}
