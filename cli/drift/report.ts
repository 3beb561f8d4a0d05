/** What an audit of stacks has found, and what it ends with. */
import type { Json } from "../../provider/client";

/** What stands in the place of a secret, as Pulumi writes it. */
export const secretShown = "[secret]";

/** A field that is not as declared; without a field, the whole resource. */
export interface Change {
  readonly device: string | undefined;
  readonly resource: string;
  readonly urn: string;
  readonly field: string;
  readonly declared: Json | undefined;
  readonly found: Json | undefined;
  /** When it was last as declared, as far as the stack's history tells. */
  readonly after: string | undefined;
}

/** What could not be compared. */
export interface Failure {
  readonly device: string | undefined;
  readonly resource: string | undefined;
  readonly message: string;
  /** 2 for a mistake of command or configuration, as far as that can be told; 1 without. */
  readonly exitCode?: number;
}

/** Of one stack. */
export interface StackReport {
  readonly stack: string;
  readonly changes: readonly Change[];
  readonly failures: readonly Failure[];
}

/** What nobody knows is no drift and no agreement. */
export function exitCodeFor(reports: readonly StackReport[]): number {
  const codes = new Set(reports.flatMap(({ failures }) => failures.map(({ exitCode = 1 }) => exitCode)));
  if (codes.size > 0) {
    return codes.size === 1 ? Math.max(...codes) : 1;
  }
  return reports.some(({ changes }) => changes.length > 0) ? 7 : 0;
}
