/** Processes that the engine has started, as the system lists them. */
import { execFileSync } from "node:child_process";

export interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** Every running descendant of a process, parents before their children. */
export function descendants(root: number): Process[] {
  const all = running();
  const below = (pid: number): Process[] =>
    all.filter(({ parent }) => parent === pid).flatMap((child) => [child, ...below(child.pid)]);
  return below(root);
}

export const isRunning = (pid: number) => running().some((process_) => process_.pid === pid);

/** Kills a process with SIGKILL unless it has ended already, as a child may do with its parent. */
export function killAtOnce(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") {
      throw error;
    }
  }
}

/** All processes except zombies. */
function running(): Process[] {
  return execFileSync("ps", ["-A", "-o", "pid=,ppid=,stat=,args="], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line))
    .flatMap((match) => (match && !match[3]?.startsWith("Z") ? [match] : []))
    .map(([, pid, parent, , command]) => ({ pid: Number(pid), parent: Number(parent), command: command as string }));
}
