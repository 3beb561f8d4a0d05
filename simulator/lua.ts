import * as luaparse from "luaparse";

/** What the device finds in a Lua source. */
export interface LuaProgram {
  /** Names of the global functions, in the order of the text. */
  readonly functions: readonly string[];
  /** Those of them that hold a `while true` loop and so never end by themselves. */
  readonly endless: ReadonlySet<string>;
}

/** One function call, such as `f(5, "ON")`. */
export interface LuaCall {
  readonly functionName: string;
  /** The arguments as they read in a thread's label: without quotes. */
  readonly argumentTexts: readonly string[];
}

/** A source that is no Lua; the message is in the manner of the Lua compiler. */
export class LuaSyntaxError extends Error {
  constructor(cause: unknown) {
    const text = cause instanceof Error ? cause.message : String(cause);
    const [, line = "1", words = text] = /^\[(\d+):\d+\] (.*)$/s.exec(text) ?? [];
    super(`script:${line}: ${words}`, { cause });
    this.name = "LuaSyntaxError";
  }
}

function parse(source: string, onCreateNode: (node: luaparse.Node) => void = () => {}): luaparse.Chunk {
  try {
    return luaparse.parse(source, { luaVersion: "5.1", ranges: true, comments: false, onCreateNode });
  } catch (error) {
    throw new LuaSyntaxError(error);
  }
}

function rangeOf(node: luaparse.Node): [number, number] {
  return (node as luaparse.Node & { range: [number, number] }).range;
}

/** Reads a source. Throws LuaSyntaxError. */
export function readProgram(source: string): LuaProgram {
  const endlessLoops: [number, number][] = [];
  const chunk = parse(source, (node) => {
    if (node.type === "WhileStatement" && node.condition.type === "BooleanLiteral" && node.condition.value) {
      endlessLoops.push(rangeOf(node));
    }
  });
  const functions: string[] = [];
  const endless = new Set<string>();
  for (const statement of chunk.body) {
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
  return { functions, endless };
}

/** Reads a single function call. Throws LuaSyntaxError; undefined when the text is something else. */
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
