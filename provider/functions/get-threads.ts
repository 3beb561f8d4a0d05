/** `script/threads/`: `{"7": {"label": "test_script (admin via web ui) ON 2"}}`, `{}` when nothing runs. */
import * as z from "zod";
import { understand, wireObject } from "../runtime/decode";
import { defineFunction } from "../schema/function";
import { output } from "../schema/inputs";

const path = "script/threads/";

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
  async call(context) {
    const threads = Object.entries(understand(context, path, wireObject, await context.device.read(path)));
    return {
      threads: threads.map(([id, thread]) => {
        const label = understand(context, path, z.looseObject({ label: z.string().optional() }), thread).label ?? "";
        return { id, function: label.split(" ")[0] ?? "", label };
      }),
    };
  },
});
