/**
 * Which changes the engine ignores, as it tells the native plugin: transforms may have added some to the program's own
 * options. Pulumi's process for dynamic providers does not pass that on, so it is added to the declared properties as
 * that process takes them out of the engine's request. If it is not the known process, what the SDK says applies.
 */
import type { Json } from "../client";
import { processMessages } from "./process-messages";

type Properties = Record<string, Json>;

/** The parts of a request to compare or change a resource that are used here. */
interface Request {
  getNews(): Struct | undefined;
  getIgnorechangesList(): string[];
}

interface Struct {
  toJavaScript(): Properties;
}

interface Messages {
  readonly DiffRequest: { readonly prototype: Request };
  readonly UpdateRequest: { readonly prototype: Request };
}

/** Adds to the declared properties of a resource which of their changes the engine ignores. */
type Add = (declared: Properties, ignored: string[]) => Properties;

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

function extend(prototype: Request, add: Add): void {
  const get = prototype.getNews;
  prototype.getNews = function (this: Request) {
    const struct = get.call(this);
    if (typeof struct?.toJavaScript !== "function") {
      return struct;
    }
    const toJavaScript = () => add(struct.toJavaScript(), this.getIgnorechangesList());
    return Object.create(struct, { toJavaScript: { value: toJavaScript } }) as Struct;
  };
}
