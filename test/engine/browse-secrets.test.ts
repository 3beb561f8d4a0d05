/** What `browseOutput` returns of accounts and passwords is encrypted in the stack, through both adapters. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Workspace } from "../../scripts/engine/workspace";
import { type SimulatedDevice, startSimulator } from "../../simulator";
import { leaksIn } from "./leaks";
import { configurationOf, createPluginWorkspace } from "./plugin-workspace";

jest.setTimeout(300_000);

const password = "unmistakable password of fred";
const program = `import * as dli from "pulumi-dli";
export const users = dli.browseOutput({ path: "auth/users" }).value;
export const name = dli.browseOutput({ path: "relay/name" }).value;
`;

let device: SimulatedDevice;
let workspace: Workspace;

beforeAll(async () => {
  device = await startSimulator({ dialects: { passwordRead: "plain" } });
  device.tree.relay.name = "Rack of the test";
  device.tree.auth.users.push({
    ...structuredClone(device.tree.auth.users[0]!),
    name: "fred",
    password,
    is_admin: false,
  });
  workspace = await createPluginWorkspace({ program, config: configurationOf(device) });
});

afterAll(async () => {
  workspace?.dispose();
  await device?.close();
});

test.each(["false", "true"])("with dli:plugin=%s the password is neither printed nor kept in clear", async (plugin) => {
  await workspace.setConfig({ "dli:plugin": plugin });
  const { all } = await workspace.up({ expectExit: 0 });
  const folder = path.dirname(workspace.project);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && !entry.parentPath.includes("node_modules"),
  );
  const kept = files.map((entry) => readFileSync(path.join(entry.parentPath, entry.name), "utf8")).join("\n");
  expect([...leaksIn("terminal", all, [password]), ...leaksIn("files", kept, [password])]).toEqual([]);
  expect(all).toContain("[secret]");
  expect(kept).toContain("Rack of the test");
});
