/** A preview through the plugin names exactly the value that differs, by its path. */
import { UNEXPECTED_CHANGES, type Workspace } from "../../scripts/engine/workspace";
import { type SimulatedDevice, startSimulator } from "../../simulator";
import { configurationOf, createPluginWorkspace } from "./plugin-workspace";
import { programOf } from "./programs";

jest.setTimeout(300_000);

let device: SimulatedDevice;
let workspace: Workspace;

const program = (web: object, access: number[]) =>
  programOf(
    { type: "Outlets", inputs: { outlets: { 1: { name: "router", state: true }, 4: web } } },
    { type: "User", inputs: { name: "fred", password: "passw0rd", outletAccess: access } },
  );

beforeAll(async () => {
  device = await startSimulator({ speed: 50 });
  workspace = await createPluginWorkspace({
    program: program({ name: "web", state: true }, [2, 5]),
    config: configurationOf(device),
  });
  await workspace.up({ expectExit: 0 });
});

afterAll(async () => {
  workspace?.dispose();
  await device?.close();
});

/** The paths of every step's differences, from the engine's JSON output. */
async function paths(): Promise<Record<string, Record<string, string>>> {
  const result = await workspace.preview({ args: ["--json"], expectExit: 0 });
  const { steps } = JSON.parse(result.stdout) as {
    steps: { urn: string; op: string; detailedDiff?: Record<string, { kind: string }> }[];
  };
  return Object.fromEntries(
    steps
      .filter(({ op }) => op === "update")
      .map(({ urn, detailedDiff = {} }) => [
        urn.split("::").at(-1),
        Object.fromEntries(Object.entries(detailedDiff).map(([path, { kind }]) => [path, kind])),
      ]),
  );
}

test("a preview names what differs or was changed by hand, by setting and element, and nothing next to it", async () => {
  workspace.setProgram(program({ name: "web-1", state: true }, [2, 6]));
  const shown = await workspace.preview({ diff: true, expectNoChanges: true, expectExit: UNEXPECTED_CHANGES });
  expect(shown.stdout).toMatch(/~ name: "web" => "web-1"/);
  expect(shown.stdout).not.toContain("router");
  device.switchOutlet(4, false);
  expect(await paths()).toEqual({
    Outlets: { 'outlets["4"].name': "update", 'outlets["4"].state': "update" },
    User: { "outletAccess[1]": "update" },
  });
});
