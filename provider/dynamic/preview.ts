/**
 * What a preview through dynamic providers tells the SDK, which shows it: the engine gives this process no way to say
 * anything of a resource, and checks resources one after the other, so that an error here would end the preview before
 * the other resources have had their turn.
 */
import { appendFile } from "node:fs/promises";
import type { Devices } from "../devices/devices";
import type { ErrorReport } from "../lifecycle/error-report";
import type { Subject } from "../lifecycle/plan/found";
import { type Named, Plan } from "../lifecycle/plan/plan";
import { PlanFile } from "../lifecycle/plan/plan-file";

/** One line of the file by which the SDK learns it; `sdk/plan.ts` reads it. */
interface Message {
  readonly resource?: string;
  readonly lines?: readonly string[];
  readonly failure?: string;
  /** Resources whose failure is none any more. */
  readonly withdrawn: readonly string[];
  /** What everything comes to so far. */
  readonly summary: readonly string[];
  readonly isRisky: boolean;
}

export class Preview {
  readonly #channel: string;
  readonly #devices: Devices;
  readonly #plan: Plan;
  readonly #begun: Promise<void>;

  constructor(channel: string, devices: Devices, report: ErrorReport, engine = `${process.pid}`) {
    this.#channel = channel;
    this.#devices = devices;
    this.#plan = new Plan(devices, report, PlanFile.named(process.env, engine));
    this.#begun = this.#plan.begin();
  }

  /** The program has declared a resource; `created` is one that is new. */
  async declared(created: (Subject & Pick<Named, "name">) | undefined): Promise<void> {
    await this.#begun;
    const withdrawn = this.#plan.withdrawn();
    if (withdrawn.length > 0) {
      await this.#tell({ withdrawn });
    }
    if (created) {
      await this.look(created);
    }
  }

  async look(subject: Subject & Pick<Named, "name">): Promise<void> {
    const { resource, lines, failure } = await this.#plan.look(this.#devices, subject);
    await this.#tell({ resource, lines, ...(failure !== undefined && { failure }), withdrawn: [] });
  }

  async #tell(message: Omit<Message, "summary" | "isRisky">): Promise<void> {
    const { isRisky } = this.#plan;
    const whole: Message = { ...message, summary: this.#plan.summary(), isRisky };
    await appendFile(this.#channel, `${JSON.stringify(whole)}\n`, { mode: 0o600 });
  }
}
