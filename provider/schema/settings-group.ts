/**
 * A group of settings as data: each input is a place on the device and a schema. Everything else (observe, write what
 * differs, restore, what may end our access) follows from that.
 */
import * as z from "zod";
import { devicePath, type Json, NotSupportedError } from "../client";
import type { Context } from "../runtime/context";
import { understand } from "../runtime/decode";
import type { DeviceView } from "../runtime/device-view";
import { accessRank, certainLockout, type Lockout, lockoutsOf } from "../runtime/gate/own-access";
import { writeMembers } from "../runtime/member-writes";
import type { Members } from "../runtime/tree/known";
import { readObject } from "../runtime/tree/read";
import { kindProblem } from "./complaints";
import { type AdoptedDefinition, defineAdopted, type Failure, type OwnedPlace } from "./definition";
import {
  type InputSpecs,
  type ManagedInput,
  managed,
  type Observed,
  type OutputSpec,
  type OutputSpecs,
  output,
} from "./inputs";
import type { Values } from "./values";

/** Where a setting is on the device, and how its value is written there. */
export interface SettingPlace {
  /** The container that is read, such as `config/`. */
  readonly container: string;
  /** The member's name in it, or a function that picks it from the members there if firmwares name it differently. */
  readonly member: string | ((members: readonly string[]) => string | undefined);
  /** The path without slashes at its ends, as far as it is known without the device. */
  readonly usualPath: string;
  /** The value in the form of the device's present one. */
  toWire(value: Json, onDevice: Json): Json;
  /** The device's value as an input. */
  fromWire(onDevice: Json): Json;
}

/** A member of a container that firmwares name differently. */
interface PickedMember {
  readonly container: string;
  readonly member: (members: readonly string[]) => string | undefined;
  /** The member's likeliest name. */
  readonly usual: string;
}

/** By default a value has the same form on the device as in the input. */
interface FieldOptions<T> {
  readonly same?: (left: T, right: T) => boolean;
  readonly isConfidential?: boolean;
  toWire?(value: T, onDevice: Json): Json;
  fromWire?(onDevice: Json): Json;
}

type Placed = { readonly place: SettingPlace; readonly schema: z.ZodType };

function settingPlaceOf(at: string | PickedMember): SettingPlace {
  const forms = { toWire: (value: Json) => value, fromWire: (onDevice: Json) => onDevice };
  if (typeof at !== "string") {
    return { ...forms, container: at.container, member: at.member, usualPath: at.container + at.usual };
  }
  const cut = at.lastIndexOf("/", at.length - 2) + 1;
  return { ...forms, container: at.slice(0, cut), member: at.slice(cut, -1), usualPath: withoutSlash(at) };
}

function withoutSlash(path: string): string {
  return path.replace(/\/$/, "");
}

/** An input for the setting at a path (with the slash at the end). */
export function field<T extends Json>(
  at: string | PickedMember,
  schema: z.ZodType<T>,
  description: string,
  { same, isConfidential = false, ...forms }: FieldOptions<T> = {},
): ManagedInput<T, false> & Placed {
  return {
    ...managed(schema, description, { isConfidential, ...(same && { same }) }),
    place: { ...settingPlaceOf(at), ...forms },
  };
}

/** An output that is read at a path. */
export function reading<T>(path: string, schema: z.ZodType<T>, description: string): OutputSpec<T> & Placed {
  return { ...output(schema, description), place: settingPlaceOf(path) };
}

/** One setting as the device has it now. */
interface LocatedSetting {
  /** The value as an input. */
  readonly input: Json;
  readonly place: SettingPlace;
  readonly path: string;
  readonly value: Json;
}

/** A change of one setting, with the value in the device's form. */
interface SettingChange extends LocatedSetting {
  readonly desired: Json;
}

class SettingsGroup {
  readonly #type: string;
  readonly #inputs: ReadonlyMap<string, SettingPlace>;
  /** Inputs and outputs. */
  readonly #fields: ReadonlyMap<string, Placed>;

  constructor(type: string, inputs: Record<string, Placed>, outputs: Record<string, Placed>) {
    this.#type = type;
    this.#inputs = new Map(Object.entries(inputs).map(([name, { place }]) => [name, place]));
    this.#fields = new Map(Object.entries({ ...inputs, ...outputs }));
  }

