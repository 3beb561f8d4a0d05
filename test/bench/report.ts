/** Prints what was measured, with the targets. */
import { availableParallelism } from "node:os";
import { declared, drifted } from "./device";
import { mostReads, type Requests } from "./requests";
import { latencyMilliseconds, type Operation, operations, type Sample, type SubjectName } from "./subjects";

export type Results = { subject: SubjectName; operation: Operation; sample: Sample }[];

const names = Object.keys(operations) as Operation[];
const fields = declared.reduce((sum, resource) => sum + resource.fields, 0);

/** The most that each operation may send: reads of any one subtree, and writes. */
const allowed: Partial<Record<Operation, { reads: number; writes: number }>> = {
  create: { reads: 2, writes: fields },
  "no-change up": { reads: 0, writes: 0 },
  refresh: { reads: 1, writes: 0 },
  // One read by the refresh, then one before and one after the repair.
  repair: { reads: 3, writes: drifted.length },
  "create, 32 at once": { reads: 2, writes: fields },
};

export function reportRequests(results: Results): void {
  print(
    `\nRequests of ${declared.length} resources, ${fields} fields of which differ, ${drifted.length} drifted (last round)`,
  );
  print(
    `"create" runs as many operations at once as the engine does by itself, 4 x CPUs = ${4 * availableParallelism()}: resources come in waves,` +
      " each of which is verified by itself",
  );
  for (const subject of ["device", "slow device"] as const) {
    for (const operation of names) {
      const requests = results.findLast((result) => result.subject === subject && result.operation === operation)
        ?.sample.requests;
      if (requests) {
        reportOperation(
          `${operation}${subject === "slow device" ? `, ${latencyMilliseconds} ms` : ""}`,
          operation,
          requests,
        );
      }
    }
  }
}

function reportOperation(title: string, operation: Operation, requests: Requests): void {
  const limit = allowed[operation];
  const reads = mostReads(requests);
  print(
    `${title}: ${requests.total} requests, ${requests.challenges} of them to be asked to log in` +
      (limit
        ? `; reads of one subtree ${verdict(reads, limit.reads)}, writes ${verdict(requests.writes, limit.writes)}`
        : ""),
  );
  for (const [subtree, methods] of [...requests.counts].sort()) {
    print(`    ${subtree.padEnd(14)} ${[...methods].map(([method, count]) => `${method} ${count}`).join("  ")}`);
  }
}

export function reportCosts(results: Results): void {
  const of = (subject: SubjectName, operation: Operation) =>
    results
      .filter((result) => result.subject === subject && result.operation === operation)
      .map(({ sample }) => sample);
  const seconds = (samples: Sample[]) => median(samples.map(({ milliseconds }) => milliseconds)) / 1000;

  print(`\nTime, median of ${of("floor", "create").length} (floor = as many resources that do nothing)`);
  for (const operation of names) {
    const floor = seconds(of("floor", operation));
    const device = seconds(of("device", operation));
    const slow = of("slow device", operation);
    const requests = median(slow.map((sample) => sample.requests?.total ?? 0));
    const limit = floor + (1.1 * requests * latencyMilliseconds) / 1000;
    // Without requests latency makes no difference, and the limit would be the floor itself.
    const slowly = requests > 0 ? `${requests} requests: ${verdict(seconds(slow), limit)} s` : "no requests";
    print(
      `${operation.padEnd(20)} floor ${floor.toFixed(2)} s, device ${device.toFixed(2)} s, ratio ${verdict(device / floor, 1.3)}` +
        `; ${latencyMilliseconds} ms, ${slowly}`,
    );
  }

  print("\nPeak memory of the provider process, median");
  for (const operation of names) {
    const [floor, device] = (["floor", "device"] as const).map((subject) =>
      of(subject, operation).flatMap(({ memory }) => memory ?? []),
    );
    if (!floor?.length || !device?.length) {
      print(`${operation.padEnd(20)} not measured: this system has no /proc`);
    } else {
      const [floorMb, deviceMb] = [median(floor), median(device)];
      print(
        `${operation.padEnd(20)} floor ${floorMb.toFixed(0)} MB, device ${deviceMb.toFixed(0)} MB, ratio ${verdict(deviceMb / floorMb, 1.25)}`,
      );
    }
  }
}

function verdict(value: number, limit: number): string {
  const text = (number: number) => (Number.isInteger(number) ? String(number) : number.toFixed(2));
  return `${text(value)} (target <= ${text(limit)}: ${value <= limit ? "pass" : "MISS"})`;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
