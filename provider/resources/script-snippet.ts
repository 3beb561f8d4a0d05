/**
 * `script/snippets/` as a device has it, a map by name: `{"greet": {"source": "log.notice('hello')"}}`
 * Object Model Reference EPCR6 of 2024-11-10; the names of its members (device.md section 3.6) are all that is known.
 */
import * as z from "zod";
import { devicePath, NotSupportedError } from "../client";
import { understand } from "../runtime/decode";
import { findElement, hasCollection, listElements, readElements } from "../runtime/tree/collection";
import { defineCreated } from "../schema/definition";
import { key, required } from "../schema/inputs";
import { sameSource, sourceProblem } from "../subtrees/lua";
import { keptAs, keptAsIfOther, namedAmong, namesOf } from "../subtrees/spelling";

const scriptPath = devicePath("script");
const snippetsIn = { container: "script/", member: "snippets", form: "map" } as const;
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
  outputs: { keptAs: keptAs(z.string()) },
  id: ({ name }) => `script/snippets/${encodeURIComponent(name)}`,
  keys: (id) => {
    const name = /^script\/snippets\/([^/]+)$/.exec(id)?.[1];
    return name === undefined ? undefined : { name: decodeURIComponent(name) };
  },
  idForm: "<device>/script/snippets/<name>",

  check({ source }, known) {
    const reason = known("source") ? sourceProblem(source) : undefined;
    return reason === undefined ? [] : [{ property: "source", reason }];
  },

  list: async ({ device }) =>
    [...(await listElements(device, snippetsIn)).keys()].map((name) => `script/snippets/${encodeURIComponent(name)}`),

  async observe({ device }, desired, previous) {
    const wanted = { declared: desired.name, previous };
    const found = await findElement(device, snippetsIn, {
      find: (all) => namedAmong([...all], ([name]) => name, wanted)[0],
      alone: namesOf(wanted).map((name) => snippetPath(name)),
    });
    if (found === undefined) {
      return undefined;
    }
    const [name, snippet] = found;
    const { source = "" } = understand(device, snippetPath(name), wireSnippet, snippet);
    return { name, ...keptAsIfOther(name, name === desired.name), source };
  },

  async guard({ device }, { name }) {
    if (await hasCollection(device, snippetsIn, snippetPath(name))) {
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

  keysOnDevice: async ({ device }) => [...(await readElements(device, snippetsIn)).keys()],

  async make({ device }, { name, source }) {
    await device.put(snippetPath(name), { source }, { touches: snippetPath(name) });
    return undefined;
  },

  async apply({ device }, desired, observed) {
    const name = observed?.name ?? desired.name;
    await device.put(snippetPath(name, "source"), desired.source, { touches: snippetPath(desired.name) });
  },

  async release({ device }, desired, { name = desired.name }) {
    await device.delete(snippetPath(name), { touches: snippetPath(desired.name) });
  },
});
