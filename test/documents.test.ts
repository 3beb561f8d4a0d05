/** README and CONTRIBUTING name everything that exists, and nothing that does not. */
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { deviceKeys } from "../provider/devices/configuration/keys";
import { variableOf } from "../provider/devices/configuration/variables";
import { functions, resources } from "../provider/registry";
import { kebabCase } from "../provider/schema/word-case";
import { ROOT } from "../scripts/engine/pins";
import * as components from "../sdk/components";
import { filesBelow, read } from "./repository";

/** The cells of the table below a heading, row by row. */
function tableBelow(heading: string, document: string): string[][] {
  const section = document.split(/^#+ /m).find((part) => part.startsWith(`${heading}\n`)) ?? "";
  return section
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) => line.split("|").slice(1, -1));
}

/** The inline code in a text. */
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

const documents = filesBelow(".").filter((file) => file.endsWith(".md"));

/** The anchor of a heading on GitHub. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

test.each(documents)("every link of %s leads somewhere in the project", (document) => {
  const text = read(document).replace(/^```[\s\S]*?^```$/gm, "");
  const links = [...text.matchAll(/\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]+))?\)/g)];
  const broken = links.filter(([, file, anchor]) => {
    const target = file ? path.posix.join(path.posix.dirname(document), file) : document;
    const headings = [...read(target).matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchorOf(heading as string));
    return !existsSync(path.join(ROOT, target)) || (anchor !== undefined && !headings.includes(anchor));
  });
  expect(broken.map(([link]) => link)).toEqual([]);
});

/** The test that runs a document's commands exactly as written. */
const commandsRunBy: Record<string, string> = {
  "README.md": "test/engine/readme.test.ts",
  "examples/README.md": "test/engine/readme.test.ts",
  "docs/dynamic-or-native.md": "test/engine/templates.test.ts",
  "docs/export.md": "test/engine/export.test.ts",
  "docs/fleets.md": "test/engine/unreachable.test.ts",
  "docs/plan.md": "test/engine/readme.test.ts",
  "docs/vendor-examples.md": "test/engine/vendor-examples.test.ts",
  "docs/gitops.md": "test/engine/gitops.test.ts",
  "docs/device.md": "test/simulator/device-guide.test.ts",
  "docs/simulator.md": "test/simulator/page.test.ts",
};

test("every document with commands has a test that runs them", () => {
  // CONTRIBUTING.md has the commands that run the tests; the command in reference pages is checked below.
  const withCommands = documents.filter(
    (file) => /^```sh$/m.test(read(file)) && file !== "CONTRIBUTING.md" && !file.startsWith("docs/reference/"),
  );
  expect(withCommands.sort()).toEqual(Object.keys(commandsRunBy).sort());
  const unread = Object.entries(commandsRunBy).filter(([file, by]) => !read(by).includes(path.posix.basename(file)));
  expect(unread).toEqual([]);
});

test("CONTRIBUTING.md shows only scripts that there are", () => {
  const { scripts } = JSON.parse(read("package.json"));
  const shown = [...read("CONTRIBUTING.md").matchAll(/^npm (?:run )?(\S+)/gm)].map(([, name]) => name as string);
  expect(shown.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  expect(shown.length).toBeGreaterThan(5);
});

describe("docs/README.md", () => {
  test("docs/README.md lists every page of docs/", () => {
    const listed = [...read("docs/README.md").matchAll(/\]\(([^)#]+)\)/g)].map(([, file]) =>
      path.posix.join("docs", file!),
    );
    const pages = documents.filter((file) => /^docs\/[^/]+\.md$/.test(file) && file !== "docs/README.md");
    expect(pages.filter((page) => !listed.includes(page))).toEqual([]);
    expect(listed).toContain("docs/reference/README.md");
  });

  test("the reference has a page for everything that is published, and its index names them", () => {
    const index = read("docs/reference/README.md");
    const names = [
      ...resources.map(({ type }) => type),
      ...functions.map(({ name }) => name),
      ...Object.keys(components),
    ];
    expect(names.filter((name) => !index.includes(`[${name}](${kebabCase(name)}.md)`))).toEqual([]);
    expect(names.filter((name) => !read(`docs/reference/${kebabCase(name)}.md`).includes(`\n# ${name}\n`))).toEqual([]);
  });

  test("the reference has every configuration key with its variable, and what sets it apart", () => {
    const page = read("docs/reference/configuration.md");
    const rows = new Map(tableBelow("Configuration", page).map(([key, ...cells]) => [key?.trim(), cells.join("|")]));
    for (const { name, isSecret } of deviceKeys) {
      const row = rows.get(`\`${name}\``);
      expect(row).toContain(`\`${variableOf("default", name)}\``);
      expect(row?.includes("--secret")).toBe(isSecret);
    }
    expect([...rows.keys()]).toEqual(expect.arrayContaining(["`devices`", "`plugin`", "`DLI_PLAN_FILE`", "`DLI_LOG`"]));
    expect(read("docs/reference/README.md")).toContain("](configuration.md)");
    expect(read("README.md")).toContain("](docs/reference/configuration.md)");
  });

  test("the page of everything that can be imported has the line for it", () => {
    const importable = resources.filter((definition) => definition.family !== "action");
    const lines = importable.map((definition) => {
      const id = "idForm" in definition ? definition.idForm.replace("<device>", "default") : "";
      return [definition.type, `\npulumi import dli:index:${definition.type} NAME '${id}'\n`] as const;
    });
    expect(lines.filter(([type, line]) => !read(`docs/reference/${kebabCase(type)}.md`).includes(line))).toEqual([]);
  });
});

