/** The lock that lets one process at a time build the engine. */
import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { withLock } from "../../scripts/engine/lock";

describe("withLock", () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "pulumi-dli-lock-"));
    file = path.join(folder, "lock");
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  test("withLock lets one work at a time and tells the other that it waits", async () => {
    const events: string[] = [];
    const work = (name: string) =>
      withLock(
        file,
        () => events.push(`${name} waits`),
        async () => {
          events.push(`${name} begins`);
          await new Promise((resolve) => setImmediate(resolve));
          events.push(`${name} ends`);
        },
      );
    await Promise.all([work("a"), work("b")]);
    expect(events).toEqual(["a begins", "b waits", "a ends", "b begins", "b ends"]);
    expect(existsSync(file)).toBe(false);
  });

  test("a lock is released when the work fails", async () => {
    const failing = withLock(file, jest.fn(), () => Promise.reject(new Error("broken")));
    await expect(failing).rejects.toThrow("broken");
    expect(existsSync(file)).toBe(false);
  });

  test("a lock is taken over from a holder that was killed", async () => {
    writeFileSync(file, "");
    const longAgo = new Date(Date.now() - 60_000);
    utimesSync(file, longAgo, longAgo);
    await expect(withLock(file, jest.fn(), async () => "done")).resolves.toBe("done");
  });
});
