/** What must hold on the devices after an `up`: nothing else has changed, and what is declared or released is right. */
import type { Json } from "../../provider/client";
import type { SimulatedDevice } from "../../simulator";
import type { Operation } from "./engine";
import { expectEmpty } from "./expect-empty";
import { leavesOfInput } from "./ignoring";
import { atRest, changedPaths, isWithin, type Leaves, leaf } from "./leaves";
import { licence, type Run } from "./licence";
import { type Declaration, type DeviceName, deviceOf, type PerDevice, type Program } from "./program";
import { claimsOf, modelOf } from "./resources";

interface FinishedRun extends Run {
  readonly program: Program;
  readonly after: Leaves;
  /** Whether the device restarted meanwhile. */
  readonly isRestarted: boolean;
  /** Which places are checked; default: all. */
  readonly concerns?: (path: string) => boolean;
}

export class Invariants {
  /** What the device had when a resource adopted a leaf, by URN and id; undefined if the device did not show it. */
  readonly #adopted = new Map<string, Map<string, string | undefined>>();
  /** Changes by hand that the provider cannot see: `left auth/users/ann/password`. */
  readonly #unseen = new Set<string>();
  readonly #devices: PerDevice<SimulatedDevice>;

  constructor(devices: PerDevice<SimulatedDevice>) {
    this.#devices = devices;
  }

  /** Notes a change by hand that no read shows to the provider. */
  noteUnseen(device: DeviceName, path: string): void {
    this.#unseen.add(`${device} ${path}`);
  }

  /** Checks that nothing has changed but what the plan shows, what is released, and what a restart loses. */
  checkUntouched({ program, after, isRestarted, concerns = () => true, ...run }: FinishedRun): void {
    const { device, before } = run;
    const places = licence(run);
    const reboots = [...program.values()].some(({ type, inputs }) => type === "Reboot" && inputs["device"] === device);
    const isLostAtReboot = (path: string) =>
      (isRestarted || reboots) && /^relay\/outlets\/\d+\/(transient|physical)_state$/.test(path);
    const changed = changedPaths(atRest(before), atRest(after)).filter(
      (path) => concerns(path) && !isWithin(path, places) && !isLostAtReboot(path),
    );
    expectEmpty(
      `changed on ${device} although no plan shows it:`,
      changed.map((path) => `${path}: ${before.get(path)} -> ${after.get(path)}`),
    );
  }

  /** Checks that every leaf that the program declares on a device has the declared value. */
  checkDeclared(device: DeviceName, program: Program, after: Leaves): void {
    for (const [urn, { type, inputs, ignored = [] }] of program) {
      if (inputs["device"] !== device) {
        continue;
      }
      // With `optional`, a setting may be missing, and a fault with status 404 looks like that.
      if (inputs["optional"] === true && this.#devices[device].journal.entries.some(({ status }) => status === 404)) {
        continue;
      }
      const model = modelOf(type);
      const free = ignored.flatMap((name) => leavesOfInput(model, inputs, name));
      const missed = [...model.declared(inputs)].filter(([path, value]) => {
        if (free.includes(path)) {
          return false;
        }
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

  /** Checks that what was deleted is gone from the device, or as it was before it was adopted. */
  checkReleased(program: Program, operations: readonly Operation[], after: PerDevice<Leaves>): void {
    for (const { urn, kind, before: held } of operations) {
      if (kind !== "delete" || !held) {
        continue;
      }
      const inputs = held.attempted ?? held.inputs;
      const device = deviceOf({ ...held, inputs });
      const model = modelOf(held.type);
      const declaredNow = declaredOn(device, program);
      const element = model.element?.(inputs);
      if (element !== undefined && !declaredNow.some((path) => isWithin(path, [element]))) {
        const left = [...after[device].keys()].filter((path) => isWithin(path, [element]));
        expectEmpty(`still on ${device} although ${urn} was deleted:`, left);
      }
      if (inputs["onDestroy"] !== "restore" || held.inputs["onDestroy"] !== "restore") {
        continue;
      }
      // A resource adopts a thing as it is, even from a resource that is deleted at the same time.
      const others = [
        ...program.values(),
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

  /** Notes what devices had when their settings were adopted, as every resource has to do itself. */
  remember(operations: readonly Operation[], before: PerDevice<Leaves>): void {
    // What a refresh has read in the run is also the baseline of the same thing under another name.
    const predecessors = new Map(
      operations.flatMap(({ urn, kind, after }) =>
        kind === "refresh" && after ? [[after.id, `${urn} ${after.id}`] as const] : [],
      ),
    );
    // When two resources swap their things, the baseline of one may or may not reach the other in time.
    const passedOn = operations.flatMap(({ kind, before: held }) => (kind === "delete" && held ? [held.id] : []));
    for (const { urn, kind, after: held, declared, error } of operations) {
      if ((kind !== "create" && kind !== "update") || !held || !declared) {
        continue;
      }
      if (error && error.name !== "PartialFailure") {
        continue;
      }
      const leaves = before[deviceOf(held)];
      const name = `${urn} ${held.id}`;
      const known = this.#adopted.get(kind === "create" ? (predecessors.get(held.id) ?? "") : name);
      const model = modelOf(held.type);
      const isOpen = kind === "create" && known === undefined && passedOn.includes(held.id);
      const originalOf = (path: string) =>
        isOpen || model.restores?.(declared.inputs) === false ? undefined : leaves.get(path);
      const paths = [...model.declared(declared.inputs).keys()];
      this.#adopted.set(
        name,
        // A leaf that was left out for a while keeps its first baseline.
        new Map([
          ...(known ?? []),
          ...paths.map((path) => [path, known?.has(path) ? known.get(path) : originalOf(path)] as const),
        ]),
      );
    }
  }

  /** Forgets unseen changes once the device is as declared. */
  forgetSeen(program: Program, after: PerDevice<Leaves>): void {
    for (const declaration of program.values()) {
      const device = deviceOf(declaration);
      for (const [path, value] of modelOf(declaration.type).declared(declaration.inputs)) {
        if (after[device].get(path) === leaf(value)) {
          this.#unseen.delete(`${device} ${path}`);
        }
      }
    }
  }
}

function declaredOn(device: DeviceName, program: Program): string[] {
  return [...program.values()].flatMap(({ type, inputs }) =>
    inputs["device"] === device ? [...modelOf(type).declared(inputs).keys()] : [],
  );
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
