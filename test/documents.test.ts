/** README and CONTRIBUTING name everything that there is, and nothing that is gone. */
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { functions, resources } from "../provider/registry";
import { ROOT } from "../scripts/engine/pins";
import * as components from "../sdk/components";
import { read } from "./repository";

/** The cells of a document's table below a heading, row by row. */
function tableBelow(heading: string, document: string): string[][] {
  const section = document.split(/^#+ /m).find((part) => part.startsWith(`${heading}\n`)) ?? "";
  return section
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) => line.split("|").slice(1, -1));
}

/** What a text shows as code within its sentences. */
function codeIn(text: string): string[] {
  const sentences = text.replace(/^```[\s\S]*?^```$/gm, "");
  return [...sentences.matchAll(/`([^`]+)`/g)].map(([, code]) => code as string);
}

describe("README.md", () => {
  const named = tableBelow("What there is", read("README.md")).flatMap(([, cell]) => codeIn(cell ?? ""));
  const published = [
    ...resources.map(({ type }) => type),
    ...functions.map(({ name }) => name),
    ...Object.keys(components),
  ];

  test("the table in README.md names every resource, action, function and component", () => {
    expect(published.filter((name) => !named.includes(name))).toEqual([]);
  });

  test("the table in README.md names nothing that is not published", () => {
    expect(named.filter((name) => !published.includes(name))).toEqual([]);
  });
});

describe("CONTRIBUTING.md", () => {
  const contributing = read("CONTRIBUTING.md");
  const named = tableBelow("Where things are", contributing).flatMap(([folder]) => codeIn(folder ?? ""));

  test("the table in CONTRIBUTING.md names every folder of provider/", () => {
    const folders = readdirSync(path.join(ROOT, "provider"), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => `provider/${name}/`);
    expect(folders.length).toBeGreaterThan(5);
    expect(folders.filter((folder) => !named.includes(folder))).toEqual([]);
  });

  test.each(["CONTRIBUTING.md", "docs/promises.md"])("every path that %s names exists", (document) => {
    const isPath = (code: string) => /^(?!pulumi-dli\/)[\w.-]+\/[\w./-]*$/.test(code);
    const paths = codeIn(read(document)).filter(isPath);
    expect(paths.length).toBeGreaterThan(10);
    expect(paths.filter((name) => !existsSync(path.join(ROOT, name)))).toEqual([]);
  });

  test("CONTRIBUTING.md has at most 120 lines", () => {
    expect(contributing.split("\n").length - 1).toBeLessThanOrEqual(120);
  });
});

test("a table is found below its heading, and code in its cells", () => {
  const rows = tableBelow(
    "Second",
    "# First\n| `a` |\n## Second\ntext\n| `b` | c |\n| --- | --- |\n| `d/` | `e` |\n## Third\n",
  );
  expect(rows.map((cells) => codeIn(cells.join(" ")))).toEqual([["b"], [], ["d/", "e"]]);
});
