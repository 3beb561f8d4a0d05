/**
 * Which changes the engine ignores, as it tells the native plugin: transforms may have added some to the program's own
 * options. Pulumi's process for dynamic providers does not pass that on, so it is added to the declared properties as
 * that process takes them out of the engine's request. If it is not the known process, what the SDK says applies.
 */

import type { EngineValues } from "../lifecycle/state/engine-words";
import { processMessages } from "./process-messages";

/** The parts of a request to compare or change a resource that are used here. */
interface EngineRequest {
  getNews(): Struct | undefined;
  getIgnorechangesList(): string[];
}

interface Struct {
  toJavaScript(): EngineValues;
}

interface Messages {
  readonly DiffRequest: { readonly prototype: EngineRequest };
  readonly UpdateRequest: { readonly prototype: EngineRequest };
}

/** Adds to the declared properties of a resource which of their changes the engine ignores. */
type Add = (declared: EngineValues, ignored: string[]) => EngineValues;

let isPrepared = false;

/** From now on, `add` sees the declared properties of every resource in the process, including other packages'. */
export function passOnIgnored(add: Add): void {
  if (isPrepared) {
    return;
  }
  isPrepared = true;
  const messages = processMessages<Messages>();
  for (const prototype of [messages?.DiffRequest?.prototype, messages?.UpdateRequest?.prototype]) {
    if (typeof prototype?.getNews === "function" && typeof prototype.getIgnorechangesList === "function") {
      extend(prototype, add);
    }
  }
}

function extend(prototype: EngineRequest, add: Add): void {
  const get = prototype.getNews;
  prototype.getNews = function (this: EngineRequest) {
    const struct = get.call(this);
    if (typeof struct?.toJavaScript !== "function") {
      return struct;
    }
    const toJavaScript = () => add(struct.toJavaScript(), this.getIgnorechangesList());
    return Object.create(struct, { toJavaScript: { value: toJavaScript } }) as Struct;
  };
}
