/**
 * Shows what a preview has found out about the power of the devices: one line at the end that nobody can overlook. Dynamic
 * providers cannot print anything themselves, so for them it also shows what happens to each resource and the errors that
 * the update would fail with.
 */
import { randomUUID } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { isRemoteRun, usesPlugin } from "./backend";
import { isInline, isMocked, nameOf } from "./pulumi-internals";
import { version } from "./version";

/** A resource of the program. */
interface Member {
  readonly type: string;
  /** Its name, preceded by those of its components. */
  readonly name: string;
  readonly resource: pulumi.CustomResource;
  readonly options: pulumi.CustomResourceOptions;
}

/** A line of the file that the dynamic provider process writes; see `provider/dynamic/preview.ts`. */
interface Message extends Found {
  readonly resource: string;
  readonly lines: readonly string[];
  readonly failure?: string;
}

/** What a provider has found out. */
interface Found {
  readonly summary: readonly string[];
  readonly isRisky: boolean;
}

/** How long to wait for further declarations once everything declared so far is known. */
const pauseMilliseconds = 50;
const planToken = "dli:index:plan";

class Preview {
  /** The file of the dynamic provider process, which creates it when it has something to report. */
  readonly channel = path.join(tmpdir(), `dli-plan-${randomUUID()}.jsonl`);
  readonly #members = new Map<string, pulumi.Resource>();
  /** The plugins in use, keyed by the names of their provider resources. */
  readonly #providers = new Map<string, pulumi.InvokeOptions>();
  readonly #failures = new Map<string, string>();
  /** The last summary of the dynamic provider process. */
  #ofDynamic: Found = { summary: [], isRisky: false };
  #pending = 0;
  #shown = "";
  #release: (() => void) | undefined;

  constructor() {
    removeAtExit(this.channel);
  }

  add({ type, name, resource, options }: Member): void {
    this.#members.set(`${type} ${JSON.stringify(name)}`, resource);
    if (usesPlugin(options)) {
      const provider = options.provider ?? options.parent?.getProvider("dli:index:Any");
      this.#providers.set((provider && nameOf(provider)) ?? "", { ...(provider && { provider }), version });
    }
    this.#pending += 1;
    // Keeps the program running until the findings are shown.
    this.#release ??= pulumi.runtime.rpcKeepAlive();
    resource.urn.apply(() => {
      this.#pending -= 1;
      if (this.#pending === 0) {
        setTimeout(() => void this.#end(), pauseMilliseconds);
      }
    });
  }

  async #end(): Promise<void> {
    if (this.#pending > 0) {
      return;
    }
    const release = this.#release;
    this.#release = undefined;
    try {
      await this.#show();
    } finally {
      release?.();
    }
  }

  async #show(): Promise<void> {
    const found = [await this.#fromDynamic(), ...(await this.#fromPlugins())];
    const summary = found.flatMap((one) => one.summary);
    const isRisky = found.some((one) => one.isRisky);
    if (summary.join("\n") !== this.#shown) {
      this.#shown = summary.join("\n");
      for (const line of summary) {
        await (isRisky ? pulumi.log.warn(line) : pulumi.log.info(line));
      }
    }
    if (this.#failures.size > 0) {
      for (const [label, failure] of this.#failures) {
        await pulumi.log.error(failure, this.#memberOf(label));
      }
      await fail("nothing was changed: the update would fail as shown");
    }
  }

  /** Shows what is new in the file, and returns the summary. */
  async #fromDynamic(): Promise<Found> {
    const messages = this.#takeMessages();
    this.#ofDynamic = messages.at(-1) ?? this.#ofDynamic;
    // The last report about a resource counts.
    const last = new Map(messages.map((message) => [message.resource, message]));
    for (const [resource, { lines, failure }] of last) {
      for (const line of lines) {
        await pulumi.log.info(line, this.#memberOf(resource));
      }
      if (failure === undefined) {
        this.#failures.delete(resource);
      } else {
        this.#failures.set(resource, failure);
      }
    }
    return this.#ofDynamic;
  }

  /** The deletion of a replaced resource has its own label. */
  #memberOf(label: string): pulumi.Resource | undefined {
    return this.#members.get(label.replace(/ \(replaced\)$/, ""));
  }

  /** Takes the messages out of the file: nobody writes to it while no declaration is pending. */
  #takeMessages(): Message[] {
    let text = "";
    try {
      text = readFileSync(this.channel, "utf8");
      rmSync(this.channel);
    } catch {
      // Either nothing changes, or everything goes through the plugin.
    }
    const lines = text.split("\n").filter((line) => line !== "");
    return lines.map((line): Message => JSON.parse(line));
  }

  #fromPlugins(): Promise<Found[]> {
    return Promise.all(
      [...this.#providers.values()].map(async (options): Promise<Found> => {
        try {
          const found: Partial<Found> | undefined = await pulumi.runtime.invoke(planToken, {}, options);
          return { summary: found?.summary ?? [], isRisky: found?.isRisky ?? false };
        } catch {
          // An older plugin has no plan, nor has a provider whose configuration is unknown in the preview.
          return { summary: [], isRisky: false };
        }
      }),
    );
  }
}

/** The files of all previews of this process: one that uses the Automation API may run hundreds. */
const channels = new Set<string>();

function removeAtExit(channel: string): void {
  if (channels.size === 0) {
    process.once("exit", () => {
      for (const one of channels) {
        rmSync(one, { force: true });
      }
    });
  }
  channels.add(channel);
}

/** Makes the program fail. */
async function fail(message: string): Promise<void> {
  if (isInline()) {
    // An error that nobody catches would fail all programs of the process; that it is logged is enough for this one.
    return pulumi.log.error(message);
  }
  const error = new pulumi.RunError(message);
  // If there is one, Pulumi prints it.
  error.stack = "";
  throw error;
}

/** Keyed by the engine's monitor, because a process that uses the Automation API may run several previews. */
const previews = new WeakMap<object, Preview>();

/** The preview that is running; `undefined` in an update and in a program's unit tests. */
export function currentPreview(): Preview | undefined {
  // A component that the plugin declares is only a part of a program, and does not know when that ends.
  const isWhole = !isMocked() && !isRemoteRun();
  const monitor = pulumi.runtime.isDryRun() && isWhole ? pulumi.runtime.getMonitor() : undefined;
  if (!monitor) {
    return undefined;
  }
  const preview = previews.get(monitor) ?? new Preview();
  previews.set(monitor, preview);
  return preview;
}
