/** A device without its network port: the tree, its behaviours and its clock. */
import { builtInBehaviours } from "./behaviours";
import { type Clock, ownTimers } from "./clock";
import { accept, elementContext, insert, isGrowing, remove, write } from "./device/assign";
import type { DeviceCore, RebootReason } from "./device/contract";
import { BehaviourRegistry, type Context } from "./device/contract";
import { byHand } from "./device/requester";
import { Resolver } from "./device/resolve";
import { rootPlace } from "./device/root";
import { contextOf } from "./device/tree-access";
import { DeviceLog } from "./device-log";
import type { DialectSettings } from "./dialects";
import type { Model } from "./profile/models";
import type { Json, ProtectionBit } from "./schema/nodes";
import { shapeOf } from "./schema/place";
import { initialTree, type Tree, type TreeOptions } from "./subtrees";

/** A device; `http/` puts it on the network. */
export class Device implements DeviceCore {
  readonly model: Model;
  readonly firmware: string;
  readonly dialects: DialectSettings;
  readonly clock: Clock;
  readonly tree: Tree;
  readonly behaviours = new BehaviourRegistry();
  readonly log = new DeviceLog();
  readonly protection = new Set<ProtectionBit>();
  startedAt: number;
  /** When the device stops dropping all connections, in milliseconds of its clock. */
  deafUntil = Number.NEGATIVE_INFINITY;
  /** How many times the device was restarted. */
  restartCount = 0;

  constructor(options: TreeOptions & { readonly clock: Clock }) {
    this.model = options.model;
    this.firmware = options.firmware;
    this.dialects = options.dialects;
    this.clock = ownTimers(options.clock);
    this.tree = initialTree(options);
    this.startedAt = this.clock.now();
    for (const behaviour of builtInBehaviours(this)) {
      this.behaviours.register(behaviour);
    }
  }

  restart(reason: RebootReason, deafMilliseconds: number): void {
    this.restartCount += 1;
    this.deafUntil = this.clock.now() + deafMilliseconds;
    this.startedAt = this.deafUntil;
    this.log.clear();
    this.behaviours.reboot(this, reason);
  }

  /** A change as from keypad, web page or uom: with its effects, exempt from rights, locks and read-only traits. */
  changeByHand(path: string, value: Json): void {
    const { context, isNew } = this.#find(path);
    const accepted = accept(context, value);
    if (isNew) {
      const container = context.place.parent ?? rootPlace;
      insert(contextOf(this, byHand, container), context.place.key, accepted);
    } else {
      write(context, accepted);
    }
  }

  /** Removes an element by hand. */
  removeByHand(path: string): void {
    remove(this.#find(path).context);
  }

  /** The place at a path; one after the last element of an array, or a free key of a map, is a new element. */
  #find(path: string): { context: Context; isNew: boolean } {
    const segments = path.split("/").filter((segment) => segment !== "" && segment !== "restapi");
    const resolution = new Resolver(this, byHand, rootPlace).resolve(segments.map(encodeURIComponent));
    if (resolution.kind === "one") {
      return { context: contextOf(this, byHand, resolution.place), isNew: false };
    }
    if (resolution.kind !== "missing" || !isGrowing(shapeOf(resolution.container))) {
      throw new Error(`There is nothing at ${path}`);
    }
    const { container, key } = resolution;
    return { context: elementContext(contextOf(this, byHand, container), key), isNew: true };
  }
}
