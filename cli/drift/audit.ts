/** Compares one stack with its devices. Nothing is written: neither on a device, nor in the state. */
import { printable } from "../../provider/client";
import { parseUrn } from "../engine-resource";
import type { Pulumi } from "../pulumi";
import { lastAgreement, type Update } from "./history";
import { type Findings, findingsIn } from "./preview";
import type { Change, StackReport } from "./report";

/** Pulumi's code for a change where none was expected. */
const UNEXPECTED_CHANGES = 7;

/** The stack by name, or the one that is selected. */
export async function audit(pulumi: Pulumi, stack: string | undefined, warn: (text: string) => void) {
  const which = stack === undefined ? [] : ["--stack", stack];
  const preview = ["refresh", "--preview-only", "--expect-no-changes", "--json", ...which];
  const { exitCode, stdout, output } = await pulumi.run(preview);
  const findings = parsed(stdout);
  const name = stack ?? (findings?.urn === undefined ? "(selected)" : parseUrn(findings.urn).stack);
  for (const warning of findings?.warnings ?? []) {
    warn(`${name}: ${warning}`);
  }
  if (!findings || (exitCode !== 0 && exitCode !== UNEXPECTED_CHANGES)) {
    return failed(name, findings, exitCode, output);
  }
  const changes = findings.changes.length > 0 ? await dated(pulumi, which, findings) : [];
  if (exitCode === UNEXPECTED_CHANGES && changes.length === 0) {
    changes.push(unnamed(name));
  }
  return { stack: name, changes, failures: findings.failures } satisfies StackReport;
}

/** What was found beside a failure is reported as well. */
function failed(stack: string, findings: Findings | undefined, exitCode: number, output: string): StackReport {
  const reasons = findings?.failures ?? [];
  const message = printable(output.trim()) || `pulumi refresh ended with ${exitCode}`;
  const general = { device: undefined, resource: undefined, message };
  const changes = (findings?.changes ?? []).map((found) => ({ ...changeOf(found), after: undefined }));
  return { stack, changes, failures: reasons.length > 0 ? reasons : [general] };
}

async function dated(pulumi: Pulumi, which: readonly string[], { changes }: Findings): Promise<Change[]> {
  const { exitCode, stdout } = await pulumi.run(["stack", "history", "--json", "--page-size", "50", ...which]);
  // A backend without a history leaves out since when, and nothing else.
  const history = exitCode === 0 ? (JSON.parse(stdout) as Update[]) : [];
  return changes.map((found) => ({
    ...changeOf(found),
    after: found.isKnown ? undefined : lastAgreement(found.state, history),
  }));
}

function changeOf({ state: _state, isKnown: _known, ...change }: Findings["changes"][number]): Omit<Change, "after"> {
  return change;
}

function unnamed(stack: string): Change {
  const found = "a change that the preview does not name";
  return { device: undefined, resource: stack, urn: "", field: "", declared: undefined, found, after: undefined };
}

function parsed(text: string): Findings | undefined {
  try {
    return findingsIn(text);
  } catch {
    return undefined;
  }
}
