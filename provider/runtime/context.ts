/** What one operation of one resource is given to work with. */
import type { Clock } from "../client";
import type { Account } from "./account";
import type { DeviceView } from "./device-view";
import type { Operation } from "./operations";
import type { Rehearsal } from "./rehearsal/rehearsal";
import type { Run } from "./run";

/** Random bytes, as many as asked for. */
export type RandomBytes = (count: number) => Uint8Array;

export interface Context {
  readonly device: DeviceView;
  /** Who we log in as. */
  readonly account: Account;
  readonly run: Run;
  /** The operation itself, for changes that must come last; none for a function. */
  readonly operation?: Operation | undefined;
  /** The clock of everything that waits for the device; its pauses end when the user asks to stop. */
  readonly clock: Clock;
  readonly random: RandomBytes;
  /** Shows a message to the user. */
  readonly warn: (message: string) => void;
  /** How long the operation may wait for the device to settle, where the program says so. */
  readonly timeoutMilliseconds?: number | undefined;
  /** In a plan, what takes the operation's changes instead of the device. */
  readonly rehearsal?: Rehearsal | undefined;
}
