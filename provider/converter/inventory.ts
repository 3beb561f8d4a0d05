/** What is on a device, as Pulumi imports it, and which of it cannot become code. It only reads. */
import { type DliErrorCode, InvalidInputError, isDliError, printable } from "../client";
import type { Devices } from "../devices/devices";
import { lifecycleOf } from "../lifecycle";
import { checkValues, failureText } from "../lifecycle/inputs/check";
import { ownId } from "../lifecycle/inputs/id";
import { idsOn } from "../lifecycle/list";
import type { Inputs } from "../lifecycle/state/state";
import { definitionOf } from "../registry";
import { inputsOf } from "../schema/common-inputs";
import type { AnyThing } from "../schema/definition";
import { Properties } from "../schema/properties";
import { upperFirst } from "../schema/word-case";
import { Namer, type ProgramNames } from "./names";
import { type Selection, selected } from "./selection";

interface FoundResource {
  readonly definition: AnyThing;
  readonly id: string;
  /** As an import reads them. */
  readonly inputs: Inputs;
}

/** A resource to import, with its names in the program. */
export interface NamedResource extends FoundResource, ProgramNames {}

/** Something that does not become code. */
export interface LeftOut {
  /** What, and why. */
  readonly reason: string;
  /** The code that declares it, if a program can. */
  readonly line?: string | undefined;
}

export interface Inventory {
  readonly found: readonly NamedResource[];
  readonly leftOut: readonly LeftOut[];
}

/** Errors after which nothing else on the device could be read either, or the rest would mean nothing. */
const concernAll: ReadonlySet<DliErrorCode> = new Set<DliErrorCode>([
  "configuration",
  "forbidden",
  "loginNotTried",
  "loginRefused",
  "otherDevice",
  "restDisabled",
  "timeout",
  "tlsUntrusted",
  "unreachable",
]);

/**
 * Everything that is selected on these devices, in the order of the docs, device by device.
 * @throws DliError without any secret.
 */
export async function inventory(devices: Devices, names: readonly string[], selection: Selection): Promise<Inventory> {
  const definitions = selected(selection);
  const seen: (ReadResult & { readonly prefix: string })[] = [];
  const different = new Set(names);
  for (const device of different) {
    const results = await new DeviceInventory(devices, device).readAll(definitions, selection.setting ?? []);
    const prefix = different.size > 1 ? device : "";
    seen.push(...results.map((result) => ({ ...result, prefix })));
    if (selection.only === undefined) {
      seen.push({ leftOut: [adminPassword], prefix });
    }
  }
  const namer = new Namer(JSON.stringify(seen.map(({ found }) => found?.inputs)));
  const keys = new Set([adminKey]);
  const named = seen.map(({ found, leftOut, prefix }) => {
    const resource = found && { ...found, ...namer.name(found.definition, found.inputs, prefix) };
    return { resource, leftOut: [...leftOut, ...(resource ? hiddenSecrets(resource, keys) : [])] };
  });
  return {
    found: named.flatMap(({ resource }) => resource ?? []),
    leftOut: withoutRepetition(named.flatMap(({ leftOut }) => leftOut)),
  };
}

const adminKey = "adminPassword";

const adminPassword: LeftOut = {
  reason: "the administrator's password, which a device does not show",
  line: `new dli.AdminPassword("admin", { password: config.requireSecret("${adminKey}") });`,
};

const settingDefinition = definitionOf("Setting") as AnyThing;
const outletDefinition = definitionOf("Outlet") as AnyThing;

/** The same for each spelling of a path. */
function settingId(path: string): string {
  return settingDefinition.id({ path });
}

/** The result of reading one thing. */
interface ReadResult {
  readonly found?: FoundResource | undefined;
  readonly leftOut: readonly LeftOut[];
}

const nothing: ReadResult = { leftOut: [] };

class DeviceInventory {
  readonly #devices: Devices;
  readonly #device: string;

  constructor(devices: Devices, device: string) {
    this.#devices = devices;
    this.#device = device;
  }

