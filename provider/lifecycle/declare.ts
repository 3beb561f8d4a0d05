/** What the run is told of a resource that the program declares. */
import type { Run } from "../runtime/run";
import type { AnyDefinition, Failure } from "../schema/definition";
import type { Values } from "../schema/properties";
import { holdsUnknown, knownPart } from "../schema/unknown";
import type { Checked } from "./check";

/** Declares a resource with these inputs, and adds to the failures what contradicts the rest of the program. */
export function declare(definition: AnyDefinition, run: Run, checked: Checked): Checked {
  run.declarations.arrived();
  const { inputs, isWellFormed } = checked;
  if (holdsUnknown(inputs["device"])) {
    return checked;
  }
  const device = String(inputs["device"]);
  if (isWellFormed && definition.family !== "action") {
    definition.declare?.(run, knownPart(inputs), device);
  }
  const failures = [...checked.failures, ...conflicts(definition, run, inputs)];
  // An operation may follow. Only a preview has unknown values, and nothing follows it.
  if (failures.length === 0 && !holdsUnknown(inputs)) {
    const id = idOf(definition, inputs);
    for (const kept of [id, ...claimsOf(definition, inputs).map((claim) => claim.id)]) {
      run.declarations.keep(kept);
    }
    run.operations.expect(device, id);
  }
  return { ...checked, failures };
}

/** Claims that a resource of another type in the same program has made already. */
function conflicts(definition: AnyDefinition, run: Run, inputs: Values): Failure[] {
  return claimsOf(definition, inputs).flatMap(({ id, property }) => {
    const other = run.declarations.add(id, definition.type);
    const reason = `${id} is declared by a resource ${other} of the same program; keep one of them`;
    return other === undefined ? [] : [{ property, reason }];
  });
}

/** Tells the run that no operation will follow on the resource with these inputs. */
export function dismiss(definition: AnyDefinition, run: Run, inputs: Values): void {
  run.operations.dismiss(String(inputs["device"]), idOf(definition, inputs));
}

/** The id of a resource with these inputs. */
export function idOf(definition: AnyDefinition, inputs: Values): string {
  return `${inputs["device"]}/${definition.id(inputs)}`;
}

/** Objects that a resource claims besides the one in its id. */
export function claimsOf(definition: AnyDefinition, inputs: Values): { id: string; property: string }[] {
  const claims = definition.family === "action" ? [] : (definition.claims?.(inputs) ?? []);
  return claims.map(({ id, property }) => ({ id: `${inputs["device"]}/${id}`, property }));
}
