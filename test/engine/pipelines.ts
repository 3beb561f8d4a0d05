/** Runs the pipelines of examples/gitops/ as GitHub, GitLab, systemd and the operator would. */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parse, parseAllDocuments } from "yaml";
import { type CommandResult, runCommand } from "../../scripts/command";
import { ROOT } from "../../scripts/engine/pins";
import { TRANSPILE_ONLY, type Workspace } from "../../scripts/engine/workspace";
import type { SimulatedDevice } from "../../simulator";
import { read } from "../repository";
import { engineInFront, repeat, standIn } from "./stand-ins";

/** A call of a stand-in, in the place of a command that talks to other services. */
export interface Call {
  readonly command: string;
  readonly args: readonly string[];
  /** The text of the file or the input that it was given. */
  readonly body: string;
}

/** A run of the engine within a job. */
export interface EngineRun {
  readonly args: readonly string[];
  /** The output is the recording of an earlier run of the same command in the same surroundings. */
  readonly isRepeated: boolean;
}

/** The result of a job. */
export interface JobResult {
  readonly exitCode: number;
  readonly output: string;
  readonly calls: readonly Call[];
  readonly engineRuns: readonly EngineRun[];
  /** How the service shows the job to people. */
  readonly outcome: "passed" | "warning" | "failed" | "not run";
}

/** The conditions of a job: the secrets of the service, the kind of event, and the answers of stand-ins. */
export interface Surroundings {
  readonly secrets: Readonly<Record<string, string>>;
  /** Secrets that only jobs in the environment `power` get. */
  readonly environmentSecrets: Readonly<Record<string, string>>;
  /** What stand-ins print, by the beginning of the command: `gh issue list` -> `7`. */
  readonly answers?: Readonly<Record<string, string>>;
  /** The environment of the machine that runs the job. */
  readonly machine?: Readonly<Record<string, string>>;
  /** Whether the pull request comes from a fork. */
  readonly fork?: boolean;
  /** The engine replaces the step's process, as it does for users, and no run is answered from a recording. */
  readonly interruptible?: boolean;
}

type Texts = Record<string, string>;

/** When the audit by systemd was started, as `systemctl show` says it. */
export const auditStarted = "Sun 2026-03-01 10:00:00 UTC";

/** A machine that runs jobs in a project. */
export class Runner {
  readonly #workspace: Workspace;
  readonly #folder: string;
  readonly #device: SimulatedDevice;
  #scripts = 0;

