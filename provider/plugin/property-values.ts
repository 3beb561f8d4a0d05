/** Properties on their way between the engine's protobuf and the JSON that the lifecycle works with. */
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Json } from "../client";
import { fromEngine, keptName, toEngine } from "../lifecycle/state/engine-form";
import { type EngineValues, signatureKey, unknownSpellings } from "../lifecycle/state/engine-words";
import { secret, secretSignature, withoutMarks } from "../lifecycle/state/secret-values";
import type { AnyDefinition } from "../schema/definition";
import { marksName } from "../schema/secrecy";
import { unknownValue } from "../schema/unknown";

const outputSignature = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/**
 * What the engine sent, without the wrappers of secrets and with one spelling of unknown values. Names that begin with
 * two underscores are left out: they are the engine's own, or the delegate of a resource that used to be dynamic.
 */
export function fromStruct(struct: Struct | undefined): EngineValues {
  return read(struct).values;
}

/** The same for the values of a resource; if any are secret, they include a list of which (`marksName`). */
export function resourceFromStruct(definition: AnyDefinition, struct: Struct | undefined): EngineValues {
  const { values, secrets } = read(struct);
  const own = fromEngine(definition, values);
  return secrets.length === 0 ? own : { ...own, [marksName]: secrets };
}

/** Properties for the engine; those that `isSecret` names arrive in the state encrypted. */
export function toStruct(properties: EngineValues, isSecret: (name: string) => boolean = () => false): Struct {
  const entries = Object.entries(properties).map(([name, value]) => [name, isSecret(name) ? secret(value) : value]);
  return Struct.fromJavaScript(Object.fromEntries(entries));
}

/** The values of a resource for the engine, every secret among them marked. */
export function resourceToStruct(definition: AnyDefinition, values: EngineValues): Struct {
  return toStruct(withoutMarks(toEngine(definition, values)));
}

function read(struct: Struct | undefined): { values: EngineValues; secrets: string[][] } {
  const sent = (struct?.toJavaScript() ?? {}) as Record<string, Json>;
  const ours = Object.entries(sent).filter(([name]) => !name.startsWith("__") || name === keptName);
  const secrets: string[][] = [];
  const values = Object.fromEntries(ours.map(([name, value]) => [name, plain(value, [name], secrets)]));
  return { values, secrets: secrets.filter(([name]) => name !== keptName) };
}

/** `secrets` collects the paths of wrapped secrets; inside a list, whose order may change, the path of the list. */
function plain(value: Json, path: readonly string[], secrets: string[][]): Json {
  if (typeof value === "string") {
    return unknownSpellings.has(value) ? unknownValue : value;
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  if (Array.isArray(value)) {
    const inside: string[][] = [];
    const elements = value.map((element) => plain(element, path, inside));
    secrets.push(...(inside.length > 0 ? [[...path]] : []));
    return elements;
  }
  const signature = value[signatureKey];
  if (signature === secretSignature || signature === outputSignature) {
    if (signature === secretSignature || value["secret"] === true) {
      secrets.push([...path]);
    }
    // If the whole is secret, none of its parts needs a mark. An output that is not known yet has no value.
    const { value: inner = signature === secretSignature ? null : unknownValue } = value;
    return plain(inner, path, []);
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, plain(inner, [...path, name], secrets)]),
  );
}
