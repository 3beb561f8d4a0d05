/** Since when something can differ, derived from a stack's update history. */
import * as z from "zod";
import type { EngineResource } from "../engine-resource";
import { jsonIn } from "../pulumi";

const update = z.object({
  kind: z.string(),
  result: z.string(),
  endTime: z.string().optional(),
  environment: z.record(z.string(), z.string()).nullish(),
});

/** An update of a stack; a history starts with the latest. */
export type Update = z.infer<typeof update>;

/** The updates in the output of `pulumi stack history --json`; entries of another form are skipped. */
export function historyIn(text: string): Update[] {
  const entries = z.array(z.unknown()).safeParse(jsonIn(text)).data ?? [];
  return entries.flatMap((entry) => update.safeParse(entry).data ?? []);
}

/**
 * The last moment at which the device was known to match the state: when the resource's state was last changed, or when
 * an update or refresh of the whole stack last read everything, whichever is later.
 */
export function lastAgreement(state: EngineResource, history: readonly Update[]): string | undefined {
  const reading = history.find(
    ({ kind, result, environment }) =>
      result === "succeeded" &&
      isWhole(environment ?? {}) &&
      reads(kind, environment ?? {}, state.refreshBeforeUpdate === true),
  );
  const moments = [state.modified, reading?.endTime].flatMap((text) => {
    const time = Date.parse(text ?? "");
    return Number.isNaN(time) ? [] : [time];
  });
  return moments.length === 0 ? undefined : new Date(Math.max(...moments)).toISOString();
}

function isWhole(environment: Readonly<Record<string, string>>): boolean {
  return !Object.keys(environment).some((name) => /^pulumi\.flag\.(target|exclude|replace)/.test(name));
}

function reads(kind: string, environment: Readonly<Record<string, string>>, readsAlways: boolean): boolean {
  // Pulumi records that the flag was given, and not its value.
  return (
    kind === "refresh" ||
    (kind === "update" && (readsAlways || (environment["pulumi.flag.refresh"] ?? "false") !== "false"))
  );
}
