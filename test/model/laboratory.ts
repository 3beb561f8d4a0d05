/** Two devices, a program and an engine, and checks of everything that must hold after each step and at the end. */
import { LoginLedger } from "../../provider/client";
import { Devices } from "../../provider/devices/devices";
import { definitionOf } from "../../provider/registry";
import { type SimulatedDevice, startSimulator } from "../../simulator";
import { countCalls, wronglyCalled } from "./calls";
import { unclear } from "./clear-errors";
import { Engine, type FailedOperation, isFailed, nameOf, type Operation, type UpOptions } from "./engine";
import { expectEmpty } from "./expect-empty";
import { Invariants } from "./invariants";
import { changedPaths, type Leaves, leaf, leavesOf } from "./leaves";
import { type Declaration, type DeviceName, deviceNames, edited, type PerDevice, type Program } from "./program";
import { remedyOf } from "./refusals";
import type { Scenario, Step, Twice } from "./steps";
import { VirtualTime } from "./virtual-time";

/** Long enough not to appear in an error by accident. */
const adminPassword = "the-admins-own-secret";
/** Long enough for every relay to move, every thread to end and every device to respond again. */
const restMilliseconds = 20 * 60_000;
/** Options against a dripping response, for whose end a test cannot wait. */
const impatient = { requestTimeoutSeconds: 0.25 };

const perDevice = <T>(make: (name: DeviceName) => T): PerDevice<T> => ({ left: make("left"), right: make("right") });

/** Totals over all sequences, for the report. */
export const counts = { sequences: 0, ups: 0, operations: 0, errors: 0, partly: 0, faults: 0, refusals: 0, twice: 0 };

/** Whether a place shows that an outlet that was on is off. */
const isLossOfPower =
  ({ before, after }: { readonly before: Leaves; readonly after: Leaves }) =>
  (path: string) =>
    /^relay\/outlets\/\d+\/(transient_)?state$/.test(path) &&
    before.get(path) === leaf(true) &&
    after.get(path) !== leaf(true);

export class Laboratory {
  #program: Program = new Map();
  readonly #history: string[] = [];
  readonly #engine: Engine;
  readonly #invariants: Invariants;
  #timeouts = {};
  /** How often random bytes were drawn, which makes them the same whenever a sequence is repeated. */
  #drawn = 0;

  readonly #time: VirtualTime;
  readonly #devices: PerDevice<SimulatedDevice>;

  readonly #processes: number;

  constructor(time: VirtualTime, devices: PerDevice<SimulatedDevice>, { plugin, processes }: Scenario) {
    this.#time = time;
    this.#devices = devices;
    this.#processes = processes;
    this.#invariants = new Invariants(devices);
    this.#engine = new Engine(() => this.#newDevices(), { tellsDeclared: plugin, processes });
  }

  /** Runs a scenario to its end. An error contains everything that happened. */
  static async run(scenario: Scenario): Promise<void> {
    counts.sequences += 1;
    const { dialects, steps } = scenario;
    const time = new VirtualTime();
    const start = (name: DeviceName) =>
      startSimulator({
        clock: time.devices,
        serial: `SERIAL-${name}`,
        password: adminPassword,
        dialects: dialects[name],
      });
    const devices = { left: await start("left"), right: await start("right") };
    const laboratory = new Laboratory(time, devices, scenario);
    try {
      for (const step of steps) {
        await laboratory.#perform(step);
      }
      await laboratory.#conclude();
    } catch (error) {
      throw new Error(`${(error as Error).message}\n\n${laboratory.#report()}`, { cause: error });
    } finally {
      await Promise.all(deviceNames.map((name) => devices[name].close()));
      time.end();
    }
  }

