/** What the gate refuses with: each refusal names the device, the request and what to do, and says that nothing was sent. */
import type { Json } from "../../provider/client";
import type { WriteRequest } from "../../provider/runtime/gate/effect";
import type { GateFacts } from "../../provider/runtime/gate/gate";
import { gateWith } from "./gate-with";

interface Refusal {
  readonly facts?: Partial<GateFacts>;
  readonly sent: WriteRequest;
  readonly path: string;
  readonly message: string;
  readonly remedy: string;
}

const off: WriteRequest = { method: "PUT", segments: ["relay", "outlets", "0", "state"], value: false };
const reboot: WriteRequest = { method: "POST", segments: ["system", "reboot"], value: [] };
const named: WriteRequest = { method: "PUT", segments: ["relay", "outlets", "0", "name"], value: "web" };
const elsewhere = (isSame: true | undefined): Partial<GateFacts> => ({
  protectedElsewhere: async () => [{ device: '"rack"', numbers: [1], isSame }],
});
const readOnlyElsewhere = (isSame: true | undefined): Partial<GateFacts> => ({
  readOnlyElsewhere: async () => [{ device: '"rack"', isSame }],
});
const tellApart = "If they are two devices, configure the `serial` of both.";

const refusals: Readonly<Record<string, Refusal>> = {
  "a protected outlet is switched off": {
    facts: { protectedOutlets: () => [1] },
    sent: off,
    path: "relay/outlets/0/state/",
    message: "outlet 1 is protected, and this would switch it off",
    remedy:
      "Leave it alone, or take the protection away where it is declared: `dli:protectedOutlets`, `protectFromOff`.",
  },
  "an outlet is switched off that another name of the device protects": {
    facts: elsewhere(true),
    sent: off,
    path: "relay/outlets/0/state/",
    message: 'outlet 1 is protected on "rack", which is the same device, and this would switch it off',
    remedy: 'Leave it alone, or take the protection of "rack" away.',
  },
  "an outlet is switched off that is protected on what may be the same device": {
    facts: elsewhere(undefined),
    sent: off,
    path: "relay/outlets/0/state/",
    message: 'outlet 1 is protected on "rack", which may be the same device, and this would switch it off',
    remedy: tellApart,
  },
  "a reboot may leave a protected outlet off": {
    facts: { protectedOutlets: () => [1] },
    sent: reboot,
    path: "system/reboot/",
    message: "outlet 1 is protected, and a reboot could leave it off: relay/recovery_mode is 1",
    remedy: "Leave it alone, or take the protection away",
  },
  "AutoPing would cycle a protected outlet": {
    facts: { protectedOutlets: () => [1] },
    sent: { method: "PUT", segments: ["autoping", "enabled"], value: true },
    path: "autoping/enabled/",
    message: "outlet 1 is protected, and this would let AutoPing cycle it",
    remedy: "Leave it alone, or take the protection away",
  },
  "a protected outlet is none of the device": {
    facts: { protectedOutlets: () => [9] },
    sent: off,
    path: "relay/outlets/0/state/",
    message: "outlet 9 is protected, and this device has 1",
    remedy:
      "Correct the number where it is protected: `dli:protectedOutlets`, with commas between numbers, or `protectFromOff`",
  },
  "nothing may be written": {
    facts: { isReadOnly: () => true },
    sent: named,
    path: "relay/outlets/0/name/",
    message: "nothing may be written on this device, says dli:readOnly",
    remedy: "Take dli:readOnly away",
  },
  "nothing may be written by another name": {
    facts: readOnlyElsewhere(true),
    sent: named,
    path: "relay/outlets/0/name/",
    message: 'nothing may be written on "rack", which is the same device',
    remedy: 'Take `readOnly` of "rack" away',
  },
  "nothing may be written on what may be the same device": {
    facts: readOnlyElsewhere(undefined),
    sent: named,
    path: "relay/outlets/0/name/",
    message: 'nothing may be written on "rack", which may be the same device',
    remedy: tellApart,
  },
  "the place belongs to another type": {
    facts: { type: "Setting" },
    sent: off,
    path: "relay/outlets/0/state/",
    message: "Setting may not write there: it belongs to Outlet",
    remedy: "Declare it with Outlet",
  },
  "two resources have it": {
    facts: { contest: () => "it has two owners" },
    sent: named,
    path: "relay/outlets/0/name/",
    message: "it has two owners",
    remedy: "Keep one of them.",
  },
  "our own access ends": {
    facts: { type: "RestApi" },
    sent: { method: "PUT", segments: ["config", "allow_restapi"], value: false },
    path: "config/allow_restapi/",
    message: "REST",
    remedy: "Set `allowLockout: true`",
  },
};

const relay = { recovery_mode: 1, outlets: [{ state: true, physical_state: true }] };
const tree: Readonly<Record<string, Json>> = {
  "relay/": relay,
  "relay/outlets/": relay.outlets,
  "autoping/": { enabled: false, items: [{ addresses: ["a"], outlets: [0], enabled: true }] },
};

test.each(Object.entries(refusals))(
  "%s: the refusal says so",
  async (_what, { facts, sent, path, message, remedy }) => {
    const refused: unknown[] = [];
    const gate = gateWith({ ...facts, refused: (error) => refused.push(error) });
    const error = await gate.admit(sent, async (at) => tree[at] ?? null).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ device: "lab", method: sent.method, path, outcome: "notSent" });
    expect(error).toHaveProperty("problem", expect.stringContaining(message));
    expect(error).toHaveProperty("remedy", expect.stringContaining(remedy));
    expect(refused).toEqual([error]);
  },
);

test.each(Object.entries(refusals))("%s: nothing else stands in its way", async (_what, { facts, sent }) => {
  const known = facts?.type === undefined ? {} : { type: sent.segments[0] === "config" ? facts.type : "Outlet" };
  const gate = gateWith(known);
  gate.permitAccessLoss();
  await expect(gate.admit(sent, async (at) => tree[at] ?? null)).resolves.toBeUndefined();
});
