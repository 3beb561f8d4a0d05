/**
 * What an error hook of the program has the engine repeat in the same run: it goes on from what the failed attempt has
 * left on the device, makes nothing twice and forgets nothing.
 */
import { PartialFailure } from "../../provider/lifecycle/errors/errors";
import { Refusal, type SimulatedDevice } from "../../simulator";
import { eachOnDevice, writes } from "../support/on-device";
import type { Held, MiniEngine } from "./mini-engine";

let device: SimulatedDevice;
let engine: MiniEngine;

eachOnDevice({}, (bench) => {
  ({ device, engine } = bench);
});

/** An `up` with one new resource, or with changed inputs of `held`: the hook has it tried three times in all. */
function repeat(
  type: string,
  inputs: Record<string, unknown>,
  { held, between = () => {} }: { held?: Held; between?: () => void } = {},
): Promise<{ errors: Error[]; held: Held | undefined }> {
  return engine.run(async () => {
    const checked = engine.check(type, inputs);
    const errors: Error[] = [];
    while (errors.length < 3) {
      try {
        return { errors, held: await engine.perform(type, checked, held) };
      } catch (error) {
        errors.push(error as Error);
        between();
      }
    }
    const last = errors.at(-1);
    return { errors, held: last instanceof PartialFailure ? { type, inputs: checked, ...last } : undefined };
  });
}

/** The device ignores writes to this place until the returned function is called. */
const ignoring = (path: string) => device.behaviours.register({ name: "deaf", path, write: () => undefined });

const unreachable = () => device.faults.add({ kind: "dropBefore", times: "always" });

test("what was adopted halfway is brought about, and what was there before is still restored", async () => {
  const hears = ignoring("relay/outlets/2/name");
  const inputs = { number: 3, name: "web", state: false, onDestroy: "restore" };
  const { errors, held } = await repeat("Outlet", inputs, { between: hears });
  expect(errors.map(({ message }) => message)).toEqual([expect.stringContaining("default/outlets/3 still differs")]);
  expect(device.tree.relay.outlets[2]).toMatchObject({ name: "web", state: false });
  await engine.destroy(held!);
  expect(device.tree.relay.outlets[2]).toMatchObject({ name: "Outlet 3", state: true });
});

test("what was created halfway is not created again, and keeps its generated login", async () => {
  const hears = device.behaviours.register({
    name: "cuts off",
    path: "auth/clients",
    insert: (_context, value, next) => {
      unreachable();
      return next(value);
    },
  });
  const between = () => {
    hears();
    device.faults.clear();
  };
  const { errors, held } = await repeat("ApiClient", { name: "ops", scopes: ["/relay/?access=get"] }, { between });
  expect(errors).toEqual([expect.any(PartialFailure)]);
  expect(held?.state["token"]).toBe((errors[0] as PartialFailure).state["token"]);
  expect(writes(device)).toEqual(["PUT auth/clients/ops/"]);
  expect(await engine.refresh(held!)).toEqual([]);
});

test("an attempt that cannot even begin leaves the state of the one before", async () => {
  ignoring("relay/outlets/2/name");
  const inputs = { number: 3, name: "web", onDestroy: "restore" };
  const { errors, held } = await repeat("Outlet", inputs, { between: unreachable });
  expect(errors).toEqual([expect.any(PartialFailure), expect.any(PartialFailure), expect.any(PartialFailure)]);
  device.faults.clear();
  await engine.destroy(held!);
  expect(device.tree.relay.outlets[2]).toMatchObject({ name: "Outlet 3" });
});

test("an update goes on, too", async () => {
  const held = await engine.create("User", { name: "fred", password: "freds password" });
  const hears = ignoring("auth/users/*/is_allowed");
  const next = { name: "fred", password: "another one", isAllowed: false };
  const repeated = await repeat("User", next, { held, between: hears });
  expect(repeated.errors).toHaveLength(1);
  expect(device.tree.auth.users[1]).toMatchObject({ is_allowed: false, password: "another one" });
  expect(await engine.refresh(repeated.held!)).toEqual([]);
});

const cycles = () => writes(device).filter((request) => request.includes("outlets/2/cycle"));

test("an action that has acted is not repeated: it counts as done, as its error says", async () => {
  const refuse = () => {
    throw new Refusal(409, "busy");
  };
  device.behaviours.register({ name: "busy", path: "relay/outlets/3/cycle", call: refuse });
  const { errors, held } = await repeat("OutletCycle", { outlets: [3, 4] });
  expect(errors).toEqual([expect.any(PartialFailure), expect.any(PartialFailure), expect.any(PartialFailure)]);
  expect(errors[2]?.message).toContain("is not repeated until its `triggers` change");
  expect(cycles()).toEqual(["POST relay/outlets/2/cycle/"]);
  // The engine updates what has failed halfway.
  await engine.up(held!, { outlets: [3, 4] }, { isForced: true });
  expect(cycles()).toHaveLength(1);
});

test("another action with the same id is no repetition of one that has failed", async () => {
  let isBusy = true;
  device.behaviours.register({
    name: "busy",
    path: "relay/outlets/3/cycle",
    call: (_context, _argument, next) => {
      if (isBusy) {
        throw new Refusal(409, "busy");
      }
      return next();
    },
  });
  await engine.run(async () => {
    const [one, other] = [["a"], ["b"]].map((triggers) => engine.check("OutletCycle", { outlets: [3, 4], triggers }));
    await expect(engine.perform("OutletCycle", one!)).rejects.toBeInstanceOf(PartialFailure);
    isBusy = false;
    await engine.perform("OutletCycle", other!);
  });
  expect(cycles()).toHaveLength(2);
});

test("an action that has not acted is repeated", async () => {
  device.faults.add({ kind: "dropBefore", times: "always" });
  const { errors } = await repeat("OutletCycle", { outlets: [3] }, { between: () => device.faults.clear() });
  expect(errors).toHaveLength(1);
  expect(writes(device)).toHaveLength(1);
});
