/** Sequences that have failed once, each as short as possible. */
import type { Json } from "../../provider/client";
import { Laboratory } from "./laboratory";
import type { DeviceName, Edit } from "./program";
import { type Inputs, valueByHand } from "./resource-model";
import type { Scenario, Step } from "./steps";

type Up = Extract<Step, { step: "up" }>;

const put = (urn: string, device: DeviceName, inputs: Inputs = {}): Edit => ({
  put: urn,
  type: urn.slice(0, urn.indexOf(":")),
  inputs: { device, ...inputs },
});
const up = (...edits: Edit[]): Up => ({ step: "up", edits, refresh: false, faults: [] });
const drop = (index: number): Edit => ({ drop: index });

const byHand = (device: DeviceName, path: string, value: Json): Step => ({
  step: "by hand",
  device,
  change: valueByHand(path, value),
});

const ignoring = (ignored: string[], edit: Edit): Edit => ({ ...edit, ignored }) as Edit;

/** Fails because the device lacks the function, so that the run deletes nothing. */
const failing = put("ScriptRun::a", "left", { function: "restart", triggers: ["first"], waitSeconds: 0 });
const source = "function restart()\nend\n";

const found: readonly (readonly [string, readonly Step[]])[] = [
  [
    "a single outlet is left alone when the former Outlets resource is deleted",
    [
      up(failing, put("Outlets::b", "right", { outlets: { "2": { cycleDelaySeconds: null } }, onDestroy: "restore" })),
      up(put("Outlet::a", "right", { number: 2, cycleDelaySeconds: 7 })),
    ],
  ],
  [
    "all outlets are left alone when the former Outlet resource is deleted",
    [
      up(failing, put("Outlet::a", "right", { number: 2, cycleDelaySeconds: null, onDestroy: "restore" })),
      up(put("Outlets::b", "right", { outlets: { "2": { cycleDelaySeconds: 7 } } })),
    ],
  ],
  [
    "two resources that change places do not write at the same time",
    [
      up(
        put("Outlets::a", "left", { outlets: { "1": { name: "web" } }, onDestroy: "restore" }),
        put("Outlets::b", "right", { outlets: { "1": {} } }),
      ),
      up(
        put("Outlets::a", "right", { outlets: { "1": {} } }),
        put("Outlets::b", "left", { outlets: { "1": { name: "nas" } } }),
      ),
    ],
  ],
  [
    "two former resources of one outlet restore it one after the other",
    [
      up(failing, put("Outlets::a", "right", { outlets: { "1": { cycleDelaySeconds: 7 } }, onDestroy: "restore" })),
      up(put("Outlet::a", "right", { number: 1, cycleDelaySeconds: null, onDestroy: "restore" })),
      up(drop(1)),
    ],
  ],
  [
    "a replaced resource does not restore what another one declares that is checked later",
    [
      up(put("Script::a", "right", { source, onDestroy: "restore" })),
      {
        ...up(put("Script::a", "left"), put("Script::b", "right", { source })),
        faults: [{ kind: "status", status: 409, method: "PUT", device: "right" }],
      },
    ],
  ],
  [
    "a setting that cannot be read after it was written ends as declared",
    [
      {
        ...up(put("Access::a", "right", { realm: "Rack", allowJsonRpcNonAdmin: true, allowLockout: true })),
        faults: [{ kind: "status", status: 404, nth: 17, device: "right" }],
      },
    ],
  ],
  [
    "a reboot request that is lost on the way to a device that has just started ends in one reboot",
    [
      {
        ...up(put("Reboot::a", "left", { triggers: ["first"] })),
        faults: [{ kind: "dropBefore", method: "POST", nth: 1, device: "left" }],
      },
    ],
  ],
  [
    "a reboot request that is lost after the uptime was read late ends in one reboot",
    [
      {
        ...up(put("Reboot::a", "left", { triggers: ["first"] })),
        faults: [
          { kind: "dropBefore", method: "POST", nth: 1, device: "left" },
          { kind: "status", status: 503, retryAfterSeconds: 20, nth: 3, device: "left" },
        ],
      },
    ],
  ],
  [
    "a change that may lock us out and is lost before a network outage ends as declared",
    [
      up(
        put("Access::a", "left", { sameSubnetOnly: false, onDestroy: "restore", allowLockout: true }),
        put("Access::b", "right"),
      ),
      { ...up(drop(0)), refresh: true, faults: [{ kind: "dropBefore", times: 4, nth: 15, device: "left" }] },
    ],
  ],
  [
    "what was there before a partial update is restored at the end",
    [
      up(put("AutoPing::a", "right", { maxReboots: 3 })),
      {
        ...up(put("AutoPing::a", "right", { maxReboots: 3, pingsBeforeEnabling: 0, onDestroy: "restore" })),
        faults: [{ kind: "dropBefore", times: "always", device: "right", nth: 5 }],
      },
      { ...up(), refresh: true },
      { ...up(drop(0)), refresh: true },
    ],
  ],
  [
    "an update of one input does not repair another one that was changed by hand",
    [
      up(put("Outlet::a", "left", { number: 1, name: "web", critical: true, cycleDelaySeconds: 7 })),
      byHand("left", "relay/outlets/0/critical", false),
      up(put("Outlet::a", "left", { number: 1, name: "nas", critical: true, cycleDelaySeconds: 7 })),
    ],
  ],
  [
    "an update of one outlet does not repair another one that was changed by hand",
    [
      up(put("Outlets::a", "left", { outlets: { "1": { name: "web" }, "2": { critical: true, name: "db" } } })),
      byHand("left", "relay/outlets/1/critical", false),
      up(put("Outlets::a", "left", { outlets: { "1": { name: "nas" }, "2": { critical: true, name: "nas" } } })),
    ],
  ],
  [
    "an update does not write what the program ignores, now and after a refresh",
    [
      up(put("Outlet::a", "left", { number: 1, name: "web", critical: true })),
      byHand("left", "relay/outlets/0/critical", false),
      up(ignoring(["critical"], put("Outlet::a", "left", { number: 1, name: "nas", critical: true }))),
      up(ignoring(["critical"], put("Outlet::a", "left", { number: 1, name: "db", critical: true }))),
      { ...up(), refresh: true },
    ],
  ],
];

test.each(found)("%s", async (_name, steps) => {
  for (const plugin of [true, false]) {
    const scenario: Scenario = { dialects: { left: {}, right: {} }, plugin, processes: 1, steps };
    await Laboratory.run(scenario);
  }
});
