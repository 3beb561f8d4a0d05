/** Fails once, with a list of everything found where nothing should be. */
export function expectEmpty(what: string, found: readonly string[]): void {
  if (found.length > 0) {
    throw new Error(`${what}\n  ${found.join("\n  ")}`);
  }
}
