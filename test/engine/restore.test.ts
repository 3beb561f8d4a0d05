/** `onDestroy: "restore"` restores what the device had before, unless that was changed by hand since. */
import { resources } from "../../provider/registry";
import { inputsOf } from "../../provider/schema/common-inputs";
import { createWorkspace, type Workspace } from "../../scripts/engine/workspace";
import { type SimulatedDevice, startSimulator } from "../../simulator";
import { cases } from "../lifecycle/resource-cases";
import { countsIn, errorsIn } from "./printed";
import { type Declared, loginTo, programOf } from "./programs";

jest.setTimeout(300_000);

/** Every resource that adopts what always exists, except AdminPassword, whose old value no device shows. */
const adopted = cases.filter(({ type }) => {
  const definition = resources.find((candidate) => candidate.type === type);
  return definition !== undefined && Object.hasOwn(inputsOf(definition), "onDestroy") && type !== "AdminPassword";
});

const restoring = (which: "inputs" | "changed", lives = adopted): Declared[] =>
  lives.map((life) => ({ type: life.type, inputs: { ...life[which], onDestroy: "restore" } }));
/** Without Outlets, whose second program declares one outlet less, which then stays as it is. */
const first = restoring(
  "inputs",
  adopted.filter(({ type }) => type !== "Outlets"),
);

let device: SimulatedDevice;
let workspace: Workspace;

beforeAll(async () => {
  device = await startSimulator({ speed: 50 });
  for (const life of adopted) {
    life.prepare?.(device);
  }
  workspace = await createWorkspace({ program: programOf(...first), env: loginTo(device) });
});

afterAll(async () => {
  workspace?.dispose();
  await device?.close();
});

/** What is on the device, without what changes by itself there. */
function settings(): object {
  const { relay, config, autoping, script, auth } = device.tree;
  return structuredClone({ relay, config, autoping, script: { ...script, threads: {} }, users: auth.users });
}

test("after a destroy everything is as it was before the first up, whatever came later", async () => {
  const before = settings();
  await workspace.up({ expectExit: 0 });
  workspace.setProgram(programOf(...restoring("changed")));
  await workspace.up({ expectExit: 0 });
  expect(settings()).not.toEqual(before);
  const result = await workspace.destroy({ expectExit: 0 });
  expect(countsIn(result)).toEqual({ deleted: adopted.length + 1 });
  expect(settings()).toEqual(before);
});

test("what was changed by hand since is not overwritten, and the error says how to go on", async () => {
  const outlet = { number: 2, name: "web", critical: true, onDestroy: "restore" };
  workspace.setProgram(programOf({ type: "Outlet", inputs: outlet }));
  await workspace.up({ expectExit: 0 });
  device.changeByHand("relay/outlets/1/name", "somebody's");
  device.journal.clear();
  const refused = await workspace.destroy({ expectExit: 1 });
  expect(errorsIn(refused)).toEqual([
    {
      resource: "Outlet",
      text: `device at ${device.url}: default/outlets/2 is not restored: name was changed outside Pulumi since. Run \`pulumi refresh\` to accept the change first, or set \`onDestroy\` to \`leave\`.`,
    },
  ]);
  expect(device.journal.writes()).toEqual([]);
  await workspace.refresh({ expectExit: 0 });
  await workspace.destroy({ expectExit: 0 });
  expect(device.tree.relay.outlets[1]).toMatchObject({ name: "Outlet 2", critical: false });
});
