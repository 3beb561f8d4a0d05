import type { Behaviour, DeviceCore } from "../device/contract";
import { authBehaviours } from "./auth";
import { autopingBehaviours } from "./autoping";
import { credBehaviours } from "./cred";
import { meterBehaviours } from "./meter";
import { relayBehaviours } from "./relay";
import { scriptBehaviours } from "./script";
import { systemBehaviours } from "./system";

/** Everything that a device does by itself; a subtree that is missing here is data alone. */
export function builtInBehaviours(device: DeviceCore): Behaviour[] {
  return [
    ...relayBehaviours(device),
    ...authBehaviours(device),
    ...autopingBehaviours(device),
    ...scriptBehaviours(device),
    ...meterBehaviours(device),
    ...credBehaviours(device),
    ...systemBehaviours(device),
  ];
}
