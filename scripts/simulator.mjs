/** `npm run simulator`: prepares the clone, then becomes the simulator, which ends when npm does. */
import { readFileSync } from "node:fs";

/** How often to check that npm is still running. */
const watchMilliseconds = 200;

/** A process's parent, on systems with /proc; some shells stay between npm and this process. */
function parentOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1];
  } catch {
    return undefined;
  }
}

const ancestors = () => `${process.ppid} ${parentOf(process.ppid)}`;

// npm passes signals on to its shell, which does not pass them on; an npm that is killed passes on nothing.
const before = ancestors();

function endWithNpm() {
  if (ancestors() !== before) {
    process.kill(process.pid, "SIGTERM");
  }
}

// The set-up of a fresh clone takes so long that npm may be gone by then.
await import("./setup.mjs");
endWithNpm();
if (process.exitCode === undefined) {
  setInterval(endWithNpm, watchMilliseconds).unref();
  await import("../dist/simulator/cli/main.js");
}
