/** Finds what a program in YAML leaves out of the schema. */

interface Type {
  readonly $ref?: string;
  readonly items?: Type;
  readonly additionalProperties?: Type;
  readonly oneOf?: readonly Type[];
}

type Properties = Readonly<Record<string, Type>>;

export interface Schema {
  readonly resources: Readonly<Record<string, { readonly inputProperties: Properties }>>;
  readonly functions: Readonly<Record<string, { readonly inputs?: { readonly properties?: Properties } }>>;
  readonly types: Readonly<Record<string, { readonly properties?: Properties }>>;
}

export interface YamlProgram {
  readonly resources: Readonly<Record<string, { readonly type: string; readonly properties?: object }>>;
  readonly variables: Readonly<
    Record<string, { readonly "fn::invoke": { readonly function: string; readonly arguments?: object } }>
  >;
}

/** Resources, functions, inputs and their members, such as `dli:index:NamedOutlet.critical`, that it does not use. */
export function leftOut(program: YamlProgram, schema: Schema): string[] {
  const given = new Set<string>();
  const note = (owner: string, properties: Properties, values: object = {}) => {
    given.add(owner);
    for (const [name, value] of Object.entries(values)) {
      given.add(`${owner}.${name}`);
      look(properties[name] ?? {}, value);
    }
  };
  const look = (type: Type, value: unknown): void => {
    if (typeof value !== "object" || value === null) {
      return;
    }
    const name = type.$ref?.replace("#/types/", "") ?? "";
    const members = schema.types[name]?.properties;
    if (members !== undefined) {
      note(name, members, value);
    }
    for (const option of type.oneOf ?? []) {
      look(option, value);
    }
    for (const one of Object.values(value)) {
      look(type.items ?? type.additionalProperties ?? {}, one);
    }
  };
  for (const { type, properties } of Object.values(program.resources)) {
    const token = type.replace(/^dli:(?!index:)/, "dli:index:");
    note(token, schema.resources[token]?.inputProperties ?? {}, properties);
  }
  for (const { "fn::invoke": call } of Object.values(program.variables)) {
    note(call.function, schema.functions[call.function]?.inputs?.properties ?? {}, call.arguments);
  }
  return wantedOf(schema).filter((one) => !given.has(one));
}

function wantedOf({ resources, functions, types }: Schema): string[] {
  // Types that only functions return are not inputs.
  const inputs = Object.entries(types).filter(([name]) => !/Result|Status/.test(name));
  const owners: [string, Properties | undefined][] = [
    ...Object.entries(resources).map(([name, { inputProperties }]) => [name, inputProperties] as [string, Properties]),
    ...Object.entries(functions).map(([name, of]) => [name, of.inputs?.properties] as [string, Properties | undefined]),
    ...inputs.flatMap(([name, { properties }]): [string, Properties][] => (properties ? [[name, properties]] : [])),
  ];
  return owners.flatMap(([owner, properties = {}]) => [
    owner,
    ...Object.keys(properties).map((name) => `${owner}.${name}`),
  ]);
}
