/** A gate of a device without protection, before which an Outlet stands; facts can differ. */
import { Gate, type GateFacts } from "../../provider/runtime/gate/gate";

export function gateWith(facts: Partial<GateFacts> = {}): Gate {
  return new Gate({
    device: "lab",
    type: "Outlet",
    access: () => ({ url: "http://lab", usesPassword: true }),
    protectedOutlets: () => [],
    protectedElsewhere: async () => [],
    seesAll: async () => true,
    isReadOnly: () => false,
    readOnlyElsewhere: async () => [],
    contest: () => undefined,
    declared: async () => undefined,
    isDeclaredLate: () => false,
    ...facts,
  });
}
