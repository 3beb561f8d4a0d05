/** How `dli` handles empty values, things named twice and devices that only the environment has. */
import { read } from "../repository";
import { type Shell, withShell } from "./shell";

let place: Shell;

withShell((shell) => {
  place = shell;
});

test.each([
  ["dli drift --stack", '"$NOT_SET"'],
  ["dli drift --output", '""'],
  ["dli ping --stack", '""'],
  ["dli ping --url", '""'],
  ["dli ping --username", '""'],
  ["dli export rack --setting", "snmp --setting ''"],
  ["dli export rack --only", '""'],
  ["dli ping --url x --config", '"serial=$NOT_SET"'],
  ["dli export rack --url x --config", "serial="],
])("%s %s: an empty value, as of a variable that is not set, is refused, and nothing is done", async (line, value) => {
  const { device } = place;
  device.journal.clear();
  const { exitCode, all } = await place.run(`${line} ${value}`, { refresh: "{}" });
  const flag = line.split(" ").at(-1);
  expect([exitCode, all]).toEqual([2, `${flag} has an empty value: give it one, or leave it out.\n`]);
  expect(device.journal.entries).toEqual([]);
});

test("a folder without a name is none", async () => {
  const { exitCode, all } = await place.run('dli export "$NOT_SET"');
  expect([exitCode, all]).toEqual([2, expect.stringMatching(/^In which folder should the project be created\?/)]);
});

test.each([
  ["rack --only foo", /^`foo` is no kind of thing that can be exported/],
  ["rack --except usrs", /^`usrs` is no kind .*did you mean `users`/],
  ["rack --only outlets --except outlets", /^--only and --except leave nothing to export\.$/],
  ["rack --only relay --import-file list.json", /^--import-file writes that file only, .* leave out a folder,/],
  ["rack --url http://127.0.0.1:9 --config url=http://127.0.0.1:8", /^`url` is given twice: leave out one of them\.$/],
  ["rack --config serial=A --config dli:serial=B", /^`serial` is given twice/],
  ["--stack lab --import-file list.json", /^--import-file writes that file only, .* leave out --stack,/],
])("dli export %s is refused before the device, or anybody, is asked for anything", async (args, message) => {
  place.device.journal.clear();
  const { exitCode, all } = await place.run(`dli export ${args}`, {}, { DLI_PASSWORD: "" });
  expect([exitCode, all.trim()]).toEqual([2, expect.stringMatching(message)]);
  expect(place.device.journal.entries).toEqual([]);
});

