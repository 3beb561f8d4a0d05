/** For each language, how a program gets its packages and how it is checked before it runs. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { runOrThrow } from "../command";
import { GO_ENVIRONMENT, ROOT } from "../engine/pins";

/** The newest SDK for Python when this was written, and a type checker. */
const PYTHON_PACKAGES = ["pulumi==3.272.0", "mypy==2.4.1"];
/** The SDK for Go that belongs to the engine. */
const GO_PULUMI = "github.com/pulumi/pulumi/sdk/v3@v3.259.0";
/** Pulumi's module name for a schema that does not give one. */
const GO_MODULE = "example.com/pulumi-dli/sdk/go";

/** Compiling the whole SDK for Go takes minutes, and more than 1 GB of memory. */
const COMMAND_MS = 30 * 60_000;

/** Folders and environment of a language's programs. */
export interface Places {
  /** The SDK that Pulumi generates, if the language needs one. */
  readonly sdk: string;
  /** For what the programs share, such as packages. */
  readonly shared: string;
  /** The environment of the workspace's commands. */
  readonly env: NodeJS.ProcessEnv;
}

export interface Language {
  /** Its name for `pulumi convert`. */
  readonly name: string;
  /** Its name in `Pulumi.yaml`. */
  readonly runtime: string;
  readonly hasSdk: boolean;
  /** A mistake that the check must find, and part of its message. */
  readonly mistake: readonly [right: string, wrong: string, found: string];
  /** Installs or builds what all programs in this language need. */
  prepare?(places: Places): Promise<void>;
  /** Compiles a program or checks its types; throws with what is wrong. */
  check(project: string, places: Places): Promise<void>;
  /** Folders for PATH. */
  bin(places: Places): readonly string[];
}

const typescript: Language = {
  name: "typescript",
  runtime: "nodejs",
  hasSdk: false,
  mistake: ["number: 2,", 'number: "two",', "TS2322"],
  check: (project) => run(process.execPath, [tool("typescript/bin/tsc"), "--noEmit", "--strict", "-p", "."], project),
  bin: () => [],
};

const venv = ({ shared }: Places) => path.join(shared, "venv");
const inVenv = (places: Places, program: string) =>
  process.platform === "win32"
    ? path.join(venv(places), "Scripts", `${program}.exe`)
    : path.join(venv(places), "bin", program);

const python: Language = {
  name: "python",
  runtime: "python",
  hasSdk: true,
  mistake: ["number=2,", 'number="two",', "No overload variant"],
  async prepare(places) {
    await run("python3", ["-m", "venv", venv(places)], places.shared);
    const packages = [...PYTHON_PACKAGES, places.sdk];
    await run(inVenv(places, "python"), ["-m", "pip", "install", "--quiet", ...packages], places.shared);
  },
  check: (project, places) => run(inVenv(places, "mypy"), ["--strict", "--no-error-summary", "__main__.py"], project),
  bin: (places) => [path.dirname(inVenv(places, "python"))],
};

const go: Language = {
  name: "go",
  runtime: "go",
  hasSdk: true,
  mistake: ["pulumi.Int(2),", 'pulumi.String("two"),', "cannot use pulumi.String"],
  async prepare({ sdk, env }) {
    writeFileSync(path.join(sdk, "go.mod"), `module ${GO_MODULE}\n`);
    await run("go", ["mod", "edit", `-require=${GO_PULUMI}`], sdk, env);
    await run("go", ["mod", "tidy"], sdk, env);
    await run("go", ["build", "./..."], sdk, env);
  },
  async check(project, { sdk, env }) {
    const edits = [`-replace=${GO_MODULE}=${sdk}`, `-require=${GO_MODULE}@v0.0.0`, `-require=${GO_PULUMI}`];
    await run("go", ["mod", "edit", ...edits], project, env);
    await run("go", ["mod", "tidy"], project, env);
    await run("go", ["build", "-o", path.join(project, "program"), "."], project, env);
  },
  bin: () => [],
};

export const languages: readonly Language[] = [python, go, typescript];

/** Environment of every command that runs Go. */
export const goEnvironment = { ...GO_ENVIRONMENT, GOFLAGS: "-mod=mod" };

const tool = (name: string) => require.resolve(name, { paths: [ROOT] });

async function run(file: string, args: string[], cwd: string, env?: NodeJS.ProcessEnv): Promise<void> {
  await runOrThrow(file, args, { cwd, timeoutMs: COMMAND_MS, ...(env !== undefined && { env }) });
}
