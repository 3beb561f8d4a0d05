/** A fault, and what it may say, whoever injects it: one that could never strike as it says is refused. */
import * as z from "zod";
import { type FaultKind, type FaultSettings, faultKinds, faultTable } from "./fault-kinds";
import { longestTimer } from "./longest-timer";
import { complaintOf } from "./schema/complaint";

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

/** Whether a text is JSON. */
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
  // Node sends nothing after a status below 200 and waits for the one that ends the response.
  status: z.int().min(200).max(599).optional(),
  retryAfterSeconds: z.int().min(0).optional(),
  milliseconds: z.int().min(0).max(longestTimer).optional(),
  body: z.string().refine(isJson, "must be JSON").optional(),
} satisfies Record<keyof FaultSettings, z.ZodType>;

/** The fault. @throws Error that names what is wrong with it. */
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