  /** Reads everything concurrently, so that things in one part of the device share a request. */
  async readAll(definitions: readonly AnyThing[], settings: readonly string[]): Promise<ReadResult[]> {
    const listed = await Promise.all(definitions.map((definition) => this.#orEach(definition)));
    const paths = new Map(settings.map((path) => [settingId(path), path]));
    return [...listed.flat(), ...(await Promise.all([...paths.values()].map((path) => this.#setting(path))))];
  }

  /** As `#ofType`, but if something about one outlet keeps all of them from becoming code, reads each by itself. */
  async #orEach(definition: AnyThing): Promise<ReadResult[]> {
    const results = await this.#ofType(definition);
    const isLost = definition.type === "Outlets" && results.every(({ found }) => !found);
    return isLost ? this.#ofType(outletDefinition) : results;
  }

  async #ofType(definition: AnyThing): Promise<ReadResult[]> {
    // If there is only one, reading it shows whether it is there.
    const ids = definition.list
      ? (await this.#safely(() => idsOn(definition, this.#device, this.#devices))).map(({ id }) => id)
      : [`${this.#device}/${definition.id({})}`];
    // A device may list the same things in another order the next time.
    return Promise.all(ids.sort(byNumberAndLetter).map((id) => this.#read(definition, id)));
  }

  async #setting(path: string): Promise<ReadResult> {
    const id = `${this.#device}/${settingId(path)}`;
    const result = ownId(settingDefinition, id) === undefined ? nothing : await this.#read(settingDefinition, id);
    if (result.found?.inputs["value"] === null) {
      const place = JSON.stringify(path);
      const reason = `${printable(result.found.id)} (null, which Pulumi cannot write into a program)`;
      return { leftOut: [{ reason, line: `new dli.Setting(${place}, { path: ${place}, value: null });` }] };
    }
    if (result.found || result.leftOut.length > 0) {
      return result;
    }
    const missing = new InvalidInputError({
      device: this.#device,
      message: `the device shows no setting \`${path}\``,
      remedy:
        "Look for its path with `GET /restapi/` on the device. A password, which a device does not show, can be declared in a program, but not exported.",
    });
    throw this.#devices.withoutSecrets(missing, []);
  }

  async #read(definition: AnyThing, id: string): Promise<ReadResult> {
    try {
      const read = await this.#safely(() => lifecycleOf(definition, this.#devices).read(id));
      if (!read) {
        return nothing;
      }
      const managed = Properties.of(definition, read.inputs).managed();
      // A device may have none of the settings of a group.
      if (definition.family === "adopted" && managed.paths.length === 0) {
        return nothing;
      }
      const wrong = undeclarable(definition, read.inputs);
      if (wrong !== undefined) {
        return { leftOut: [{ reason: `${printable(id)}: ${wrong}` }] };
      }
      return { found: { definition, id, inputs: read.inputs }, leftOut: [] };
    } catch (error) {
      if (!isDliError(error) || concernAll.has(error.code)) {
        throw error;
      }
      // One odd thing does not affect the others.
      return { leftOut: [{ reason: `${printable(id)}: ${error.problem}`, line: lineIn(error.remedy) }] };
    }
  }

  async #safely<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw this.#devices.withoutSecrets(error, []);
    }
  }
}

/** The second outlet comes before the tenth. */
function byNumberAndLetter(left: string, right: string): number {
  return left.localeCompare(right, "en", { numeric: true }) || (left < right ? -1 : 1);
}

/** Why a program cannot declare what the device has: it may have been set by hand, where nobody checked it. */
function undeclarable(definition: AnyThing, inputs: Inputs): string | undefined {
  const { failures } = checkValues(definition.type, inputsOf(definition), inputs);
  const wrong = failures.find(({ property }) => Object.hasOwn(inputs, property.split(/[.[]/)[0] ?? ""));
  return wrong && failureText(wrong).replace(/\.$/, "");
}

/** Secrets that a device does not show, each with a configuration key of its own, which is added to `keys`. */
function hiddenSecrets({ definition, id, inputs, variable }: NamedResource, keys: Set<string>): LeftOut[] {
  const secrets = Object.entries(inputsOf(definition)).filter(([name, { secret }]) => secret && !(name in inputs));
  return secrets.map(([name]) => {
    const input = upperFirst(name);
    const key = [`${variable}${input}`, `${variable}${definition.type}${input}`].find((one) => !keys.has(one)) ?? id;
    keys.add(key);
    return {
      reason: `\`${name}\` of ${printable(id)}`,
      line: `${name}: config.requireSecret(${JSON.stringify(key)}),`,
    };
  });
}

/** The declaration that an error's remedy proposes. */
function lineIn(remedy: string): string | undefined {
  return /`(new dli\.[^`]*)`/.exec(remedy)?.[1];
}

function withoutRepetition(leftOut: readonly LeftOut[]): LeftOut[] {
  return [...new Map(leftOut.map((one) => [JSON.stringify(one), one])).values()];
}
