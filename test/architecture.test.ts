/** Rules for all files of this repository: which imports are allowed, and how long a file may be. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { runCommand } from "../scripts/command";
import { ROOT } from "../scripts/engine/pins";
import { filesBelow, read } from "./repository";

const mostLines = 400;
const files = filesBelow(".");

test(`no file of code is longer than ${mostLines} lines`, () => {
  const code = files.filter((file) => /\.(ts|js|mjs|cjs)$/.test(file));
  expect(code.length).toBeGreaterThan(100);
  expect(code.filter((file) => read(file).split("\n").length - 1 > mostLines)).toEqual([]);
});

test("every file of code begins with a comment that says what it holds", () => {
  const code = files.filter((file) =>
    /^(provider|cli|sdk|simulator|examples|scripts|test)\/.*\.(ts|js|mjs)$/.test(file),
  );
  expect(code.length).toBeGreaterThan(100);
  expect(code.filter((file) => !/^(#!.*\n)?\/\*\*/.test(read(file)))).toEqual([]);
});

test("zod is imported as a namespace: by name, bundles hold all of it, and every provider process loads that", () => {
  const byName = /^import (type )?\{[^}]*\} from "zod"/m;
  expect(files.filter((file) => /^provider\/.*\.ts$/.test(file) && byName.test(read(file)))).toEqual([]);
});

test("no file names a folder of somebody's machine", () => {
  const text = files.filter((file) => /\.(ts|js|mjs|cjs|json|md|yaml|yml|sh)$|\/[^.]+$/.test(file));
  const own = /(?<![\w.:])\/(home|Users|work)\/\w|[A-Z]:\\\\?Users\\/;
  expect(text.filter((file) => own.test(read(file)) || read(file).includes(ROOT))).toEqual([]);
});

/** Why these files of the definitions may read the device without `runtime/tree`. */
const readsItself: Readonly<Record<string, string>> = {
  "provider/subtrees/outlets.ts": "what a login sees of the outlets has rules of its own, on top of the reader",
  "provider/subtrees/setting-read.ts": "any path of the device, of most of which nothing is known",
  "provider/actions/reboot.ts": "a single value, also from a device that is starting",
  "provider/functions/browse.ts": "shows what the device says and concludes nothing",
};

