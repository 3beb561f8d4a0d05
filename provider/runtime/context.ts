/** What one operation on one resource has to work with. */
import type { Clock } from "../client";
import type { Account } from "./account";
import type { DeviceView } from "./device-view";
import type { Operation } from "./operations";
import type { Rehearsal } from "./rehearsal/rehearsal";
import type { Run } from "./run";

/** Returns `count` random bytes. */
export type RandomBytes = (count: number) => Uint8Array;

export interface Context {
  readonly device: DeviceView;
  /** Who we log in as. */
  readonly account: Account;
  readonly run: Run;
  /** The operation itself, for changes that must come last; `undefined` for a function, and in a plan. */
  readonly operation?: Operation | undefined;
  /** The clock of everything that waits for the device; its pauses end when the user asks to stop. */
  readonly clock: Clock;
  readonly random: RandomBytes;
  /** Shows a message to the user. */
  readonly warn: (message: string) => void;
  /** How long the operation may wait for the device to settle, if the program sets it. */
  readonly timeoutMilliseconds?: number | undefined;
  /** In a plan, records the operation's changes instead of sending them to the device. */
  readonly rehearsal?: Rehearsal | undefined;
}
