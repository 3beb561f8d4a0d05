/** Compares one stack with its devices. Writes to no device and no state. */
import { printable } from "../../provider/client";
import { parseUrn } from "../engine-resource";
import { backendProblem, isMistake, type Pulumi, unexpectedChanges } from "../pulumi";
import { type Findings, findingsIn, saidBeside } from "./findings";
import { historyIn, lastAgreement, type Update } from "./history";
import type { AuditFailure, Drift, StackReport } from "./report";

export interface AuditOptions {
  /** Whether to run the program, which picks up configuration changed since the last update. */
  readonly runProgram: boolean;
  readonly warn: (text: string) => void;
}

/** Compares the named stack, or the selected one. */
export async function audit(pulumi: Pulumi, stack: string | undefined, options: AuditOptions): Promise<StackReport> {
  const which = stack === undefined ? [] : ["--stack", stack];
  const program = options.runProgram ? ["--run-program"] : [];
  const preview = ["refresh", "--preview-only", "--expect-no-changes", "--json", ...program, ...which];
  const ended = await pulumi.run(preview);
  const { exitCode } = ended;
  const findings = findingsIn(ended.stdout);
  const name = stack ?? (findings?.urn === undefined ? "(selected)" : parseUrn(findings.urn).stack);
  for (const warning of findings?.warnings ?? []) {
    options.warn(`${name}: ${warning}`);
  }
  const changes = findings && findings.changes.length > 0 ? await withDates(pulumi, which, findings) : [];
  if (findings && exitCode === 0) {
    // A preview names at least one resource unless the stack is empty.
    const history = findings.urn === undefined ? await historyOf(pulumi, which) : undefined;
    const isNew = history?.every(({ result }) => result !== "succeeded");
    return { stack: name, changes, failures: isNew ? [neverDeployed] : [] };
  }
  if (findings && exitCode === unexpectedChanges) {
    return { stack: name, changes: changes.length > 0 ? changes : [unnamedDrift(name)], failures: [] };
  }
  const said = saidBeside(findings, ended);
  const message = printable(backendProblem(said) ?? said) || `pulumi refresh ended with ${exitCode}`;
  const failures = findings?.failures ?? [];
  const known = failures.length > 0 ? failures : [{ device: undefined, resource: undefined, message }];
  // A device's failure gets 1: its exit code cannot be derived from the text that Pulumi passes on.
  const exitCodeOf = ({ resource }: AuditFailure) => (resource === undefined && isMistake(said) ? 2 : 1);
  return { stack: name, changes, failures: known.map((one) => ({ ...one, exitCode: exitCodeOf(one) })) };
}

/** The failure of an empty stack in whose history no operation has succeeded. */
const neverDeployed: AuditFailure = {
  device: undefined,
  resource: undefined,
  message:
    "nothing has ever been deployed to this stack in this backend. Run `pulumi up` first, unless its state is lost or in another backend (PULUMI_BACKEND_URL).",
  exitCode: 2,
};

/** The last updates, or `undefined` if the backend keeps no history. */
async function historyOf(pulumi: Pulumi, which: readonly string[]): Promise<Update[] | undefined> {
  const { exitCode, stdout } = await pulumi.run(["stack", "history", "--json", "--page-size", "50", ...which]);
  return exitCode === 0 ? historyIn(stdout) : undefined;
}

async function withDates(pulumi: Pulumi, which: readonly string[], { changes }: Findings): Promise<Drift[]> {
  // If the backend keeps no history, the date is derived from the state alone.
  const history = (await historyOf(pulumi, which)) ?? [];
  return changes.map((found) => ({
    ...withoutState(found),
    after: found.isKnown ? undefined : lastAgreement(found.state, history),
  }));
}

function withoutState({
  state: _state,
  isKnown: _known,
  ...change
}: Findings["changes"][number]): Omit<Drift, "after"> {
  return change;
}

function unnamedDrift(stack: string): Drift {
  const found = "a change that the preview does not name";
  return { device: undefined, resource: stack, urn: "", field: "", declared: undefined, found, after: undefined };
}
