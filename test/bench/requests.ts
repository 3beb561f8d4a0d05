/** Counts the requests that reached the device. */
import type { JournalEntry } from "../../simulator";

/** Number of requests by subtree and method. */
export type Counts = Map<string, Map<string, number>>;

export interface Requests {
  readonly total: number;
  /** Requests that were answered with 401; not in `counts`. */
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

/** The highest number of reads of any one subtree. */
export function mostReads({ counts }: Requests): number {
  return Math.max(0, ...[...counts.values()].map((methods) => methods.get("GET") ?? 0));
}

/** The unit in which the provider reads: `relay/outlets`, `auth/users`, the serial number, or a top-level container. */
function subtreeOf(path: string): string {
  const [first = "", second] = path.replace(/^\/restapi\//, "").split("/");
  return ["relay/outlets", "auth/users", "config/serial"].find((subtree) => subtree === `${first}/${second}`) ?? first;
}
