/** The findings of an audit of stacks, and its exit code. */
import type { Json } from "../../provider/client";

/** A field that is not as declared; an empty `field` means the whole resource. */
export interface Drift {
  readonly device: string | undefined;
  readonly resource: string;
  readonly urn: string;
  readonly field: string;
  readonly declared: Json | undefined;
  readonly found: Json | undefined;
  /** When it was last known to be as declared, if the state or the stack's history tells. */
  readonly after: string | undefined;
}

/** Something that could not be compared. */
export interface AuditFailure {
  readonly device: string | undefined;
  readonly resource: string | undefined;
  readonly message: string;
  /** 2 if recognised as a mistake in the command or the configuration; otherwise 1. */
  readonly exitCode?: number;
}

export interface StackReport {
  readonly stack: string;
  readonly changes: readonly Drift[];
  readonly failures: readonly AuditFailure[];
}

/** The code that all failures share, or 1 if they differ; without failures 7 if anything has drifted, else 0. */
export function exitCodeFor(reports: readonly StackReport[]): number {
  const codes = new Set(reports.flatMap(({ failures }) => failures.map(({ exitCode = 1 }) => exitCode)));
  if (codes.size > 0) {
    return codes.size === 1 ? Math.max(...codes) : 1;
  }
  return reports.some(({ changes }) => changes.length > 0) ? 7 : 0;
}
