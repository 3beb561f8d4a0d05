/** How often an operation takes values apart: once for each role of the values. */
import { Properties } from "../../provider/schema/properties";
import type { SimulatedDevice } from "../../simulator";
import { eachOnDevice } from "../support/on-device";
import type { MiniEngine } from "./mini-engine";

let device: SimulatedDevice;
let engine: MiniEngine;

eachOnDevice({}, (bench) => {
  ({ device, engine } = bench);
});

/** How often values are taken apart during the work. */
async function counted(work: () => Promise<unknown>): Promise<number> {
  const of = jest.spyOn(Properties, "of");
  try {
    await work();
    return of.mock.calls.length;
  } finally {
    of.mockRestore();
  }
}

const outlet = { number: 3, name: "web", state: true };

test("a create takes apart what is declared and what is observed before and after the write", async () => {
  expect(await counted(() => engine.create("Outlet", outlet))).toBe(3);
  expect(device.journal.writes()).not.toEqual([]);
});

test("a create that finds everything as declared takes apart two sets of values", async () => {
  await engine.create("Outlet", outlet);
  expect(await counted(() => engine.create("Outlet", outlet))).toBe(2);
});

test("a refresh takes apart the state and what is observed, and the diff after it two more", async () => {
  const held = await engine.create("Outlet", outlet);
  expect(await counted(() => engine.refresh(held))).toBe(4);
});

test("an update takes apart the state, what is declared and what is observed before and after the write", async () => {
  const held = await engine.create("Outlet", outlet);
  const diff = await counted(() => engine.up(held, outlet));
  expect(diff).toBe(2);
  expect(await counted(() => engine.up(held, { ...outlet, name: "db" }))).toBe(diff + 4);
});
