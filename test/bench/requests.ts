/** Counts what reached the device. */
import type { JournalEntry } from "../../simulator";

/** Requests on one subtree by method. */
export type Counts = Map<string, Map<string, number>>;

export interface Requests {
  readonly total: number;
  /** Requests that were only told to log in; not in `counts`. */
  readonly challenges: number;
  readonly writes: number;
  readonly counts: Counts;
}

export function countRequests(entries: readonly JournalEntry[]): Requests {
  const counts: Counts = new Map();
  const answered = entries.filter(({ status }) => status !== 401);
  for (const { method, path } of answered) {
    const subtree = subtreeOf(path);
    const methods = counts.get(subtree) ?? new Map<string, number>();
    counts.set(subtree, methods.set(method, (methods.get(method) ?? 0) + 1));
  }
  return {
    total: entries.length,
    challenges: entries.length - answered.length,
    writes: answered.filter(({ method }) => method !== "GET").length,
    counts,
  };
}

/** The most reads that any one subtree took. */
export function mostReads({ counts }: Requests): number {
  return Math.max(0, ...[...counts.values()].map((methods) => methods.get("GET") ?? 0));
}

/** `relay/outlets`, `auth/users` and the serial number are read by themselves, and so is each of the other containers. */
function subtreeOf(path: string): string {
  const [first = "", second] = path.replace(/^\/restapi\//, "").split("/");
  return ["relay/outlets", "auth/users", "config/serial"].find((subtree) => subtree === `${first}/${second}`) ?? first;
}
