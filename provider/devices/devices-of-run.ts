/** What all operations of a run share about its devices. */
import { type Clock, printable, redact, systemClock } from "../client";
import type { DeviceIdentity } from "../runtime/gate/device-identity";
import { Run } from "../runtime/run";
import { cancellableClock } from "./cancellable-clock";
import { DeviceConfiguration } from "./configuration/device-configuration";
import { Connections } from "./connections";
import { HardeningNotices } from "./hardening-notices";
import { PlannedDevices } from "./planned-devices";
import { type NamedDevice, SameDevice } from "./same-device";
import type { Surroundings } from "./surroundings";

export class DevicesOfRun {
  readonly configuration: DeviceConfiguration;
  readonly clock: Clock;
  readonly run: Run;
  readonly connections: Connections;
  readonly identities = new Map<string, DeviceIdentity>();
  readonly notices = new HardeningNotices();
  readonly planned = new PlannedDevices();
  readonly same = new SameDevice();
  readonly named = new Map<string, NamedDevice>();
  isStackChecked = false;
  /** What debug lines must not show, of all operations so far: concurrent ones share a connection. */
  readonly #hidden = new Set<unknown>();
  /** Names of the devices already reported as unreachable. */
  readonly silent = new Set<string>();
  /** Whether environment variables that nothing reads have been reported. */
  toldOfStrayVariables = false;

  constructor(readonly surroundings: Surroundings) {
    const { lookup, env, clock = systemClock, cancelled, logins, log, provider } = surroundings;
    this.configuration = new DeviceConfiguration(lookup, env, surroundings);
    // The client gets the plain clock, so that it finishes what it has begun.
    this.connections = new Connections({ clock, logins, ...(log && { log: (line) => log(this.#cleaned(line)) }) });
    this.clock = cancelled ? cancellableClock(clock, cancelled) : clock;
    const deviceKey = (device: string) => this.configuration.deviceKey(device);
    this.run = new Run(this.clock, undefined, deviceKey, provider !== undefined);
  }

  /** Keeps these secrets out of debug lines. */
  hide(secrets: readonly unknown[]): void {
    if (this.surroundings.log) {
      for (const secret of secrets) {
        this.#hidden.add(secret);
      }
    }
  }

  #cleaned(line: string): string {
    return printable(redact(line, [...this.connections.secrets, ...this.#hidden]));
  }
}
