/**
 * A group of settings as data: each input is a path on the device and a schema. Everything else (observe, write what
 * differs, restore, lock-out check) follows from that.
 */
import type * as z from "zod";
import { devicePath, type Json, NotSupportedError } from "../client";
import type { Context } from "../runtime/context";
import { ifPresent, understand, wireObject } from "../runtime/decode";
import { certainLockout, isOwnAccess, lockoutsOf } from "../runtime/lockout";
import type { Definition } from "./definition";
import {
  type InputSpec,
  type InputSpecs,
  managed,
  type Observed,
  type OutputSpec,
  type OutputSpecs,
  output,
} from "./inputs";

/** Where a setting lives on the device, and how its value is written there. */
export interface Place<T> {
  /** The container that is read, such as `config/`. */
  readonly container: string;
  /** The member's name in it. A function picks it among the members there, where firmwares name it differently. */
  readonly member: string | ((members: readonly string[]) => string | undefined);
  /** The member's likeliest name, where it is picked. */
  readonly usual?: string;
  /** The value in the form in which the device has it now; by default as it is. */
  readonly toWire?: (value: T, onDevice: Json) => Json;
  /** The device's value as an input; by default as it is. */
  readonly fromWire?: (onDevice: Json) => Json;
}

function memberName(place: Place<unknown>, members: readonly string[]): string | undefined {
  return typeof place.member === "string" ? place.member : place.member(members);
}

function toWire(place: Place<unknown>, value: Json, onDevice: Json): Json {
  return place.toWire ? place.toWire(value, onDevice) : value;
}

/** The path without slashes at its ends, as far as it is known without the device. */
function usualPath({ container, member, usual }: Place<unknown>): string {
  return container + (typeof member === "string" ? member : (usual ?? ""));
}

/** A path of the device without the slash at its end. */
function treePath(path: string): string {
  return path.replace(/\/$/, "");
}

type Placed<T> = { readonly place: Place<T> };

interface FieldOptions<T> {
  readonly same?: (left: T, right: T) => boolean;
  readonly toWire?: (value: T, onDevice: Json) => Json;
  readonly fromWire?: (onDevice: Json) => Json;
}

function placeOf<T>(
  path: string | Place<T>,
  options: { toWire?: Place<T>["toWire"]; fromWire?: Place<T>["fromWire"] } = {},
): Place<T> {
  if (typeof path !== "string") {
    return path;
  }
  const cut = path.lastIndexOf("/", path.length - 2) + 1;
  return {
    container: path.slice(0, cut),
    member: path.slice(cut, -1),
    ...(options.toWire && { toWire: options.toWire }),
    ...(options.fromWire && { fromWire: options.fromWire }),
  };
}

/** An input that is a setting at `path` (with the slash at the end). */
export function field<T>(
  path: string | Place<T>,
  schema: z.ZodType<T>,
  description: string,
  options: FieldOptions<T> = {},
): InputSpec<T, false> & Placed<T> {
  const { toWire, fromWire, ...rest } = options;
  return {
    ...managed(schema, description, rest),
    place: placeOf(path, { ...(toWire && { toWire }), ...(fromWire && { fromWire }) }),
  };
}

/** An output that is read at `path`. */
export function reading<T>(path: string, schema: z.ZodType<T>, description: string): OutputSpec<T> & Placed<T> {
  return { ...output(schema, description), place: placeOf<T>(path) };
}

type FieldSpecs = Record<string, InputSpec<unknown, boolean> & Partial<Placed<never>>>;
type ReadingSpecs = Record<string, OutputSpec & Placed<never>>;

interface SettingsOptions<I extends FieldSpecs, O extends ReadingSpecs> {
  readonly description: string;
  /** The part of the id behind the device name. */
  readonly id: string;
  readonly inputs: I;
  readonly outputs?: O;
  readonly guard?: Definition<I, O, "adopted">["guard"];
}