  constructor(workspace: Workspace, device: SimulatedDevice) {
    this.#workspace = workspace;
    this.#device = device;
    this.#folder = path.join(path.dirname(workspace.project), "runner");
    mkdirSync(path.join(this.#folder, "recordings"), { recursive: true });
    mkdirSync(path.join(this.#folder, "bin"), { recursive: true });
    const script = path.join(this.#folder, "stand-in");
    writeFileSync(script, standIn, { mode: 0o755 });
    for (const command of ["gh", "npm", "mail", "journalctl", "systemctl"]) {
      symlinkSync(script, path.join(this.#folder, "bin", command));
    }
    writeFileSync(path.join(this.#folder, "bin", "pulumi"), engineInFront, { mode: 0o755 });
    writeFileSync(path.join(this.#folder, "repeat"), repeat);
    // The link that `npm ci` creates.
    const commands = path.join(workspace.project, "node_modules", ".bin");
    mkdirSync(commands);
    symlinkSync(path.join(ROOT, "dist", "cli", "dli"), path.join(commands, "dli"));
  }

  /** Runs the job of the GitHub workflow that an event starts. */
  async github(event: "pull_request" | "push" | "schedule", around: Surroundings): Promise<JobResult> {
    const workflow = parse(read("examples/gitops/github/power.yml"));
    const jobs = Object.values(workflow.jobs as Record<string, GithubJob>);
    const context = this.#githubContext(event, around);
    const [job, second] = jobs.filter((candidate) => holds(candidate.if, (name) => valueAt(context, name)));
    if (second) {
      throw new Error(`two jobs run at ${event}`);
    }
    if (!job) {
      return { exitCode: 0, output: "", calls: [], engineRuns: [], outcome: "not run" };
    }
    if (job.environment === "power") {
      Object.assign(context["secrets"] as object, around.environmentSecrets);
    }
    const outputFile = path.join(this.#folder, "github-output");
    const outputs: Texts = {};
    const commands: Command[] = job.steps
      .filter(({ uses }) => !uses?.startsWith("actions/checkout@"))
      .map((step) => ({
        argv: [
          "bash",
          "--noprofile",
          "--norc",
          "-eo",
          "pipefail",
          this.#script(step.run ?? fail(`${step.uses} is not known`)),
        ],
        env: () => ({
          GITHUB_OUTPUT: outputFile,
          ...filled(
            { ...workflow.env, ...job.env, ...step.env },
            { ...context, steps: { [step.id ?? ""]: {}, ...stepsOf(job, outputs) } },
          ),
        }),
        after: () => Object.assign(outputs, linesOf(outputFile)),
      }));
    writeFileSync(outputFile, "");
    const result = await this.#run(commands, around);
    return { ...result, outcome: result.exitCode === 0 ? "passed" : "failed" };
  }

  /** Runs the job of the GitLab pipeline that an event starts. */
  async gitlab(event: "merge_request_event" | "push" | "schedule", around: Surroundings): Promise<JobResult> {
    const { stages, variables, default: defaults, ...jobs } = parse(read("examples/gitops/gitlab/.gitlab-ci.yml"));
    const predefined: Texts = {
      CI_PIPELINE_SOURCE: event,
      CI_DEFAULT_BRANCH: "main",
      ...(event === "merge_request_event" ? {} : { CI_COMMIT_BRANCH: "main" }),
    };
    const chosen = Object.values(jobs as Record<string, GitlabJob>).filter(({ rules }) =>
      rules.some((rule) => holds(rule.if, (name) => predefined[name.slice(1)] ?? "")),
    );
    const [job] = chosen;
    if (!job || chosen.length > 1 || !stages.includes(job.stage)) {
      throw new Error(`${chosen.length} jobs run at ${event}`);
    }
    const project = {
      ...predefined,
      ...this.#state(),
      ...around.secrets,
      ...(job.environment === "power" ? around.environmentSecrets : {}),
    };
    const own: Texts = { ...variables, ...job.variables };
    const expanded = Object.entries(own).map(([name, value]) => [
      name,
      value.replace(/\$(\w+)/g, (_all, other: string) => project[other] ?? ""),
    ]);
    const script = [...defaults.before_script, ...job.script].join("\n");
    const env = { ...project, ...Object.fromEntries(expanded) };
    const result = await this.#run([{ argv: ["bash", "-eo", "pipefail", "-c", script], env: () => env }], around);
    const isAllowed = job.allow_failure?.exit_codes.includes(result.exitCode);
    return { ...result, outcome: result.exitCode === 0 ? "passed" : isAllowed ? "warning" : "failed" };
  }

  /** Runs the systemd service and, if it fails, the one that it names in `OnFailure`. */
  async systemd(around: Surroundings): Promise<JobResult> {
    const service = unit("power-audit@.service");
    const secrets = { ...this.#state(), DLI_TOKEN: around.secrets["POWER_READ_TOKEN"] ?? "" };
    const environment = service.all("Environment").map((line) => line.split("=") as [string, string]);
    const env: Texts = {
      ...Object.fromEntries(environment),
      ...secrets,
      PULUMI_HOME: this.#workspace.env["PULUMI_HOME"]!,
    };
    const audit = await this.#run([{ argv: service.argv("ExecStart"), env: () => env }], around);
    if (audit.exitCode === 0) {
      return { ...audit, outcome: "passed" };
    }
    const alert = unit(service.all("OnFailure")[0]!.replace("@lab.", "@."));
    const answers = { journalctl: audit.output, systemctl: `${auditStarted}\n` };
    const told = await this.#run([{ argv: alert.argv("ExecStart"), env: () => ({}) }], { ...around, answers });
    return { ...audit, calls: told.calls, outcome: told.exitCode === 0 ? "failed" : fail(told.output) };
  }

  /** Runs what the operator runs for one of its two objects, with the flags of its agent. */
  async operator(name: "power" | "power-audit", around: Surroundings): Promise<JobResult> {
    const stacks = parseAllDocuments(read("examples/gitops/kubernetes/stack.yaml")).map((one) => one.toJS());
    const { spec } = stacks.find(({ metadata }) => metadata.name === name);
    const state = this.#state();
    const clusterSecrets: Record<string, Texts> = {
      "power-state": { backend: state["PULUMI_BACKEND_URL"]!, passphrase: state["PULUMI_CONFIG_PASSPHRASE"]! },
      "power-device": { password: around.environmentSecrets["DLI_PASSWORD"] ?? "" },
      "power-device-read": { token: around.secrets["POWER_READ_TOKEN"] ?? "" },
    };
    const references = Object.entries(spec.envRefs as Record<string, EnvReference>);
    const env = Object.fromEntries(
      references.map(([key, { secret }]) => [
        key,
        clusterSecrets[secret.name]?.[secret.key] ?? fail(`no secret ${key}`),
      ]),
    );
    const argv = [
      "pulumi",
      ...(spec.preview ? ["preview", "--diff"] : ["up", "--yes", "--skip-preview"]),
      ...["--stack", spec.stack, "--non-interactive"],
      ...(spec.refresh ? ["--refresh"] : []),
      ...(spec.updateTemplate?.spec.expectNoChanges ? ["--expect-no-changes"] : []),
    ];
    const result = await this.#run([{ argv, env: () => env }], around);
    return { ...result, outcome: result.exitCode === 0 ? "passed" : "failed" };
  }

  /** Writes a step to a file, as GitHub's runner does, which makes a difference to signals. */
  #script(text: string): string {
    this.#scripts += 1;
    const file = path.join(this.#folder, `step-${this.#scripts}.sh`);
    writeFileSync(file, text);
    return file;
  }

  /** The stack's backend and the passphrase of its secrets. */
  #state(): Texts {
    const { PULUMI_BACKEND_URL, PULUMI_CONFIG_PASSPHRASE } = this.#workspace.env;
    return { PULUMI_BACKEND_URL: PULUMI_BACKEND_URL!, PULUMI_CONFIG_PASSPHRASE: PULUMI_CONFIG_PASSPHRASE! };
  }

  #githubContext(event: string, { secrets, fork = false }: Surroundings): Record<string, unknown> {
    const { PULUMI_BACKEND_URL, PULUMI_CONFIG_PASSPHRASE } = this.#state();
    const pull_request = {
      number: 12,
      head: { sha: "abc123", repo: { full_name: fork ? "else/power" : "lab/power" } },
    };
    return {
      secrets: { PULUMI_CONFIG_PASSPHRASE, ...secrets },
      vars: { PULUMI_BACKEND_URL },
      github: {
        event_name: event,
        repository: "lab/power",
        token: "the token of the job",
        server_url: "https://github.example",
        run_id: "99",
        event: event === "pull_request" ? { pull_request } : {},
      },
    };
  }

  /** Runs commands one after the other until one fails. */
  async #run(
    commands: readonly Command[],
    { answers = {}, machine = {}, interruptible = false }: Surroundings,
  ): Promise<Omit<JobResult, "outcome">> {
    const calls = path.join(this.#folder, "calls");
    const runs = path.join(this.#folder, "runs");
    writeFileSync(calls, "");
    writeFileSync(runs, "");
    // Without the test workspace's backend and passphrase: a job gets only what its file says.
    const { PULUMI_BACKEND_URL, PULUMI_CONFIG_PASSPHRASE, ...base } = this.#workspace.env;
    let output = "";
    let exitCode = 0;
    for (const { argv, env, after } of commands) {
      const [file, ...args] = argv as [string, ...string[]];
      const result: CommandResult = await runCommand(file, args, {
        cwd: this.#workspace.project,
        env: {
          ...base,
          ...TRANSPILE_ONLY,
          ...machine,
          PATH: `${path.join(this.#folder, "bin")}:${base["PATH"]}`,
          STAND_IN_CALLS: calls,
          STAND_IN_ANSWERS: JSON.stringify(answers),
          ENGINE: path.join(base["PATH"]?.split(path.delimiter)[0] ?? "", "pulumi"),
          ENGINE_RUNS: runs,
          ENGINE_RECORDINGS: path.join(this.#folder, "recordings"),
          ENGINE_SURROUNDINGS: this.#surroundings(),
          ...(interruptible && { ENGINE_INTERRUPTIBLE: "true" }),
          ...env(),
        },
        timeoutMs: 120_000,
      });
      output += result.all;
      exitCode = result.exitCode;
      if (exitCode !== 0) {
        break;
      }
      after?.();
    }
    for (const file of ["plan.json", "plan.txt", "power.txt", "shown.txt", "drift.md", "comment.md", "issue.md"]) {
      rmSync(path.join(this.#workspace.project, file), { force: true });
    }
    return { exitCode, output, calls: jsonLinesOf(calls), engineRuns: jsonLinesOf(runs) };
  }

  /** A hash of what the engine works on: program, state and locks, and what the program manages on the device. */
  #surroundings(): string {
    const state = path.join(fileURLToPath(this.#state()["PULUMI_BACKEND_URL"]!), ".pulumi");
    const below = (folder: string) =>
      readdirSync(path.join(state, folder), { recursive: true, encoding: "utf8" }).sort();
    const checkpoints = below("stacks").filter((file) => file.endsWith(".json"));
    const resources = checkpoints.map((file) => {
      const { checkpoint } = JSON.parse(readFileSync(path.join(state, "stacks", file), "utf8"));
      const { resources = [], pending_operations: pending = [] } = checkpoint.latest ?? {};
      // These differ even after an update that changed nothing, or that failed before it changed anything.
      const varying = { modified: "", created: "", propertyDependencies: {} };
      const lines: string[] = resources.map((one: object) => JSON.stringify({ ...varying, ...one, ...varying }));
      return [lines.map((line) => line.replace(/"v1:[\w:+/=]+"/g, '"encrypted"')).sort(), pending];
    });
    const { relay, auth } = this.#device.tree;
    const program = readFileSync(this.#workspace.programFile, "utf8");
    return createHash("sha256")
      .update(JSON.stringify([program, resources, below("locks"), relay.outlets, auth.users, auth.clients]))
      .digest("hex");
  }
}

interface Command {
  readonly argv: readonly string[];
  /** Called when the command is started. */
  readonly env: () => Texts;
  readonly after?: () => void;
}

interface GithubJob {
  readonly if: string;
  readonly environment?: string;
  readonly env?: Texts;
  readonly steps: readonly { id?: string; uses?: string; run?: string; env?: Texts }[];
}

interface GitlabJob {
  readonly stage: string;
  readonly rules: readonly { if: string }[];
  readonly environment?: string;
  readonly variables?: Texts;
  readonly script: readonly string[];
  readonly allow_failure?: { exit_codes: readonly number[] };
}

interface EnvReference {
  readonly secret: { readonly name: string; readonly key: string };
}

function fail(message: string): never {
  throw new Error(message);
}

/** Evaluates a condition of comparisons with `==` and `&&`. */
function holds(condition: string, value: (name: string) => string): boolean {
  return condition.split(" && ").every((comparison) => {
    const sides = comparison.split(" == ").map((side) => /^(['"])(.*)\1$/.exec(side)?.[2] ?? value(side));
    return sides.length === 2 ? sides[0] === sides[1] : fail(`unknown condition: ${comparison}`);
  });
}

/** The value that an expression names. A secret that is not set is empty. */
function valueAt(context: Record<string, unknown>, name: string): string {
  let value: unknown = context;
  for (const part of name.split(".")) {
    value = (value as Record<string, unknown> | undefined)?.[part];
  }
  return value === undefined && !/^(secrets|vars|github\.event)\./.test(name)
    ? fail(`nothing is called ${name}`)
    : String(value ?? "");
}

function filled(texts: Texts, context: Record<string, unknown>): Texts {
  const fill = (text: string) => text.replace(/\$\{\{ ([\w.]+) \}\}/g, (_all, name: string) => valueAt(context, name));
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, fill(text)]));
}

/** The outputs, by the id of the only step of a job that has any. */
function stepsOf(job: GithubJob, outputs: Texts): Record<string, unknown> {
  return Object.fromEntries(job.steps.flatMap(({ id }) => (id ? [[id, { outputs }]] : [])));
}

function linesOf(file: string): Texts {
  const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
  return Object.fromEntries(lines.map((line) => line.split("=")));
}

function jsonLinesOf<T>(file: string): T[] {
  const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
  return lines.map((line) => JSON.parse(line) as T);
}

/** A systemd unit for the stack `lab`. */
function unit(name: string): { all(key: string): string[]; argv(key: string): string[] } {
  const text = read(`examples/gitops/systemd/${name}`).replaceAll("%i", "lab");
  const all = (key: string) =>
    [...text.matchAll(new RegExp(`^${key}=(.*)$`, "gm"))].map(([, value]) => value as string);
  const argv = (key: string) =>
    (all(key)[0] ?? "")
      .match(/'[^']*'|\S+/g)!
      .map((word) => word.replace(/^'(.*)'$/s, "$1").replaceAll("$$", () => "$"));
  return { all, argv };
}
