/** The behaviours of an untouched device, subtree by subtree. */
import type { Behaviour, DeviceCore } from "../device/contract";
import { authBehaviours } from "./auth";
import { autopingBehaviours } from "./autoping";
import { configBehaviours } from "./config";
import { credBehaviours } from "./cred";
import { meterBehaviours } from "./meter";
import { newElementBehaviours } from "./new-elements";
import { notificationBehaviours } from "./notification";
import { relayBehaviours } from "./relay";
import { scriptBehaviours } from "./script";
import { systemBehaviours } from "./system";

/** Everything that a device does by itself; a subtree that is missing here is data only. */
export function builtInBehaviours(device: DeviceCore): Behaviour[] {
  return [
    // The first ones are nearest to the tree, so what the others refuse is refused at once, not when it would show.
    ...newElementBehaviours(device),
    ...relayBehaviours(device),
    ...authBehaviours(device),
    ...configBehaviours(device),
    ...autopingBehaviours(device),
    ...scriptBehaviours(device),
    ...meterBehaviours(device),
    ...notificationBehaviours(device),
    ...credBehaviours(device),
    ...systemBehaviours(device),
  ];
}
