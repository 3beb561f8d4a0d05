/** Programs that the scripts run: their output, input, exit code and end. */
import { runCommand, runOrThrow } from "../../scripts/command";

/** Runs JavaScript in a process of its own. */
const node = (source: string, timeoutMs = 30_000, input?: string) =>
  runCommand(process.execPath, ["-e", source], { timeoutMs, ...(input === undefined ? {} : { input }) });

describe("runCommand", () => {
  test("runCommand keeps both streams and the exit code, and does not throw when it is not 0", async () => {
    const result = await node("console.log('out'); console.error('err'); process.exitCode = 7");
    expect(result).toMatchObject({ exitCode: 7, stdout: "out\n", stderr: "err\n", timedOut: false });
    expect(result.all).toHaveLength("out\nerr\n".length);
  });

  test("runCommand writes the input to the program, which reads nothing without one", async () => {
    const echo = "process.stdin.pipe(process.stdout)";
    expect((await node(echo, 30_000, "hello")).stdout).toBe("hello");
    expect((await node(echo)).stdout).toBe("");
  });

  test("runCommand interrupts a program that takes too long", async () => {
    expect(await node("setInterval(() => {}, 1000)", 100)).toMatchObject({ exitCode: 130, timedOut: true });
  });

  test("runCommand throws when the program cannot be started", async () => {
    await expect(runCommand("no-such-program", [], { timeoutMs: 1000 })).rejects.toThrow("ENOENT");
  });

  test("runOrThrow throws what the program has printed, unless it ends with 0", async () => {
    const run = (source: string) => runOrThrow(process.execPath, ["-e", source], { timeoutMs: 30_000 });
    expect((await run("console.log('out')")).stdout).toBe("out\n");
    await expect(run("console.log('out'); process.exitCode = 7")).rejects.toThrow(/^node .* ended with 7:\nout$/);
  });
});
