/**
 * What a preview through dynamic providers tells the SDK, which shows it. The engine gives this process no way to say
 * anything about a resource, and checks resources one by one, so an error here would end the preview before the other
 * resources have had their turn.
 */
import { appendFile } from "node:fs/promises";
import type { Devices } from "../devices/devices";
import { deletesAll } from "../devices/engine-command";
import type { ErrorReport } from "../lifecycle/errors/error-report";
import { type NamedSubject, Plan } from "../lifecycle/plan/plan";
import { PlanFile } from "../lifecycle/plan/plan-file";
import type { LeavingResource } from "../lifecycle/plan/resource-plan";

/** One line of the file that tells the SDK; `sdk/plan.ts` reads it. */
interface Message {
  readonly resource: string;
  readonly lines: readonly string[];
  /** What the update would fail with. If there are several lines about one resource, the last one applies. */
  readonly failure?: string;
  /** The summary of the plan so far. */
  readonly summary: readonly string[];
  readonly isRisky: boolean;
}

export class Preview {
  readonly #channel: string | undefined;
  readonly #devices: Devices;
  readonly #plan: Plan;
  readonly #begun: Promise<void>;
  /** What was last told, by resource. */
  readonly #told = new Map<string, string>();

  /** @param channel The file that the SDK reads; `undefined` if no program runs. */
  constructor(channel: string | undefined, devices: Devices, report: ErrorReport, engine = `${process.pid}`) {
    this.#channel = channel;
    this.#devices = devices;
    this.#plan = new Plan(devices, report, PlanFile.named(process.env, engine));
    this.#begun = this.#plan.begin();
  }

  /** Notes that the program has declared a resource; `created` is that resource if it is new. */
  async declared(created: NamedSubject | undefined): Promise<void> {
    await this.#begun;
    await this.#plan.planAgain();
    await this.#plan.refuseProtected();
    await this.#tell();
    if (created) {
      await this.planChange(created);
    }
  }

  /** Plans the deletion of a resource that is replaced. */
  async planReplacement(leaving: LeavingResource, name: string | undefined): Promise<void> {
    await this.#plan.planRemoval(this.#devices, leaving, name, "replaced");
    await this.#tell();
  }

  /** Lines about what the engine has read and the program has not declared, which by now only the engine can show. */
  async linesOfUndeclared(read: Iterable<LeavingResource>): Promise<string[]> {
    await this.#begun;
    for (const leaving of read) {
      this.#plan.wasRead(leaving, undefined);
    }
    const found = await this.#plan.planUndeclared(deletesAll);
    const lines = found.flatMap((one) => (one.failure === undefined ? one.lines : [`warning: ${one.failure}`]));
    const sign = this.#plan.isRisky ? "warning: " : "";
    // The SDK has shown the rest.
    const further = this.#plan.summaryOfRemoved();
    const summary = further.length > 0 ? further : this.#plan.summary();
    return lines.length === 0 ? [] : [...lines, ...summary.map((line) => `${sign}${line}`)];
  }

  async planChange(subject: NamedSubject): Promise<void> {
    await this.#plan.planChange(this.#devices, subject);
    await this.#tell();
  }

  /** Tells what is new or has changed since it was told. */
  async #tell(): Promise<void> {
    const { isRisky } = this.#plan;
    const summary = this.#plan.summary();
    for (const { resource, lines, failure } of this.#plan.resources()) {
      const found = { resource, lines, ...(failure !== undefined && { failure }) };
      const text = JSON.stringify(found);
      if (this.#told.get(resource) !== text) {
        this.#told.set(resource, text);
        const message: Message = { ...found, summary, isRisky };
        await (this.#channel && appendFile(this.#channel, `${JSON.stringify(message)}\n`, { mode: 0o600 }));
      }
    }
  }
}