test("containers are read by runtime/tree alone: no definition concludes from an answer by itself that something is gone", () => {
  const definitions = files.filter((file) => /^provider\/(schema|subtrees|resources|actions|functions)\//.test(file));
  expect(definitions.length).toBeGreaterThan(40);
  const reading = definitions.filter((file) =>
    /\b(device|session|source|now)\s*\.(read|get|observe)\(/.test(read(file)),
  );
  expect(reading.sort()).toEqual(Object.keys(readsItself).sort());
});

/** For each kind of violation, a file and something that it must not import. */
const refused: readonly (readonly [file: string, imported: string])[] = [
  ["provider/client/a.ts", "../runtime/run"],
  ["provider/client/auth/b.ts", "../../schema/equality"],
  ["provider/client/c.ts", "@pulumi/pulumi"],
  ["provider/client/d.ts", "../../simulator/index"],
  ["provider/runtime/a.ts", "../schema/definition"],
  ["provider/runtime/b.ts", "../client/client"],
  ["provider/runtime/c.ts", "@pulumi/pulumi"],
  ["provider/runtime/d.ts", "../../sdk/index"],
  ["provider/schema/a.ts", "../subtrees/outlets"],
  ["provider/schema/b.ts", "../client/client"],
  ["provider/subtrees/a.ts", "../resources/outlet"],
  ["provider/resources/a.ts", "../lifecycle"],
  ["provider/resources/b.ts", "../client/client"],
  ["provider/resources/c.ts", "@pulumi/pulumi"],
  ["provider/resources/d.ts", "../../sdk/index"],
  ["provider/resources/e.ts", "../../simulator/index"],
  ["provider/resources/f.ts", "../resources/outlet"],
  ["provider/actions/a.ts", "../registry"],
  ["provider/actions/b.ts", "../resources/outlet"],
  ["provider/functions/a.ts", "../client/client"],
  ["provider/functions/b.ts", "../../simulator/index"],
  ["provider/functions/c.ts", "../devices/devices"],
  ["provider/registry.ts", "./lifecycle"],
  ["provider/devices/a.ts", "../lifecycle"],
  ["provider/devices/b.ts", "../registry"],
  ["provider/lifecycle/a.ts", "../plugin/server"],
  ["provider/lifecycle/b.ts", "../resources/outlet"],
  ["provider/dynamic/a.ts", "../plugin/server"],
  ["provider/dynamic/b.ts", "@pulumi/pulumi"],
  ["provider/plugin/a.ts", "@pulumi/pulumi"],
  ["provider/plugin/b.ts", "../resources/outlet"],
  ["provider/plugin/c.ts", "../../sdk/index"],
  ["provider/lifecycle/c.ts", "../converter/inventory"],
  ["provider/dynamic/c.ts", "../converter/inventory"],
  ["provider/plugin/d.ts", "../converter/inventory"],
  ["provider/converter/a.ts", "@pulumi/pulumi"],
  ["provider/converter/b.ts", "../plugin/server"],
  ["provider/converter/c.ts", "../client/client"],
  ["provider/converter/d.ts", "../../cli/terminal"],
  ["cli/a.ts", "../provider/plugin/server"],
  ["cli/b.ts", "@pulumi/pulumi"],
  ["cli/c.ts", "../provider/client/client"],
  ["cli/d.ts", "../simulator/index"],
  ["cli/export/e.ts", "../../sdk/index"],
  ["sdk/a.ts", "../provider/lifecycle"],
  ["sdk/b.ts", "../simulator/index"],
  ["sdk/components/c.ts", "../../provider/runtime/run"],
  ["simulator/a.ts", "../provider/client/index"],
  ["simulator/b.ts", "../sdk/index"],
  ["simulator/c.ts", "pulumi-dli/client"],
  ["simulator/d.ts", "undici"],
  ["simulator/deep/e.ts", "../../provider/client/auth/digest"],
  ["simulator/schema/a.ts", "../device/contract"],
  ["simulator/schema/b.ts", "../../provider/client/index"],
  ["simulator/subtrees/a.ts", "../behaviours/relay"],
  ["examples/rack/a.ts", "../../sdk/index"],
  ["scripts/bad.ts", "../test/engine/printed"],
];

const allowed: readonly (readonly [file: string, imported: string])[] = [
  ["provider/client/ok.ts", "./auth/login"],
  ["provider/runtime/ok.ts", "../client"],
  ["provider/schema/ok.ts", "../runtime/context"],
  ["provider/subtrees/ok.ts", "../schema/definition"],
  ["provider/resources/ok.ts", "../subtrees/outlets"],
  ["provider/lifecycle/ok.ts", "../registry"],
  ["provider/plugin/ok.ts", "@pulumi/pulumi/proto/provider_pb"],
  ["provider/converter/ok.ts", "@pulumi/pulumi/proto/converter_pb"],
  ["provider/converter/ok2.ts", "../lifecycle/list"],
  ["cli/ok.ts", "../provider/converter/inventory"],
  ["cli/export/ok.ts", "../../provider/client"],
  ["sdk/ok.ts", "@pulumi/pulumi"],
  ["sdk/components/ok.ts", "../../provider/runtime/typo"],
  ["simulator/ok.ts", "./device/contract"],
  ["simulator/behaviours/ok.ts", "../device/contract"],
  ["simulator/schema/ok.ts", "../profile/device-profile"],
  ["examples/rack/ok.ts", "pulumi-dli"],
  ["scripts/ok.ts", "./engine/pins"],
];

/** Import cycles, by value and by type alone, and a chain that is not a cycle. */
const circles = [
  { name: "of two files", files: ["simulator/circle/a.ts", "simulator/circle/b.ts"], keyword: "import" },
  {
    name: "of three files in two folders",
    files: ["sdk/circle/a.ts", "sdk/circle/deep/b.ts", "sdk/circle/c.ts"],
    keyword: "import",
  },
  { name: "of types alone", files: ["provider/schema/a1.ts", "provider/schema/a2.ts"], keyword: "import type" },
] as const;
const chain = ["simulator/chain/a.ts", "simulator/chain/b.ts", "simulator/chain/c.ts"] as const;

interface Configuration {
  vcs?: unknown;
  overrides: { linter: { rules: { style?: { noRestrictedImports?: Restriction } } } }[];
}

interface Restriction {
  options: { patterns: { message: string }[] };
}

describe("imports", () => {
  const configuration = JSON.parse(read("biome.json")) as Configuration;
  let diagnostics: { category: string; file: string; message: string }[];

  const found = (rule: string) => diagnostics.filter(({ category }) => category === rule);
  const restricted = () => found("lint/style/noRestrictedImports");
  const circular = () => found("lint/suspicious/noImportCycles").map(({ file }) => file);

  /** Runs Biome on a folder with the project's rules and a file for each of the imports above. */
  beforeAll(async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "pulumi-dli-rules-"));
    try {
      writeFileSync(path.join(folder, "biome.json"), JSON.stringify({ ...configuration, vcs: { enabled: false } }));
      const write = (file: string, imported: string, keyword = "import") => {
        mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
        const used = keyword === "import" ? "const used = It" : "type Used = It";
        writeFileSync(path.join(folder, file), `${keyword} { It } from "${imported}";\n\nexport ${used};\n`);
      };
      const link = (file: string, next: string, keyword?: string) => {
        const relative = path.posix.relative(path.posix.dirname(file), next.replace(/\.ts$/, ""));
        write(file, relative.startsWith(".") ? relative : `./${relative}`, keyword);
      };
      for (const [file, imported] of [...refused, ...allowed]) {
        write(file, imported);
      }
      for (const { files, keyword } of circles) {
        for (const [index, file] of files.entries()) {
          link(file, files[(index + 1) % files.length] ?? file, keyword);
        }
      }
      link(chain[0], chain[1]);
      link(chain[1], chain[2]);
      write(chain[2], "node:fs");
      const biome = path.join(ROOT, "node_modules", "@biomejs", "biome", "bin", "biome");
      const args = [biome, "lint", "--reporter=json", "--max-diagnostics=none", "."];
      const { stdout } = await runCommand(process.execPath, args, { cwd: folder, timeoutMs: 60_000 });
      const report = JSON.parse(stdout) as {
        diagnostics: { category: string; message: string; location: { path: string } }[];
      };
      diagnostics = report.diagnostics.map(({ category, message, location }) => ({
        category,
        file: location.path.replaceAll("\\", "/"),
        message,
      }));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test.each(refused)("%s may not import %s", (file) => {
    expect(restricted().map((diagnostic) => diagnostic.file)).toContain(file);
  });

  test.each(allowed)("%s may import %s", (file) => {
    expect(restricted().map((diagnostic) => diagnostic.file)).not.toContain(file);
  });

  test.each(circles)("a circle $name is refused at each of its files", ({ files }) => {
    expect(circular()).toEqual(expect.arrayContaining([...files]));
  });

  test("a chain of imports is no circle", () => {
    expect(
      circular().filter((file) => !circles.some(({ files }) => (files as readonly string[]).includes(file))),
    ).toEqual([]);
  });

  test("every rule is shown to refuse something", () => {
    const rules = configuration.overrides.flatMap(
      ({ linter }) => linter.rules.style?.noRestrictedImports?.options.patterns ?? [],
    );
    expect(rules.length).toBeGreaterThan(5);
    expect(
      rules.map(({ message }) => message).filter((text) => !restricted().some(({ message }) => message === text)),
    ).toEqual([]);
  });
});
