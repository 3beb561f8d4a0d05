/**
 * Which functions a Lua source defines, as far as its text shows. Devices list the functions that they find in a script
 * (device.md section 3.6); which forms they recognise is not known, so only the plainest is treated as certain.
 */
import { type Node, parse } from "luaparse";
import type { Brings } from "../runtime/run/script-functions";

/** Functions that may define others whose names the text does not show; no device has most of them. */
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

/** Tells whether a source defines a function; `undefined` if its text does not show that. */
export function functionsOf(source: string): Brings {
  const nodes: Node[] = [];
  try {
    const { body } = parse(source, { luaVersion: "5.1", scope: true, onCreateNode: (node) => nodes.push(node) });
    const certain = new Set(body.flatMap((node) => (isPlain(node) ? [node.identifier.name] : [])));
    const possible = new Set(nodes.flatMap(namesIn));
    const isOpen = opens(nodes);
    return (name) => certain.has(name) || (isOpen || possible.has(name) ? undefined : false);
  } catch {
    // Whether this is a script at all is for the device to decide: it may know more of the language than Lua 5.1.
    return () => undefined;
  }
}

/** Whether it is `function name() end` at the top level. */
function isPlain(node: Node): node is Node & { readonly identifier: { readonly name: string } } {
  return node.type === "FunctionDeclaration" && !node.isLocal && node.identifier !== null && isGlobal(node.identifier);
}

/** Whether it is a global variable; the parser does not mark the names of members. */
function isGlobal(node: Node): node is Node & { readonly type: "Identifier" } {
  return node.type === "Identifier" && (node as { readonly isLocal?: boolean }).isLocal === false;
}

/** Every name that a node declares or assigns, regardless of its value and scope. */
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

/** The text of a string literal that has no escapes. */
function plainText(node: Node): string | undefined {
  return node.type === "StringLiteral" ? /^(["'])([^\\]*)\1$/.exec(node.raw)?.[2] : undefined;
}

/** Whether names that the text does not show may be defined: through the table of all globals, or by running a text. */
function opens(nodes: readonly Node[]): boolean {
  const told = new Set(
    nodes.flatMap((node) => (isMember(node) && memberOfGlobals(node) !== undefined ? [node.base] : [])),
  );
  return nodes.some((node) => {
    const isMaker = isGlobal(node) && makers.has(node.name);
    return isMaker || (isGlobals(node) && !told.has(node as Member["base"]));
  });
}
