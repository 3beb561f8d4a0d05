/** The project that `dli export` makes: what it refuses to make, and what its `Pulumi.yaml` says. */
import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { Project } from "../../cli/export/project";
import { type Shell, withShell } from "./shell";

let place: Shell;

withShell((shell) => {
  place = shell;
  place.install();
});

test("plain commands see changes by hand in dynamic resources as in native ones", () => {
  const project = new Project({ folder: place.folder, name: "lab", language: "typescript", stack: "lab" });
  const written = (isNative: boolean) => {
    project.writeProjectFile({ isNative });
    return parse(readFileSync(path.join(place.folder, "Pulumi.yaml"), "utf8")) as Record<string, unknown>;
  };
  expect(written(false)).toMatchObject({ runtime: "nodejs", options: { refresh: "always" } });
  expect(Object.keys(written(true))).toEqual(["name", "description", "runtime", "plugins"]);
});

test("packages without a compiler for the program are found out before the device, or anybody, is asked", async () => {
  rmSync(path.join(place.folder, "node_modules/typescript"), { recursive: true });
  const made = await place.run("dli export rack --only relay", {}, { DLI_PASSWORD: "" });
  expect([made.exitCode, made.all]).toEqual([
    2,
    expect.stringMatching(/which has no `typescript`\. Install it .*npm install --save-dev typescript/),
  ]);
  const yaml = await place.run("dli export rack --only relay --language yaml", {}, { DLI_PASSWORD: "" });
  expect([yaml.exitCode, yaml.all]).toEqual([2, expect.stringMatching(/^Password of admin/)]);
});
