/** Two devices, a program, an engine, and everything that has to hold after each step and at the end. */

import type { Json } from "../../provider/client";
import { Devices } from "../../provider/devices/devices";
import { type SimulatedDevice, startSimulator } from "../../simulator";
import { countCalls, wronglyCalled } from "./calls";
import { unclear } from "./clear-errors";
import { Engine, type Held, type Operation } from "./engine";
import { atRest, changedPaths, isWithin, type Leaves, leaf, leavesOf } from "./leaves";
import { licence } from "./licence";
import { type Declaration, type DeviceName, deviceNames, edited, type PerDevice, type Program } from "./program";
import { remedyOf } from "./refusals";
import { claimsOf, modelOf } from "./resources";
import type { Scenario, Step } from "./steps";
import { VirtualTime } from "./virtual-time";

/** Long enough not to stand in an error by accident. */
const adminPassword = "the-admins-own-secret";
/** After so long every relay has moved, every thread has ended and every device answers again. */
const restMilliseconds = 20 * 60_000;
/** A dripping answer has no end in any time that a test could wait for. */
const impatient = { requestTimeoutSeconds: 0.25 };

const perDevice = <T>(make: (name: DeviceName) => T): PerDevice<T> => ({ left: make("left"), right: make("right") });

/** Counts over all sequences, for the report. */
export const counts = { sequences: 0, ups: 0, operations: 0, errors: 0, partly: 0, faults: 0, refusals: 0 };

export class Laboratory {
  #program: Program = new Map();
  /** What the device had when a resource took a leaf over, by URN and id; undefined where the device did not show it. */
  readonly #adopted = new Map<string, Map<string, string | undefined>>();
  /** `left auth/users/ann/password`: changed by hand where the provider cannot see it. */
  readonly #unseen = new Set<string>();
  readonly #history: string[] = [];
  readonly #engine: Engine;
  #timeouts = {};
  /** How often random bytes were asked for, which makes them the same in every try. */
  #drawn = 0;

  readonly #time: VirtualTime;
  readonly #devices: PerDevice<SimulatedDevice>;

  constructor(time: VirtualTime, devices: PerDevice<SimulatedDevice>, plugin: boolean) {
    this.#time = time;
    this.#devices = devices;
    this.#engine = new Engine(() => this.#newDevices(), plugin);
  }

  /** Runs a scenario to its end. An error tells all that happened. */
  static async run({ dialects, plugin, steps }: Scenario): Promise<void> {
    counts.sequences += 1;
    const time = new VirtualTime();
    const start = (name: DeviceName) =>
      startSimulator({ clock: time.devices, password: adminPassword, dialects: dialects[name] });
    const devices = { left: await start("left"), right: await start("right") };
    const laboratory = new Laboratory(time, devices, plugin);
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
        this.#unseen.add(`${step.device} ${path}`);
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
    this.#note(`up${step.refresh ? " --refresh" : ""} with faults ${JSON.stringify(step.faults)}`);
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
    await this.#up(step.refresh, isStruck, restart?.device);
    timer?.cancel();
    this.#timeouts = {};
    for (const name of deviceNames) {
      counts.faults += this.#devices[name].faults.struck;
      this.#devices[name].faults.clear();
    }
  }

  /** The faults have stopped: one `up` has to do it, but for what is rightly refused. */
  async #conclude(): Promise<void> {
    this.#time.pass(restMilliseconds);
    for (let attempt = 1; ; attempt++) {
      const before = this.#leaves();
      this.#note("last up --refresh");
      const failed = (await this.#up(true, false)).filter(({ error }) => error);
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

  /** Does what a person does about an error that is in its place; any other error fails the test. */
  #amend(operation: Operation, before: PerDevice<Leaves>): void {
    const { urn, error, declared } = operation;
    const name = (declared ?? operation.before)?.inputs["device"] as DeviceName;
    const device = this.#devices[name];
    const script = [...this.#program.values()].find(
      ({ type, inputs }) => type === "Script" && inputs["device"] === name,
    );
    const remedy = remedyOf({
      operation,
      device,
      before: before[name],
      after: leavesOf(device),
      declaredSource: script?.inputs["source"] as string | undefined,
    });
    if (!remedy) {
      throw new Error(`without any fault, ${operation.kind} of ${urn} fails: ${(error as Error).stack}`);
    }
    counts.refusals += 1;
    this.#note(`${remedy.what}, because ${urn} was refused: ${(error as Error).message}`);
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

  /** One `up`, and everything that has to hold after each of them. */
  async #up(refresh: boolean, isStruck: boolean, restarted?: DeviceName): Promise<Operation[]> {
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
    const operations = await this.#engine.up(this.#program, refresh);
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
      this.#checkUntouched(name, state, before[name], after[name], restarted === name);
    }
    this.#remember(operations, before);
    expectEmpty("not called once, as declared:", wronglyCalled(operations, called(), restarted));
    const failed = operations.some(({ error }) => error);
    if (!failed && refresh && restarted === undefined) {
      for (const name of deviceNames) {
        this.#checkDeclared(name, after[name]);
      }
      this.#checkReleased(operations, after);
    }
    this.#forgetSeen(after);
    return operations;
  }

