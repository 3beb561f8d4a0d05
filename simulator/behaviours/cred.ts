/** `cred/`: what an account is told about itself. */
import type { Behaviour, DeviceCore } from "../device/contract";
import { outletAccessAsRead } from "./outlet-access";

/** cred/: who makes the request. */
export function credBehaviours(device: DeviceCore): Behaviour[] {
  return [
    {
      name: "show who makes the request",
      path: "cred",
      read({ requester }) {
        const isUser = requester.kind === "user";
        const access = device.tree.relay.outlets.map((_outlet, index) =>
          isUser ? requester.outletAccess[index] === true : requester.kind === "hand",
        );
        return {
          name: isUser ? requester.name : null,
          is_admin: isUser ? requester.isAdmin : requester.kind === "hand",
          outlet_access: outletAccessAsRead(access, device.dialects.credOutletAccessForm),
          agent: "web ui",
          ip_address: requester.kind === "hand" ? null : requester.ipAddress,
        };
      },
    },
  ];
}
