/** Which things of a device become code: the options that the converter and the command line share. */
import { type Command, Option } from "commander";
import { InvalidInputError } from "../client";
import { isListable } from "../lifecycle/list";
import { resources } from "../registry";
import { didYouMean } from "../runtime/typo";
import type { AnyThing } from "../schema/definition";
import { kebabCase } from "../schema/word-case";

/** What the user asks for. */
export interface Selection {
  readonly only?: readonly string[];
  readonly except?: readonly string[];
  /** One Outlet per outlet instead of one Outlets for all. */
  readonly eachOutlet?: boolean;
  /** Paths of settings that have no resource type. */
  readonly setting?: readonly string[];
}

/** An AdminPassword has only the password, which a device does not show. */
const neverExported = ["AdminPassword"];

/** What can be asked for by name. */
const kinds = resources.filter(
  (definition): definition is AnyThing => isListable(definition) && !neverExported.includes(definition.type),
);

/** Adds the options of a {@link Selection} to a command. */
export function withSelection(command: Command): Command {
  const names = [...new Set(kinds.map(({ type }) => plural(type)))].join(", ");
  return command
    .addOption(
      new Option("--only <kinds>", `only these kinds, separated by commas or repeated: ${names}`).argParser(list),
    )
    .addOption(new Option("--except <kinds>", "everything but these kinds").argParser(list))
    .option("--each-outlet", "one Outlet for each outlet instead of one Outlets for all")
    .addOption(
      new Option(
        "--setting <path>",
        "a setting without a resource type, such as snmp or config/hostname; repeatable",
      ).argParser((path: string, before: readonly string[] = []) => [...before, path]),
    );
}

/** The definitions of what is asked for, in the order of a program. */
export function selected({ only, except, eachOutlet = false }: Selection): readonly AnyThing[] {
  const wanted = only?.map(kindOf);
  const unwanted = except?.map(kindOf) ?? [];
  return kinds.filter(({ type }) => {
    const kind = word(type);
    const isOtherForm = type === (eachOutlet ? "Outlets" : "Outlet");
    return !isOtherForm && (wanted?.includes(kind) ?? true) && !unwanted.includes(kind);
  });
}

function kindOf(name: string): string {
  const known = kinds.map(({ type }) => plural(type));
  const words = [...new Set(kinds.map(({ type }) => word(type)))];
  // `clients` is enough for api-clients.
  const [meant, ...others] = words.includes(word(name))
    ? [word(name)]
    : words.filter((one) => one.endsWith(word(name)));
  if (meant !== undefined && others.length === 0 && word(name) !== "") {
    return meant;
  }
  throw new InvalidInputError({
    message: `\`${name}\` is no kind of thing that can be exported${didYouMean(name, known)}`,
    remedy: `There are ${[...new Set(known)].join(", ")}.`,
  });
}

/** `AutoPingItem`, `auto-ping-items` and `autopingitem` are the same. */
function word(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z]/g, "")
    .replace(/s$/, "");
}

/** The name by which users ask for a type: `auto-ping-items`, `relay`. */
function plural(type: string): string {
  const name = kebabCase(type);
  const definition = kinds.find((kind) => kind.type === type);
  return definition?.list === undefined || name.endsWith("s") ? name : `${name}s`;
}

/** Adds the names of a list to those before it. A list without any stays one empty name, which is refused. */
function list(text: string, before: readonly string[] = []): string[] {
  const names = text
    .split(",")
    .map((name) => name.trim())
    .filter(Boolean);
  return [...before, ...(names.length > 0 ? names : [""])];
}
