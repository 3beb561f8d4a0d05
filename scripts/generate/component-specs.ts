/** Derives the schema's component entries from the types of their arguments and outputs. */
import { join } from "node:path";
import ts from "typescript";
import type { ComponentSpec, ComponentSpecs, ComponentType } from "../../provider/plugin/schema/components";
import type { Property } from "../../provider/plugin/schema/properties";
import { anything, type TypeSpec } from "../../provider/plugin/schema/schema-types";
import { kebabCase } from "../../provider/schema/word-case";
import { plain, readSource, textOf } from "./component-source";

/** Reads components from `sdk/components/`; `root` is the project's folder. */
export function readComponents(names: readonly string[], root: string): ComponentSpecs {
  const specs: Record<string, ComponentSpec> = {};
  const types: Record<string, ComponentType> = {};
  for (const name of names) {
    const source = readSource(join(root, "sdk", "components", `${kebabCase(name)}.ts`));
    const reader = new TypeReader(source, types);
    const args = interfaceOf(`${name}Args`, source);
    const declared = source.statements.find(
      (one): one is ts.ClassDeclaration => ts.isClassDeclaration(one) && one.name?.text === name,
    );
    const outputs = declared?.members.filter(ts.isPropertyDeclaration).filter((member) => textOf(member) !== "") ?? [];
    specs[name] = {
      description: textOf(declared as ts.Node),
      ...reader.inputs(args.members),
      outputs: Object.fromEntries(
        outputs.map((member) => [
          member.name.getText(source),
          { ...reader.of(member.type as ts.TypeNode), description: textOf(member) },
        ]),
      ),
    };
  }
  return { components: specs, types };
}

/** The text of `provider/plugin/schema/component-specs.ts`. */
export function specsText(specs: ComponentSpecs): string {
  return `/** What the schema says of the components. Generated from sdk/components/ by \`npm run generate\`. Do not edit. */
import type { ComponentSpecs } from "./components";

export const componentSpecs: ComponentSpecs = ${JSON.stringify(specs, undefined, 2)};
`;
}

/** Translates the types of one file to Pulumi's schema language. Object types get names. */
class TypeReader {
  readonly #source: ts.SourceFile;
  readonly #types: Record<string, ComponentType>;

  constructor(source: ts.SourceFile, types: Record<string, ComponentType>) {
    this.#source = source;
    this.#types = types;
  }

