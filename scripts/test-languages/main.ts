/**
 * `npm run test:languages`: a program with everything in the schema, and examples/rack-yaml, converted by Pulumi to
 * Python, Go and TypeScript and compiled or type-checked. The first program also runs on the real engine against
 * simulators: what the first language creates, the others leave unchanged. `npm run test:languages -- python` selects
 * languages.
 */
import assert from "node:assert/strict";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { type SimulatedDevice, startSimulator } from "../../simulator";
import { ensureEngine } from "../engine/ensure";
import { ROOT } from "../engine/pins";
import { createWorkspace, type Workspace } from "../engine/workspace";
import { duration, say, step } from "../terminal";
import { corrected } from "./corrections";
import { leftOut } from "./covered";
import { ensureHosts, type Hosts } from "./hosts";
import { goEnvironment, type Language, languages, type Places } from "./languages";

const UP_MS = 10 * 60_000;
const PASSWORD = "a pass word";
const DEVICES = ["first", "second", "third"];
const plugin = path.join(ROOT, "dist", "plugin");
const everything = readFileSync(path.join(__dirname, "everything.yaml"), "utf8");
const rack = readFileSync(path.join(ROOT, "examples", "rack-yaml", "Pulumi.yaml"), "utf8");

const pluginLines = `plugins: { providers: [{ name: dli, path: ${JSON.stringify(plugin)} }] }\n`;

/** The programs in YAML, with the plugin of this clone. */
const sources = {
  everything: everything + pluginLines,
  rack: rack.replace("../../dist/plugin", plugin),
};

/** A workspace whose folder also contains SDKs and converted programs, with the devices of its stack. */
class Bench {
  readonly #workspace: Workspace;
  readonly #hosts: Hosts;
  readonly #devices: readonly SimulatedDevice[];

  constructor(workspace: Workspace, hosts: Hosts, devices: readonly SimulatedDevice[]) {
    this.#workspace = workspace;
    this.#hosts = hosts;
    this.#devices = devices;
  }

  get #folder(): string {
    return path.dirname(this.#workspace.project);
  }

