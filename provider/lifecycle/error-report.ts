/**
 * Errors as the person at the terminal gets to see them: once each, and without a stack that helps nobody.
 *
 * Pulumi's dynamic-provider process prints what `check`, `diff`, `read` and `delete` throw, with its stack, and the
 * engine then shows the same error with the resource it belongs to. The first of the two is kept quiet here.
 */
import { type DliError, type DliErrorCode, isDliError } from "../client";

/** What keeps a whole device from being managed, so that every resource of it fails alike. */
const concernsWholeDevice: ReadonlySet<DliErrorCode> = new Set<DliErrorCode>([
  "configuration",
  "loginRefused",
  "notUnderstood",
  "restDisabled",
  "timeout",
  "tlsUntrusted",
  "unreachable",
]);

/** `refresh` and `destroy` take the configuration of a dynamic provider out of the state. */
const dynamicLoginHint =
  "After a change of `dli:password`, add `--run-program` to `pulumi refresh` and `pulumi destroy`: without it they log in as the last `pulumi up` did.";

const said = new Set<string>();
const unprinted = new Set<string>();

/**
 * The error to throw: in full the first time, and short for further resources of a device that fails as a whole.
 * `loginHint` says how a changed password reaches the provider.
 */
export function forTerminal(error: unknown, loginHint = dynamicLoginHint): unknown {
  if (!isDliError(error) || !concernsWholeDevice.has(error.code)) {
    return withoutPrint(error);
  }
  const problem = `device "${error.device}": ${error.problem}`;
  if (!said.has(problem)) {
    said.add(problem);
    return withoutPrint(error.code === "loginRefused" ? withHint(error, loginHint) : error);
  }
  return withoutPrint(new Error(`${problem}; what to do is said in the first error about this device`));
}

/** Says how a changed password reaches the provider, which surprises: the engine keeps the old one in the state. */
function withHint(error: DliError, hint: string): Error {
  return new Error(`${error.message} ${hint}`, { cause: error });
}

/** Keeps the process from printing the error. One that is a bug of ours is printed all the same. */
function withoutPrint(error: unknown): unknown {
  if (!(error instanceof Error) || isBug(error)) {
    return error;
  }
  if (unprinted.size === 0) {
    quietConsole();
  }
  unprinted.add(`${error}: ${error.stack}`);
  return error;
}

function isBug(error: Error): boolean {
  return error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
}

function quietConsole(): void {
  const print = console.error;
  console.error = (...words: unknown[]) => {
    if (words.length !== 1 || !unprinted.has(String(words[0]))) {
      print(...words);
    }
  };
}
