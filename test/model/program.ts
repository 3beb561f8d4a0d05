/** Programs: the resources that are declared, by name, and edits of these. */
import fc from "fast-check";
import type { Json } from "../../provider/client";
import { ignorable } from "./ignoring";
import type { Inputs, ResourceModel } from "./resource-model";
import { claimsOf, modelOf } from "./resources";

export const deviceNames = ["left", "right"] as const;
export type DeviceName = (typeof deviceNames)[number];
export type PerDevice<T> = Readonly<Record<DeviceName, T>>;

export interface Declaration {
  readonly type: string;
  readonly inputs: Inputs;
  /** Names of inputs in the program's `ignoreChanges`. */
  readonly ignored?: readonly string[];
}

/** The device of a declaration. */
export function deviceOf({ inputs }: Declaration): DeviceName {
  return inputs["device"] === "left" ? "left" : "right";
}

/** Declarations by URN, such as `Outlet::a`. */
export type Program = ReadonlyMap<string, Declaration>;

export type Edit =
  | (Declaration & {
      readonly put: string;
      /** For a resource that is declared already: changes only the input with this number. */
      readonly only?: number | undefined;
    })
  | { readonly drop: number };

/** The program after an edit. Two resources never declare the same thing: the newer one replaces the older. */
export function edited(program: Program, edit: Edit): Program {
  const next = new Map(program);
  if ("drop" in edit) {
    const urns = [...next.keys()];
    next.delete(urns[edit.drop % urns.length] ?? "");
    return next;
  }
  const { put: urn, only, ...given } = edit;
  const declared = only === undefined ? given : withOneChange(next.get(urn), given, only);
  const { type, inputs } = declared;
  const claims = claimsOf(type, inputs);
  for (const [other, declaration] of next) {
    const shared = claimsOf(declaration.type, declaration.inputs).some((claim) => claims.includes(claim));
    if (shared) {
      next.delete(other);
    }
  }
  return next.set(urn, declared);
}

/** Edits of resources of these types, with two names for each type so that a thing can move between them. */
export function edits(pool: readonly ResourceModel[]): fc.Arbitrary<Edit> {
  const put = fc
    .tuple(
      fc.constantFrom("a", "b"),
      fc.constantFrom(...deviceNames),
      fc.oneof(...pool.map(declarations)),
      fc.option(fc.nat(9), { nil: undefined }),
    )
    .map(
      ([name, device, { type, inputs, ignored }, only]): Edit => ({
        put: `${type}::${name}`,
        type,
        inputs: { device, ...inputs },
        ...(ignored.length > 0 && { ignored }),
        ...(only !== undefined && { only }),
      }),
    );
  return fc.oneof({ weight: 5, arbitrary: put }, { weight: 1, arbitrary: fc.record({ drop: fc.nat(9) }) });
}

/** The old declaration with one of the new inputs; the new one if that is for another thing, or contradicts the old one. */
function withOneChange(old: Declaration | undefined, given: Declaration, number: number): Declaration {
  if (!old || identityOf(old) !== identityOf(given)) {
    return given;
  }
  const names = Object.keys(given.inputs);
  const name = names[number % names.length] as string;
  const inputs = { ...old.inputs, [name]: given.inputs[name] as Json };
  return modelOf(given.type).mayDeclare?.(inputs) === false ? given : { ...given, inputs };
}

/** The identity of a declaration: if it changes, the engine replaces the resource. */
function identityOf({ type, inputs }: Declaration): string {
  return modelOf(type).identity?.(inputs) ?? String(claimsOf(type, inputs));
}

/** Declarations of one type; some of them ignore some inputs. */
function declarations(model: ResourceModel) {
  return model.inputs.chain((inputs) => {
    const ignored = fc.oneof(
      { weight: 3, arbitrary: fc.constant<string[]>([]) },
      { weight: 1, arbitrary: fc.subarray(ignorable(model, inputs)) },
    );
    return ignored.map((names) => ({ type: model.type, inputs, ignored: names }));
  });
}
