/** The comment that the step in examples/gitops/github/power.yml writes on a pull request, for plans of any size. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parse } from "yaml";
import { runCommand } from "../../scripts/command";
import { read } from "../repository";

const { jobs } = parse(read("examples/gitops/github/power.yml"));
const step: string = jobs.plan.steps.find(({ name }: { name?: string }) => name === "Comment").run;

/** The longest comment that GitHub accepts. */
const longest = 65_536;

/** The comment for a plan with this text, in which this many outlets lose power. */
async function commentFor(outlets: number, text: string): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), "pulumi-dli-"));
  try {
    const losesPower = Array.from({ length: outlets }, (_, at) => ({ outlet: at + 1, name: `a name\n${at}` }));
    writeFileSync(
      path.join(folder, "plan.json"),
      JSON.stringify({ devices: { rack7: { losesPower, mayLosePower: [], cycles: [] } } }),
    );
    writeFileSync(path.join(folder, "plan.txt"), text);
    const environment = { STACK: "lab", CODE: "0", GH_REPO: "lab/power", PULL_REQUEST: "12", COMMIT: "abc123" };
    const env = { ...process.env, ...environment };
    const script = `gh() { :; }\n${step}`;
    const { exitCode, all } = await runCommand("bash", ["-eo", "pipefail", "-c", script], {
      cwd: folder,
      env,
      timeoutMs: 30_000,
    });
    expect([exitCode, all]).toEqual([0, ""]);
    return readFileSync(path.join(folder, "comment.md"), "utf8");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const cut = "    (cut off: the job has all of it)";

test.each([
  ["many outlets", 2000, "short\n"],
  ["a long text", 1, "x".repeat(100_000)],
  ["a text of many lines", 1, "é\r\n".repeat(30_000)],
  ["all of it", 2000, "ab\n".repeat(40_000)],
])(
  "%s: it is no longer than GitHub takes, stays in its block, and says that something is cut off",
  async (_what, outlets, text) => {
    const body = await commentFor(outlets, text);
    expect(Buffer.byteLength(body)).toBeLessThan(longest);
    const lines = body.split("\n").slice(3);
    expect(lines.filter((line) => line.trim() !== "" && !line.startsWith("    "))).toEqual([]);
    expect(lines).toContain(cut);
    expect(lines).toContain('    rack7: outlet 1 "a name\\n0" loses power');
  },
);

test("what fits is all there", async () => {
  const body = await commentFor(2, "one\ntwo\n");
  expect(body).not.toContain(cut);
  expect(body.split("\n").slice(3)).toEqual([
    '    rack7: outlet 1 "a name\\n0" loses power',
    '    rack7: outlet 2 "a name\\n1" loses power',
    "",
    "    one",
    "    two",
    "",
  ]);
});
