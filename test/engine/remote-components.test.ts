/**
 * Components in programs of other languages, declared by the plugin: in YAML they go through the whole life of a
 * resource, and they have the same URNs as those that TypeScript declares.
 */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { UNEXPECTED_CHANGES, type Workspace } from "../../scripts/engine/workspace";
import { type SimulatedDevice, startSimulator } from "../../simulator";
import { configurationOf, createPluginWorkspace, ownResources, projectFile } from "./plugin-workspace";
import { countsIn } from "./printed";

jest.setTimeout(300_000);

const typescript = `
import * as dli from "pulumi-dli";

new dli.PowerController("rack", {
  name: "Rack 7",
  outlets: { router: 1, nas: { number: 2, state: true }, web: { number: 3, state: false } },
  users: { fred: { password: "fr3d s3cret", outlets: ["web", "nas"] } },
  watch: { web: { addresses: ["192.0.2.80"] } },
});
new dli.SecurityBaseline("baseline", { snmp: "leave" });
`;

/** The same program in YAML. */
function yaml({ web = "false", more = "" } = {}): string {
  return `${projectFile("yaml")}
config:
  password: { type: string, secret: true }
resources:
  rack:
    type: dli:PowerController
    properties:
      name: Rack 7
      outlets: { router: { number: 1 }, nas: { number: 2, state: true }, web: { number: 3, state: ${web} } }
      users: { fred: { password: "\${password}", outlets: [web, nas] } }
      watch: { web: { addresses: [192.0.2.80] } }
  baseline:
    type: dli:SecurityBaseline
    properties: { snmp: leave }
${more}outputs:
  powered: \${rack.outlets.web.physicalState}
  stops: \${baseline.stopsWorking}
`;
}

let device: SimulatedDevice;
let workspace: Workspace;

beforeAll(async () => {
  device = await startSimulator({ speed: 100 });
  const config = { ...configurationOf(device), "test:password": { secret: "fr3d s3cret" } };
  workspace = await createPluginWorkspace({ program: typescript, config });
});

afterAll(async () => {
  workspace?.dispose();
  await device?.close();
});

function writeProject(text: string): void {
  writeFileSync(path.join(workspace.project, "Pulumi.yaml"), text);
}

const urns = async () => (await ownResources(workspace)).map(({ urn }) => urn).sort();

test("what TypeScript has declared is the same in YAML: no child is made, changed or lost", async () => {
  await workspace.up({ expectExit: 0 });
  const before = await urns();
  expect(before).toHaveLength(15);
  device.journal.clear();

  writeProject(yaml());
  const result = await workspace.up({ expectExit: 0 });
  expect(countsIn(result)).toEqual({ unchanged: before.length + 1 });
  expect(await urns()).toEqual(before);
  expect(device.journal.entries.filter(({ method }) => method !== "GET")).toEqual([]);
  expect(await workspace.outputs()).toEqual({
    powered: false,
    stops: expect.arrayContaining(["MAAS", "`uom` over SSH", "voice assistants"]),
  });
  expect(JSON.stringify(await workspace.exportState())).not.toContain("fr3d s3cret");
});

/** More resources than the engine handles at once with `--parallel 1`. */
const beside = `
  hostname: { type: dli:Setting, properties: { path: config/hostname, value: rack-7 } }
  broker: { type: dli:Setting, properties: { path: mqtt/broker_address, value: mqtt.example.com } }
`;

test("a preview of a component in YAML says what happens to the power, and an update does it", async () => {
  writeProject(yaml({ web: "true", more: beside }));
  const plan = await workspace.preview({ expectNoChanges: true, expectExit: UNEXPECTED_CHANGES });
  expect(plan.stdout).toContain('outlet 3 "web": off -> on');
  device.switchOutlet(2, false);
  // The engine turns to the component's children only after the resources beside it, which must not wait for these.
  await workspace.up({ expectExit: 0, args: ["--parallel", "1"] });
  expect(device.tree.config).toMatchObject({ hostname: "rack-7" });
  expect(device.tree.relay.outlets.slice(0, 3).map(({ state }) => state)).toEqual([true, true, true]);
  expect(await workspace.outputs()).toMatchObject({ powered: true });
  const audit = await workspace.refresh({ expectExit: 0 });
  expect(Object.keys(countsIn(audit))).toEqual(["unchanged"]);
});

test("an outlet that a component in YAML declares cannot be declared a second time, and both are named", async () => {
  const again = "  own:\n    type: dli:Outlet\n    properties: { number: 1, name: own }\n";
  writeProject(yaml({ web: "true", more: again }));
  device.journal.clear();
  const result = await workspace.up({});
  expect(result.exitCode).not.toBe(0);
  expect(result.all).toMatch(
    /is declared by Outlet "(own|dli:index:PowerController\/rack-router)" and by Outlet "(own|dli:index:PowerController\/rack-router)" of the same program/,
  );
  expect(device.journal.entries.filter(({ method }) => method !== "GET")).toEqual([]);
});

test("what is wrong with a component in YAML is said in the words that TypeScript gets", async () => {
  writeProject(yaml().replace("outlets: [web, nas]", "outlets: [wbe, nas]"));
  const result = await workspace.preview({});
  expect(result.exitCode).not.toBe(0);
  expect(result.all).toContain(
    'there is no outlet "wbe" (did you mean `web`?); this PowerController has nas, router, web',
  );
});

test("components in YAML are destroyed with all that they have made", async () => {
  writeProject(yaml({ web: "true" }));
  await workspace.destroy({ expectExit: 0 });
  expect(device.tree.auth.users.map(({ name }) => name)).toEqual(["admin"]);
  expect(device.tree.autoping.items).toEqual([]);
});
