/** What a run, and each of its operations, is given from outside. */
import type { Clock, LoginLedger } from "../client";
import type { RandomBytes } from "../runtime/context";
import type { ConfigLookup } from "./configuration/given-values";
import type { Configurable } from "./configuration/keys-in-force";
import type { EngineCommand } from "./engine-command";

/** What a run needs from its surroundings. */
export interface Surroundings {
  readonly lookup: ConfigLookup;
  /** Names of the `dli:` keys that are set, if they can be listed; one that nothing reads is refused. */
  readonly keys?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /**
   * The stack's configuration, if the devices are those of a provider that the program creates: what it protects is
   * protected from that provider, too.
   */
  readonly stack?: Pick<Surroundings, "lookup" | "keys" | "env">;
  readonly clock?: Clock;
  /** Name of the program's provider resource; `undefined` for the engine's own. */
  readonly provider?: string;
  /** Where devices can be configured besides the environment, for remedies. Default: in a stack. */
  readonly configurable?: Configurable;
  /** Counts failed logins. Default: the one of this process. */
  readonly logins?: LoginLedger;
  /** Where new tokens come from. Default: the system's own source of randomness. */
  readonly random?: RandomBytes;
  /** Shows a warning to the user. */
  readonly warn?: (message: string) => void;
  /** Receives debug lines, if they are wanted; they hold no secrets. */
  readonly log?: (line: string) => void;
  /** The engine's command that the run is part of. Default: what the system tells. */
  readonly command?: EngineCommand;
  /** Aborted when the user asks to stop: nothing new is written then, and nothing waits for a device to settle. */
  readonly cancelled?: AbortSignal;
}

/** What one operation brings with it. */
export interface OperationSurroundings {
  /** Shows a warning to the user about this operation's resource. */
  readonly warn?: (message: string) => void;
  /** How long the operation may wait for the device to settle, instead of what the device's own delays suggest. */
  readonly timeoutMilliseconds?: number;
}
