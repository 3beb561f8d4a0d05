/** The tests' projects: stack files are written without Pulumi, except in another backend, where Pulumi does it. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { createWorkspace } from "../../scripts/engine/workspace";

jest.setTimeout(300_000);

test("a project with a backend of its own has its stack, its settings and its secrets there", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "pulumi-dli-backend-"));
  const backend = path.join(folder, "states");
  mkdirSync(backend);
  const program = `
    import * as pulumi from "@pulumi/pulumi";
    export const found = new pulumi.Config().requireSecret("word");
  `;
  const workspace = await createWorkspace({
    program,
    config: { "test:word": { secret: "kept" } },
    env: { PULUMI_BACKEND_URL: pathToFileURL(backend).href },
  });
  try {
    await workspace.up({ expectExit: 0 });
    expect(readdirSync(path.join(backend, ".pulumi", "stacks"))).toEqual(["test"]);
    expect(await workspace.outputs()).toEqual({ found: "kept" });
    expect(JSON.stringify(await workspace.exportState({ showSecrets: true }))).toContain("kept");
    expect(JSON.stringify(await workspace.exportState())).not.toContain("kept");
  } finally {
    workspace.dispose();
    rmSync(folder, { recursive: true, force: true });
  }
});
