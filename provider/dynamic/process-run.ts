/**
 * What all resources share in Pulumi's process for dynamic providers, which the engine starts anew for each of its
 * operations: the devices, the plan of a preview, and what is said at the end.
 */

import { variableOf } from "../devices/configuration/variables";
import { Devices } from "../devices/devices";
import { watchEngine } from "../lifecycle/engine/engine-watch";
import { doubted, ErrorReport } from "../lifecycle/errors/error-report";
import type { LeavingResource } from "../lifecycle/plan/resource-plan";
import { Ending } from "./ending";
import { Preview } from "./preview";

/** The parts of the configuration request of Pulumi's dynamic-provider process that are used here. */
export interface ConfigureRequest {
  readonly config: {
    get(key: string): string | undefined;
    /** This and `projectName` are not in Pulumi's types, so they may disappear. */
    readonly rawConfig?: Readonly<Record<string, string>>;
    readonly projectName?: string;
  };
}

/** The engine's address, with which Pulumi's process for dynamic providers is started; other processes have none. */
const engineAddress = /[\\/]dynamic-provider([\\/]|$)/.test(process.argv[1] ?? "") ? process.argv[2] : undefined;

export class ProcessRun {
  readonly report = new ErrorReport((doubt, device) => {
    const variable = variableOf(device, doubt);
    if (!this.#mayBeOld || (process.env[variable] ?? "") !== "") {
      return undefined;
    }
    return `If you have changed the ${doubted[doubt]} since the last \`pulumi up\`, run this command again with \`--run-program\`, or set ${variable}.`;
  });

  /** What Pulumi's process for dynamic providers says when it ends; `undefined` in any other process. */
  readonly #ending =
    engineAddress === undefined ? undefined : new Ending(() => this.#preview ?? this.#newPreview(undefined));

  #devices: Devices | undefined;
  #preview: Preview | undefined;

  /** Whether the configuration may be old: reads and deletions before the program runs take it from the state. */
  #mayBeOld = false;

  /** The engine configures each delegate text once without waiting for it, so this is synchronous; the first counts. */
  configure(request: ConfigureRequest): void {
    this.#devices ??= open(request);
  }

  devices(): Devices {
    this.#devices ??= open();
    return this.#devices;
  }

  /** The plan of this run, once the SDK has said that it is a preview. */
  get preview(): Preview | undefined {
    return this.#preview;
  }

  /** Takes what the SDK says about the run: the file for the plan of a preview, or none if it changes the devices. */
  planned(channel: string | undefined): Preview | undefined {
    if (channel === undefined) {
      this.changesBegin();
      this.#preview = undefined;
    } else {
      this.#preview ??= this.#newPreview(channel);
    }
    return this.#preview;
  }

  /** Notes a call that the engine may make before the program runs. */
  comesBeforeProgram(): void {
    this.#mayBeOld = true;
  }

  /** Notes that the run changes the devices. */
  changesBegin(): void {
    this.#ending?.changesBegin();
  }

  /** Notes that the engine has read a resource that is in the state. */
  wasRead(leaving: LeavingResource): void {
    this.#ending?.wasRead(leaving);
  }

  /** Performs a call that changes nothing. */
  during<T>(work: () => Promise<T>): Promise<T> {
    return this.#ending ? this.#ending.during(work) : work();
  }

  #newPreview(channel: string | undefined): Preview {
    return new Preview(channel, this.devices(), this.report, engineAddress);
  }
}

function open(request?: ConfigureRequest): Devices {
  const cancellation = new AbortController();
  const opened = new Devices({
    cancelled: cancellation.signal,
    lookup: (key) => request?.config.get(key),
    keys: keysOf(request),
    // The engine shows what this process prints.
    warn: (message) => console.log(`warning: ${message}`),
    ...(process.env["DLI_LOG"] === "debug" && { log: (line: string) => console.log(`debug: ${line}`) }),
  });
  // Pulumi's process does not end by itself when the engine is killed, and it holds passwords.
  if (engineAddress !== undefined) {
    watchEngine(engineAddress, () => {
      cancellation.abort();
      void opened.close().finally(() => process.exit());
    });
  }
  return opened;
}

/** The `dli:` keys in the stack's configuration; none in a project called `dli`, as they may be the program's own. */
function keysOf(request: ConfigureRequest | undefined): string[] {
  const { rawConfig = {}, projectName } = request?.config ?? {};
  const keys = Object.keys(rawConfig).filter((key) => key.startsWith("dli:") && key !== "dli:plugin");
  return projectName === "dli" ? [] : keys.map((key) => key.slice("dli:".length));
}
