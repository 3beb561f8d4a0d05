/** A fault and its check, whoever injects it: one that could never strike as specified is refused. */
import * as z from "zod";
import { longestTimer } from "../longest-timer";
import { complaintOf } from "../schema/complaint";
import { type FaultKind, type FaultSettings, faultKinds, faultTable } from "./kinds";

/** A fault to inject, and when. */
export interface Fault extends FaultSettings {
  readonly kind: FaultKind;
  /** Whether the request is carried out. Each kind has its default. */
  readonly acts?: boolean;
  /** Only requests with this method on the request line. */
  readonly method?: string;
  /** Only paths with this prefix (below /restapi/, or including it), or matching this pattern. */
  readonly path?: string | RegExp;
  /** Only requests with an Authorization header. Default false. */
  readonly onlyAuthenticated?: boolean;
  /** The first matching request that is struck, counted from 1. Default 1. */
  readonly nth?: number;
  /** How many matching requests are struck from there on. Default 1. */
  readonly times?: number | "always";
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const selection = {
  acts: z.boolean().optional(),
  method: z
    .string()
    .regex(/^[A-Z]+$/, "must be in capitals, as on the request line")
    .optional(),
  path: z.union([z.string(), z.instanceof(RegExp)]).optional(),
  onlyAuthenticated: z.boolean().optional(),
  nth: z.int().min(1).optional(),
  times: z.union([z.int().min(1), z.literal("always")]).optional(),
};

const settings = {
  // A status below 200 is interim: Node sends nothing after it, and the final one never comes.
  status: z.int().min(200).max(599).optional(),
  retryAfterSeconds: z.int().min(0).optional(),
  milliseconds: z.int().min(0).max(longestTimer).optional(),
  body: z.string().refine(isJson, "must be JSON").optional(),
} satisfies Record<keyof FaultSettings, z.ZodType>;

/** Checks a fault and returns it. @throws Error that names what is wrong with it. */
export function checkedFault(fault: Fault): Fault {
  const row = Object.entries(faultTable).find(([kind]) => kind === fault?.kind)?.[1];
  if (row === undefined) {
    throw new Error(`There is no fault "${fault?.kind}"; there are ${faultKinds.join(", ")}`);
  }
  const used = Object.fromEntries(row.uses.map((name) => [name, settings[name]]));
  const { error } = z.strictObject({ kind: z.string(), ...selection, ...used }).safeParse(fault);
  if (error !== undefined) {
    throw new Error(`A fault of kind ${fault.kind} cannot be injected: ${complaintOf(error)}`);
  }
  return fault;
}
