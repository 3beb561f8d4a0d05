/** What the run is told of a resource that the program declares. */
import type { Json } from "../client";
import type { Run } from "../runtime/run";
import type { AnyDefinition, Failure } from "../schema/definition";
import { holdsUnknown, knownPart } from "../schema/unknown";
import type { Checked } from "./check";
import type { Inputs } from "./state";

/** Declares a resource with these inputs, and adds to the failures what contradicts the rest of the program. */
export function declare(definition: AnyDefinition, run: Run, checked: Checked): Checked {
  run.declarations.arrived();
  const { inputs, isWellFormed } = checked;
  if (holdsUnknown(inputs["device"])) {
    return checked;
  }
  const device = String(inputs["device"]);
  if (isWellFormed && definition.family !== "action") {
    definition.declare?.(run, knownPart(inputs) as Record<string, Json>, device);
  }
  const failures = [...checked.failures, ...conflicts(definition, run, inputs)];
  // An operation on it may follow. What is not known yet is a preview's, where none does.
  if (failures.length === 0 && !holdsUnknown(inputs)) {
    const id = idOf(definition, inputs);
    for (const kept of [id, ...claimsOf(definition, inputs).map((claim) => claim.id)]) {
      run.declarations.keep(kept);
    }
    run.operations.expect(device, id);
  }
  return { ...checked, failures };
}

/** Things that another type of resource of the same program declares too. */
function conflicts(definition: AnyDefinition, run: Run, inputs: Inputs): Failure[] {
  return claimsOf(definition, inputs).flatMap(({ id, property }) => {
    const other = run.declarations.add(id, definition.type);
    const reason = `${id} is declared by a resource ${other} of the same program; keep one of them`;
    return other === undefined ? [] : [{ property, reason }];
  });
}

/** No operation will follow on the resource with these inputs: there is nothing to do. */
export function dismiss(definition: AnyDefinition, run: Run, inputs: Inputs): void {
  run.operations.dismiss(String(inputs["device"]), idOf(definition, inputs));
}

/** The id of a resource with these inputs. */
export function idOf(definition: AnyDefinition, inputs: Inputs): string {
  return `${inputs["device"]}/${definition.id(inputs)}`;
}

/** The single things that a resource takes for itself, besides the one that its id names. */
export function claimsOf(definition: AnyDefinition, inputs: Inputs): { id: string; property: string }[] {
  const claims = definition.family === "action" ? [] : (definition.claims?.(inputs) ?? []);
  return claims.map(({ id, property }) => ({ id: `${inputs["device"]}/${id}`, property }));
}
