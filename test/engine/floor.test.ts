/** The real engine with the smallest dynamic provider, before anything of this package is involved. */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createWorkspace, UNEXPECTED_CHANGES, type Workspace } from "../../scripts/engine/workspace";

jest.setTimeout(180_000);

/** A program with one no-op dynamic resource, written with the constant delegate string. */
const program = (value: string) => `
import * as pulumi from "@pulumi/pulumi";

class Noop extends pulumi.CustomResource {
  constructor(name: string, value: string) {
    const __provider = 'exports.handler=()=>require("floor-provider").noop;';
    super("pulumi-nodejs:dynamic/floor:Noop", name, { value, __provider });
  }
}
new Noop("noop", ${JSON.stringify(value)});
`;

describe("the real engine", () => {
  let workspace: Workspace;
  let device: string;

  beforeAll(async () => {
    workspace = await createWorkspace({
      program: program("on"),
      config: { "floor:plain": "a", "floor:hidden": { secret: "swordfish" } },
      packages: { "floor-provider": "test/engine/floor-provider" },
      env: { FLOOR_DEVICE: "device.json" },
    });
    device = path.join(workspace.project, "device.json");
  });

  afterAll(() => workspace?.dispose());

  test("the engine creates what the program declares", async () => {
    const result = await workspace.up({ expectExit: 0 });
    expect(result.stdout).toMatch(/\+ 2 created/);
    expect(JSON.parse(readFileSync(device, "utf8"))).toEqual({ value: "on" });
  });

  test("a preview after an up finds nothing to do", async () => {
    const result = await workspace.preview({ expectNoChanges: true });
    expect(result).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/2 unchanged/) });
  });

  test("the state keeps the delegate string and no secret", async () => {
    const state = await workspace.exportState();
    const noop = state.deployment.resources?.find((resource) => resource.type.endsWith("floor:Noop"));
    expect(noop).toMatchObject({ id: "floor", inputs: { value: "on" }, outputs: { value: "on" } });
    expect(JSON.stringify(state)).not.toContain("swordfish");
  });

  test("a change by hand is drift, with exit code 7 and the name of the property", async () => {
    writeFileSync(device, JSON.stringify({ value: "off" }));
    const result = await workspace.refresh({ previewOnly: true, expectNoChanges: true, diff: true });
    expect(result).toMatchObject({
      exitCode: UNEXPECTED_CHANGES,
      stdout: expect.stringMatching(/~ value\s*: "on" => "off"/),
    });
  });

  test("an up repairs drift", async () => {
    await workspace.up({ refresh: true, runProgram: true, expectExit: 0 });
    expect(JSON.parse(readFileSync(device, "utf8"))).toEqual({ value: "on" });
    await workspace.refresh({ previewOnly: true, expectNoChanges: true, expectExit: 0 });
  });

  test("an up writes what the program changes", async () => {
    workspace.setProgram(program("later"));
    await workspace.up({ expectExit: 0 });
    expect(JSON.parse(readFileSync(device, "utf8"))).toEqual({ value: "later" });
  });

  test("a destroy deletes everything", async () => {
    const result = await workspace.destroy({ expectExit: 0 });
    expect(result.stdout).toMatch(/- 2 deleted/);
    expect((await workspace.exportState()).deployment.resources ?? []).toEqual([]);
  });

  test("a failing program has another exit code than an unexpected change", async () => {
    workspace.setProgram("throw new Error('broken program');");
    const result = await workspace.preview({ expectNoChanges: true });
    expect(result.exitCode).toBe(1);
    expect(result.all).toContain("broken program");
  });
});