/** A definition for settings that always exist. */
export function settings<I extends FieldSpecs, O extends ReadingSpecs>(type: string, options: SettingsOptions<I, O>) {
  const { inputs, outputs = {} as O } = options;
  const placed = Object.entries<Partial<Placed<never>>>({ ...inputs, ...outputs }).flatMap(([name, spec]) =>
    spec.place ? [{ name, place: spec.place as Place<unknown> }] : [],
  );
  const hasOwnAccess = placed.some(({ name, place }) => name in inputs && isOwnAccess(usualPath(place)));
  const containers = [...new Set(placed.map(({ place }) => place.container))];

  /** The device's values with the name under which each stands there. */
  async function readAll(context: Context): Promise<Map<string, { path: string; value: Json }>> {
    const found = new Map<string, { path: string; value: Json }>();
    for (const container of containers) {
      const members = await readContainer(context, container);
      for (const { name, place } of placed) {
        if (place.container !== container) {
          continue;
        }
        const onDevice = memberName(place, Object.keys(members));
        const value = onDevice === undefined ? undefined : members[onDevice];
        if (onDevice !== undefined && value !== undefined) {
          found.set(name, { path: String(devicePath.parse(`${container}${onDevice}/`)), value });
        }
      }
    }
    return found;
  }

  async function readContainer(context: Context, container: string): Promise<Record<string, Json>> {
    const of = placed
      .filter(({ place }) => place.container === container && typeof place.member === "string")
      .map(({ place }) => devicePath.parse(`${container}${place.member}/`));
    const probes = placed.some(({ place }) => place.container === container && typeof place.member !== "string");
    const answer = await ifPresent(context.device.read(container, probes ? undefined : of));
    return answer === undefined ? {} : understand(context, container, wireObject, answer);
  }

  const definition: Definition<InputSpecs, OutputSpecs, "adopted"> = {
    type,
    family: "adopted",
    description: options.description,
    inputs,
    outputs,
    id: () => options.id,
    keys: (id) => (id === options.id ? {} : undefined),
    idForm: `<device>/${options.id}`,
    async observe(context) {
      const found = await readAll(context);
      const observed: Record<string, Json> = {};
      for (const { name, place } of placed) {
        const entry = found.get(name);
        if (entry) {
          observed[name] = place.fromWire ? place.fromWire(entry.value) : entry.value;
        }
      }
      return observed as Observed<InputSpecs, OutputSpecs>;
    },
    async guard(context, wanted, observed) {
      for (const { name, place } of placed) {
        if (wanted[name] === undefined || observed?.[name] !== undefined || !(name in inputs)) {
          continue;
        }
        throw new NotSupportedError({
          device: context.device.name,
          method: "GET",
          path: place.container,
          message: `this device does not have the setting \`${name}\` of ${type}`,
          remedy: `Leave \`${name}\` out for this device, or update its firmware.`,
          outcome: "notSent",
        });
      }
      await options.guard?.(context, wanted as never, observed as never);
    },
    async apply(context, wanted, _observed, changes) {
      const found = await readAll(context);
      const entries = placed.flatMap(({ name, place }) => {
        const entry = changes.has(name) ? found.get(name) : undefined;
        return entry ? [{ ...entry, value: toWire(place, wanted[name] as Json, entry.value) }] : [];
      });
      // What may end our own access goes last, so that everything else of the resource is on the device by then.
      entries.sort(
        (left, right) => Number(isOwnAccess(treePath(left.path))) - Number(isOwnAccess(treePath(right.path))),
      );
      for (const { path, value } of entries) {
        await context.device.put(devicePath.parse(path), value);
      }
    },
    ...(hasOwnAccess && {
      async lockout(context, wanted, _observed, changes) {
        if (changes === "removal") {
          return [];
        }
        const found = await readAll(context);
        const written = placed.flatMap(({ name, place }) => {
          const entry = changes.has(name) ? found.get(name) : undefined;
          if (!entry) {
            return [];
          }
          const value = toWire(place, wanted[name] as Json, entry.value);
          return [{ path: treePath(entry.path), wanted: value, present: entry.value }];
        });
        return lockoutsOf(context, written);
      },
    }),
    check: (values, known) =>
      placed.flatMap(({ name, place }) => {
        const reason =
          values.allowLockout === true || !known(name) ? undefined : certainLockout(usualPath(place), values[name]);
        return reason === undefined ? [] : [{ property: name, reason: `${reason}; it takes allowLockout: true` }];
      }),
  };
  return definition as unknown as Definition<I, O, "adopted">;
}
