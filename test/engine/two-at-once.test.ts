/** Two `pulumi` processes on one device at once, one for each adapter: neither changes or loses what the other has. */
import type { Workspace } from "../../scripts/engine/workspace";
import { type SimulatedDevice, startSimulator } from "../../simulator";
import { adapters, configurationOf } from "./plugin-workspace";
import { type Declared, programOf } from "./programs";

jest.setTimeout(300_000);

let device: SimulatedDevice;
let workspaces: Workspace[];

beforeAll(async () => {
  device = await startSimulator({ speed: 50 });
  workspaces = await Promise.all(
    adapters.map(([, create]) => create({ program: "", config: configurationOf(device) })),
  );
});

afterAll(async () => {
  for (const workspace of workspaces) {
    workspace.dispose();
  }
  await device.close();
});

/** Accounts and AutoPing items with these numbers, and an outlet, all of which only this side has. */
function elements(side: number, numbers: readonly number[]): Declared[] {
  const own = side === 0 ? "a" : "b";
  return [
    { type: "Outlet", name: "outlet", inputs: { number: 1 + side, name: `${own}${numbers.join("")}` } },
    ...numbers.flatMap((number) => [
      {
        type: "User",
        name: `user-${number}`,
        inputs: { name: `${own}${number}`, password: "passw0rd", outletAccess: [number] },
      },
      {
        type: "AutoPingItem",
        name: `item-${number}`,
        inputs: { addresses: [`192.0.2.${10 * side + number}`], outlets: [number] },
      },
    ]),
  ];
}

async function upAtOnce(...numbers: readonly (readonly number[])[]): Promise<void> {
  await Promise.all(
    workspaces.map((workspace, side) => {
      const declared = elements(side, numbers[side] ?? []);
      workspace.setProgram(declared.length > 1 ? programOf(...declared) : "export {};");
      return workspace.up({ expectExit: 0 });
    }),
  );
}

const found = () => ({
  users: device.tree.auth.users.map(({ name }) => name).sort(),
  items: device.tree.autoping.items.map(({ addresses }) => addresses.join()).sort(),
});

test("elements of lists that two processes add, change and remove at once are all as declared", async () => {
  await upAtOnce([1, 2, 3], [4, 5, 6]);
  expect(found()).toEqual({
    users: ["a1", "a2", "a3", "admin", "b4", "b5", "b6"],
    items: ["192.0.2.1", "192.0.2.14", "192.0.2.15", "192.0.2.16", "192.0.2.2", "192.0.2.3"],
  });

  await upAtOnce([2, 7], [4, 6, 8]);
  expect(found()).toEqual({
    users: ["a2", "a7", "admin", "b4", "b6", "b8"],
    items: ["192.0.2.14", "192.0.2.16", "192.0.2.18", "192.0.2.2", "192.0.2.7"],
  });
  expect(device.tree.relay.outlets.slice(0, 2).map(({ name }) => name)).toEqual(["a27", "b468"]);

  await upAtOnce([], []);
  expect(found()).toEqual({ users: ["admin"], items: [] });
});
