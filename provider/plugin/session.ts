/** One conversation with the engine: what it has configured, where messages go, and whether it wants to stop. */
import { status } from "@grpc/grpc-js";
import { sameJson } from "../client";
import { variableOf } from "../devices/configuration/variables";
import { Devices } from "../devices/devices";
import { deletesAll } from "../devices/engine-command";
import type { OperationSurroundings } from "../devices/surroundings";
import { type Doubt, doubted, ErrorReport } from "../lifecycle/errors/error-report";
import { Plan } from "../lifecycle/plan/plan";
import { PlanFile } from "../lifecycle/plan/plan-file";
import type { LeavingResource } from "../lifecycle/plan/resource-plan";
import type { EngineValues } from "../lifecycle/state/engine-words";
import { EngineLog } from "./engine-log";
import { CallError } from "./grpc";
import { type Configuration, environmentOf, lookupIn, type ProviderName } from "./provider-config";
import { stackNotGiven, stackOf } from "./stack-configuration";

export class Session {
  readonly log = new EngineLog();
  /** The URNs of resources that the engine has read from the state, by id. */
  readonly urns = new Map<string, string>();
  /** What the engine has compared with the program in this run, by URN: a later create at the same URN replaces it. */
  readonly compared = new Map<string, LeavingResource>();
  #cancellation = new AbortController();
  #configured: Devices | undefined;
  #plan: Plan | undefined;
  #errors = this.#newReport();
  #provider: ProviderName = { explicit: undefined };
  /** Whether the provider is configured in this run. */
  #isTaken = false;
  #before: EngineValues | undefined;
  #isProviderChanged = false;
  /** Whether the engine compares other resources between asking about a provider and comparing the resource. */
  readonly #comparesAtOnce: boolean;
  #calls = 0;
  /** Whether the configuration may be old: before the program runs, the engine takes it from the state. */
  #mayBeOld = false;
  /** The summary of the plan that was last shown. */
  #shown = "";
  #ended: Promise<void> | undefined;

  readonly #env: NodeJS.ProcessEnv;

  constructor(env: NodeJS.ProcessEnv) {
    this.#env = env;
    this.#comparesAtOnce = /^(1|true)$/i.test(env["PULUMI_PARALLEL_DIFF"] ?? "");
  }

  /**
   * Begins a conversation with the engine at this address, which is empty for a tool that is none. An engine that
   * attaches to this process does so in each of its runs, and ends each.
   */
  begin(engine: string): void {
    if (engine !== "") {
      this.log.connect(engine);
    }
    if (this.#ended !== undefined) {
      this.#ended = undefined;
      this.#cancellation = new AbortController();
      this.#isTaken = false;
      this.#before = undefined;
    }
  }

  /**
   * Makes the devices known, without making a request.
   * @throws CallError if another provider of the same run has done so.
   */
  async configure(configuration: Configuration, provider: ProviderName): Promise<void> {
    if (this.#isTaken && this.#provider.explicit !== provider.explicit) {
      throw servesAnotherError(this.#provider, provider);
    }
    // An engine that uses one plugin for the plan and its update does not end it in between.
    await this.summarise();
    void this.#configured?.close();
    // The engine configures at the beginning of each run, even a plugin that it is attached to.
    this.#errors = this.#newReport();
    const stack = provider.explicit === undefined ? stackNotGiven(this.#env, configuration) : stackOf(this.#env);
    this.#configured = new Devices({
      lookup: lookupIn(configuration),
      env: environmentOf(this.#env, configuration, provider),
      ...(provider.explicit !== undefined && { provider: provider.explicit }),
      ...(stack && { stack }),
      warn: (message) => this.log.warn(message),
      ...(this.#env["DLI_LOG"] === "debug" && { log: (line: string) => this.log.info(`debug: ${line}`) }),
      cancelled: this.#cancellation.signal,
    });
    this.#provider = provider;
    this.#isTaken = true;
    this.#plan = new Plan(
      this.#configured,
      this.#errors,
      PlanFile.named(this.#env, this.log.engine ?? `${process.pid}`),
    );
    this.#noteProgram();
    this.#shown = "";
    this.#mayBeOld = false;
    this.#isProviderChanged = false;
    this.urns.clear();
    this.compared.clear();
    await this.#plan.begin();
  }

  /**
   * Shows the summary of the plan if nobody has shown it yet: programs that do not use our library, or that end with an
   * error, have no other way to. Does nothing while a resource is being planned, since a partial plan says too
   * little.
   */
  async summarise(): Promise<void> {
    const plan = this.#plan;
    if (plan === undefined || plan.isUnderWay) {
      return;
    }
    const lines = plan.summary();
    if (this.#isNew(lines)) {
      await this.#say(lines);
    }
  }

  async #say(lines: readonly string[]): Promise<void> {
    const { isRisky } = this.plan;
    await Promise.all(lines.map((line) => (isRisky ? this.log.warn(line) : this.log.info(line))));
  }

  /** Performs a call from the engine; a run that ends while one is under way was interrupted. */
  async during<T>(work: () => T | Promise<T>): Promise<T> {
    this.#calls += 1;
    try {
      return await work();
    } finally {
      this.#calls -= 1;
    }
  }

  /**
   * Called when the engine ends the run, or interrupts it, in which case calls are under way; it may call more than
   * once. Until this returns, for some seconds, the engine shows what it is told.
   */
  end(): Promise<void> {
    this.#ended ??= this.#end();
    return this.#ended;
  }

  async #end(): Promise<void> {
    // What runs now is to end as soon as the state is accurate again, even if another run begins in the meantime.
    const cancellation = this.#cancellation;
    if (this.#calls === 0) {
      // Nobody is left to be told about an error.
      await this.#sayLast().catch(() => undefined);
    }
    cancellation.abort();
  }

