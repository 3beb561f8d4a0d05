import type { Clock } from "../clock";
import type { DialectSettings } from "../dialects";
import type { Model } from "../profile/models";
import type { ProtectionBit } from "../schema/nodes";
import type { Tree } from "../subtrees";
import type { BehaviourRegistry } from "./contract";

/** Why the device starts again. */
export interface RebootReason {
  /** Whether the mains failed: relays fall off and recovery_mode decides. Default: a plain reboot. */
  readonly powerLoss: boolean;
}

/** What behaviours and rules of the tree may use of a device; HTTP is not part of it. */
export interface DeviceCore {
  readonly model: Model;
  /** Such as 1.12.14.0. */
  readonly firmware: string;
  readonly dialects: DialectSettings;
  readonly clock: Clock;
  /** The whole state, plain. */
  readonly tree: Tree;
  readonly behaviours: BehaviourRegistry;
  /** The protection bits that are set. */
  readonly protection: Set<ProtectionBit>;
  /** When the device last started, in milliseconds of its clock. */
  readonly startedAt: number;
  /** Starts the device again, deaf for that many milliseconds. */
  restart(reason: RebootReason, deafMilliseconds: number): void;
}
