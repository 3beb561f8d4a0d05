/** Progress messages for people, on standard error; standard output is for results that programs read. */

/** A duration such as "0.4 s", "12 s" or "2 min 51 s". */
export function duration(milliseconds: number): string {
  if (milliseconds < 9_950) {
    return `${(milliseconds / 1000).toFixed(1)} s`;
  }
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** Prints one line. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/**
 * Says what is being done and how long it usually takes, does it, and says how long it took:
 * `building pulumi (usually 3 min) ... 2 min 51 s`.
 */
export async function step<T>(what: string, work: () => Promise<T>, options: { usually?: string } = {}): Promise<T> {
  const started = performance.now();
  const elapsed = () => duration(performance.now() - started);
  const begin = `${what}${options.usually === undefined ? "" : ` (usually ${options.usually})`} ... `;
  process.stderr.write(begin);
  // Only a terminal can overwrite a line; a log gets the beginning and the end.
  const tick = process.stderr.isTTY
    ? setInterval(() => process.stderr.write(`\r${begin}${elapsed()} `), 1000)
    : undefined;
  const finish = (end: string) => {
    clearInterval(tick);
    process.stderr.write(`${tick ? `\r\u001b[K${begin}` : ""}${end}\n`);
  };
  try {
    const result = await work();
    finish(elapsed());
    return result;
  } catch (error) {
    finish(`failed after ${elapsed()}`);
    throw error;
  }
}
