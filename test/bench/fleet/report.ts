/** What a fleet costs, as a Markdown table with the floor, and the verdict for each target. */
import type { Sample } from "./fleet";
import { adapters, isAdapter, operations } from "./stack";

/** How many times the floor's time an operation may take without latency, by the number of devices. */
const mostOfFloor = new Map([
  [50, 1.3],
  [200, 1.5],
]);

const columns = [
  "Devices",
  "Latency",
  "Dead",
  "Through",
  ...operations,
  "Requests",
  "Processor",
  "Memory",
  "Provider",
  "Processes",
];

/**
 * A row for each fleet: seconds (and the ratio to the floor), requests per device, processor seconds in engine, program
 * and provider, and the highest memory in MB and number of processes.
 */
export function fleetTable(samples: readonly Sample[]): string {
  const rows = groupsOf(samples).map((group) => {
    const [{ subject, plan, isOneDead }] = group as [Sample, ...Sample[]];
    const of = (operation: string) => group.find((sample) => sample.operation === operation);
    const times = operations.map((operation) => {
      const sample = of(operation);
      const floor = floorOf(samples, sample);
      return sample === undefined
        ? ""
        : `${seconds(sample.milliseconds)}${floor === undefined ? "" : ` (${ratio(sample, floor)})`}`;
    });
    const requests = operations.map((operation) => ((of(operation)?.requests ?? 0) / plan.devices).toFixed(1));
    const most = (pick: (load: NonNullable<Sample["load"]>) => number) =>
      Math.max(0, ...group.flatMap(({ load }) => (load ? [pick(load)] : [])));
    return [
      plan.devices > plan.perStack ? `${plan.devices} in stacks of ${plan.perStack}` : String(plan.devices),
      `${plan.latencyMilliseconds} ms`,
      isOneDead ? "1" : "0",
      subject,
      ...times,
      isAdapter(subject) ? requests.join(" / ") : "",
      `${(["engine", "program", "provider"] as const).map((role) => secondsOf(group, role)).join(" + ")} s`,
      `${most(({ memory }) => memory).toFixed(0)} MB`,
      `${most(({ providerMemory }) => providerMemory).toFixed(0)} MB`,
      String(most(({ processes }) => processes)),
    ];
  });
  return [columns, columns.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** One line for each target: what was measured, the limit, and whether it was met. */
export function verdicts(samples: readonly Sample[]): string[] {
  const own = samples.filter(({ subject }) => isAdapter(subject));
  return [
    ...own.flatMap((sample) => verdictOfTime(samples, sample)),
    ...own.flatMap((sample) => verdictOfRefresh(samples, sample)),
    ...own
      .filter(({ subject, operation, isOneDead }) => subject === "dynamic" && operation === "no change" && !isOneDead)
      .map((sample) => line(sample, "requests", sample.requests, 0)),
    ...verdictsOfMemory(own),
    ...own.flatMap((sample) =>
      sample.stateBytes === undefined
        ? []
        : [line(sample, "bytes of inputs and outputs in the state", sample.stateBytes, 2048)],
    ),
  ];
}

function verdictOfTime(samples: readonly Sample[], sample: Sample): string[] {
  const { plan, isOneDead } = sample;
  const limit = mostOfFloor.get(plan.devices);
  const floor = floorOf(samples, sample);
  if (limit === undefined || floor === undefined || isOneDead || plan.latencyMilliseconds > 0) {
    return [];
  }
  const simulated = sample.simulatorMilliseconds / 1000;
  const found = line(sample, "times the floor", sample.milliseconds / floor.milliseconds, limit);
  const processor = processorOf(sample) / processorOf(floor);
  return [
    `${found} (processor time: ${processor.toFixed(2)} times; ${simulated.toFixed(1)} s more went into the simulated devices)`,
  ];
}

/** A refresh of 50 devices may take three round trips more than the floor. */
function verdictOfRefresh(samples: readonly Sample[], sample: Sample): string[] {
  const { plan, operation, isOneDead } = sample;
  const floor = floorOf(samples, sample);
  if (operation !== "refresh" || plan.devices !== 50 || plan.latencyMilliseconds === 0 || isOneDead || !floor) {
    return [];
  }
  const limit = (3 * plan.latencyMilliseconds + floor.milliseconds) / 1000;
  return [line(sample, "s", sample.milliseconds / 1000, limit)];
}

/** Memory per further device, from the smallest fleet to the largest in a single stack. */
function verdictsOfMemory(own: readonly Sample[]): string[] {
  return adapters.flatMap((subject) => {
    const peaks = own.filter((sample) => sample.subject === subject && sample.plan.devices <= sample.plan.perStack);
    const counts = peaks.map(({ plan }) => plan.devices);
    const [fewest, most] = [Math.min(...counts), Math.max(...counts)];
    if (!(most > fewest)) {
      return [];
    }
    const peak = (devices: number) =>
      Math.max(...peaks.filter(({ plan }) => plan.devices === devices).map(({ load }) => load?.providerMemory ?? 0));
    const [largest] = peaks.filter(({ plan }) => plan.devices === most) as [Sample];
    return [line(largest, "MB of the provider a device", (peak(most) - peak(fewest)) / (most - fewest), 2, "memory")];
  });
}

function line(
  { subject, plan, operation }: Sample,
  unit: string,
  value: number,
  limit: number,
  what = operation as string,
) {
  const shown = (number: number) => (Number.isInteger(number) ? String(number) : number.toFixed(2));
  const verdict = value <= limit ? "reached" : "MISSED";
  const latency = plan.latencyMilliseconds > 0 ? `, ${plan.latencyMilliseconds} ms` : "";
  return `${plan.devices} devices${latency}, ${subject}, ${what}: ${shown(value)} ${unit}, at most ${shown(limit)}: ${verdict}`;
}

/** The samples grouped by fleet, subject, and whether a device was dead. */
function groupsOf(samples: readonly Sample[]): Sample[][] {
  const groups = new Map<string, Sample[]>();
  for (const sample of samples) {
    const { subject, plan, isOneDead } = sample;
    const key = JSON.stringify([plan, isOneDead, subject]);
    groups.set(key, [...(groups.get(key) ?? []), sample]);
  }
  return [...groups.values()];
}

function floorOf(samples: readonly Sample[], sample: Sample | undefined): Sample | undefined {
  const isIt = ({ subject, plan, operation }: Sample) =>
    subject === "floor" && plan.devices === sample?.plan.devices && operation === sample.operation;
  return sample === undefined || sample.subject === "floor" ? undefined : samples.find(isIt);
}

function processorOf({ load }: Sample): number {
  return load === undefined ? 0 : load.processor.engine + load.processor.program + load.processor.provider;
}

/** Processor time of a role over all operations of a fleet. */
function secondsOf(group: readonly Sample[], role: "engine" | "program" | "provider"): string {
  return (group.reduce((sum, { load }) => sum + (load?.processor[role] ?? 0), 0) / 1000).toFixed(1);
}

function ratio(sample: Sample, floor: Sample): string {
  return `${(sample.milliseconds / floor.milliseconds).toFixed(1)}×`;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