  /** Whether a change of any of the settings may end our own access. */
  get concernsAccess(): boolean {
    return [...this.#inputs.values()].some(({ usualPath }) => accessRank(devicePath.parse(usualPath).segments) > 0);
  }

  async observe(device: DeviceView): Promise<Values> {
    const located = await this.#locate(device);
    return Object.fromEntries([...located].map(([name, { input }]) => [name, input]));
  }

  /** @throws NotSupportedError for a declared setting that the device does not have. */
  guard(device: DeviceView, desired: Values, observed: Values): void {
    for (const [name, { container }] of this.#inputs) {
      if (desired[name] !== undefined && observed[name] === undefined) {
        throw new NotSupportedError({
          device: device.name,
          method: "GET",
          path: container,
          message: `this device does not have the setting \`${name}\` of ${this.#type}`,
          remedy: `Leave \`${name}\` out for this device, or update its firmware.`,
        });
      }
    }
  }

  async apply(device: DeviceView, desired: Values, names: ReadonlySet<string>): Promise<void> {
    const changes = await this.#changes(device, desired, names);
    await writeMembers(
      device,
      changes.map((change) => ({ path: devicePath.parse(change.path), value: change.desired })),
    );
  }

  async lockouts(context: Context, desired: Values, names: ReadonlySet<string>): Promise<Lockout[]> {
    const changes = await this.#changes(context.device, desired, names);
    return lockoutsOf(
      context,
      changes.map((change) => ({ path: withoutSlash(change.path), desired: change.desired, present: change.value })),
    );
  }

  owned(inputs: Values): OwnedPlace[] {
    return [...this.#inputs].flatMap(([property, { usualPath }]) =>
      inputs[property] === undefined ? [] : [{ path: usualPath, property }],
    );
  }

  check(inputs: Values, known: (name: string) => boolean): Failure[] {
    return [...this.#inputs].flatMap(([name, { usualPath }]) => {
      const isMeant = inputs["allowLockout"] === true;
      const reason = isMeant || !known(name) ? undefined : certainLockout(usualPath, inputs[name]);
      return reason === undefined ? [] : [{ property: name, reason }];
    });
  }

  async #changes(device: DeviceView, desired: Values, names: ReadonlySet<string>): Promise<SettingChange[]> {
    const located = await this.#locate(device);
    return [...located].flatMap(([name, setting]) => {
      const value = names.has(name) ? desired[name] : undefined;
      return value === undefined ? [] : [{ ...setting, desired: setting.place.toWire(value, setting.value) }];
    });
  }

  /**
   * Every setting that the device has.
   * @throws NotUnderstoodError for a value of another kind, which could not be compared.
   */
  async #locate(device: DeviceView): Promise<Map<string, LocatedSetting>> {
    const found = new Map<string, LocatedSetting>();
    for (const container of new Set([...this.#fields.values()].map(({ place }) => place.container))) {
      const members = await this.#readContainer(device, container);
      for (const [name, { place, schema }] of this.#fieldsIn(container)) {
        const member = typeof place.member === "string" ? place.member : place.member(Object.keys(members));
        const value = member === undefined ? undefined : members[member];
        if (value !== undefined) {
          const path = String(devicePath.parse(`${container}${member}/`));
          const input = understand(device, path, kindOf(schema, name), place.fromWire(value));
          found.set(name, { place, path, value, input });
        }
      }
    }
    return found;
  }

  async #readContainer(device: DeviceView, container: string): Promise<Members> {
    const members = this.#fieldsIn(container).map(([, { place }]) => place.member);
    const names = members.filter((member) => typeof member === "string");
    // A picked member may be anywhere in the container.
    const of =
      names.length < members.length ? undefined : names.map((name) => devicePath.parse(`${container}${name}/`));
    return (await readObject(device, container, { of, wanted: names })) ?? {};
  }

  #fieldsIn(container: string): [string, Placed][] {
    return [...this.#fields].filter(([, { place }]) => place.container === container);
  }
}

/** Accepts every value of the kind that the schema has, whatever its range. */
function kindOf(schema: z.ZodType, name: string): z.ZodType<Json> {
  const problemOf = (value: unknown) => kindProblem(schema, value, name);
  return z.custom<Json>((value) => problemOf(value) === undefined, {
    error: ({ input }) => `it ${problemOf(input)}`,
  });
}

interface SettingsOptions<I extends InputSpecs, O extends OutputSpecs> {
  readonly description: string;
  /** The part of the id after the device's name. */
  readonly id: string;
  readonly inputs: I;
  readonly outputs?: O;
  readonly guard?: AdoptedDefinition<I, O>["guard"];
}

/** The values by the names of the settings, regardless of their types. */
function valuesOf(values: object | undefined): Values {
  return (values ?? {}) as Values;
}

/** A definition for settings that always exist. */
export function settings<
  I extends Record<string, ManagedInput<unknown, false> & Placed>,
  O extends Record<string, OutputSpec & Placed>,
>(type: string, options: SettingsOptions<I, O>): AdoptedDefinition<I, O> {
  const { description, id, inputs, outputs = {} as O } = options;
  const group = new SettingsGroup(type, inputs, outputs);
  return defineAdopted<I, O>({
    type,
    description,
    inputs,
    outputs,
    id: () => id,
    keys: (given) => (given === id ? {} : undefined),
    idForm: `<device>/${id}`,
    owns: (inputs) => group.owned(valuesOf(inputs)),
    check: (inputs, known) => group.check(valuesOf(inputs), known),
    observe: ({ device }) => group.observe(device) as Promise<Observed<I, O>>,
    async guard(context, desired, observed) {
      group.guard(context.device, valuesOf(desired), valuesOf(observed));
      await options.guard?.(context, desired, observed);
    },
    apply: ({ device }, desired, _observed, changes) => group.apply(device, valuesOf(desired), changes),
    ...(group.concernsAccess && {
      lockout: (context, desired, _observed, changes) =>
        changes === "removal" ? [] : group.lockouts(context, valuesOf(desired), changes),
    }),
  });
}