  #checkUntouched(
    device: DeviceName,
    state: ReadonlyMap<string, Held>,
    before: Leaves,
    after: Leaves,
    restarted: boolean,
  ): void {
    const places = licence({ program: this.#program, state, device, before });
    const reboots = [...this.#program.values()].some(
      ({ type, inputs }) => type === "Reboot" && inputs["device"] === device,
    );
    const isLostAtReboot = (path: string) =>
      (restarted || reboots) && /^relay\/outlets\/\d+\/(transient|physical)_state$/.test(path);
    const changed = changedPaths(atRest(before), atRest(after)).filter(
      (path) => !isWithin(path, places) && !isLostAtReboot(path),
    );
    expectEmpty(
      `changed on ${device} although nobody declares it:`,
      changed.map((path) => `${path}: ${before.get(path)} -> ${after.get(path)}`),
    );
  }

  #checkDeclared(device: DeviceName, after: Leaves): void {
    for (const [urn, { type, inputs }] of this.#program) {
      if (inputs["device"] !== device) {
        continue;
      }
      // To be cleanly not there is what `optional` allows; a fault looks just like it.
      if (inputs["optional"] === true && this.#devices[device].journal.entries.some(({ status }) => status === 404)) {
        continue;
      }
      const model = modelOf(type);
      const missed = [...model.declared(inputs)].filter(([path, value]) => {
        if (this.#unseen.has(`${device} ${path}`) && !model.sees?.(inputs)) {
          return false;
        }
        return !isSame(type, path, after.get(path), value);
      });
      expectEmpty(
        `not as declared by ${urn} on ${device}:`,
        missed.map(([path, value]) => `${path}: ${after.get(path)} instead of ${leaf(value)}`),
      );
    }
  }

  /** What is no longer declared is gone, or as it was before it was taken over. */
  #checkReleased(operations: readonly Operation[], after: PerDevice<Leaves>): void {
    for (const { urn, kind, before: held } of operations) {
      if (kind !== "delete" || !held) {
        continue;
      }
      const inputs = held.attempted ?? held.inputs;
      const device = inputs["device"] as DeviceName;
      const model = modelOf(held.type);
      const declaredNow = this.#declaredOn(device);
      const element = model.element?.(inputs);
      if (element !== undefined && !declaredNow.some((path) => isWithin(path, [element]))) {
        const left = [...after[device].keys()].filter((path) => isWithin(path, [element]));
        expectEmpty(`still on ${device} although ${urn} was deleted:`, left);
      }
      if (inputs["onDestroy"] !== "restore" || held.inputs["onDestroy"] !== "restore") {
        continue;
      }
      // Whoever takes a thing over takes it as it is, also from a resource that goes away at the same time.
      const others = [
        ...this.#program.values(),
        ...operations.flatMap((other) => (other.urn === urn ? [] : (other.before ?? []))),
      ];
      if (others.some((other) => isSameThing(held, other))) {
        continue;
      }
      if (model.restores?.(inputs) === false) {
        continue;
      }
      const adopted = this.#adopted.get(`${urn} ${held.id}`);
      const exempt = [...declaredNow, ...(model.follows?.(inputs) ?? [])];
      const different = [...model.declared(inputs).keys()].filter((path) => {
        const original = adopted?.get(path);
        if (original === undefined || exempt.includes(path)) {
          return false;
        }
        return !isSame(held.type, path, after[device].get(path), JSON.parse(original) as Json);
      });
      expectEmpty(
        `not restored on ${device} after ${urn}:`,
        different.map((path) => `${path}: ${after[device].get(path)} instead of ${adopted?.get(path)}`),
      );
    }
  }

  /** Notes what devices had when their settings were taken over, as every resource has to by itself. */
  #remember(operations: readonly Operation[], before: PerDevice<Leaves>): void {
    for (const { urn, kind, after: held, declared, error } of operations) {
      if ((kind !== "create" && kind !== "update") || !held || !declared) {
        continue;
      }
      if (error && error.name !== "PartialFailure") {
        continue;
      }
      const leaves = before[held.inputs["device"] as DeviceName];
      const name = `${urn} ${held.id}`;
      const known = kind === "create" ? undefined : this.#adopted.get(name);
      const model = modelOf(held.type);
      const originalOf = (path: string) => (model.restores?.(declared.inputs) === false ? undefined : leaves.get(path));
      const paths = [...model.declared(declared.inputs).keys()];
      this.#adopted.set(
        name,
        new Map(paths.map((path) => [path, known?.has(path) ? known.get(path) : originalOf(path)])),
      );
    }
  }

  #declaredOn(device: DeviceName): string[] {
    return [...this.#program.values()].flatMap(({ type, inputs }) =>
      inputs["device"] === device ? [...modelOf(type).declared(inputs).keys()] : [],
    );
  }

  /** A hidden change is over when the device is as declared. */
  #forgetSeen(after: PerDevice<Leaves>): void {
    for (const { type, inputs } of this.#program.values()) {
      const device = inputs["device"] as DeviceName;
      for (const [path, value] of modelOf(type).declared(inputs)) {
        if (after[device].get(path) === leaf(value)) {
          this.#unseen.delete(`${device} ${path}`);
        }
      }
    }
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
      random: (count) => new Uint8Array(count).fill(++this.#drawn),
      warn: (text) => this.#note(`  warning: ${text}`),
    });
  }

  /** What whoever declares a password has in the configuration: that one, and until it is set the one before. */
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

function isSameThing(one: Declaration, other: Declaration): boolean {
  const claims = claimsOf(one.type, one.inputs);
  return claimsOf(other.type, other.inputs).some((claim) => claims.includes(claim));
}

function isSame(type: string, path: string, found: string | undefined, declared: Json): boolean {
  if (found === undefined) {
    return false;
  }
  return found === leaf(declared) || modelOf(type).same?.(path, JSON.parse(found) as Json, declared) === true;
}

function expectEmpty(what: string, found: readonly string[]): void {
  if (found.length > 0) {
    throw new Error(`${what}\n  ${found.join("\n  ")}`);
  }
}
