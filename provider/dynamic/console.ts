/**
 * Keeps Pulumi's process for dynamic providers from printing errors twice. It prints what `check`, `diff`, `read` and
 * `delete` throw, with the stack, and the engine then shows the same error with the resource it belongs to.
 */

const unprinted = new Set<string>();

/** Keeps the process from printing an error that is thrown, unless it is a bug of ours. */
export function unprintedError(error: unknown): unknown {
  if (!(error instanceof Error) || isBug(error)) {
    return error;
  }
  if (unprinted.size === 0) {
    quietConsole();
  }
  // As the process prints it.
  unprinted.add(`${error}: ${error.stack}`);
  return error;
}

function isBug(error: Error): boolean {
  return error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
}

function quietConsole(): void {
  const print = console.error;
  console.error = (...values: unknown[]) => {
    if (values.length !== 1 || !unprinted.has(String(values[0]))) {
      print(...values);
    }
  };
}
