/** A preview as `pulumi preview --json` and `pulumi refresh --preview-only --json` print it. */
import * as z from "zod";
import { engineResource } from "./engine-resource";
import { jsonIn } from "./pulumi";

const step = z.object({
  op: z.string(),
  urn: z.string(),
  oldState: engineResource.nullish(),
  newState: engineResource.nullish(),
  diffReasons: z.array(z.string()).nullish(),
  detailedDiff: z.record(z.string(), z.unknown()).nullish(),
});

const diagnostic = z.object({
  urn: z.string().optional(),
  message: z.string(),
  severity: z.string(),
});

/** The parts that are read. */
const preview = z.object({ steps: z.array(step).nullish(), diagnostics: z.array(diagnostic).nullish() });

/** What happens to one resource. */
export type Step = z.infer<typeof step>;

export type Diagnostic = z.infer<typeof diagnostic>;

export interface Preview {
  readonly steps: readonly Step[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The preview in the output of a command; `undefined` if it has none. */
export function previewIn(text: string): Preview | undefined {
  const { data } = preview.safeParse(jsonIn(text));
  return data && { steps: data.steps ?? [], diagnostics: data.diagnostics ?? [] };
}
