/** `dli` when an output or a file cannot be written, or Pulumi prints something odd: a message, and no lost report. */
import { existsSync } from "node:fs";
import path from "node:path";
import { read } from "../repository";
import { drift, type Shell, withShell } from "./shell";

let place: Shell;

withShell((shell) => {
  place = shell;
});

const shell = (line: string, printed?: Readonly<Record<string, string>>) => place.run(line, printed);

test.each([
  ["the help", "dli --help"],
  ["an answer", 'dli ping --url "$DLI_URL" --json'],
])("%s for a reader that is gone ends without a word", async (_what, command) => {
  const gone = await shell(`{ ${command}; echo "code $?" >&2; } | true`);
  expect(gone.all).toBe("code 0\n");
});

test.each([
  ["dli drift --nope", "error: unknown option '--nope'\nSee `dli drift --help`.\n"],
  [
    "dli ping --parallel x",
    expect.stringMatching(/is invalid\. It must be a whole number, at least 1\.\nSee `dli ping --help`\.\n$/),
  ],
  ["dli drfit", "error: unknown command 'drfit'\n(Did you mean drift?)\nSee `dli --help`.\n"],
])("a mistake in the command is one line, and where to look: %s", async (command, said) => {
  const { exitCode, all } = await shell(command);
  expect([exitCode, all]).toEqual([2, said]);
});

test("the help names every exit code, those of signals too", async () => {
  const { stdout } = await shell("dli --help");
  const [, codes = ""] = stdout.split("Exit codes:\n");
  expect(codes.match(/^ {2}\d+(, \d+)*/gm)?.flatMap((line) => line.split(","))).toHaveLength(13);
  expect(codes).toMatch(/^ {2}5 .*another device$/m);
  const { stdout: ofPing } = await shell("dli ping --help");
  expect(ofPing).toMatch(/\nExit codes: see `dli --help`\.\n$/);
});

test("a warning is marked as one, and standard output has the data alone", async () => {
  const ca = 'dli ping --url "$DLI_URL" --config caCert=/nowhere';
  const { exitCode, stdout, stderr } = await shell(ca);
  expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^default {2}ok/)]);
  expect(stderr).toMatch(/^warning: device at .*no certificate is asked for over http:\/\/.*\n$/);
});

test("the documents name every member of what is printed as JSON", async () => {
  const ok = await shell('dli ping --url "$DLI_URL" --json');
  const failed = await shell("dli ping --url http://127.0.0.1:1 --json");
  const [stack] = JSON.parse(
    (await shell("dli drift --format json", { "stack history": "[]", refresh: drift })).stdout,
  );
  const [lost] = JSON.parse((await shell("dli drift --format json", { refresh: "error: no" })).stdout);
  const members = (values: object[]) => [...new Set(values.flatMap((value) => Object.keys(value)))];
  const unnamed = (names: string[], page: string) => names.filter((name) => !read(page).includes(`\`${name}\``));
  expect(unnamed(members([...JSON.parse(ok.stdout), ...JSON.parse(failed.stdout)]), "docs/fleets.md")).toEqual([]);
  const ofDrift = members([stack, lost, ...stack.changes, ...lost.failures]);
  expect(ofDrift).toEqual(expect.arrayContaining(["stack", "found", "message"]));
  expect(unnamed(ofDrift, "docs/gitops.md")).toEqual([]);
});

test("a full disk is named", async () => {
  const full = await shell('dli ping --url "$DLI_URL" > /dev/full');
  expect([full.exitCode, full.all]).toEqual([1, "Standard output cannot be written: no space is left (ENOSPC).\n"]);
});

test.each([
  ["nowhere/x", "there is no such folder or file (ENOENT)"],
  ["elsewhere", "it is a folder (EISDIR)"],
  ["Pulumi.yaml/x", "a part of the path is a file and not a folder (ENOTDIR)"],
  ["/dev/full", "no space is left (ENOSPC)"],
])("the file %s is named with what is wrong, and the report is not lost", async (file, reason) => {
  const report = await shell(`dli drift --output ${file}`, { "stack history": "[]", refresh: drift });
  expect(report.stdout).toContain('| `lab` | `default` | `Outlet web` | `name` | `"web"` | `"x"` |');
  expect([report.exitCode, report.stderr]).toEqual([2, `${file} cannot be used: ${reason}.\n`]);
  const list = await shell(`dli export --force --url "$DLI_URL" --only relay --import-file ${file}`);
  expect([list.exitCode, list.stderr]).toEqual([2, expect.stringContaining(`${file} cannot be used: ${reason}.\n`)]);
});

test("the list for an import can go to standard output, without a file of that name", async () => {
  const list = await shell('dli export --url "$DLI_URL" --only relay --import-file -');
  expect(JSON.parse(list.stdout)).toMatchObject({ resources: [{ type: "dli:index:Relay", id: "default/relay" }] });
  expect([list.exitCode, list.stderr]).toEqual([0, expect.stringMatching(/^ +found .*\n$/)]);
  expect(existsSync(path.join(place.folder, "-"))).toBe(false);
});

