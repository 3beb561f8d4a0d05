/** What the plan of a run has found so far, and the devices as its operations see them: nothing is written. */
import type { DliClient } from "../client";
import { Account } from "../runtime/account";
import type { Identity } from "../runtime/denials";
import type { DeviceViewParts } from "../runtime/device-view";
import type { DeviceIdentity } from "../runtime/gate/device-identity";
import { PlannedTree } from "../runtime/rehearsal/planned-tree";
import type { Rehearsal } from "../runtime/rehearsal/rehearsal";
import { RehearsedClient } from "../runtime/rehearsal/rehearsed-client";
import { Run } from "../runtime/run";
import { Claims } from "../runtime/run/claims";
import { PlannedScriptFunctions } from "../runtime/run/script-functions";

export class PlannedDevices {
  readonly #claims = new Claims();
  readonly #trees = new Map<string, PlannedTree>();

  /** The run as an operation of its plan sees it. */
  runOf(run: Run, rehearsal: Rehearsal): Run {
    const scriptFunctions = new PlannedScriptFunctions(run.scriptFunctions, rehearsal.clock, {
      missing: (device, name) => void rehearsal.missingFunctions.push({ device, name }),
      uncertain: () => {
        rehearsal.hasUncertainFunction = true;
      },
    });
    const isLater = rehearsal.of === "later";
    const claims = isLater ? new Claims() : this.#claims;
    return new Run(rehearsal.clock, { run, claims, scriptFunctions, isLater });
  }

  /**
   * A client that reads the device as it will be, and notes writes instead of sending them.
   * @param deviceKey The same for all names of one device.
   */
  clientOf(deviceKey: string, client: DliClient, rehearsal: Rehearsal): RehearsedClient {
    const known = this.#trees.get(deviceKey) ?? new PlannedTree();
    this.#trees.set(deviceKey, known);
    // Nothing builds upon a removal.
    return new RehearsedClient(client, rehearsal.of === "change" ? known : known.copy(), rehearsal);
  }
}

/** A plan never tries other logins, which would only use up the failed logins that a device allows. */
export function plannedAccount(client: DliClient, identity: Identity): Account {
  const logins = {
    observe: client.observe.bind(client),
    offerPassword: client.offerPassword.bind(client),
    isLoggedInWith: client.isLoggedInWith.bind(client),
    verifyLogin: async () => true,
    get requestCount() {
      return client.requestCount;
    },
  };
  return new Account(logins, identity);
}

/** A plan proves which device it is as an update does, but waits for no states that the program is still declaring. */
export function plannedIdentity(identity: DeviceIdentity): DeviceViewParts["identity"] {
  const prove = () => identity.prove();
  const nothing = () => undefined;
  return { isKnown: true, prove, proveForWrite: prove, restarts: nothing, forget: nothing };
}
