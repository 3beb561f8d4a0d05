/** How often a write is tried, and how a write without a visible effect ends. */
import { PartialFailure } from "../../provider/lifecycle/errors/errors";
import { Refusal, type SimulatedDevice } from "../../simulator";
import { eachOnDevice } from "../support/on-device";
import type { MiniEngine } from "./mini-engine";

let device: SimulatedDevice;
let engine: MiniEngine;

eachOnDevice({}, (bench) => {
  ({ device, engine } = bench);
});

const fred = { name: "fred", password: "freds password" };
const snippet = { name: "greet", source: "log.notice('hello')" };

test("a write that the device accepts and that shows no effect is made once more, and then it is an error", async () => {
  device.behaviours.register({ name: "deaf", path: "relay/outlets/*/name", write: () => undefined });
  const failure = await engine.create("Outlet", { number: 2, name: "web" }).catch((error) => error);
  expect(failure).toBeInstanceOf(PartialFailure);
  expect(failure.message).toBe(
    `device at ${device.url}: default/outlets/2 still differs after the device accepted the update: name is "Outlet 2",` +
      ' expected "web". Another client may be writing to it, or the device rejects this value.',
  );
  expect(device.journal.writes()).toHaveLength(2);
});

test("a write whose response is lost is made again only where it shows no effect, three times in all", async () => {
  device.faults.add({ kind: "dropBefore", method: "PUT", times: "always" });
  const failure = await engine.create("Outlet", { number: 2, name: "web" }).catch((error) => error);
  expect(failure.message).toContain("PUT relay/outlets/1/name/: sent, but");
  expect(device.faults.struck).toBe(3);

  device.faults.clear();
  device.faults.add({ kind: "dropAfter", method: "PUT", times: "always" });
  await engine.create("Outlet", { number: 3, name: "web" });
  expect(device.faults.struck).toBe(3 + 1);
});

test("a removal that the device accepts and that shows no effect is made once more, and then it is an error", async () => {
  const held = await engine.create("User", fred);
  device.journal.clear();
  device.behaviours.register({ name: "deaf", path: "auth/users/*", remove: () => undefined });
  await expect(engine.destroy(held)).rejects.toThrow(
    "default/users/fred still exists after the device accepted the request",
  );
  expect(device.journal.writes()).toHaveLength(2);
});

test("a removal of what somebody else has removed in between is success", async () => {
  const held = await engine.create("ScriptSnippet", snippet);
  device.journal.clear();
  device.behaviours.register({
    name: "quick",
    path: "script/snippets/*",
    remove: (_context, next) => {
      next();
      throw new Refusal(404, "No such snippet");
    },
  });
  await engine.destroy(held);
  expect(device.journal.writes()).toHaveLength(1);
  expect(device.tree.script.snippets).not.toHaveProperty("greet");
});

test("a removal that the device refuses is an error with the device's reason, and is made once", async () => {
  const held = await engine.create("ScriptSnippet", snippet);
  device.journal.clear();
  device.behaviours.register({
    name: "firm",
    path: "script/snippets/*",
    remove: () => {
      throw new Refusal(409, "Snippets stay here");
    },
  });
  await expect(engine.destroy(held)).rejects.toThrow("Snippets stay here");
  expect(device.journal.writes()).toHaveLength(1);
});

test("what the device has as declared is not refused, whatever a change to it would meet", async () => {
  device.tree.relay.sequence_delay = 0;
  await engine.create("Relay", { sequenceDelaySeconds: 0 });
  expect(device.journal.writes()).toEqual([]);
  device.tree.relay.sequence_delay = 3;
  await expect(engine.create("Relay", { sequenceDelaySeconds: 0 })).rejects.toThrow("requires at least 1");
});

test("what was changed by hand since is not put back, and the error names the device", async () => {
  const held = await engine.create("Outlet", { number: 3, name: "web", onDestroy: "restore" });
  device.tree.relay.outlets[2]!.name = "by hand";
  const failure = await engine.destroy(held).catch((error) => error);
  expect(failure).toMatchObject({ device: "default", outcome: "notSent" });
  expect(failure.message).toContain("default/outlets/3 is not restored: name was changed outside Pulumi since");
  expect(device.tree.relay.outlets[2]!.name).toBe("by hand");
});

test("a relay that nobody waits for may still follow, so its outlet is written once and shows up in the next diff", async () => {
  const inputs = { number: 1, state: false, enforce: "physical", waitForPhysical: false };
  const held = await engine.create("Outlet", inputs);
  expect(device.journal.writes()).toHaveLength(1);
  expect(held.state).toMatchObject({ state: false, physicalState: true });
  expect(await engine.preview(held, inputs)).toMatchObject([{ property: "state" }]);
});
