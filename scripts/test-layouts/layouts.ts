/** Kinds of user projects: package manager, location of the packages, and language of the program. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { runOrThrow } from "../command";

const INSTALL_MS = 10 * 60_000;

/** The release line that still runs on Node 20. */
const PNPM = "pnpm@10";

/** What a project is created from. */
export interface Made {
  /** The folder of the Pulumi project. */
  readonly project: string;
  /** Versions or tarballs of packages, by name. */
  readonly packages: Readonly<Record<string, string>>;
  readonly env: NodeJS.ProcessEnv;
}

export interface Layout {
  readonly name: string;
  /** Name of the program's file. */
  readonly file: string;
  readonly program: string;
  make(made: Made): Promise<void>;
}

const declarations = `
// An ignored change that the program's options do not name.
const transforms = [({ props, opts }) => ({ props, opts: pulumi.mergeOptions(opts, { ignoreChanges: ["critical"] }) })];
const name = process.env.OUTLET_NAME;
const outlet = new dli.Outlet("web", { number: 3, name, state: true, critical: true }, { transforms });
new dli.User("fred", { name: "fred", password: "first password", outletAccess: [3] });
const powered = outlet.physicalState;
const names = dli.getOutletsOutput({}, { dependsOn: [outlet] }).outlets.apply((outlets) => outlets[2].name);
`;

const imports = 'import * as pulumi from "@pulumi/pulumi";\nimport * as dli from "pulumi-dli";\n';

const javascript = `const pulumi = require("@pulumi/pulumi");\nconst dli = require("pulumi-dli");\n${declarations}
module.exports = { powered, names };\n`;

const esm = `${imports}${declarations}\nexport { powered, names };\n`;

const typescript = `${imports}${declarations
  .replace("({ props, opts }) =>", "({ props, opts }: pulumi.ResourceTransformArgs) =>")
  .replace("process.env.OUTLET_NAME", 'process.env["OUTLET_NAME"]!')
  .replace("outlets[2].name", "outlets[2]!.name!")}\nexport { powered, names };\n`;

const tsconfig = {
  compilerOptions: {
    strict: true,
    module: "nodenext",
    moduleResolution: "nodenext",
    target: "es2022",
    skipLibCheck: true,
    types: ["node"],
  },
};

const inTypescript = { file: "index.ts", program: typescript };

export const layouts: readonly Layout[] = [
  { name: "npm, TypeScript", ...inTypescript, make: (made) => withNpm(made, made.project) },
  { name: "npm, JavaScript", file: "index.js", program: javascript, make: (made) => withNpm(made, made.project) },
  {
    name: "npm, JavaScript modules",
    file: "index.js",
    program: esm,
    make: (made) => withNpm(made, made.project, { type: "module" }),
  },
  {
    name: "npm workspaces, TypeScript",
    ...inTypescript,
    make(made) {
      const root = path.dirname(made.project);
      write(path.join(root, "package.json"), { private: true, workspaces: [path.basename(made.project)] });
      return withNpm(made, root);
    },
  },
  {
    name: "pnpm, TypeScript",
    ...inTypescript,
    make(made) {
      write(path.join(made.project, "package.json"), packageOf(made));
      return run("npx", ["--yes", PNPM, "install", "--prefer-offline", "--ignore-workspace"], made, made.project);
    },
  },
];

/** Installs with npm in the project's folder or one above it. */
async function withNpm(made: Made, folder: string, more: object = {}): Promise<void> {
  write(path.join(made.project, "package.json"), { ...packageOf(made), ...more });
  await run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"], made, folder);
}

function packageOf({ packages }: Made): object {
  return { name: "rack", private: true, dependencies: packages };
}

function write(file: string, value: object): void {
  writeFileSync(file, JSON.stringify(value, undefined, 2));
}

async function run(file: string, args: string[], { env }: Made, folder: string): Promise<void> {
  await runOrThrow(file, args, { cwd: folder, env, timeoutMs: INSTALL_MS });
}

/** Creates the project as a user has it, with nothing of this repository but the packed package. */
export async function makeProject(layout: Layout, made: Made): Promise<void> {
  rmSync(path.join(made.project, "node_modules"), { recursive: true, force: true });
  mkdirSync(made.project, { recursive: true });
  writeFileSync(path.join(made.project, layout.file), layout.program);
  if (layout.file.endsWith(".ts")) {
    write(path.join(made.project, "tsconfig.json"), tsconfig);
  }
  await layout.make(made);
}
