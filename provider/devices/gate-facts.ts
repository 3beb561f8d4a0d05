/** What the gate is told about a device and about the operation that writes to it. */
import type { DliClient } from "../client";
import type { Account } from "../runtime/account";
import type { GateFacts } from "../runtime/gate/gate";
import type { Operation } from "../runtime/operations";
import type { Rehearsal } from "../runtime/rehearsal/rehearsal";
import type { Run } from "../runtime/run";
import type { Alias, NamedDevice } from "./same-device";

interface Sender {
  /** Name of the device in configuration. */
  readonly device: string;
  /** Type of the resource, action or function. */
  readonly type: string;
  readonly client: DliClient;
  readonly account: Account;
  readonly run: Run;
  readonly isReadOnly: () => boolean;
  /** Other names of what is, or may be, the same device, if they say something. */
  readonly elsewhere: (saysSomething: (other: NamedDevice) => boolean) => Promise<Alias[]>;
  readonly operation: Operation | undefined;
  readonly rehearsal: Rehearsal | undefined;
}

/** The facts by which the gate judges the requests of one operation. */
export function gateFacts(sender: Sender): GateFacts {
  const { device, type, client, account, run, isReadOnly, elsewhere, operation, rehearsal } = sender;
  return {
    device,
    type,
    access: () => ({ url: client.address, usesPassword: account.username !== undefined }),
    protectedOutlets: () => run.protectedOutlets.of(device),
    protectedElsewhere: async () => {
      const found = await elsewhere((other) => other.protectedOutlets().length > 0);
      return found.map(({ other, isSame }) => ({ device: other.label, numbers: other.protectedOutlets(), isSame }));
    },
    seesAll: (path, read) => account.seesAll(path, read),
    isReadOnly,
    readOnlyElsewhere: async () => {
      const found = await elsewhere((other) => other.isReadOnly());
      return found
        .filter(({ other }) => other.isReadOnly())
        .map(({ other, isSame }) => ({ device: other.label, isSame }));
    },
    contest: () => (operation === undefined ? undefined : run.owners.contestOf(operation.id)),
    declared: () => run.declarations.finished(),
    isDeclaredLate: () => run.declarations.hasComponents,
    refused: (error) => {
      if (rehearsal) {
        rehearsal.refusal = error;
      }
    },
  };
}