  inputs(members: ts.NodeArray<ts.TypeElement>): Pick<ComponentSpec, "inputs" | "requiredInputs"> {
    const signatures = members.filter(ts.isPropertySignature);
    const inputs = signatures.map((member) => [member.name.getText(this.#source), this.#property(member)] as const);
    const required = signatures.filter(({ questionToken }) => questionToken === undefined);
    return {
      inputs: Object.fromEntries(inputs),
      requiredInputs: required.map((member) => member.name.getText(this.#source)),
    };
  }

  #property(member: ts.PropertySignature): Property {
    const tag = ts.getJSDocTags(member).find(({ tagName }) => tagName.text === "default")?.comment;
    const fallback = plain(ts.getTextOfJSDocComment(tag));
    // In the description, because the schema has no defaults for types with alternatives.
    const note = fallback === "" ? "" : ` Default: ${/^[^ ]+$/.test(fallback) ? `\`${fallback}\`.` : fallback}`;
    return { ...this.of(member.type as ts.TypeNode), description: textOf(member) + note };
  }

  of(node: ts.TypeNode): TypeSpec {
    switch (node.kind) {
      case ts.SyntaxKind.StringKeyword:
        return { type: "string" };
      case ts.SyntaxKind.BooleanKeyword:
        return { type: "boolean" };
      case ts.SyntaxKind.NumberKeyword:
        // All numbers in components are integers.
        return { type: "integer" };
      case ts.SyntaxKind.LiteralType:
        return { type: "string" };
    }
    if (ts.isUnionTypeNode(node)) {
      return alternatives(node.types.map((type) => this.of(type)));
    }
    if (ts.isTypeOperatorNode(node)) {
      return this.of(node.type);
    }
    if (ts.isArrayTypeNode(node)) {
      return { type: "array", items: this.of(node.elementType) };
    }
    if (ts.isTypeReferenceNode(node)) {
      return this.#reference(node);
    }
    throw new Error(`no type of Pulumi's schema for ${node.getText(this.#source)}`);
  }

  #reference(node: ts.TypeReferenceNode): TypeSpec {
    const name = node.typeName.getText(this.#source);
    const [first, second] = node.typeArguments ?? [];
    switch (name) {
      case "pulumi.Input":
      case "Readonly":
        return this.of(first as ts.TypeNode);
      case "Record":
        return { type: "object", additionalProperties: this.of(second as ts.TypeNode) };
      case "OrLeave":
        return alternatives([this.of(first as ts.TypeNode), { type: "string" }]);
      case "Omit": {
        const takes = this.#omission(first as ts.TypeNode, second as ts.TypeNode);
        const description = `Arguments of ${takes.from}, for another component.`;
        return this.#named(`${takes.from}Settings`, { description, properties: {}, required: [], takes });
      }
    }
    const declared = this.#declared(name);
    return declared === undefined ? { $ref: `#/resources/dli:index:${name}` } : this.#object(declared);
  }

  #declared(name: string): ts.InterfaceDeclaration | ts.TypeAliasDeclaration | undefined {
    return this.#source.statements.find(
      (one): one is ts.InterfaceDeclaration | ts.TypeAliasDeclaration =>
        (ts.isInterfaceDeclaration(one) || ts.isTypeAliasDeclaration(one)) && one.name.text === name,
    );
  }

  /** Drops `Args` from names, such as `NamedUserArgs`, because SDKs in other languages add it themselves. */
  #object(declared: ts.InterfaceDeclaration | ts.TypeAliasDeclaration): TypeSpec {
    const isInterface = ts.isInterfaceDeclaration(declared);
    const base = isInterface ? declared.heritageClauses?.[0]?.types[0] : (declared.type as ts.TypeReferenceNode);
    const [from, without] = base?.typeArguments ?? [];
    const { inputs, requiredInputs } = isInterface ? this.inputs(declared.members) : { inputs: {}, requiredInputs: [] };
    return this.#named(declared.name.text.replace(/Args$/, ""), {
      description: textOf(declared),
      properties: inputs,
      required: requiredInputs,
      ...(from && without && { takes: this.#omission(from, without) }),
    });
  }

  #named(name: string, type: ComponentType): TypeSpec {
    this.#types[name] = type;
    return { $ref: `#/types/dli:index:${name}` };
  }

  /** What `Omit<OutletArgs, "name" | "device">` takes. */
  #omission(from: ts.TypeNode, without: ts.TypeNode): NonNullable<ComponentType["takes"]> {
    return {
      from: from.getText(this.#source).replace(/Args$/, ""),
      without: [...without.getText(this.#source).matchAll(/"(\w+)"/g)].map(([, name]) => name as string),
    };
  }
}

/**
 * The type of a value with several possible types, as far as Pulumi's other languages can handle it:
 * - With a list: any type, because the Python SDK refuses a list for a choice; and a plain one, because the Go program
 *   writer makes `pulumi.Any{...}` of a list otherwise.
 * - An object or a number: the object, because the Go SDK generator's code for the choice does not compile.
 * - Otherwise the choice, objects first, because the Go program writer takes every object for the first type.
 */
function alternatives(types: readonly TypeSpec[]): TypeSpec {
  const different = [...new Map(types.map((type) => [JSON.stringify(type), type])).values()];
  const [only, ...others] = different;
  if (only && others.length === 0) {
    return only;
  }
  const objects = different.filter(({ $ref }) => $ref !== undefined);
  const [object] = objects;
  if (object !== undefined && different.some(({ type }) => type === "integer")) {
    return object;
  }
  const isList = different.some(({ type }) => type === "array");
  return isList
    ? { ...anything, plain: true }
    : { oneOf: [...objects, ...different.filter((one) => !objects.includes(one))] };
}

function interfaceOf(name: string, source: ts.SourceFile): ts.InterfaceDeclaration {
  const found = source.statements.find(
    (one): one is ts.InterfaceDeclaration => ts.isInterfaceDeclaration(one) && one.name.text === name,
  );
  if (found === undefined) {
    throw new Error(`${source.fileName} has no interface ${name}`);
  }
  return found;
}
