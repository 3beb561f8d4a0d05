/** Every command of examples/gitops/ and docs/gitops.md on the real engine, against a simulated device. */
import { parse } from "yaml";
import { historyIn, lastAgreement } from "../../cli/drift/history";
import { runCommand } from "../../scripts/command";
import { createWorkspace, UNEXPECTED_CHANGES, type Workspace } from "../../scripts/engine/workspace";
import { type SimulatedDevice, startSimulator } from "../../simulator";
import { read } from "../repository";
import { until } from "../until";
import { blocksOf } from "./clone";
import { startHeldUp } from "./held-up";
import { auditStarted, type JobResult, Runner, type Surroundings } from "./pipelines";
import { countsIn } from "./printed";
import { descendants, killAtOnce } from "./processes";
import { loginTo } from "./programs";

jest.setTimeout(300_000);

/** The parts of a job that the tests look at. */
interface JobText {
  readonly permissions: Record<string, string>;
  readonly environment?: string;
  readonly steps: readonly { run?: string }[];
}

const [program] = blocksOf("docs/gitops.md", "ts") as [string];
const [showToken, afterCutOff] = blocksOf("docs/gitops.md", "sh") as [string, string];

let device: SimulatedDevice;
let workspace: Workspace;
let runner: Runner;
/** The secrets that the services keep. */
let kept: Surroundings;

/** Runs lines of the document as a person at a terminal who knows the password. */
async function byHand(lines: string) {
  const typed = lines.replace(/^pulumi (up|refresh)\b/gm, "pulumi $1 --yes");
  const env = { ...workspace.env, DLI_PASSWORD: kept.environmentSecrets["DLI_PASSWORD"]! };
  const options = { cwd: workspace.project, env, timeoutMs: 240_000 };
  const result = await runCommand("bash", ["-euo", "pipefail", "-c", typed], options);
  if (result.exitCode !== 0) {
    throw new Error(`exit ${result.exitCode}:\n${result.all}`);
  }
  return result;
}

const around = (more: Partial<Surroundings> = {}): Surroundings => ({ ...kept, ...more });

/** Runs every audit, one after the other. */
async function audits(surroundings: Surroundings): Promise<Record<string, JobResult>> {
  return {
    github: await runner.github("schedule", surroundings),
    gitlab: await runner.gitlab("schedule", surroundings),
    systemd: await runner.systemd(surroundings),
    operator: await runner.operator("power-audit", surroundings),
  };
}

/** Whether every engine run of a job was answered from a recording. */
const isRepeated = ({ engineRuns }: JobResult) => engineRuns.length > 0 && engineRuns.every((run) => run.isRepeated);

/** A run of one of these pipelines stands for all of them, so they have to run the same commands. */
const auditsByDli = ["github", "gitlab", "systemd"] as const;

/** The row of a report about the name of outlet 3. */
const rowOf = (declared: string, found: string) =>
  `| \`lab\` | \`default\` | \`Outlet web\` | \`name\` | \`"${declared}"\` | \`"${found}"\` |`;

const outcomes = (results: Record<string, JobResult>) =>
  Object.fromEntries(Object.entries(results).map(([name, { outcome }]) => [name, outcome]));

/** The changes that a job requested from GitHub, without its queries. */
const changesAtGithub = ({ calls }: JobResult) =>
  calls
    .filter(({ command, args }) => command === "gh" && !/^(issue list|api --paginate)/.test(args.join(" ")))
    .map(({ args }) => args.slice(0, 3).join(" "));

const webName = () => device.tree.relay.outlets[2]!.name;

beforeAll(async () => {
  device = await startSimulator({ speed: 50 });
  // More jobs fail here in a row than the lockout of a device allows.
  device.tree.config.lockout_delay_minutes = 0;
  workspace = await createWorkspace({ program, usesPassphrase: true });
  await workspace.pulumi(["stack", "init", "lab"], { expectExit: 0 });
  await workspace.setConfig({ "dli:url": device.url });
  runner = new Runner(workspace, device);
  kept = { secrets: {}, environmentSecrets: { DLI_PASSWORD: device.password } };
  await byHand("pulumi up --stack lab");
  const token = (await byHand(showToken)).stdout.trim();
  expect(token).toMatch(/^reader\./);
  kept = { ...kept, secrets: { POWER_READ_TOKEN: token } };
});

afterAll(async () => {
  workspace?.dispose();
  await device?.close();
});

beforeEach(() => device.journal.clear());

test("docs/gitops.md has the commands that this file runs, and no others", () => {
  expect(blocksOf("docs/gitops.md", "sh")).toEqual([showToken, afterCutOff]);
  expect([showToken, afterCutOff].map((block) => block.split(" ").slice(0, 3).join(" "))).toEqual([
    "pulumi stack output",
    "pulumi cancel --yes",
  ]);
});

