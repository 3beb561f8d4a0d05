/** A failed `dli export --force` restores what it overwrote: a program without its resources would delete them. */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { type Shell, withShell } from "./shell";

let place: Shell;

withShell((shell) => {
  place = shell;
  place.install();
});

const contentsOf = (folder: string) =>
  Object.fromEntries(readdirSync(folder).map((file) => [file, readFileSync(path.join(folder, file), "utf8")]));

test.each([
  ["yaml", "", "stack init"],
  ["yaml", "", "import"],
  ["typescript", "", "stack init"],
  ["typescript", "", "import"],
  ["typescript", "--dynamic", "stack init"],
  ["typescript", "--dynamic", "import"],
])("%s %s, where `pulumi %s` fails", async (language, flags, failing) => {
  const folder = path.join(place.folder, `${language}${flags}-${failing.replace(" ", "-")}`);
  const name = path.basename(folder);
  mkdirSync(folder);
  const files = {
    "Pulumi.yaml": "name: mine\nruntime: yaml\nresources: {fred: {type: dli:User}}\n",
    [`Pulumi.${name}.yaml`]: "config: {a: b}\n",
    "package.json": '{"mine": true}',
    "tsconfig.json": "{}",
    "index.ts": "// mine\n",
    "unconcerned.txt": "mine, too",
  };
  for (const [file, text] of Object.entries(files)) {
    writeFileSync(path.join(folder, file), text);
  }
  const flat = `--force --only relay --language ${language} ${flags}`;
  const steps = ["stack init", "config set", "stack rm"].filter((step) => step !== failing);
  const printed = Object.fromEntries(steps.map((step) => [step, ""]));
  const { exitCode, all } = await place.run(`dli export "${folder}" --url "$DLI_URL" ${flat}`, printed);
  expect([exitCode, all]).toEqual([1, expect.stringContaining(`pulumi ${failing} ended with 3`)]);
  expect(contentsOf(folder)).toEqual(files);
});

test("a file that is a link stays one, what it leads to is restored too, and a private file stays private", async () => {
  const folder = path.join(place.folder, "linked");
  mkdirSync(folder);
  const shared = path.join(place.folder, "shared.json");
  writeFileSync(shared, '{"shared": true}');
  symlinkSync(shared, path.join(folder, "tsconfig.json"));
  symlinkSync(path.join(place.folder, "nowhere"), path.join(folder, "index.ts"));
  writeFileSync(path.join(folder, "Pulumi.linked.yaml"), "config: {a: b}\n", { mode: 0o600 });
  const printed = { "stack init": "", "stack rm": "" };
  const { exitCode } = await place.run(`dli export linked --url "$DLI_URL" --force --only relay`, printed);
  expect(exitCode).toBe(1);
  expect(readlinkSync(path.join(folder, "tsconfig.json"))).toBe(shared);
  expect(readFileSync(shared, "utf8")).toBe('{"shared": true}');
  expect(statSync(path.join(folder, "Pulumi.linked.yaml")).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder).sort()).toEqual(["Pulumi.linked.yaml", "index.ts", "tsconfig.json"]);
  expect(existsSync(path.join(place.folder, "nowhere"))).toBe(false);
});

test("the folder that was made goes, and what is copied from the output can be run", async () => {
  const folder = path.join(place.folder, "it's new");
  await place.run(`dli export "${folder}" --url "$DLI_URL" --only relay`);
  expect(existsSync(folder)).toBe(false);
  const file = "$PWD/the list's.json";
  const { stderr } = await place.run(`dli export --url "$DLI_URL" --only relay --import-file "${file}"`);
  const [, next = ""] = /^Next: pulumi import --file (.*)$/m.exec(stderr) ?? [];
  expect((await place.run(`cat ${next}`)).stdout).toContain('"resources"');
});
