/** All outlets as they are now. Their JSON is at the head of `provider/subtrees/outlets.ts`. */
import * as z from "zod";
import { defineFunction } from "../schema/function";
import { output } from "../schema/inputs";
import { readAllOutlets } from "../subtrees/outlets";

const outlet = z.object({
  number: z.int(),
  name: z.string().optional(),
  state: z.boolean().optional(),
  transientState: z.boolean().optional(),
  physicalState: z.boolean().optional(),
  locked: z.boolean().optional(),
  critical: z.boolean().optional(),
  cycleDelaySeconds: z.number().nullable().optional(),
});

export const getOutlets = defineFunction({
  name: "getOutlets",
  description: "All outlets that the account may see, as they are now. Numbers are those printed on the case.",
  inputs: {},
  outputs: { outlets: output(z.array(outlet), "The outlets, in the order of their numbers.") },
  async call(context) {
    const found = await readAllOutlets(context);
    return { outlets: [...found].map(([number, state]) => ({ number, ...state })) };
  },
});