  async #perform(step: Step): Promise<void> {
    if (step.step === "by hand") {
      this.#note(`${step.device}, by hand: ${step.change.what}`);
      step.change.change(this.#devices[step.device]);
      for (const path of step.change.unseen ?? []) {
        this.#invariants.noteUnseen(step.device, path);
      }
      return;
    }
    if (step.step === "restart") {
      this.#note(`${step.device} ${step.powerLoss ? "loses power" : "restarts"}`);
      this.#devices[step.device].reboot(step);
      return;
    }
    for (const edit of step.edits) {
      this.#program = edited(this.#program, edit);
      this.#note(`edit ${JSON.stringify(edit)}`);
    }
    // With two processes, neither knows what the other owns.
    if (step.twice && this.#processes === 1) {
      await this.#declareTwice(step.twice);
    }
    const { targets } = step;
    const isTarget = targets && ((urn: string) => this.#numberOf(urn) % targets.of !== targets.without);
    const how = `${step.refresh ? " --refresh" : ""}${targets ? ` --target ${JSON.stringify(targets)}` : ""}`;
    this.#note(`up${how} with faults ${JSON.stringify(step.faults)}`);
    for (const { device, ...fault } of step.faults) {
      this.#devices[device].faults.add(fault);
    }
    if (step.faults.some(({ kind }) => kind === "slowDrip")) {
      this.#timeouts = impatient;
    }
    const { restart } = step;
    const timer =
      restart && this.#time.devices.startTimer(restart.after, () => this.#devices[restart.device].reboot(restart));
    if (restart) {
      this.#note(`${restart.device} restarts meanwhile: ${JSON.stringify(restart)}`);
    }
    const isStruck = step.faults.length > 0 || restart !== undefined;
    await this.#up({ refresh: step.refresh, ...(isTarget && { isTarget }) }, isStruck, restart?.device);
    timer?.cancel();
    this.#timeouts = {};
    for (const name of deviceNames) {
      counts.faults += this.#devices[name].faults.struck;
      this.#devices[name].faults.clear();
    }
  }

  /** One thing under two names is refused with both names, whichever comes first, and no outlet loses power. */
  async #declareTwice({ number, isFirst }: Twice): Promise<void> {
    const things = [...this.#program].filter(([, { type }]) => definitionOf(type)?.family !== "action");
    const [urn, { type, inputs }] = things[number % things.length] ?? ["", { type: "", inputs: {} }];
    if (things.length === 0) {
      return;
    }
    counts.twice += 1;
    const opposite = Object.entries(inputs).map(([name, value]) => [name, typeof value === "boolean" ? !value : value]);
    const second: [string, Declaration] = [`${type}::twice`, { type, inputs: Object.fromEntries(opposite) }];
    const program = new Map(isFirst ? [second, ...this.#program] : [...this.#program, second]);
    this.#note(`up with ${urn} declared twice, ${isFirst ? "first" : "last"}: ${JSON.stringify(second[1].inputs)}`);
    const state = new Map(this.#engine.state);
    this.#time.pass(restMilliseconds);
    const before = this.#leaves();
    const operations = await this.#engine.up(program, { refresh: false });
    for (const { urn: about, kind, error } of operations) {
      this.#note(`  ${kind} ${about}${error ? `: ${error.name}: ${error.message}` : ""}`);
    }
    this.#time.pass(restMilliseconds);
    const after = this.#leaves();
    const names = [`${type} "twice"`, `${type} "${nameOf(urn)}"`];
    const isRefused = operations.some(({ error }) => error && names.every((name) => error.message.includes(name)));
    expectEmpty("not refused with both names:", isRefused ? [] : names);
    const others = operations.filter((operation) => operation.urn !== second[0]);
    for (const device of deviceNames) {
      const ends = { before: before[device], after: after[device] };
      const run = { device, program: this.#program, state, ...ends, isRestarted: false };
      this.#invariants.checkUntouched({ ...run, operations });
      // The engine may begin the first before it declares the second, but no power may be lost by that.
      this.#invariants.checkUntouched({ ...run, operations: others, concerns: isLossOfPower(ends) });
    }
    this.#invariants.remember(operations, before);
  }

  /** The place of a resource among all URNs in the state and the program. */
  #numberOf(urn: string): number {
    return [...new Set([...this.#engine.state.keys(), ...this.#program.keys()])].sort().indexOf(urn);
  }

  /** After the faults have stopped, one `up` must succeed, except for what is rightly refused. */
  async #conclude(): Promise<void> {
    this.#time.pass(restMilliseconds);
    for (let attempt = 1; ; attempt++) {
      const before = this.#leaves();
      this.#note("last up --refresh");
      const failed = (await this.#up({ refresh: true }, false)).filter(isFailed);
      if (failed.length === 0) {
        break;
      }
      if (attempt === 4) {
        throw new Error("the program is refused again and again");
      }
      for (const operation of failed) {
        this.#amend(operation, before);
      }
      this.#time.pass(restMilliseconds);
    }
    const writes = () => deviceNames.map((name) => this.#devices[name].journal.writes().length);
    const [before, written] = [this.#leaves(), writes()];
    const previewed = await this.#engine.preview(this.#program);
    expectEmpty(
      "a further preview shows",
      previewed.map(({ urn, what }) => `${urn}: ${what}`),
    );
    expectEmpty("a preview writes", leaf(writes()) === leaf(written) ? [] : [`${written} -> ${writes()}`]);
    for (const name of deviceNames) {
      expectEmpty("a preview changes", changedPaths(before[name], this.#leaves()[name]));
    }
  }

  /** Does what a person does about a justified error; any other error fails the test. */
  #amend(operation: FailedOperation, before: PerDevice<Leaves>): void {
    const { urn, error, declared } = operation;
    const name = (declared ?? operation.before)?.inputs["device"] as DeviceName;
    const device = this.#devices[name];
    // A Script whose source is ignored brings nothing, and an item's process may be one that does not know the Script.
    const isApart = this.#processes > 1 && declared?.type === "AutoPingItem";
    const script = [...this.#program.values()].find(
      ({ type, inputs, ignored }) =>
        type === "Script" && inputs["device"] === name && !isApart && !ignored?.includes("source"),
    );
    const remedy = remedyOf({
      operation,
      device,
      before: before[name],
      after: leavesOf(device),
      declaredSource: script?.inputs["source"] as string | undefined,
    });
    if (!remedy) {
      throw new Error(`without any fault, ${operation.kind} of ${urn} fails: ${error.stack}`);
    }
    counts.refusals += 1;
    this.#note(`${remedy.what}, because ${urn} was refused: ${error.message}`);
    remedy.byHand?.(device);
    const declaration = this.#program.get(urn);
    if (!remedy.inputs || !declaration) {
      return;
    }
    this.#program = new Map(this.#program).set(urn, {
      ...declaration,
      inputs: { ...declaration.inputs, ...remedy.inputs },
    });
  }

  /** Does one `up` and checks everything that must hold after it. */
  async #up(options: UpOptions, isStruck: boolean, restarted?: DeviceName): Promise<Operation[]> {
    counts.ups += 1;
    const state = new Map(this.#engine.state);
    if (!isStruck) {
      this.#time.pass(restMilliseconds);
    }
    const before = this.#leaves();
    for (const name of deviceNames) {
      this.#devices[name].journal.clear();
    }
    const called = countCalls(this.#devices);
    const operations = await this.#engine.up(this.#program, options);
    for (const { urn, kind, error } of operations) {
      counts.operations += 1;
      if (error) {
        counts.errors += 1;
      }
      if (error?.name === "PartialFailure") {
        counts.partly += 1;
      }
      this.#note(`  ${kind} ${urn}${error ? `: ${error.name}: ${error.message}` : ""}`);
    }
    expectEmpty(
      "locked out of",
      deviceNames.filter((name) => this.#devices[name].isLockedOut),
    );
    this.#time.pass(restMilliseconds);
    const after = this.#leaves();
    const secrets = [adminPassword, ...this.#passwords()];
    expectEmpty(
      "not clear are",
      operations.flatMap(({ error }) => {
        const problem = error && unclear(error, secrets);
        return problem === undefined ? [] : [`"${error?.message}" ${problem}`];
      }),
    );
    for (const name of deviceNames) {
      this.#invariants.checkUntouched({
        device: name,
        program: this.#program,
        operations,
        state,
        before: before[name],
        after: after[name],
        isRestarted: restarted === name,
      });
    }
    this.#invariants.remember(operations, before);
    expectEmpty("not called once, as declared:", wronglyCalled(operations, called(), restarted));
    const failed = operations.some(isFailed);
    const isWhole = options.refresh && options.isTarget === undefined;
    if (!failed && isWhole && restarted === undefined) {
      for (const name of deviceNames) {
        this.#invariants.checkDeclared(name, this.#program, after[name]);
      }
      this.#invariants.checkReleased(this.#program, operations, after);
    }
    this.#invariants.forgetSeen(this.#program, after);
    return operations;
  }

  #passwords(): string[] {
    const declared = [...this.#program.values(), ...this.#engine.state.values()];
    return declared.flatMap(({ inputs }) =>
      typeof inputs["password"] === "string" && inputs["password"] !== "" ? [inputs["password"]] : [],
    );
  }

  #leaves(): PerDevice<Leaves> {
    return perDevice((name) => leavesOf(this.#devices[name]));
  }

  #newDevices(): Devices {
    const fleet = perDevice((name) => ({ url: this.#devices[name].url, ...this.#logins(name), ...this.#timeouts }));
    const config: Record<string, string> = { "dli:devices": JSON.stringify(fleet) };
    return new Devices({
      lookup: (key) => config[key],
      env: {},
      clock: this.#time.provider,
      logins: new LoginLedger(),
      random: (count) => new Uint8Array(count).fill(++this.#drawn),
      warn: (text) => this.#note(`  warning: ${text}`),
    });
  }

  /** The login for a program that may declare the password: the declared one, with the present one as previous. */
  #logins(name: DeviceName): { password: string; previousPassword?: string } {
    const present = this.#devices[name].tree.auth.users.find((user) => user.is_admin)?.password as string;
    const declared = [...this.#program.values()].find(
      ({ type, inputs }) => type === "AdminPassword" && inputs["device"] === name,
    )?.inputs["password"];
    return typeof declared === "string" && declared !== present
      ? { password: declared, previousPassword: present }
      : { password: present };
  }

  #note(line: string): void {
    this.#history.push(line);
  }

  #report(): string {
    const journals = deviceNames.map(
      (name) => `${name} was asked in the last up:\n${this.#devices[name].journal.dump()}`,
    );
    return [...this.#history, ...journals].join("\n");
  }
}
