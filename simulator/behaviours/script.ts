/** `script/`: the source, its functions, their threads, snippets and variables. */
import type { ClockTimer } from "../clock";
import type { Behaviour, Context, DeviceCore } from "../device/contract";
import { badBody, breaksRule, forbidden } from "../device/root";
import { type LuaCall, type LuaProgram, LuaSyntaxError, readCall, readProgram } from "../lua";
import { undocumentedNames } from "../lua-sandbox";
import type { Json } from "../schema/nodes";
import { Refusal } from "../schema/refusal";

/** The functions in the device's source; none if a test has put something there that is not Lua. */
function programOf(device: DeviceCore): LuaProgram {
  try {
    return readProgram(device.tree.script.source);
  } catch {
    return { functions: [], endless: new Set(), globals: [] };
  }
}

/** Refuses the name of a function that the source does not have, if the device checks that. */
export function requireFunction(device: DeviceCore, name: string | null): void {
  const isChecked = device.dialects.functionReference === "mustExist";
  if (isChecked && name !== null && !programOf(device).functions.includes(name)) {
    throw breaksRule(device, `There is no function "${name}"`);
  }
}

function acceptSource(device: DeviceCore, value: Json): Json {
  try {
    readProgram(String(value));
  } catch (error) {
    if (error instanceof LuaSyntaxError) {
      throw new Refusal(device.dialects.scriptErrorStatus, error.message);
    }
    throw error;
  }
  return value;
}

/** Warns of names that the script's sandbox does not have; the device itself accepts any. */
function warnOfNames(device: DeviceCore): void {
  const hasUom = device.dialects.uomInScripts === "present";
  const names = undocumentedNames(programOf(device).globals).filter((name) => !(hasUom && name === "uom"));
  if (names.length > 0) {
    const text = `the script uses ${names.join(", ")}, which scripts on the device do not have by the documents (device.md section 4.8)`;
    device.log.add({ time: device.clock.now(), severity: "warning", text });
  }
}

/** The running functions of a device. */
class Threads {
  readonly #device: DeviceCore;
  readonly #timers = new Map<string, ClockTimer>();
  #lastId = 0;

  constructor(device: DeviceCore) {
    this.#device = device;
  }

  start(call: LuaCall, starter: string): string {
    const { clock, dialects, tree } = this.#device;
    this.#lastId += 1;
    const id = String(this.#lastId);
    tree.script.threads[id] = { label: [call.functionName, `(${starter})`, ...call.argumentTexts].join(" ") };
    if (!programOf(this.#device).endless.has(call.functionName)) {
      this.#timers.set(
        id,
        clock.startTimer(dialects.threadMilliseconds, () => this.stop(id)),
      );
    }
    return id;
  }

  stop(id: string): void {
    this.#timers.get(id)?.cancel();
    this.#timers.delete(id);
    delete this.#device.tree.script.threads[id];
  }

  stopAll(): void {
    for (const id of Object.keys(this.#device.tree.script.threads)) {
      this.stop(id);
    }
  }
}

/** The call that script/start is asked to run, checked. */
function callOf(device: DeviceCore, args: Json[]): LuaCall {
  const [request] = args;
  if (args.length !== 1 || typeof request !== "object" || request === null || Array.isArray(request)) {
    throw badBody(device, "One argument is needed: an object with user_function");
  }
  const { user_function: name, source } = request;
  if (typeof name !== "string" || (source !== undefined && typeof source !== "string")) {
    throw badBody(device, "user_function and source are texts");
  }
  if (!programOf(device).functions.includes(name)) {
    throw new Refusal(409, `There is no function "${name}"`);
  }
  let call: LuaCall | undefined = { functionName: name, argumentTexts: [] };
  if (source !== undefined) {
    try {
      call = readCall(source);
    } catch (error) {
      throw new Refusal(409, error instanceof Error ? error.message : "Not understood");
    }
  }
  if (call?.functionName !== name) {
    throw new Refusal(409, `source is not a call of "${name}"`);
  }
  return call;
}

function starterOf({ requester }: Context): string {
  return `${requester.kind === "hand" ? "admin" : requester.name} via web ui`;
}

/** The source, snippets, variables and boot handler. */
function sourceBehaviours(device: DeviceCore): Behaviour[] {
  return [
    {
      name: "check the source",
      path: "script/source",
      accept: (_context, value, next) => acceptSource(device, next(value)),
      write(_context, value, next) {
        next(value);
        warnOfNames(device);
      },
    },
    {
      name: "keep the shipped snippets",
      path: "script/snippets/*",
      remove({ place, requester }, next) {
        const isShipped = place.key.startsWith("default.");
        if (isShipped && requester.kind !== "hand" && device.dialects.shippedSnippetRemoval === "refused") {
          throw forbidden(device, "A snippet that the vendor ships cannot be removed");
        }
        next();
      },
    },
    {
      name: "check a variable",
      path: "script/variables/*",
      accept(_context, value, next) {
        const accepted = next(value);
        if (
          device.dialects.scriptVariables === "scalars" &&
          !["number", "string", "boolean"].includes(typeof accepted)
        ) {
          throw badBody(device, "A variable is a number, a text or a boolean");
        }
        return accepted;
      },
    },
    {
      name: "list the functions of the source",
      path: "script/user_functions",
      read: () => Object.fromEntries(programOf(device).functions.map((name) => [name, {}])),
    },
    {
      name: "check the boot handler",
      path: "script/boot_handler",
      accept(_context, value, next) {
        const name = next(value) as string | null;
        requireFunction(device, name);
        return name;
      },
    },
  ];
}

/** The running functions. */
function threadBehaviours(device: DeviceCore): Behaviour[] {
  const threads = new Threads(device);
  return [
    {
      name: "start a function",
      path: "script/start",
      call(context, args) {
        const id = threads.start(callOf(device, args), starterOf(context));
        return device.dialects.threadIdType === "number" ? Number(id) : id;
      },
    },
    {
      name: "stop functions",
      path: "script/stop",
      call(_context, args) {
        const [id] = args;
        if (args.length !== 1 || (typeof id !== "string" && typeof id !== "number")) {
          throw badBody(device, "One argument is needed: a thread's id or all");
        }
        if (id === "all") {
          threads.stopAll();
        } else if (device.tree.script.threads[String(id)] === undefined) {
          throw new Refusal(409, `There is no thread ${id}`);
        } else {
          threads.stop(String(id));
        }
        return null;
      },
    },
    {
      name: "end all threads at a reboot and run the boot handler",
      path: "script",
      reboot(_device, { powerLoss }) {
        threads.stopAll();
        const { boot_handler: handler, boot_handler_legacy: isLegacy } = device.tree.script;
        if (handler !== null && (powerLoss || !isLegacy) && programOf(device).functions.includes(handler)) {
          const argumentTexts = isLegacy ? [] : [powerLoss ? "cold_boot" : "warm_boot"];
          threads.start({ functionName: handler, argumentTexts }, "system via boot");
        }
      },
    },
  ];
}

/** script/: the source, its functions, and their threads. */
export function scriptBehaviours(device: DeviceCore): Behaviour[] {
  return [...sourceBehaviours(device), ...threadBehaviours(device)];
}
