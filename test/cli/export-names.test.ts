/** What names of folders and stacks `dli export` accepts, and what it makes of them. */
import { parse } from "yaml";
import { yamlText } from "../../cli/export/yaml-program";
import { type Shell, withShell } from "./shell";

let place: Shell;

withShell((shell) => {
  place = shell;
  place.install();
});

const exported = (args: string, printed: Record<string, string>) =>
  place.run(`dli export --url "$DLI_URL" --only relay ${args}`, printed);

test.each(["rack", "7", "1e3", "1_000", "0x1f", "2026-01-01", ".5", "true", "No", "null", "../a #b/c", "a: b"])(
  "%s is a text in a project's file, whichever version of YAML reads it",
  (text) => {
    for (const version of ["1.1", "1.2"] as const) {
      expect(parse(`name: ${yamlText(text)}`, { version })).toEqual({ name: text });
    }
  },
);

test("a folder that begins with a dash gives a name that Pulumi does not take for a flag", async () => {
  const { all } = await exported("./--lab", { "stack init lab": "", "stack rm lab": "" });
  expect(all).toContain("pulumi config ended with 3");
});

test.each(["-x", "a b", "org/project/-x", "a/b/c/d", "é"])(
  "--stack %j is refused before anything is read",
  async (name) => {
    place.device.journal.clear();
    const { exitCode, all } = await exported(`rack --stack="${name}"`, {});
    expect([exitCode, all]).toEqual([2, expect.stringMatching(/^--stack takes a name of letters, digits/)]);
    expect(place.device.journal.entries).toEqual([]);
  },
);

test("an organization is no part of the stack that --dynamic makes for a while in a folder of its own", async () => {
  const printed = { "stack init dev": "", "config set": "" };
  const { all } = await exported("rack --dynamic --stack acme/rack/dev", printed);
  expect(all).toContain("pulumi import ended with 3");
});
