/** Prints the reference page of a component from its source, whose doc comments say everything about it. */
import { join } from "node:path";
import ts from "typescript";
import { kebabCase } from "../../provider/schema/word-case";
import { plain, readSource, textOf } from "./component-source";
import { cell, code, exampleOf, header } from "./reference";

/** One argument or output, as in the source. */
interface Member {
  readonly name: string;
  readonly type: string;
  readonly description: string;
  /** The default, "not managed" or "required". */
  readonly fallback: string;
}

/** The content of a component's file. */
export interface Component {
  readonly name: string;
  readonly description: string;
  readonly outputs: readonly Member[];
  /** Its arguments, then the types that they consist of. */
  readonly tables: readonly ArgumentTable[];
}

interface ArgumentTable {
  readonly name: string;
  readonly description: string;
  /** The resource whose arguments it also has. */
  readonly others: string | undefined;
  readonly members: readonly Member[];
}

/** Reads a component from `sdk/components/`; `root` is the project's folder. */
export function readComponent(name: string, root: string): Component {
  const file = join(root, "sdk", "components", `${kebabCase(name)}.ts`);
  const source = readSource(file);
  const declared = source.statements.find(
    (statement): statement is ts.ClassDeclaration => ts.isClassDeclaration(statement) && statement.name?.text === name,
  );
  if (declared === undefined) {
    throw new Error(`${file} has no class ${name}`);
  }
  const tables = source.statements.filter(isTable).map((table) => ({
    name: table.name.text,
    description: textOf(table),
    others: othersOf(table, source),
    members: ts.isInterfaceDeclaration(table)
      ? table.members.filter(ts.isPropertySignature).map((member) => memberOf(member, source))
      : [],
  }));
  const args = `${name}Args`;
  return {
    name,
    description: textOf(declared),
    outputs: declared.members.filter(isShown).map((member) => memberOf(member, source)),
    tables: [...tables.filter((table) => table.name === args), ...tables.filter((table) => table.name !== args)],
  };
}

type Table = ts.InterfaceDeclaration | ts.TypeAliasDeclaration;

/** Whether a statement exports a type: the arguments, or a type that they consist of. */
function isTable(statement: ts.Statement): statement is Table {
  const isType = ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement);
  return isType && statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true;
}

/** The resource whose arguments a table takes over: `Outlet` for `Omit<OutletArgs, "name">`. */
function othersOf(table: Table, source: ts.SourceFile): string | undefined {
  const from = ts.isInterfaceDeclaration(table) ? table.heritageClauses?.[0] : table.type;
  return /(\w+)Args\b/.exec(from?.getText(source) ?? "")?.[1];
}

function isShown(member: ts.ClassElement): member is ts.PropertyDeclaration {
  return ts.isPropertyDeclaration(member) && textOf(member) !== "";
}

function memberOf(member: ts.PropertySignature | ts.PropertyDeclaration, source: ts.SourceFile): Member {
  const fallback = ts.getJSDocTags(member).find(({ tagName }) => tagName.text === "default")?.comment;
  const isOptional = member.questionToken !== undefined;
  return {
    name: member.name.getText(source),
    type: shown(member.type?.getText(source) ?? "any"),
    description: textOf(member),
    fallback: isOptional ? plain(ts.getTextOfJSDocComment(fallback)) || "not managed" : "required",
  };
}

/** A type, simplified for readers. */
function shown(type: string): string {
  return type
    .replace(/pulumi\.Input<([^<>]*)>/g, "$1")
    .replace(/OrLeave<(\w+)>/g, '$1 | "leave"')
    .replace(/Readonly<(Record<.*>)>/g, "$1")
    .replace(/\breadonly /g, "")
    .replace(/\s+/g, " ");
}

/** The page of a component. */
export function componentPage({ name, description, outputs, tables }: Component, root: string): string {
  const [args, ...parts] = tables;
  const described = parts.map((part) => `### ${part.name}\n\n${partText(part)}\n`);
  return `${header}# ${name}

${description}

A component: it declares other resources, which \`pulumi up\` shows below it. It has no id and is not imported; they are.
In [other languages](../dynamic-or-native.md#other-languages), \`dli:${name}\` in YAML, the native plugin declares them: the
same ones, with the same URNs.

## Inputs

${inputTable(args?.members ?? [])}

${described.join("\n")}
## Outputs

| Name | Type | |
|---|---|---|
${outputs.map((output) => `| \`${output.name}\` | ${code(output.type)} | ${cell(output.description)} |`).join("\n")}
${exampleOf(name, root)}`;
}

function partText({ description, others, members }: ArgumentTable): string {
  const taken = others === undefined ? [] : [`It has the inputs of [${others}](${kebabCase(others)}.md) as well.`];
  return [[description, ...taken].join(" "), ...(members.length > 0 ? [inputTable(members)] : [])].join("\n\n");
}

function inputTable(members: readonly Member[]): string {
  const rows = members.map(({ name, type, fallback, description }) => {
    const given = /^[\w"[\]-]+$/.test(fallback) && fallback !== "required" ? `\`${fallback}\`` : fallback;
    return `| \`${name}\` | ${code(type)} | ${cell(given)} | ${cell(description)} |`;
  });
  return `| Name | Type | Default | |\n|---|---|---|---|\n${rows.join("\n")}`;
}
