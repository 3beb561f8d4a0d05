/** The running threads of the device's script. Their JSON is at the head of `provider/subtrees/script-threads.ts`. */
import * as z from "zod";
import { defineFunction } from "../schema/function";
import { output } from "../schema/inputs";
import { readThreads } from "../subtrees/script-threads";

export const getThreads = defineFunction({
  name: "getThreads",
  description: "The script threads that are running now. Only the admin may see them.",
  inputs: {},
  outputs: {
    threads: output(
      z.array(z.object({ id: z.string(), function: z.string(), label: z.string() })),
      "The threads: id, name of the function, and the device's whole label.",
    ),
  },
  async call({ device }) {
    const threads = await readThreads(device);
    return { threads: [...threads].map(([id, thread]) => ({ id, ...thread })) };
  },
});
