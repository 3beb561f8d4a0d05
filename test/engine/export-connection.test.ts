/** `dli export` passes the device, login and certificate of its flags to Pulumi, and reports what differs by then. */
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { CommandResult } from "../../scripts/command";
import { type SimulatedDevice, startSimulator } from "../../simulator";
import { openControl } from "../../simulator/control/server";
import { type ExportPlace, exportPlace } from "./export-place";

jest.setTimeout(300_000);

let here: ExportPlace;
let device: SimulatedDevice;
let other: SimulatedDevice;

beforeAll(async () => {
  here = await exportPlace();
  [device, other] = await Promise.all([
    startSimulator({ serial: "MEANT", https: true }),
    startSimulator({ serial: "OTHER" }),
  ]);
  writeFileSync(here.at("ca.pem"), device.certificate ?? "");
});
afterAll(async () => {
  await Promise.all([device?.close(), other?.close()]);
  here?.dispose();
});

/** The serial numbers in the state of a project. */
async function serialsIn(project: string): Promise<string[]> {
  const text = await here.engine(["stack", "export", "--cwd", here.at(project)]);
  return [...new Set([...text.matchAll(/"deviceSerial": "(\w+)"/g)].map(([, serial]) => String(serial)))];
}

test.each([
  ["native", [], {}],
  ["dynamic", ["--dynamic", "--stack", "organization/dynamic/dev"], { DLI_TOKEN: "ci.of-another" }],
])("whatever the environment says of another device, %s", async (project, args, more) => {
  const environment = {
    DLI_URL: other.url,
    DLI_PASSWORD: "of another",
    DLI_USERNAME: "fred",
    DLI_SERIAL: "OTHER",
    DLI_PREVIOUS_PASSWORD: other.password,
    DLI_CA_CERT: "/of/another",
    ...more,
  };
  const flags = ["--url", device.url, "--username", "admin", "--password-stdin"];
  const config = ["--config", "serial=MEANT", "--config", "caCert=ca.pem"];
  const result = await here.dli(
    ["export", project, "--only", "relay", ...flags, ...config, ...args],
    environment,
    `\uFEFF${device.password}\n`,
  );
  expect(result).toMatchObject({ exitCode: 0 });
  expect(await serialsIn(project)).toEqual(["MEANT"]);
  expect([other.journal.count(), device.failedLogins, device.journal.writes()]).toEqual([0, 0, []]);
});

/** Exports the other device, on which these changes happen as soon as Pulumi begins this command. */
async function exportWhile(command: string, changes: object, args: string[]): Promise<CommandResult> {
  const control = await openControl(other);
  try {
    const folder = path.join(here.folder, command);
    mkdirSync(folder);
    const program = path.join(folder, "pulumi");
    const change = `curl -s -X POST ${control.url}/tree -d '${JSON.stringify([changes])}'`;
    const lines = [
      "#!/bin/bash",
      `case " $* " in *" ${command} "*) ${change} >/dev/null;; esac`,
      `exec ${here.pulumi} "$@"`,
    ];
    writeFileSync(program, lines.join("\n"));
    chmodSync(program, 0o755);
    return await here.dli(["export", `during-${command}`, "--url", other.url, ...args], {
      PATH: `${folder}${path.delimiter}${here.env["PATH"]}`,
      DLI_PASSWORD: other.password,
    });
  } finally {
    await control.close();
  }
}

test("a dollar in a text of several lines stays, and what is changed meanwhile is a list of differences, and 7", async () => {
  other.tree.script.source = "-- $$x $$\n-- $5\n";
  const result = await exportWhile("preview", { path: "relay/name", value: "by hand" }, ["--only", "relay,script"]);
  const said = result.stderr.split("\n").slice(4);
  expect(said).toEqual([
    "Relay relay: `name` of the program is not what the device has",
    "The preview is not empty: see above.",
    "",
  ]);
  expect([result.exitCode, other.journal.writes()]).toEqual([7, []]);
});

test("another device that has the address by the time of the import is refused, with 5", async () => {
  const result = await exportWhile("import", { path: "config/serial", value: "SWAPPED" }, ["--only", "relay"]);
  expect(result.all).toMatch(
    /reached the device with the serial number SWAPPED, not OTHER: another device has the address/,
  );
  expect([result.exitCode, existsSync(here.at("during-import")), other.journal.writes()]).toEqual([5, false, []]);
});