describe("examples/", () => {
  const folders = readdirSync(path.join(ROOT, "examples"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  /** Pipelines for any project. */
  const withoutProgram = ["gitops"];
  /** Policies for any project. */
  const packs = ["policy"];
  const examples = folders.filter((name) => ![...withoutProgram, ...packs].includes(name));

  test.each(packs)("examples/%s is a policy pack, and examples/README.md says what it does", (name) => {
    const description = /^description: (.*)\nruntime: nodejs\nmain: index\.ts$/m.exec(
      read(`examples/${name}/PulumiPolicy.yaml`),
    )?.[1];
    const row = tableBelow("Examples", read("examples/README.md")).find(([cell]) => cell?.includes(`[${name}](`));
    expect(row?.[1]).toContain(description);
    expect(read(`examples/${name}/index.ts`)).toContain(`/** ${description}`);
  });

  test.each(withoutProgram)("examples/%s is no project, and every file of it has a row that leads to it", (name) => {
    const files = filesBelow(`examples/${name}`);
    const linked = [...read(`docs/${name}.md`).matchAll(/\]\(\.\.\/([^)#]+)\)/g)].map(([, file]) => file);
    expect(files.filter((file) => file.endsWith("Pulumi.yaml"))).toEqual([]);
    expect(files.length).toBeGreaterThan(3);
    expect(files.filter((file) => !linked.includes(file))).toEqual([]);
    expect(read("examples/README.md")).toContain(`](../docs/${name}.md)`);
  });

  test.each(examples)("the example %s is a project of its own, and examples/README.md says what it does", (name) => {
    const project = read(`examples/${name}/Pulumi.yaml`);
    const [, quoted] = /^description: (.*)$/m.exec(project) ?? [];
    const description: string = quoted?.startsWith('"') ? JSON.parse(quoted) : quoted;
    expect(project).toMatch(new RegExp(`^name: dli-${name}$`, "m"));
    const row = tableBelow("Examples", read("examples/README.md")).find(([cell]) => cell?.includes(`[${name}](`));
    expect(row?.[1]?.trim()).toBe(description);
    const program = read(`examples/${name}/index.ts`);
    if (program !== "") {
      expect(project).toMatch(/^runtime: nodejs\nmain: index\.ts$/m);
      // A refresh logs in with the password of the last `up`.
      expect(/^options:\n {2}refresh: always$/m.test(project)).toBe(name !== "admin-password");
      const head = /^\/\*\*([\s\S]*?)\*\//.exec(program)?.[1] ?? "";
      expect(head.replace(/\s*\n \* ?/g, " ").trim()).toContain(description);
    }
  });

  test("no project lies around them, which a command without one would take", () => {
    expect(["Pulumi.yaml", "examples/Pulumi.yaml"].filter((file) => existsSync(path.join(ROOT, file)))).toEqual([]);
  });
});
