/**
 * What fleets cost: one `Outlets` of 8 on each of many devices, through both adapters, compared with as many resources
 * that do nothing. Run with `npm run bench:fleet`; `-- --help` lists the arguments. Nothing fails here, because times
 * depend on the machine.
 */
import { cpus, loadavg } from "node:os";
import { Command, InvalidArgumentError } from "commander";
import { ensureEngine } from "../../scripts/engine/ensure";
import { step } from "../../scripts/terminal";
import { Fleet, type Plan, type Sample } from "./fleet/fleet";
import { fleetTable, verdicts } from "./fleet/report";
import { type Adapter, adapters, isAdapter, type Subject } from "./fleet/stack";

interface Options {
  readonly devices: number[];
  readonly adapters: Adapter[];
  readonly sameInputs: boolean;
  readonly latency: number[];
  readonly dead: boolean;
  readonly stack: number;
  readonly jobs: number;
  readonly parallel: number;
}

const numbers = (text: string) =>
  text.split(",").map((part) => {
    const value = Number(part);
    if (!Number.isInteger(value) || value < 0) {
      throw new InvalidArgumentError("It must be whole numbers, separated by commas.");
    }
    return value;
  });
const number = (text: string) => numbers(text)[0] as number;

function adaptersIn(text: string): Adapter[] {
  const found = adapters.filter((adapter) => text.split(",").includes(adapter));
  if (found.length !== text.split(",").length) {
    throw new InvalidArgumentError("It must be dynamic, native or both, separated by a comma.");
  }
  return found;
}

async function main(): Promise<void> {
  const command = new Command("npm run bench:fleet --")
    .description("Measures what fleets of simulated devices cost, beside as many resources that do nothing.")
    .option("--devices <numbers>", "sizes of the fleets", numbers, [1, 50, 200])
    .option("--adapters <names>", "ways into Pulumi: dynamic, native", adaptersIn, ["dynamic", "native"])
    .option("--latency <milliseconds>", "how long each response is delayed", numbers, [0, 50])
    .option("--stack <number>", "most devices in one stack; a larger fleet is stacks of 50", number, 200)
    .option("--jobs <number>", "stacks that are worked on at once", number, 2)
    .option("--parallel <number>", "resources that the engine works on at once", number, 64)
    .option("--same-inputs", "measure resources that do nothing with the same inputs, too: what Pulumi takes for these")
    .option("--no-dead", "leave out the fleets with a dead device")
    .parse();
  const options = command.opts<Options>();
  await ensureEngine();
  print(
    `${cpus().length} processors, load ${loadNow()}, --parallel ${options.parallel}, ${options.jobs} stacks at once`,
  );
  const samples: Sample[] = [];
  for (const devices of options.devices) {
    for (const latencyMilliseconds of options.latency) {
      const perStack = devices > options.stack ? 50 : devices;
      const plan = { devices, latencyMilliseconds, perStack, jobs: options.jobs, parallel: options.parallel };
      // Latency makes no difference to resources that do nothing, so they are measured once.
      const isFirst = latencyMilliseconds === options.latency[0];
      const floors = ["floor", ...(options.sameInputs ? ["same inputs" as const] : [])] as const;
      for (const subject of [...(isFirst ? floors : []), ...options.adapters]) {
        samples.push(...(await measured(subject, plan, options.dead && isAdapter(subject))));
      }
    }
  }
  print(`\n${fleetTable(samples)}\n`);
  for (const verdict of verdicts(samples)) {
    print(verdict);
  }
  print(`load at the end ${loadNow()}`);
}

async function measured(subject: Subject, plan: Plan, withDead: boolean): Promise<Sample[]> {
  const fleet = await Fleet.start(subject, plan);
  const label = `${subject}, ${plan.devices} devices, ${plan.latencyMilliseconds} ms`;
  try {
    const samples = await step(label, () => fleet.live());
    return withDead ? [...samples, ...(await step(`${label}, one dead`, () => fleet.liveWithOneDead()))] : samples;
  } finally {
    await fleet.dispose();
  }
}

function loadNow(): string {
  return (loadavg()[0] ?? 0).toFixed(1);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

void main();
