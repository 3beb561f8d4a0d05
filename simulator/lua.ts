/** Lua as far as the simulator understands it: the names and calls in a source, which is parsed and never run. */
import * as luaparse from "luaparse";

/** What the device finds in a Lua source. */
export interface LuaProgram {
  /** Names of the global functions, in order of appearance. */
  readonly functions: readonly string[];
  /** Those that contain a `while true` loop, and therefore never end by themselves. */
  readonly endless: ReadonlySet<string>;
  /**
   * The global names that the source uses but does not set itself, in order of appearance; members of global tables in
   * the form `os.time`. Members of `_G` are globals.
   */
  readonly globals: readonly string[];
}

/** One function call, such as `f(5, "ON")`. */
export interface LuaCall {
  readonly functionName: string;
  /** The arguments as shown in a thread's label: without quotes. */
  readonly argumentTexts: readonly string[];
}

/** A source that is not Lua; the message is in the style of the Lua compiler. */
export class LuaSyntaxError extends Error {
  constructor(cause: unknown) {
    const text = cause instanceof Error ? cause.message : String(cause);
    const [, line = "1", message = text] = /^\[(\d+):\d+\] (.*)$/s.exec(text) ?? [];
    super(`script:${line}: ${message}`, { cause });
    this.name = "LuaSyntaxError";
  }
}

function parse(source: string, onCreateNode: (node: luaparse.Node) => void = () => {}): luaparse.Chunk {
  try {
    return luaparse.parse(source, { luaVersion: "5.1", scope: true, ranges: true, comments: false, onCreateNode });
  } catch (error) {
    throw new LuaSyntaxError(error);
  }
}

function rangeOf(node: luaparse.Node): [number, number] {
  return (node as luaparse.Node & { range: [number, number] }).range;
}

/** The name of a global variable or of its member; undefined for everything else. */
function globalName(node: luaparse.Node | null): string | undefined {
  if (node?.type === "Identifier") {
    // The parser marks variables only, not the names of members.
    return (node as { isLocal?: boolean }).isLocal === false ? node.name : undefined;
  }
  if (node?.type !== "MemberExpression") {
    return undefined;
  }
  const base = globalName(node.base);
  if (base === undefined) {
    return undefined;
  }
  return base === "_G" ? node.identifier.name : `${base}.${node.identifier.name}`;
}

function globalsOf(nodes: readonly luaparse.Node[]): string[] {
  const used = new Set<string>();
  const set = new Set<string>();
  for (const node of nodes) {
    const targets =
      node.type === "AssignmentStatement"
        ? node.variables
        : node.type === "FunctionDeclaration"
          ? [node.identifier]
          : [];
    for (const name of targets.map(globalName)) {
      if (name !== undefined) {
        set.add(name);
      }
    }
    const name = globalName(node);
    if (name !== undefined) {
      used.add(name);
    }
  }
  return [...used].filter((name) => !set.has(name));
}

/** Reads a source. Throws LuaSyntaxError. */
export function readProgram(source: string): LuaProgram {
  const nodes: luaparse.Node[] = [];
  const { body } = parse(source, (node) => nodes.push(node));
  const endlessLoops = nodes
    .filter((node) => node.type === "WhileStatement")
    .filter(({ condition }) => condition.type === "BooleanLiteral" && condition.value)
    .map(rangeOf);
  const functions: string[] = [];
  const endless = new Set<string>();
  for (const statement of body) {
    if (statement.type !== "FunctionDeclaration" || statement.isLocal || statement.identifier?.type !== "Identifier") {
      continue;
    }
    const { name } = statement.identifier;
    functions.push(name);
    const [start, end] = rangeOf(statement);
    if (endlessLoops.some(([from, to]) => from >= start && to <= end)) {
      endless.add(name);
    }
  }
  return { functions, endless, globals: globalsOf(nodes) };
}

/** Reads a single function call; undefined if the source is something else. Throws LuaSyntaxError. */
export function readCall(source: string): LuaCall | undefined {
  const [statement, ...rest] = parse(source).body;
  if (statement?.type !== "CallStatement" || rest.length > 0 || statement.expression.type !== "CallExpression") {
    return undefined;
  }
  const { base, arguments: args } = statement.expression;
  if (base.type !== "Identifier") {
    return undefined;
  }
  return {
    functionName: base.name,
    argumentTexts: args.map((argument) => {
      const text = source.slice(...rangeOf(argument));
      return argument.type === "StringLiteral" ? text.slice(1, -1) : text;
    }),
  };
}
