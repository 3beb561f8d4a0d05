/** Properties on their way between the engine's protobuf and the JSON that the lifecycle works with. */
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Json } from "../client";
import { inputsOf, outputsOf } from "../schema/common-inputs";
import type { AnyDefinition } from "../schema/definition";
import { unknownValue } from "../schema/unknown";

export type Properties = Record<string, Json>;

/** Marks an object as a special value; the value under this name says which kind. */
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const outputSignature = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/** How the engine spells values that are not known yet: one spelling for each type the value will have. */
const unknownSpellings: ReadonlySet<string> = new Set([
  unknownValue,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/**
 * What the engine sent, without the wrappers of secrets and with one spelling of what is unknown. Names that begin with
 * two underscores are the engine's own, or the delegate of a resource that used to be a dynamic one.
 */
export function fromStruct(struct: Struct | undefined): Properties {
  const sent = (struct?.toJavaScript() ?? {}) as Record<string, Json>;
  const ours = Object.entries(sent).filter(([name]) => !name.startsWith("__"));
  return Object.fromEntries(ours.map(([name, value]) => [name, plain(value)]));
}

/** Properties for the engine; those that `isSecret` names arrive in the state encrypted. */
export function toStruct(properties: Properties, isSecret: (name: string) => boolean = () => false): Struct {
  const entries = Object.entries(properties).map(([name, value]) => [name, isSecret(name) ? secret(value) : value]);
  return Struct.fromJavaScript(Object.fromEntries(entries));
}

/** Which properties of a resource are secret, given its values. */
export function secretsOf(definition: AnyDefinition, values: Properties): (name: string) => boolean {
  const secret = new Set<string>();
  for (const [name, spec] of Object.entries(inputsOf(definition))) {
    const condition = spec.secretWhen === undefined ? undefined : values[spec.secretWhen];
    // One that is not known yet may turn out to be true.
    const holdsSecret = Object.values(spec.entries ?? {}).some((member) => member.secret);
    if (spec.secret || holdsSecret || condition === true || condition === unknownValue) {
      secret.add(name);
    }
  }
  // What was there at adoption is as secret as what is declared.
  if (secret.size > 0) {
    secret.add("baseline");
  }
  for (const [name, spec] of Object.entries(outputsOf(definition))) {
    if (spec.secret) {
      secret.add(name);
    }
  }
  return (name) => secret.has(name);
}

function secret(value: Json): Json {
  return { [signatureKey]: secretSignature, value };
}

function plain(value: Json): Json {
  if (typeof value === "string") {
    return unknownSpellings.has(value) ? unknownValue : value;
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  if (Array.isArray(value)) {
    return value.map(plain);
  }
  const signature = value[signatureKey];
  if (signature === secretSignature) {
    return plain(value["value"] ?? null);
  }
  if (signature === outputSignature) {
    return value["value"] === undefined ? unknownValue : plain(value["value"]);
  }
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]));
}