test("where npm cannot get the package, the way to a project without that is named, and nothing is left", async () => {
  const npm = "printf '#!/bin/sh\necho npm error code E404 >&2\nexit 1\n' > npm; chmod +x npm";
  const made = await shell(`${npm}; dli export rack --url "$DLI_URL" --only relay; code=$?; rm npm; exit $code`);
  expect([made.exitCode, made.stderr]).toEqual([
    1,
    expect.stringMatching(/npm error code E404\nIf it is pulumi-dli .* in a folder above the project first/),
  ]);
  expect(existsSync(path.join(place.folder, "rack"))).toBe(false);
});

test("a folder below a file is no folder of a project", async () => {
  const made = await shell('dli export Pulumi.yaml/rack --url "$DLI_URL" --only relay');
  expect([made.exitCode, made.stderr]).toEqual([
    2,
    expect.stringMatching(/Pulumi.yaml\/rack cannot be used: .*ENOTDIR/),
  ]);
});

test.each(["null", "{}", "[null]", "some text", ""])("a history that is %j loses no report", async (history) => {
  const report = await shell("dli drift", { "stack history": history, refresh: drift });
  expect([report.exitCode, report.stderr]).toEqual([7, "1 of 1 stack not as declared\n"]);
  expect(report.stdout).toContain("| unknown |");
});

test.each(["null", "[null]", "some text"])("a preview that is %j is no agreement", async (preview) => {
  const report = await shell("dli drift", { refresh: preview });
  expect(report.stdout).toContain("### 1 stack is not compared");
  expect([report.exitCode, report.stderr]).toEqual([1, "1 of 1 stack not compared\n"]);
});

test.each([
  [
    "a login",
    "error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions",
    /Run `pulumi login`/,
  ],
  ["such a stack", "error: no stack named 'hut' found", /no stack named/],
])("without %s an audit ends with 2", async (_what, text, message) => {
  const report = await shell("dli drift --stack hut", { refresh: text });
  expect([report.exitCode, report.stdout]).toEqual([2, expect.stringMatching(message)]);
});

test("many stacks at once say nothing of themselves", async () => {
  const stacks = Array.from({ length: 12 }, (_, at) => `--stack s${at}`).join(" ");
  const report = await shell(`dli drift --parallel 12 ${stacks}`, { "stack history": "[]", refresh: drift });
  expect([report.exitCode, report.stderr]).toEqual([7, "12 of 12 stacks not as declared\n"]);
});

test("a configuration that cannot be read is no list of devices", async () => {
  const answer = await shell("dli ping", { "config --json": "null", "stack export": "{}" });
  expect([answer.exitCode, answer.all]).toEqual([
    1,
    expect.stringMatching(/`pulumi config --json.*printed something that this version of dli cannot read/),
  ]);
});

test("an option that may be repeated takes no folder for its value", async () => {
  const made = await shell('dli export --setting config/hostname --config serial=A elsewhere/rack --url "$DLI_URL"');
  expect(made.all).toMatch(/serial number/);
  expect(existsSync(path.join(place.folder, "elsewhere", "rack"))).toBe(false);
});

test("what stands before Pulumi's error in an unfinished preview does not hide it", async () => {
  const config = { "dli:devices": `pulumi login ${"x".repeat(2_000)}` };
  const unfinished = { stdout: JSON.stringify({ config, diagnostics: [] }), stderr: "error: no plugin found" };
  const report = await place.run("dli drift --stack hut", { refresh: unfinished });
  expect([report.exitCode, report.stdout]).toEqual([
    1,
    "### 1 stack is not compared\n\n| Stack | Device | Why |\n| --- | --- | --- |\n| `hut` | - | `error: no plugin found` |\n",
  ]);
});

test("a report in JSON has the device's text, and nothing that a terminal obeys", async () => {
  const name = "a\u009b31m\u202eb\u2028\u{e0041}\n";
  const preview = drift.replace('"x"', JSON.stringify(name));
  const report = await shell("dli drift --format json", { "stack history": "[]", "refresh --preview-only": preview });
  expect(JSON.parse(report.stdout)).toMatchObject([{ changes: [{ found: name }] }]);
  expect(report.stdout).not.toMatch(/(?!\n)[\p{C}\p{Zl}\p{Zp}]/u);
});

test("a preview is asked for in one piece, whatever the environment says", async () => {
  const streaming = { PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true" };
  const asked = { refresh: { stdout: "{}", stderr: "in one piece: $PULUMI_ENABLE_STREAMING_JSON_PREVIEW" } };
  const report = await place.run("dli drift --stack hut", asked, streaming);
  expect(report.stdout).toContain("in one piece: false");
});
