/**
 * `script/snippets/` as a device has it, a map by name: `{"greet": {"source": "log.notice('hello')"}}`
 * Object Model Reference EPCR6 of 2024-11-10; the names of its members (device.md section 3.6) are all that is known.
 */
import * as z from "zod";
import { devicePath, NotSupportedError } from "../client";
import { understand, wireObject } from "../runtime/decode";
import type { DeviceView } from "../runtime/device-view";
import { defineCreated } from "../schema/definition";
import { key, required } from "../schema/inputs";
import { sameSource } from "../subtrees/lua";

const scriptPath = devicePath("script");
const snippetPath = (name: string, ...members: string[]) => devicePath("script", "snippets", name, ...members);

const wireSnippet = z.looseObject({ source: z.string().optional() });

export const scriptSnippet = defineCreated({
  type: "ScriptSnippet",
  description: "A named piece of Lua source that the device keeps beside its script.",
  inputs: {
    name: key(z.string().min(1), "Name of the snippet."),
    source: required(
      z.string(),
      "The Lua source. Differences in line endings, in white space at the ends of lines outside of strings, and in blank lines at the beginning and the end are ignored.",
      {
        same: sameSource,
      },
    ),
  },
  outputs: {},
  id: ({ name }) => `script/snippets/${encodeURIComponent(name)}`,
  keys: (id) => {
    const name = /^script\/snippets\/([^/]+)$/.exec(id)?.[1];
    return name === undefined ? undefined : { name: decodeURIComponent(name) };
  },
  idForm: "<device>/script/snippets/<name>",
  list: async ({ device }) =>
    Object.keys((await readSnippets(device)) ?? {}).map((name) => `script/snippets/${encodeURIComponent(name)}`),

  async observe({ device }, { name }) {
    const snippets = await readSnippets(device, name);
    const found = snippets && Object.hasOwn(snippets, name) ? snippets[name] : undefined;
    if (found === undefined) {
      return undefined;
    }
    return { name, source: understand(device, snippetPath(name), wireSnippet, found).source ?? "" };
  },

  async guard({ device }, { name }) {
    if ((await readSnippets(device, name)) !== undefined) {
      return;
    }
    throw new NotSupportedError({
      device: device.name,
      method: "GET",
      path: String(scriptPath),
      message: "this device has no script snippets",
      remedy: "Put the source into the Script, or update the device's firmware.",
    });
  },

  async apply({ device }, { name, source }, observed) {
    const touches = snippetPath(name);
    if (observed) {
      await device.put(snippetPath(name, "source"), source, { touches });
    } else {
      await device.put(snippetPath(name), { source }, { touches });
    }
  },

  async release({ device }, { name }) {
    await device.delete(snippetPath(name), { touches: snippetPath(name) });
  },
});

/** All snippets by name; `undefined` on a device that has no snippets. */
async function readSnippets(device: DeviceView, name?: string) {
  const returned = await device.read(scriptPath, name === undefined ? undefined : snippetPath(name));
  const { snippets } = understand(device, scriptPath, wireObject, returned);
  return snippets === undefined ? undefined : understand(device, scriptPath, wireObject, snippets);
}
