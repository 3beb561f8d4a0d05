/** The language that describes the tree of a device: the kinds of nodes, and what may be done with each. */
import type { DeviceProfile } from "../profile/device-profile";
import type { Model } from "../profile/models";

/** Any value that JSON can carry. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Protection ("lock") bits: set by the administrator, cleared only by the reset button (device.md section 4.6). */
export type ProtectionBit =
  | "credentials"
  | "network"
  | "notifications"
  | "privateConfiguration"
  | "restore"
  | "firmware"
  | "maintenance";

/** What the vendor prints next to a resource (device.md section 2). Traits of a container apply to its children. */
export interface Traits {
  /** "No direct modification". */
  readonly readonly?: boolean;
  /** Reading is denied if not administrative user. */
  readonly adminRead?: boolean;
  /** A user who is not an administrator may write or call it for outlets that they have access to. */
  readonly outletUser?: boolean;
  /** Writes are refused while this bit is set. */
  readonly protectedBy?: ProtectionBit;
  /** Reads as the dialect `passwordRead` defines, and is never journaled. */
  readonly secret?: boolean;
  /** The native media type of a text, such as text/x-lua. */
  readonly mediaType?: string;
  /** Returns what is wrong with a value of the right type, if anything. */
  readonly validate?: (value: Json) => string | undefined;
  /** The member's name on the wire; undefined if this device does not have it. */
  readonly wireName?: (key: string, profile: DeviceProfile) => string | undefined;
  /** "Composite, modified as a whole": whether the entries of an array have no addresses of their own. */
  readonly isComposite?: (profile: DeviceProfile) => boolean;
}

/** A string, number, boolean or sum: read and written as a whole. T is the type of its value. */
export interface ScalarNode<T extends Json = Json> extends Traits {
  readonly kind: "scalar";
  readonly typeName: string;
  /** Whether a JSON value is of this type. */
  readonly accepts: (value: Json) => boolean;
  /** Parses a form field or plain text; undefined if it is not of this type. */
  readonly fromText: (text: string) => Json | undefined;
  /** For the compiler only. */
  readonly sample?: T;
}

/** Fixed named members. */
export interface ObjectNode<M extends Members = Members> extends Traits {
  readonly kind: "object";
  readonly members: M;
  /** Members that are required in a new element. */
  readonly required?: readonly string[];
  /** Defaults of the other members of a new element. */
  readonly fresh?: (model: Model) => { [key: string]: Json };
}

/** An array; `fixed` ones always have one element per outlet. */
export interface ArrayNode<N extends Node = Node> extends Traits {
  readonly kind: "array";
  readonly item: N;
  readonly fixed: boolean;
}

/** Free keys; a PUT on a key adds a member and a DELETE removes it, unless only the device creates members. */
export interface MapNode<N extends Node = Node> extends Traits {
  readonly kind: "map";
  readonly item: N;
  readonly open: boolean;
}

/** Invocable by POST, has no value. */
export interface CallNode extends Traits {
  readonly kind: "call";
}

/** A value that a behaviour computes at each read; it is not in the state. */
export interface ComputedNode extends Traits {
  readonly kind: "computed";
  readonly node: Node;
}

export type Node = ScalarNode | ObjectNode | ArrayNode | MapNode | CallNode | ComputedNode;
export interface Members {
  readonly [key: string]: Node;
}

/** The plain state that a schema describes, without calls and computed values. */
export type StateOf<N> =
  N extends ScalarNode<infer T>
    ? T
    : N extends ObjectNode<infer M>
      ? { [K in keyof M as M[K] extends CallNode | ComputedNode ? never : K]: StateOf<M[K]> }
      : N extends ArrayNode<infer I>
        ? StateOf<I>[]
        : N extends MapNode<infer I>
          ? { [key: string]: StateOf<I> }
          : never;

const numberFromText = (text: string): Json | undefined =>
  text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : undefined;

/** A text. */
export function string(traits: Traits = {}): ScalarNode<string> {
  return {
    kind: "scalar",
    typeName: "string",
    accepts: (value) => typeof value === "string",
    fromText: (text) => text,
    ...traits,
  };
}

/** A number, fractions allowed. */
export function number(traits: Traits = {}): ScalarNode<number> {
  return {
    kind: "scalar",
    typeName: "number",
    accepts: (value) => typeof value === "number" && Number.isFinite(value),
    fromText: numberFromText,
    ...traits,
  };
}

/** A boolean; a form may use true, false, 1 or 0. */
export function boolean(traits: Traits = {}): ScalarNode<boolean> {
  const texts: Record<string, boolean> = { true: true, "1": true, false: false, "0": false };
  return {
    kind: "scalar",
    typeName: "boolean",
    accepts: (value) => typeof value === "boolean",
    fromText: (text) => texts[text.trim()],
    ...traits,
  };
}

/** An optional: null or a value of the given scalar. */
export function optional<T extends Json>(node: ScalarNode<T>, traits: Traits = {}): ScalarNode<T | null> {
  return {
    ...(node as ScalarNode<T | null>),
    typeName: `${node.typeName} or null`,
    accepts: (value) => value === null || node.accepts(value),
    fromText: (text) => (text === "null" ? null : node.fromText(text)),
    ...traits,
  };
}

/** A variant: one of a few constants, such as true, "degraded", false. */
export function variant<T extends string | number | boolean>(values: readonly T[], traits: Traits = {}): ScalarNode<T> {
  return {
    kind: "scalar",
    typeName: `one of ${values.map((value) => JSON.stringify(value)).join(", ")}`,
    accepts: (value) => (values as readonly Json[]).includes(value),
    fromText: (text) => values.find((value) => String(value) === text),
    ...traits,
  };
}

/** A value of undocumented form; it is stored unchanged. */
export function opaque(traits: Traits = {}): ScalarNode<Json> {
  return {
    kind: "scalar",
    typeName: "value",
    accepts: () => true,
    fromText: (text) => {
      try {
        return JSON.parse(text) as Json;
      } catch {
        return text;
      }
    },
    ...traits,
  };
}

/** Fixed named members. */
export function object<M extends Members>(
  members: M,
  traits: Traits & Pick<ObjectNode, "required" | "fresh"> = {},
): ObjectNode<M> {
  return { kind: "object", members, ...traits };
}

/** An array that grows by POST and shrinks by DELETE. */
export function array<N extends Node>(item: N, traits: Traits = {}): ArrayNode<N> {
  return { kind: "array", item, fixed: false, ...traits };
}

/** An array with one element per outlet. */
export function perOutlet<N extends Node>(item: N, traits: Traits = {}): ArrayNode<N> {
  return { kind: "array", item, fixed: true, ...traits };
}

/** A map whose members clients may add and remove. */
export function map<N extends Node>(item: N, traits: Traits = {}): MapNode<N> {
  return { kind: "map", item, open: true, ...traits };
}

/** A map whose members only the device creates. */
export function closedMap<N extends Node>(item: N, traits: Traits = {}): MapNode<N> {
  return { kind: "map", item, open: false, ...traits };
}

/** A call. */
export function call(traits: Traits = {}): CallNode {
  return { kind: "call", ...traits };
}

/** A value that a behaviour computes at each read. */
export function computed(node: Node, traits: Traits = {}): ComputedNode {
  return { kind: "computed", node, readonly: true, ...traits };
}