test("no step has an expression in its text, only `up` has the password, and each job has the rights that it needs", () => {
  const { jobs, permissions } = parse(read("examples/gitops/github/power.yml"));
  expect(permissions).toEqual({});
  expect(Object.entries<JobText>(jobs).map(([name, job]) => [name, job.permissions, job.environment])).toEqual([
    ["plan", { contents: "read", "pull-requests": "write" }, undefined],
    ["up", { contents: "read" }, "power"],
    ["audit", { contents: "read", issues: "write" }, undefined],
  ]);
  const texts = Object.values<JobText>(jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));
  expect(texts).toHaveLength(8);
  expect(texts.filter((text) => text.includes("${{"))).toEqual([]);
  const withPassword = Object.keys(jobs).filter((name) => JSON.stringify(jobs[name]).includes("DLI_PASSWORD"));
  expect(withPassword).toEqual(["up"]);
});

describe("as declared", () => {
  test("no audit says anything, and none writes", async () => {
    const results = await audits(around());
    expect(outcomes(results)).toEqual({ github: "passed", gitlab: "passed", systemd: "passed", operator: "passed" });
    expect(changesAtGithub(results["github"]!)).toEqual([]);
    expect(device.journal.writes()).toEqual([]);
    for (const name of auditsByDli) {
      const [run, ...others] = results[name]!.engineRuns;
      expect(run?.args).toEqual(expect.arrayContaining(["refresh", "--preview-only", "--stack", "lab"]));
      expect([others, run?.isRepeated]).toEqual([[], name !== "github"]);
    }
  });

  test.each(["github", "gitlab", "operator"] as const)("%s: an `up` changes nothing", async (service) => {
    const up = service === "operator" ? runner.operator("power", around()) : runner[service]("push", around());
    expect(await up).toMatchObject({ outcome: "passed" });
    expect(device.journal.writes()).toEqual([]);
  });
});

test("an `up` that changes nothing counts as the last reading of the device, as the history has it", async () => {
  const { stdout } = await workspace.pulumi(["stack", "history", "--json", "--stack", "lab"], { expectExit: 0 });
  const [last] = historyIn(stdout);
  const state = { urn: "", type: "", modified: "2000-01-01T00:00:00Z" };
  expect(last).toMatchObject({ kind: "update", result: "succeeded" });
  expect(lastAgreement(state, historyIn(stdout))).toBe(new Date(last!.endTime!).toISOString());
});

