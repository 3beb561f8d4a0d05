/** Programs: which resources are declared under which names, and how they are edited. */
import fc from "fast-check";
import type { Inputs, ResourceModel } from "./resource-model";
import { claimsOf } from "./resources";

export const deviceNames = ["left", "right"] as const;
export type DeviceName = (typeof deviceNames)[number];
export type PerDevice<T> = Readonly<Record<DeviceName, T>>;

export interface Declaration {
  readonly type: string;
  readonly inputs: Inputs;
}

/** The device that a declaration is about. */
export function deviceOf({ inputs }: Declaration): DeviceName {
  return inputs["device"] === "left" ? "left" : "right";
}

/** Declarations by their URNs, `Outlet::a`. */
export type Program = ReadonlyMap<string, Declaration>;

export type Edit = { readonly put: string; readonly type: string; readonly inputs: Inputs } | { readonly drop: number };

/** The program after an edit. Two resources never declare the same thing: the newer one takes it over. */
export function edited(program: Program, edit: Edit): Program {
  const next = new Map(program);
  if ("drop" in edit) {
    const urns = [...next.keys()];
    next.delete(urns[edit.drop % urns.length] ?? "");
    return next;
  }
  const { put: urn, type, inputs } = edit;
  const claims = claimsOf(type, inputs);
  for (const [other, declaration] of next) {
    const shared = claimsOf(declaration.type, declaration.inputs).some((claim) => claims.includes(claim));
    if (shared) {
      next.delete(other);
    }
  }
  return next.set(urn, { type, inputs });
}

/** Edits of resources of these types. Two names of each type, so that a thing can go from one to the other. */
export function edits(pool: readonly ResourceModel[]): fc.Arbitrary<Edit> {
  const put = fc
    .tuple(
      fc.constantFrom("a", "b"),
      fc.constantFrom(...deviceNames),
      fc.oneof(...pool.map(({ type, inputs }) => inputs.map((chosen) => ({ type, chosen })))),
    )
    .map(
      ([name, device, { type, chosen }]): Edit => ({ put: `${type}::${name}`, type, inputs: { device, ...chosen } }),
    );
  return fc.oneof({ weight: 5, arbitrary: put }, { weight: 1, arbitrary: fc.record({ drop: fc.nat(9) }) });
}
