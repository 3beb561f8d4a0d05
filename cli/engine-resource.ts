/** A resource as Pulumi shows it in a state and in a preview. */
import * as z from "zod";
import { isJsonObject, type Json } from "../provider/client";
import { definitionOf } from "../provider/registry";
import { deviceIn } from "../provider/runtime/resource-id";
import type { AnyDefinition } from "../provider/schema/definition";
import type { Values } from "../provider/schema/values";

/** What Pulumi shows in place of a secret. */
export const secretShown = "[secret]";

const values = z.custom<Values>((value) => isJsonObject(value as Json));

/** The members that are read. */
export const engineResource = z.object({
  urn: z.string(),
  type: z.string(),
  /** Begins with the device's name, in plain text even if that was given as a secret. */
  id: z.string().optional(),
  /** URN and id of its provider. */
  provider: z.string().optional(),
  inputs: values.optional(),
  outputs: values.optional(),
  /** When the state was last changed. */
  modified: z.string().optional(),
  /** Whether the engine reads it before every update. */
  refreshBeforeUpdate: z.boolean().optional(),
});

export type EngineResource = Readonly<z.infer<typeof engineResource>>;

/** The parts of a URN. */
interface Urn {
  readonly stack: string;
  /** The resource's own type, without those of its parents. */
  readonly type: string;
  readonly name: string;
}

/** Parses `urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME`. */
export function parseUrn(urn: string): Urn {
  const [head = "", , types = "", ...name] = urn.split("::");
  return { stack: head.replace(/^urn:pulumi:/, ""), type: types.split("$").at(-1) ?? "", name: name.join("::") };
}

/** Our definition of a resource type, native or dynamic. */
export function ownDefinition(type: string): AnyDefinition | undefined {
  const [, name] = /^(?:dli:index:|pulumi-nodejs:dynamic\/dli:)(\w+)$/.exec(type) ?? [];
  return name === undefined ? undefined : definitionOf(name);
}

/** A resource in messages: `Outlets rack7`. */
export function resourceLabel(urn: string): string {
  const { type, name } = parseUrn(urn);
  return `${type.split(":").at(-1)} ${name}`;
}

/** The name of the provider that the program gives a resource; `undefined` for the engine's default provider. */
export function providerOf({ provider = "" }: EngineResource): string | undefined {
  const [urn = ""] = provider.split(/::[^:]*$/);
  const { type, name } = parseUrn(urn);
  return type === "pulumi:providers:dli" && !/^default(_|$)/.test(name) ? name : undefined;
}

/** The configured name of the device that one of our resources is on. */
export function deviceOf(resource: EngineResource): string | undefined {
  const { type, id, inputs, outputs } = resource;
  if (!ownDefinition(type)) {
    return undefined;
  }
  const named = [inputs, outputs].map((values) => asText(values?.["device"])).find((name) => name !== undefined);
  const device = named ?? (id === undefined ? "default" : deviceIn(id));
  return device === "default" ? (providerOf(resource) ?? device) : device;
}

/** The device's serial number in the resource's state. */
export function serialOf({ outputs }: EngineResource): string | undefined {
  return asText(outputs?.["deviceSerial"]);
}

function asText(value: Json | undefined): string | undefined {
  return typeof value === "string" && value !== secretShown ? value : undefined;
}