test("dli export writes no setting into the stack with which every later command would fail", async () => {
  place.device.journal.clear();
  const { exitCode, all } = await place.run("dli export rack --only relay --config readOnly=maybe");
  expect([exitCode, all]).toEqual([
    2,
    expect.stringMatching(/`readOnly` is neither true nor false\. Give `--config readOnly=/),
  ]);
  expect(place.device.journal.entries).toEqual([]);
});

test("standard input without a password is no login", async () => {
  place.device.journal.clear();
  const { exitCode, all } = await place.run('dli ping --url "$DLI_URL" --password-stdin </dev/null');
  expect([exitCode, all]).toEqual([2, "There is no password on standard input.\n"]);
  expect(place.device.journal.entries).toEqual([]);
});

test("a password of standard input that is wrong is to be corrected there, as no variable counts beside it", async () => {
  const { exitCode, all } = await place.run('echo wrong | dli ping --url "$DLI_URL" --password-stdin');
  expect([exitCode, all]).toEqual([3, expect.stringContaining("Set the right password with `--password-stdin`;")]);
  place.device.reboot();
  const odd = await place.run(`printf '12\\r34' | dli ping --url "$DLI_URL" --password-stdin`);
  expect([odd.exitCode, odd.all]).toEqual([2, expect.stringContaining("Pass it with `--password-stdin`, or set")]);
});

test("a device that does not show a login all about itself is described by the rest", async () => {
  const { tree } = place.device;
  tree.config.allow_rest_nonadmin = true;
  tree.auth.users.push({
    name: "bob",
    password: "Bob-1",
    is_allowed: true,
    is_admin: false,
    outlet_access: Array(8).fill(true),
  });
  const line = 'dli export --url "$DLI_URL" --username bob --only outlets --import-file list.json --force';
  const { stderr } = await place.run(line, {}, { DLI_PASSWORD: "Bob-1" });
  expect(stderr).toMatch(/^ {2}found {4}"DLI Controller", serial LPC9-000001, firmware [\d.]+, 8 outlets$/m);
});

test("a stack that is named twice is compared once", async () => {
  const { exitCode, all } = await place.run("dli drift --stack hut --stack hut", { refresh: "error: no" });
  expect([exitCode, all.match(/`hut`/g)]).toEqual([1, ["`hut`"]]);
});

test.each([
  ["", ".", "hut, mill"],
  ["stackConfigDir: elsewhere\n", ".", "hut"],
  ["stackConfigDir: elsewhere\n", "elsewhere", "hut"],
  ["", "elsewhere", "hut, mill"],
])("--all is every stack that has a file where the project keeps these: %j in %s", async (more, folder, stacks) => {
  const files = "touch Pulumi.mill.yaml Pulumi.hut.yaml elsewhere/Pulumi.hut.yaml; cp Pulumi.yaml before";
  const project = `printf '${more}' >> Pulumi.yaml`;
  const undone = "mv before Pulumi.yaml; rm Pulumi.*.yaml elsewhere/Pulumi.*.yaml";
  const destroyed = { "--preview-only": '{"steps": []}' };
  const { stdout } = await place.run(`${files}; ${project}; (cd ${folder} && dli drift --all); ${undone}`, destroyed);
  expect(stdout).toBe(`As declared: ${stacks.replace(/\w+/g, "`$&`")}.\n`);
});

test("without any such file, --all names the folder", async () => {
  const { exitCode, stderr } = await place.run("dli drift --all");
  expect([exitCode, stderr]).toEqual([
    2,
    `There is no Pulumi.STACK.yaml in ${place.folder}: name the stacks with --stack.\n`,
  ]);
});

describe("dli drift of a stack without resources", () => {
  const stack = (history: string) => ({ "--preview-only": '{"steps": []}', "stack history": history });

  test.each(["[]", '[{"kind": "update", "result": "failed"}]'])(
    "and a history that is %s compares nothing: it may be another backend, or a state that is lost",
    async (history) => {
      const report = await place.run("dli drift --stack hut", stack(history));
      expect([report.exitCode, report.stdout]).toEqual([
        2,
        expect.stringMatching(/### 1 stack is not compared(.|\n)*`hut` \| - \| .*nothing has ever been deployed/),
      ]);
    },
  );

  test("that were destroyed is as declared", async () => {
    const update = { kind: "destroy", result: "succeeded", environment: {} };
    const report = await place.run("dli drift --stack hut", stack(JSON.stringify([update])));
    expect([report.exitCode, report.all]).toEqual([0, "As declared: `hut`.\n"]);
  });

  test("in a backend that tells no history is not known to be new", async () => {
    const report = await place.run("dli drift --stack hut", { "--preview-only": '{"steps": []}' });
    expect([report.exitCode, report.all]).toEqual([0, "As declared: `hut`.\n"]);
  });
});

describe("dli ping", () => {
  const urnOf = (name: string) => `urn:pulumi:lab::lab::dli:index:Outlet::${name}`;
  const on = (name: string, device: unknown, more: object = {}) => ({
    urn: urnOf(name),
    type: "dli:index:Outlet",
    id: `${name}/outlets/1`,
    inputs: { device },
    outputs: {},
    ...more,
  });
  const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:x" };
  const stack = (...resources: object[]) => ({
    "config --json": JSON.stringify({ "dli:devices": { value: "{}" } }),
    "stack export": JSON.stringify({ deployment: { resources } }),
  });
  const none = { DLI_URL: "", DLI_PASSWORD: "" };
  const rack7 = { ...none, DLI_RACK7_URL: "http://127.0.0.1:1", DLI_RACK7_PASSWORD: "x" };

  test("asks what the stack has on a device that only the environment configures, too", async () => {
    const answer = await place.run("dli ping --as-exclude", stack(on("rack7", "rack7"), on("hut", "hut")), rack7);
    expect([answer.exitCode, answer.stdout]).toEqual([9, `--exclude=${urnOf("rack7")}\n`]);
  });

  test("leaves out what is on a device whose name is a secret in the state", async () => {
    const answer = await place.run("dli ping --as-exclude", stack(on("rack7", secret)), rack7);
    expect([answer.exitCode, answer.stdout]).toEqual([9, `--exclude=${urnOf("rack7")}\n`]);
  });

  test("says how xargs passes all of very many arguments at once", async () => {
    const names = Array.from({ length: 2_000 }, (_, at) => `in the hall of ${"x".repeat(20)} ${at}`);
    const many = stack(...names.map((name) => on(name, "rack7")));
    const counted = await place.run("dli ping --as-exclude 2>said | xargs bash -c 'echo $#' up; cat said", many, rack7);
    expect(counted.stdout.match(/^\d+$/gm)?.length).toBeGreaterThan(1);
    const [, all] = /`(xargs .*) pulumi up --yes`/.exec(counted.stdout) ?? [];
    const once = await place.run(`dli ping --as-exclude 2>said | ${all} bash -c 'echo $#' up`, many, rack7);
    expect(once.stdout).toBe("2000\n");
    expect(read("docs/fleets.md")).toContain(`dli ping --as-exclude | ${all} pulumi up --yes`);
    const few = await place.run("dli ping --as-exclude", stack(on("hut", "rack7")), rack7);
    expect(few.stderr).not.toContain("xargs");
  });

  test("warns where no --target would be an update of everything", async () => {
    const answer = await place.run("dli ping --as-target", stack(on("rack7", "rack7")), rack7);
    expect([answer.exitCode, answer.stdout]).toEqual([9, ""]);
    expect(answer.stderr).toContain("There is no --target: `pulumi up` without any would take everything.");
  });

  test("says once what is wrong with all devices", async () => {
    const devices = JSON.stringify({ a: { url: "http://127.0.0.1:1" }, b: { url: "http://127.0.0.1:2" } });
    const printed = { ...stack(), "config --json": JSON.stringify({ "dli:devices": { value: devices } }) };
    const answer = await place.run("dli ping", printed, { ...none, DLI_PASWORD: "x" });
    expect([answer.exitCode, answer.stderr.match(/DLI_PASWORD/g)]).toEqual([2, ["DLI_PASWORD"]]);
  });
});