describe("a change by hand", () => {
  const issues = { "gh issue list": "7\n" };

  beforeAll(() => {
    device.tree.relay.outlets[2]!.name = "by hand";
  });

  test("every audit names the field with both values, and none writes", async () => {
    const results = await audits(around());
    expect(outcomes(results)).toEqual({ github: "passed", gitlab: "warning", systemd: "failed", operator: "failed" });
    expect(results["gitlab"]?.exitCode).toBe(UNEXPECTED_CHANGES);
    expect(results["systemd"]?.exitCode).toBe(UNEXPECTED_CHANGES);
    expect(changesAtGithub(results["github"]!)).toEqual(["label create drift", "issue create --title"]);
    const issue = results["github"]!.calls.at(-1)!;
    expect(issue.args).toEqual(expect.arrayContaining(["Drift: lab is not as declared", "--label", "drift"]));
    const mail = results["systemd"]!.calls.find(({ command }) => command === "mail")!;
    expect(mail.args).toEqual(["-s", "power: lab is not as declared, or could not be audited", "root"]);
    // Not what earlier audits have said.
    const log = results["systemd"]!.calls.find(({ command }) => command === "journalctl")!;
    expect(log.args).toEqual(expect.arrayContaining(["--unit", "power-audit@lab.service", "--since", auditStarted]));
    for (const text of [issue.body, results["gitlab"]!.output, mail.body]) {
      expect(text).toContain(rowOf("web", "by hand"));
      expect(text).toMatch(/"by hand"` \| \d{4}-\d\d-\d\d \d\d:\d\d UTC \|/);
    }
    // The operator's preview shows the change in the other direction.
    expect(results["operator"]!.output).toMatch(/~ name *: "by hand" => "web"/);
    expect(issue.body).toContain("https://github.example/lab/power/actions/runs/99");
    expect(device.journal.writes()).toEqual([]);
  });

  test("an issue that is open is brought up to date, and not opened again", async () => {
    const audit = await runner.github("schedule", around({ answers: issues }));
    expect(audit.outcome).toBe("passed");
    expect(changesAtGithub(audit)).toEqual(["issue edit 7"]);
    expect(audit.calls.at(-1)?.body).toContain('"by hand"');
  });

  test.each(["github", "gitlab", "operator"] as const)("%s: `up` puts it right", async (service) => {
    device.tree.relay.outlets[2]!.name = "by hand";
    const up = service === "operator" ? runner.operator("power", around()) : runner[service]("push", around());
    const result = await up;
    expect(result.outcome).toBe("passed");
    // GitLab runs the same command as GitHub, so it is answered from the recording.
    expect(isRepeated(result)).toBe(service === "gitlab");
    expect(webName()).toBe(service === "gitlab" ? "by hand" : "web");
  });

  test("the next audit closes the issue", async () => {
    const audit = await runner.github("schedule", around({ answers: issues }));
    expect(audit.outcome).toBe("passed");
    expect(changesAtGithub(audit)).toEqual(["issue close 7"]);
  });
});

/** Lines of a Markdown comment that are not indented, except its heading. */
function outsideOfBlock(body: string): string[] {
  return body
    .split(/\r\n|\r|\n/)
    .slice(3)
    .filter((line) => line.trim() !== "" && !line.startsWith("    "));
}

describe("a pull request", () => {
  const comments = { "gh api --paginate": "41\n42\n" };

  beforeAll(() => workspace.setProgram(program.replace('name: "web", state: true', 'name: "``` web", state: false')));
  afterAll(() => workspace.setProgram(program));

  test("gets the plan as a comment, and nothing is written", async () => {
    const plan = await runner.github("pull_request", around());
    expect(plan.outcome).toBe("passed");
    expect(changesAtGithub(plan)).toEqual(["pr comment 12"]);
    const { body } = plan.calls.at(-1)!;
    expect(body).toMatch(
      /^<!-- plan of lab -->\n### Plan for `lab` at abc123\n\n {4}default: outlet 3 ".*web" loses power\n\n {4}/,
    );
    expect(body).toMatch(/~ name *: "web" => "``` web"/);
    // A name cannot end the code block in which it is shown.
    expect(outsideOfBlock(body)).toEqual([]);
    expect(device.journal.writes()).toEqual([]);
  });

  test("gets a name of the device in one block, whatever line breaks are in it", async () => {
    const name = "relay/outlets/2/name";
    const before = device.tree.relay.outlets[2]!.name;
    device.changeByHand(name, "a\nb\r### pwned\r\r@octocat <b>x</b>\r\nlast");
    const plan = await runner.github("pull_request", around());
    device.changeByHand(name, before);
    expect(plan.calls.at(-1)?.body).toContain("pwned");
    expect(outsideOfBlock(plan.calls.at(-1)!.body)).toEqual([]);
  });

  test("gets it in the comment that is there", async () => {
    const plan = await runner.github("pull_request", around({ answers: comments }));
    expect(plan.calls.at(-1)?.args).toEqual(expect.arrayContaining(["PATCH", "repos/lab/power/issues/comments/41"]));
    expect(plan.calls.at(-1)?.body).toContain("``` web");
  });

  test("from a fork runs nothing", async () => {
    expect(await runner.github("pull_request", around({ fork: true }))).toMatchObject({ outcome: "not run" });
  });

  test("at GitLab has the plan in the job", async () => {
    const plan = await runner.gitlab("merge_request_event", around());
    expect(plan.outcome).toBe("passed");
    expect(isRepeated(plan)).toBe(true);
    expect(plan.output).toMatch(/~ name *: "web" => "``` web"/);
    expect(device.journal.writes()).toEqual([]);
  });
});

describe.each([
  [
    "the device does not answer",
    (): Partial<Surroundings> => ({ machine: { DLI_URL: "http://127.0.0.1:1" } }),
    /nothing listens at/,
    0,
  ],
  [
    "the login is refused",
    (): Partial<Surroundings> => ({
      secrets: { POWER_READ_TOKEN: "reader.bm90IHRoZSByaWdodCBvbmU" },
      environmentSecrets: { DLI_PASSWORD: "not the right one" },
    }),
    /refuses the (password|token)/,
    1,
  ],
])("when %s", (_what, how, message, failedLogins) => {
  test("every audit fails with another code than 7, and tells GitHub nothing", async () => {
    for (const answers of [{}, { "gh issue list": "7\n" }] as Record<string, string>[]) {
      const github = await runner.github("schedule", around({ ...how(), answers }));
      expect(github.outcome).toBe("failed");
      expect(changesAtGithub(github)).toEqual([]);
    }
    const results = await audits(around(how()));
    for (const result of Object.values(results)) {
      expect(result).toMatchObject({ outcome: "failed", output: expect.stringMatching(message) });
      expect(result.exitCode).not.toBe(UNEXPECTED_CHANGES);
    }
    expect(results["systemd"]!.calls.map(({ command }) => command)).toContain("mail");
  });

  test("there is no plan, and the comment says so", async () => {
    const plan = await runner.github("pull_request", around(how()));
    expect(plan.outcome).toBe("failed");
    expect(plan.calls.at(-1)?.body).toMatch(/### There is no plan for `lab` at abc123 \(exit \d+\)/);
    expect(plan.calls.at(-1)?.body).toMatch(message);
    expect((await runner.gitlab("merge_request_event", around(how()))).outcome).toBe("failed");
  });

  test("`up` fails once, and writes nothing", async () => {
    const before = device.failedLogins;
    const ups = [await runner.github("push", around(how())), await runner.gitlab("push", around(how()))];
    expect(ups.map(isRepeated)).toEqual([false, true]);
    for (const up of ups) {
      expect(up).toMatchObject({ outcome: "failed", output: expect.stringMatching(message) });
    }
    expect(device.failedLogins - before).toBe(failedLogins);
    expect(device.journal.writes()).toEqual([]);
  });
});

test("a password that was changed at the device and in the secret is all that a rotation takes", async () => {
  device.tree.auth.users.find(({ name }) => name === "admin")!.password = "the next one";
  expect((await runner.github("schedule", around())).outcome).toBe("passed");
  expect((await runner.github("push", around())).outcome).toBe("failed");
  kept = { ...kept, environmentSecrets: { DLI_PASSWORD: "the next one" } };
  expect((await runner.github("push", around())).outcome).toBe("passed");
  expect((await runner.gitlab("push", around())).outcome).toBe("passed");
  expect(device.journal.writes()).toEqual([]);
});

test("a job that GitHub cancels ends what it has begun, and leaves no lock", async () => {
  workspace.setProgram(program.replace('name: "web"', 'name: "ap"'));
  const struck = device.faults.struck;
  device.faults.add({ kind: "hold", method: "PUT", onlyAuthenticated: true });
  const job = runner.github("push", around({ interruptible: true }));
  await until(() => device.faults.struck > struck);
  // The runner signals only the process that it has started.
  const step = descendants(process.pid).find(
    ({ parent, command }) => parent === process.pid && /step-\d+\.sh|pulumi up/.test(command),
  );
  try {
    process.kill(step!.pid, "SIGINT");
  } finally {
    device.faults.clear();
  }
  const cancelled = await job;
  expect(cancelled.outcome).toBe("failed");
  expect(cancelled.output).toContain("update canceled");
  expect(webName()).toBe("ap");
  expect((await runner.github("push", around())).outcome).toBe("passed");
  expect((await runner.gitlab("schedule", around())).outcome).toBe("passed");
});

describe("a run that was cut off", () => {
  let before: string;

  beforeAll(async () => {
    before = webName();
    workspace.setProgram(program.replace('name: "web"', 'name: "db"'));
    const env = { ...workspace.env, ...loginTo(device), DLI_PASSWORD: kept.environmentSecrets["DLI_PASSWORD"]! };
    const { engine, release, ended } = await startHeldUp({ ...workspace, env }, [device], "PUT");
    const processes = descendants(engine.pid);
    for (const { pid } of [{ pid: engine.pid }, ...processes]) {
      killAtOnce(pid);
    }
    await ended;
    release();
  });

  test.each(["github", "gitlab"] as const)(
    "%s: the next `up` says that the stack is locked, and writes nothing",
    async (service) => {
      const up = await runner[service]("push", around());
      expect(up).toMatchObject({
        outcome: "failed",
        output: expect.stringContaining("the stack is currently locked by 1 lock"),
      });
      expect(device.journal.writes()).toEqual([]);
    },
  );

  test("the audits go on, and find what the run had written", async () => {
    const results = await audits(around());
    // The operator's preview compares with the program, from which the device does not differ.
    expect(outcomes(results)).toEqual({ github: "passed", gitlab: "warning", systemd: "failed", operator: "passed" });
    expect(results["github"]!.calls.at(-1)?.body).toContain(rowOf(before, "db"));
  });

  test("the lines of docs/gitops.md end it, and the next `up` has nothing to do", async () => {
    device.journal.clear();
    const result = await byHand(afterCutOff);
    expect(result.all).not.toContain("pending operations");
    expect(webName()).toBe("db");
    const up = await runner.github("push", around());
    expect(up.outcome).toBe("passed");
    expect(countsIn({ stdout: up.output } as never)).toEqual({ unchanged: 3 });
    expect((await runner.github("schedule", around())).outcome).toBe("passed");
  });
});
