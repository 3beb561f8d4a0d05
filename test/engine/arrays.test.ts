/**
 * Users and AutoPing items are elements of arrays whose later elements move up when one is deleted. An `up` that
 * deletes, adds and changes several of them must change the right ones, and no others.
 */
import { createWorkspace, type Workspace } from "../../scripts/engine/workspace";
import { type SimulatedDevice, startSimulator } from "../../simulator";
import { type Declared, loginTo, programOf } from "./programs";

jest.setTimeout(300_000);

/** What a program declares; each number stands for a distinct user or item. */
interface Step {
  readonly users: readonly number[];
  readonly items: readonly number[];
  /** Written to every item that stays while others are added and deleted. */
  readonly enabled: boolean;
}

const start: Step = { users: [1, 2, 3, 4, 5], items: [1, 2, 3, 4], enabled: true };

/** Each step deletes two users and one or two items, and adds an item. */
const steps: [what: string, step: Step][] = [
  ["the first two users, an item in the middle", { users: [3, 4, 5], items: [1, 3, 4, 5], enabled: false }],
  ["the first and the last user, while two come back", { users: [1, 2, 4], items: [1, 4, 5, 6], enabled: true }],
  ["two users in the middle, the first and the last item", { users: [1, 3, 5], items: [4, 5, 7], enabled: false }],
];

const accessOf = (number: number) => [number, 8];

const program = ({ users, items, enabled }: Step) =>
  programOf(
    ...users.map((n): Declared => {
      const inputs = { name: `user-${n}`, password: `word-${n}`, outletAccess: accessOf(n) };
      return { type: "User", name: `user-${n}`, inputs };
    }),
    ...items.map((n): Declared => {
      const inputs = { addresses: [`10.0.0.${n}`, `10.0.1.${n}`], outlets: accessOf(n), enabled };
      return { type: "AutoPingItem", name: `item-${n}`, inputs };
    }),
  );

/** Created on the device by hand, not in the program, before and between the others. */
const byHand = { user: "guest", address: "10.9.9.9" };

let device: SimulatedDevice;
let workspace: Workspace;

beforeAll(async () => {
  device = await startSimulator({ speed: 50 });
  device.changeByHand("auth/users/1", { name: byHand.user, password: "guests" });
  device.changeByHand("autoping/items/0", { addresses: [byHand.address], outlets: [6] });
  workspace = await createWorkspace({ program: program(start), env: loginTo(device) });
  await workspace.up({ expectExit: 0 });
  moveBack(device.tree.auth.users, 1);
  moveBack(device.tree.autoping.items, 0);
});

afterAll(async () => {
  workspace?.dispose();
  await device?.close();
});

/** Moves an element two places back. */
function moveBack(elements: unknown[], index: number): void {
  elements.splice(index + 2, 0, ...elements.splice(index, 1));
}

/** What the device has, by name, with outlet numbers as on the case. */
function onDevice() {
  const { auth, autoping } = device.tree;
  const numbers = (flags: readonly boolean[]) => flags.flatMap((flag, index) => (flag ? [index + 1] : []));
  return {
    users: Object.fromEntries(
      auth.users
        .filter(({ name }) => name !== device.username)
        .map((user) => [user.name, { password: user.password, access: numbers(user.outlet_access) }]),
    ),
    items: Object.fromEntries(
      autoping.items.map((item) => [
        [...item.addresses].sort().join(),
        { outlets: item.outlets.map((index) => index + 1).sort(), enabled: item.enabled },
      ]),
    ),
  };
}

function expected({ users, items, enabled }: Step) {
  return {
    users: {
      [byHand.user]: { password: "guests", access: [] },
      ...Object.fromEntries(users.map((n) => [`user-${n}`, { password: `word-${n}`, access: accessOf(n) }])),
    },
    items: {
      [byHand.address]: { outlets: [7], enabled: expect.any(Boolean) },
      ...Object.fromEntries(items.map((n) => [`10.0.0.${n},10.0.1.${n}`, { outlets: accessOf(n), enabled }])),
    },
  };
}

test("the first up makes every user and every item", () => expect(onDevice()).toEqual(expected(start)));

test.each(steps)("after deleting %s, the device has only what is declared", async (_what, step) => {
  workspace.setProgram(program(step));
  await workspace.up({ expectExit: 0 });
  expect(onDevice()).toEqual(expected(step));
});

test("a refresh at the end finds the state equal to the device", async () => {
  await workspace.refresh({ previewOnly: true, expectNoChanges: true, expectExit: 0 });
});
