/**
 * Absence has to be proved: no odd answer of a device makes a thing count as gone, creates anything twice or changes a
 * state. One table over the registry, the odd answers and the operations.
 */
import { isDliError } from "../../provider/client";
import { PartialFailure } from "../../provider/lifecycle/errors/errors";
import { resources } from "../../provider/registry";
import type { Fault } from "../../simulator";
import { onDevice, writes } from "../support/on-device";
import { cases, type LifecycleCase } from "./resource-cases";
import { expectClear, type Phase, Trial } from "./trial";

const answers = [
  '{"error":"busy"}',
  '"login required"',
  "null",
  "{}",
  "[]",
  "[null]",
  '[{"error":"busy"}]',
  "7",
  "false",
];
/** All reads except those of the serial number and the login, which would fail before anything else is read. */
const ownReads = /^\/restapi\/(?!config\/serial\/|cred\/)/;
const created = new Set(resources.filter(({ family }) => family === "created").map(({ type }) => type));
const operations: readonly Phase[] = ["create", "refresh", "destroy"];

/** Expects one clear error, and no change to the device or the state. */
async function endsInError(phase: Phase, life: LifecycleCase, fault: Fault): Promise<void> {
  if (phase === "destroy" && !created.has(life.type)) {
    return;
  }
  const trial = await Trial.before(phase, life);
  try {
    const before = trial.tree();
    const held = structuredClone(trial.held);
    trial.device.journal.clear();
    const { error } = await trial.run(phase, { fault, nth: 1 });
    expect(error).toBeDefined();
    expectClear(error as Error, []);
    expect(error).not.toBeInstanceOf(PartialFailure);
    expect(isDliError(error)).toBe(true);
    expect(trial.held).toEqual(held);
    expect(trial.tree()).toEqual(before);
    expect(trial.device.journal.writes()).toEqual([]);
  } finally {
    await trial.device.close();
  }
}

/** Paths that may be "not found" although they exist: a part of the device has not started, or a proxy has a rule. */
const notFound = {
  "below its root": /^\/restapi\/(?!config\/serial\/|cred\/)[a-z]/,
  everywhere: ownReads,
};

describe.each(cases.map((life) => [life.type, life] as const))("%s", (type, life) => {
  const absences = Object.keys(notFound).flatMap((where) => operations.map((phase) => [phase, where] as const));

  test.each(absences)(`${type}: %s on a device that finds nothing %s ends in one clear error`, (phase, where) =>
    endsInError(phase, life, {
      kind: "status",
      status: 404,
      method: "GET",
      path: notFound[where as keyof typeof notFound],
      times: "always",
      onlyAuthenticated: true,
    }),
  );

  const rows = answers.flatMap((body) => operations.map((phase) => [phase, body] as const));

  test.each(rows)(`${type}: %s on a device that answers every read with %s ends in one clear error`, (phase, body) =>
    endsInError(phase, life, {
      kind: "oddAnswer",
      method: "GET",
      path: ownReads,
      times: "always",
      onlyAuthenticated: true,
      body,
    }),
  );
});

describe.each([
  ["relay/outlets/2/critical", true, "relay/outlets/2/", /^\/restapi\/relay\/outlets\/$/],
  ["relay/outlets/2/critical", true, "relay/outlets/2/critical/", /^\/restapi\/relay\/outlets\/2\/$/],
  ["relay/all_caps", true, "relay/all_caps/", /^\/restapi\/relay\/$/],
  ["snmp/enabled", true, "snmp/enabled/", /^\/restapi\/snmp\/$/],
  ["mqtt/topic_root", "rack", "mqtt/topic_root/", /^\/restapi\/mqtt\/$/],
  ["meter/emergency_off_status", false, "meter/emergency_off_status/", /^\/restapi\/meter\/$/],
] as const)("a Setting of %s with %j", (path, value, gone, holder) => {
  test.each(answers)("is not gone where the device does not find it, and what holds it reads as %s", (body) =>
    onDevice({}, async ({ device, engine }) => {
      const held = await engine.create("Setting", { path, value });
      const before = structuredClone(held);
      const always = { method: "GET", times: "always", onlyAuthenticated: true } as const;
      device.faults.add({ ...always, kind: "status", status: 404, path: gone });
      device.faults.add({ ...always, kind: "oddAnswer", path: holder, body });
      device.journal.clear();
      for (const done of [
        () => engine.refresh(held),
        () => engine.create("Setting", { path, value: path, optional: true }),
      ]) {
        const error = await done().catch((thrown: unknown) => thrown);
        expect(isDliError(error)).toBe(true);
        expectClear(error as Error, []);
      }
      expect(held).toEqual(before);
      expect(writes(device)).toEqual([]);
    }),
  );
});