  /** Says what becomes of resources that the engine has read and will delete without asking anything about them. */
  async #sayLast(): Promise<void> {
    const shown = this.#shown;
    for (const { leaving, lines, failure } of (await this.#plan?.planUndeclared(deletesAll)) ?? []) {
      const urn = this.urns.get(leaving?.id ?? "");
      await Promise.all(lines.map((line) => this.log.info(line, urn)));
      await (failure !== undefined && this.log.warn(failure, urn));
    }
    const further = shown === "" ? [] : (this.#plan?.summaryOfRemoved() ?? []);
    await (further.length > 0 ? this.#say(further) : this.summarise());
  }

  /** The summary of the plan, for a program that shows it. */
  planToShow(): { summary: string[]; isRisky: boolean } {
    const { isRisky } = this.plan;
    const summary = this.plan.summary();
    this.#isNew(summary);
    return { isRisky, summary };
  }

  #isNew(summary: readonly string[]): boolean {
    const text = summary.join("\n");
    const isNew = text !== this.#shown;
    this.#shown = text;
    return isNew;
  }

  /** Whether the program asks for this version of the plugin. */
  get isVersioned(): boolean {
    return this.#provider.isVersioned ?? false;
  }

  /** The plan of this run. */
  get plan(): Plan {
    return this.#plan ?? notConfigured();
  }

  /**
   * Notes the inputs that the provider had before this run, which the engine sends when it checks the new ones. It does
   * that for a provider that the program declares, before or after it has it configured.
   */
  noteFormerInputs(inputs: EngineValues): void {
    this.#before = inputs;
    this.#noteProgram();
  }

  #noteProgram(): void {
    if (this.#before !== undefined) {
      this.#configured?.run.declarations.programBegins();
    }
  }

  /**
   * Notes that the engine compares these inputs with the new ones. If they are not this provider's own, they are those
   * of the provider that the next compared resource had before, or one of the next.
   */
  comparedWith(inputs: EngineValues): void {
    const isOther = this.#before === undefined || !sameJson(this.#before, inputs);
    this.#isProviderChanged = isOther || (this.#comparesAtOnce && this.#isProviderChanged);
  }

  /** Whether the resource being compared had another provider before, or may have had one. */
  takeProviderChange(): boolean {
    const isChanged = this.#isProviderChanged;
    this.#isProviderChanged = isChanged && this.#comparesAtOnce;
    return isChanged;
  }

  /** Notes that the engine reads or deletes what is in the state. */
  usesState(): void {
    this.#mayBeOld = true;
  }

  /** The devices, for one operation. */
  devices(operation: OperationSurroundings = {}): Devices {
    return (this.#configured ?? notConfigured()).forOperation(operation);
  }

  /** What the user is told about the errors of this run. */
  get errors(): ErrorReport {
    return this.#errors;
  }

  #newReport(): ErrorReport {
    return new ErrorReport((doubt, device) => this.#hint(doubt, device));
  }

  /** How to get changed configuration to this provider, as the engine reads the device before it runs the program. */
  #hint(doubt: Doubt, device: string): string | undefined {
    const variable = variableOf(device === "default" ? (this.#provider.explicit ?? device) : device, doubt);
    if (!this.#mayBeOld || (this.#env[variable] ?? "") !== "") {
      return undefined;
    }
    return `If you have changed the ${doubted[doubt]} since the last \`pulumi up\`, run \`pulumi refresh --run-program\` once, or set ${variable}.`;
  }

  /** Throws when the engine has asked to stop, before anything new starts. */
  refuseWhenCancelled(): void {
    if (!this.#cancellation.signal.aborted) {
      return;
    }
    throw new CallError(status.CANCELLED, "not started, because the operation was cancelled; nothing was changed");
  }

  async close(): Promise<void> {
    await this.#configured?.close();
    this.log.close();
  }
}

function notConfigured(): never {
  throw new CallError(status.FAILED_PRECONDITION, "the provider is not configured yet");
}

/** Each provider of a program has a process of its own, unless the engine attaches all of them to one. */
function servesAnotherError(...providers: readonly ProviderName[]): CallError {
  const names = providers.map(({ explicit }) => (explicit === undefined ? "the default provider" : `"${explicit}"`));
  return new CallError(
    status.FAILED_PRECONDITION,
    `one process cannot serve ${names.join(" and ")}, because what one of them declares would go to the device of the other: leave PULUMI_DEBUG_PROVIDERS out, or one of the providers`,
  );
}
