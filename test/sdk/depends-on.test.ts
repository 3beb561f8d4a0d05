/** Functions called after something else: after a component means after everything in it. */
import { setImmediate as turn } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import * as dli from "../../sdk";

const asked: string[] = [];
let make: () => void;
let isMade: Promise<void>;

beforeAll(() =>
  pulumi.runtime.setMocks({
    async newResource({ name, inputs, type }) {
      if (type.endsWith("Outlet")) {
        await isMade;
      }
      return { id: name, state: inputs };
    },
    call({ token }) {
      asked.push(token);
      return { outlets: [] };
    },
  }),
);

beforeEach(() => {
  asked.length = 0;
  isMade = new Promise((resolve) => {
    make = resolve;
  });
});

class Room extends pulumi.ComponentResource {
  constructor(name: string, racks: readonly string[]) {
    super("test:index:Room", name);
    for (const rack of racks) {
      new dli.PowerController(`${name}-${rack}`, { outlets: { web: 3 } }, { parent: this });
    }
  }
}

test.each<[what: string, make: (name: string) => pulumi.Input<pulumi.Resource>[]]>([
  ["a resource", (name) => [new dli.Outlet(name, { number: 3 })]],
  ["a component", (name) => [new dli.PowerController(name, { outlets: { web: 3 } })]],
  ["a component in a component", (name) => [new Room(name, ["a", "b"])]],
  ["an Output of one", (name) => [pulumi.output(new Room(name, ["a"]))]],
  ["a component among others", (name) => [new Room(`${name}-empty`, []), new Room(name, ["a"])]],
])("a function that depends on %s is called once all of that is made", async (what, declare) => {
  const found = dli.getOutletsOutput({}, { dependsOn: declare(what) });
  const done = new Promise((resolve) => found.apply(resolve));
  for (let turns = 0; turns < 200; turns += 1) {
    await turn();
  }
  expect(asked).toEqual([]);
  make();
  await done;
  expect(asked).toEqual(["dli:index:getOutlets"]);
});