  placesOf({ name }: Language): Places {
    const shared = path.join(this.#folder, "shared");
    mkdirSync(shared, { recursive: true });
    return { sdk: path.join(this.#folder, "sdk", name), shared, env: this.#workspace.env };
  }

  /** Runs `pulumi` with the programs that write SDKs and programs first on PATH. */
  #write(args: string[]) {
    const PATH = [this.#hosts.generate, this.#hosts.run, this.#workspace.env["PATH"]].join(path.delimiter);
    return this.#workspace.pulumi(args, { expectExit: 0, timeoutMs: UP_MS, env: { PATH } });
  }

  async makeSdk({ name }: Language): Promise<void> {
    const out = path.join(this.#folder, "sdk");
    const args = ["package", "gen-sdk", path.join(plugin, "pulumi-resource-dli"), "--language", name, "--out", out];
    await this.#write(args);
  }

  /** Converts a program and returns its folder. */
  async convert({ name }: Language, program: keyof typeof sources): Promise<string> {
    const source = path.join(this.#folder, "sources", program);
    const out = path.join(this.#folder, "converted", program, name);
    mkdirSync(source, { recursive: true });
    writeFileSync(path.join(source, "Pulumi.yaml"), sources[program]);
    const args = ["convert", "--from", "yaml", "--language", name, "--out", out, "--generate-only", "--cwd", source];
    await this.#write(args);
    if (name === "go") {
      const file = path.join(out, "main.go");
      writeFileSync(file, corrected(program, readFileSync(file, "utf8")));
    }
    if (name === "typescript") {
      cpSync(path.join(this.#workspace.project, "node_modules"), path.join(out, "node_modules"), { recursive: true });
    }
    return out;
  }

  /** Makes the program in a folder the stack's program. */
  use(folder: string, { runtime }: Language): void {
    const { project } = this.#workspace;
    rmSync(path.join(project, "index.ts"), { force: true });
    const filter = (file: string) => path.basename(file) !== "node_modules";
    cpSync(folder, project, { recursive: true, filter });
    writeFileSync(path.join(project, "Pulumi.yaml"), `name: test\nruntime: ${runtime}\n${pluginLines}`);
  }

  /** Runs the stack's program and returns its outputs. The first creates everything that the others declare. */
  async live(language: Language, isFirst: boolean): Promise<Record<string, unknown>> {
    const folders = [...language.bin(this.placesOf(language)), this.#hosts.run, this.#workspace.env["PATH"]];
    const run = { env: { PATH: folders.join(path.delimiter) }, expectExit: 0, timeoutMs: UP_MS };
    if (isFirst) {
      await this.#workspace.up(run);
    }
    const writes = this.#writes();
    await this.#workspace.preview({ ...run, expectNoChanges: true });
    await this.#workspace.up({ ...run, expectNoChanges: true });
    assert.equal(this.#writes(), writes, "writes of programs that say the same");
    return this.#workspace.outputs();
  }

  #writes(): number {
    return this.#devices.reduce((sum, { journal }) => sum + journal.writes().length, 0);
  }

  async destroy(): Promise<void> {
    await this.#workspace.destroy({ expectExit: 0 });
    const users = this.#devices.flatMap(({ tree }) => tree.auth.users.map(({ name }) => name));
    assert.deepEqual(
      users,
      DEVICES.map(() => "admin"),
    );
  }
}

async function withBench(hosts: Hosts, work: (bench: Bench) => Promise<void>): Promise<void> {
  const devices: SimulatedDevice[] = [];
  let workspace: Workspace | undefined;
  try {
    for (const index of DEVICES.keys()) {
      devices.push(await startSimulator({ serial: `LPC9-00000${index + 1}`, speed: 100, password: PASSWORD }));
    }
    const passwords = DEVICES.map((name) => [`DLI_${name.toUpperCase()}_PASSWORD`, PASSWORD]);
    workspace = await createWorkspace({
      program: "",
      config: {
        "dli:plugin": "true",
        "test:secretText": { secret: "fr3d s3cret" },
        "test:clientToken": { secret: Buffer.alloc(32, "token").toString("base64url") },
        "test:adminPassword": { secret: PASSWORD },
      },
      env: { ...Object.fromEntries(passwords), ...goEnvironment },
    });
    for (const [index, name] of DEVICES.entries()) {
      const url = devices[index]?.url ?? "";
      await workspace.pulumi(["config", "set", "--path", `dli:devices.${name}.url`, url], { expectExit: 0 });
    }
    await work(new Bench(workspace, hosts, devices));
  } finally {
    workspace?.dispose();
    await Promise.all(devices.map((device) => device.close()));
  }
}

/** Makes the SDK, converts and checks both programs, and verifies that a mistake is found. Returns the one to run. */
async function compile(bench: Bench, language: Language): Promise<string> {
  const places = bench.placesOf(language);
  if (language.hasSdk) {
    await step(`${language.name}: SDK`, () => bench.makeSdk(language));
  }
  if (language.prepare) {
    await step(`${language.name}: its packages`, async () => language.prepare?.(places));
  }
  const [whole, rack] = await step(`${language.name}: converting`, async () => [
    await bench.convert(language, "everything"),
    await bench.convert(language, "rack"),
  ]);
  await step(`${language.name}: compiling everything.yaml`, () => language.check(whole as string, places));
  await step(`${language.name}: compiling examples/rack-yaml`, () => language.check(rack as string, places));
  await step(`${language.name}: a mistake is found`, () => findMistake(whole as string, language, places));
  return whole as string;
}

async function findMistake(project: string, language: Language, places: Places): Promise<void> {
  const wrong = `${project}-wrong`;
  cpSync(project, wrong, { recursive: true });
  const file = path.join(wrong, { typescript: "index.ts", python: "__main__.py", go: "main.go" }[language.name] ?? "");
  const text = readFileSync(file, "utf8");
  const [right, mistake, found] = language.mistake;
  assert.ok(text.includes(right), `${right} is in the program`);
  writeFileSync(file, text.replace(right, mistake));
  await assert.rejects(language.check(wrong, places), new RegExp(found));
}

async function main(words: string[]): Promise<void> {
  const chosen = languages.filter(({ name }) => words.length === 0 || words.includes(name));
  if (chosen.length === 0) {
    throw new Error(`the languages are ${languages.map(({ name }) => name).join(", ")}`);
  }
  assert.deepEqual(
    leftOut(parse(everything), JSON.parse(readFileSync(path.join(ROOT, "schema.json"), "utf8"))),
    [],
    "everything.yaml leaves nothing out",
  );
  await ensureEngine("nodejs");
  const hosts = await ensureHosts();
  const started = performance.now();
  await withBench(hosts, async (bench) => {
    const outputs: unknown[] = [];
    for (const [index, language] of chosen.entries()) {
      const project = await compile(bench, language);
      bench.use(project, language);
      outputs.push(await step(`${language.name}: running`, () => bench.live(language, index === 0)));
      process.stdout.write(`ok    ${language.name}\n`);
    }
    for (const other of outputs) {
      assert.deepEqual(other, outputs[0], "outputs in every language");
    }
    await step("destroying", () => bench.destroy());
  });
  say(`all of it ${duration(performance.now() - started)}`);
}

main(process.argv.slice(2)).catch((error: Error) => {
  say(error.message);
  process.exitCode = 1;
});
