/** All outlets as they are now; the wire form is at the top of `provider/subtrees/outlets.ts`. */
import * as z from "zod";
import { understand } from "../runtime/decode";
import { defineFunction } from "../schema/function";
import { output } from "../schema/inputs";
import { outletFromWire, outletsPath } from "../subtrees/outlets";

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
  outputs: { outlets: output(z.array(outlet), "The outlets, in order of their numbers.") },
  async call(context) {
    const answer = understand(context, outletsPath, z.array(z.json()), await context.device.read(outletsPath));
    const outlets = answer.flatMap((entry, index) => {
      const hidden = entry === null || (typeof entry === "object" && Object.keys(entry).length === 0);
      return hidden ? [] : [{ number: index + 1, ...outletFromWire(context, index + 1, entry) }];
    });
    return { outlets };
  },
});
