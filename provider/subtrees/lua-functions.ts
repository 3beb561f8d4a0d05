/**
 * Which functions a Lua source brings, as far as its text tells. Devices list the functions that they find in a script
 * (device.md section 3.6); in which forms is not known, so only the plainest counts as certain.
 */
import { type Node, parse } from "luaparse";
import type { Brings } from "../runtime/run/script-functions";

/** Functions that may define others, of which the text does not show the names; most of them no device has. */
const makers = new Set([
  "getfenv",
  "setfenv",
  "load",
  "loadstring",
  "loadfile",
  "dofile",
  "require",
  "module",
  "rawset",
]);

/** Whether a source brings a function; `undefined` where that does not show. */
export function functionsOf(source: string): Brings {
  const nodes: Node[] = [];
  try {
    const { body } = parse(source, { luaVersion: "5.1", scope: true, onCreateNode: (node) => nodes.push(node) });
    const certain = new Set(body.flatMap((node) => (isPlain(node) ? [node.identifier.name] : [])));
    const possible = new Set(nodes.flatMap(namesIn));
    const isOpen = opens(nodes);
    return (name) => certain.has(name) || (isOpen || possible.has(name) ? undefined : false);
  } catch {
    // Whether it is a script at all is for the device to say: it may know more of the language than Lua 5.1 has.
    return () => undefined;
  }
}

/** `function name() end`, outside of everything else. */
function isPlain(node: Node): node is Node & { readonly identifier: { readonly name: string } } {
  return node.type === "FunctionDeclaration" && !node.isLocal && node.identifier !== null && isGlobal(node.identifier);
}

/** Whether it is a variable, and none of a scope; the parser marks no names of members. */
function isGlobal(node: Node): node is Node & { readonly type: "Identifier" } {
  return node.type === "Identifier" && (node as { readonly isLocal?: boolean }).isLocal === false;
}

/** Every name that a node gives to something, whatever that is and wherever it counts. */
function namesIn(node: Node): string[] {
  switch (node.type) {
    case "FunctionDeclaration":
      return node.identifier ? nameOf(node.identifier) : [];
    case "AssignmentStatement":
    case "LocalStatement":
      return node.variables.flatMap(nameOf);
    default:
      return [];
  }
}

function nameOf(target: Node): string[] {
  if (target.type === "Identifier") {
    return [target.name];
  }
  const member = memberOfGlobals(target);
  return member === undefined ? [] : [member];
}

/** The name in `_G.name` and `_G["name"]`. */
function memberOfGlobals(node: Node): string | undefined {
  if (!isMember(node) || !isGlobals(node.base)) {
    return undefined;
  }
  return node.type === "MemberExpression" ? node.identifier.name : plainText(node.index);
}

type Member = Extract<Node, { type: "MemberExpression" | "IndexExpression" }>;

function isMember(node: Node): node is Member {
  return node.type === "MemberExpression" || node.type === "IndexExpression";
}

function isGlobals(node: Node): boolean {
  return node.type === "Identifier" && node.name === "_G";
}

/** A string without escapes, so that it is what it says. */
function plainText(node: Node): string | undefined {
  return node.type === "StringLiteral" ? /^(["'])([^\\]*)\1$/.exec(node.raw)?.[2] : undefined;
}

/** Whether names may be given that the text does not show: by a table of all globals, or by a text that is run. */
function opens(nodes: readonly Node[]): boolean {
  const told = new Set(
    nodes.flatMap((node) => (isMember(node) && memberOfGlobals(node) !== undefined ? [node.base] : [])),
  );
  return nodes.some((node) => {
    const isMaker = isGlobal(node) && makers.has(node.name);
    return isMaker || (isGlobals(node) && !told.has(node as Member["base"]));
  });
}
