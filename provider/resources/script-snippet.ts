/**
 * `script/snippets/` as it stands on the device, a map by name: `{"greet": {"source": "log.notice('hello')"}}`
 * Object Model Reference EPCR6 of 2024-11-10; the names of its members (device.md section 3.6) are all that is known.
 */
import * as z from "zod";
import { devicePath, NotSupportedError } from "../client";
import type { Context } from "../runtime/context";
import { understand, wireObject } from "../runtime/decode";
import { define } from "../schema/definition";
import { normalisedText } from "../schema/equality";
import { key, required } from "../schema/inputs";

const scriptPath = devicePath("script");
const snippetPath = (name: string, ...members: string[]) => devicePath("script", "snippets", name, ...members);

const wireSnippet = z.looseObject({ source: z.string().optional() });

export const scriptSnippet = define({
  type: "ScriptSnippet",
  family: "created",
  description: "A named piece of Lua text that the device keeps beside its script.",
  inputs: {
    name: key(z.string().min(1), "Name of the snippet."),
    source: required(z.string(), "The Lua text. Differences in line endings and trailing white space do not count.", {
      same: (left, right) => normalisedText(left) === normalisedText(right),
    }),
  },
  outputs: {},
  id: ({ name }) => `script/snippets/${encodeURIComponent(name)}`,
  keys: (id) => {
    const name = /^script\/snippets\/([^/]+)$/.exec(id)?.[1];
    return name === undefined ? undefined : { name: decodeURIComponent(name) };
  },
  idForm: "<device>/script/snippets/<name>",
  list: async (context) =>
    Object.keys((await readSnippets(context)) ?? {}).map((name) => `script/snippets/${encodeURIComponent(name)}`),

  async observe(context, { name }) {
    const snippets = await readSnippets(context, name);
    const found = snippets && Object.hasOwn(snippets, name) ? snippets[name] : undefined;
    if (found === undefined) {
      return undefined;
    }
    return { name, source: understand(context, snippetPath(name), wireSnippet, found).source ?? "" };
  },

  async guard(context, { name }) {
    if ((await readSnippets(context, name)) !== undefined) {
      return;
    }
    throw new NotSupportedError({
      device: context.device.name,
      method: "GET",
      path: String(scriptPath),
      message: "this device has no script snippets",
      remedy: "Put the text into the Script, or update the device's firmware.",
      outcome: "notSent",
    });
  },

  async apply(context, { name, source }, observed) {
    const touches = snippetPath(name);
    if (observed) {
      await context.device.put(snippetPath(name, "source"), source, { touches });
    } else {
      await context.device.put(snippetPath(name), { source }, { touches });
    }
  },

  async release(context, { name }) {
    await context.device.delete(snippetPath(name), { touches: snippetPath(name) });
  },
});

/** All snippets by name; `undefined` on a device that has none of the kind. */
async function readSnippets(context: Context, name?: string) {
  const answer = await context.device.read(scriptPath, name === undefined ? undefined : snippetPath(name));
  const { snippets } = understand(context, scriptPath, wireObject, answer);
  return snippets === undefined ? undefined : understand(context, scriptPath, wireObject, snippets);
}
