/**
 * A day of a pipeline on a manual clock: an audit every 15 minutes while people change things by hand, the device
 * restarts and its password is rotated. Each audit is compared with what the device has, independently of the provider.
 */
import fc from "fast-check";
import { type ManualClock, manualClock, type SimulatedDevice, startSimulator } from "../../simulator";
import { type Held, MiniEngine } from "./mini-engine";

jest.setTimeout(120_000);

const MINUTE = 60_000;
const auditMinutes = 15;
const dayMinutes = 24 * 60;

const declared = {
  outlets: { type: "Outlets", inputs: { outlets: { 1: { name: "router", state: true }, 3: { name: "web" } } } },
  fred: { type: "User", inputs: { name: "fred", password: "passw0rd", outletAccess: [3] } },
  relay: { type: "Relay", inputs: { name: "Rack 7" } },
  script: { type: "Script", inputs: { source: "function f()\nend\n" } },
  ntp: { type: "Setting", inputs: { path: "config/syslog_ip_address", value: "192.0.2.9" } },
} as const;

type Name = keyof typeof declared;
const names = Object.keys(declared) as Name[];

const fredOn = (device: SimulatedDevice) => device.tree.auth.users.findIndex(({ name }) => name === "fred");

/** The names of the resources that are not as declared, judged by the device itself. */
function truth(device: SimulatedDevice): Name[] {
  const { relay, auth, script, config } = device.tree;
  const fred = auth.users[fredOn(device)];
  const isAs: Record<Name, boolean> = {
    outlets: relay.outlets[0]?.name === "router" && relay.outlets[0].state && relay.outlets[2]?.name === "web",
    fred: fred?.is_allowed === true && fred.outlet_access.every((has, index) => has === (index === 2)),
    relay: relay.name === "Rack 7",
    script: String(script.source).includes("function f()"),
    ntp: config.syslog_ip_address === "192.0.2.9",
  };
  return names.filter((name) => !isAs[name]);
}

/** What people do on the device, in part to things that are not declared. */
const hands: Record<string, (device: SimulatedDevice) => void> = {
  "outlet 1 off": (device) => device.switchOutlet(1, false),
  "outlet 1 on": (device) => device.switchOutlet(1, true),
  "outlet 3 renamed": (device) => device.changeByHand("relay/outlets/2/name", "by hand"),
  "outlet 3 named back": (device) => device.changeByHand("relay/outlets/2/name", "web"),
  "outlet 5 off": (device) => device.switchOutlet(5, false),
  "outlet 5 renamed": (device) => device.changeByHand("relay/outlets/4/name", "theirs"),
  "another account": (device) => {
    if (!device.tree.auth.users.some(({ name }) => name === "ann")) {
      device.changeByHand(`auth/users/${device.tree.auth.users.length}`, { name: "ann", password: "x" });
    }
  },
  "fred barred": (device) => {
    if (fredOn(device) >= 0) {
      device.changeByHand(`auth/users/${fredOn(device)}/is_allowed`, false);
    }
  },
  "fred removed": (device) => {
    if (fredOn(device) >= 0) {
      device.removeByHand(`auth/users/${fredOn(device)}`);
    }
  },
  "the device renamed": (device) => device.changeByHand("relay/name", "Rack 8"),
  "another script": (device) => device.changeByHand("script/source", "function g()\nend\n"),
  "no syslog": (device) => device.changeByHand("config/syslog_ip_address", null),
};

const handNames = Object.keys(hands);

type Happening =
  | { readonly what: "hand"; readonly hand: string }
  | { readonly what: "restart"; readonly deafMinutes: number }
  | { readonly what: "password"; readonly secretLater: number }
  | { readonly what: "up" };

type At = readonly [minute: number, happening: Happening];

const at = (happening: fc.Arbitrary<Happening>, minLength: number, maxLength: number) =>
  fc.array(fc.tuple(fc.integer({ min: 0, max: dayMinutes - 90 }), happening), { minLength, maxLength });

/** Outages are longer than the interval between audits, so that each is noticed. */
const day: fc.Arbitrary<At[]> = fc
  .tuple(
    at(fc.record({ what: fc.constant("hand" as const), hand: fc.constantFrom(...handNames) }), 15, 25),
    at(fc.record({ what: fc.constant("restart" as const), deafMinutes: fc.integer({ min: 16, max: 40 }) }), 2, 4),
    at(fc.record({ what: fc.constant("password" as const), secretLater: fc.integer({ min: 20, max: 60 }) }), 2, 3),
    at(fc.constant({ what: "up" as const }), 6, 9),
  )
  .map((kinds) => kinds.flat());

/** How often each outcome occurred on all days; a day on which nothing happens proves nothing. */
const counts = { asDeclared: 0, drift: 0, deaf: 0, refused: 0 };

class Pipeline {
  readonly #device: SimulatedDevice;
  readonly #clock: ManualClock;
  readonly #engine: MiniEngine;
  readonly #start: number;
  #held: Partial<Record<Name, Held>> = {};
  #deafUntil = 0;
  /** The password in the pipeline's secret, and when it changes. */
  #secret: string;
  #rotation: { readonly at: number; readonly password: string } | undefined;
  #passwords = 0;

  constructor(device: SimulatedDevice, clock: ManualClock) {
    this.#device = device;
    this.#clock = clock;
    this.#start = clock.now();
    this.#secret = device.password;
    this.#engine = new MiniEngine({ device, config: () => ({ "dli:password": this.#secret }), command: "audit" });
  }

  async live(events: readonly At[]): Promise<void> {
    await this.#up();
    expect(truth(this.#device)).toEqual([]);
    const audits = Array.from({ length: dayMinutes / auditMinutes }, (_one, index) => [index * auditMinutes, "audit"]);
    const all = [...audits, ...events] as (readonly [number, "audit" | Happening])[];
    for (const [minute, event] of all.sort(([one], [other]) => one - other)) {
      this.#moveTo(minute);
      await (event === "audit" ? this.#audit() : this.#happen(event));
    }
  }

  #moveTo(minute: number): void {
    const late = this.#start + minute * MINUTE - this.#clock.now();
    if (late > 0) {
      this.#clock.advance(late);
    }
    if (this.#rotation && this.#clock.now() >= this.#rotation.at) {
      this.#secret = this.#rotation.password;
      this.#rotation = undefined;
    }
  }

  async #happen(event: Happening): Promise<void> {
    if (event.what === "hand") {
      hands[event.hand]?.(this.#device);
    } else if (event.what === "restart") {
      this.#device.reboot({ deafMilliseconds: event.deafMinutes * MINUTE });
      this.#deafUntil = this.#clock.now() + event.deafMinutes * MINUTE;
    } else if (event.what === "password") {
      if (!this.#rotation) {
        this.#passwords += 1;
        const password = `password ${this.#passwords}`;
        this.#device.tree.auth.users.find(({ name }) => name === "admin")!.password = password;
        this.#rotation = { at: this.#clock.now() + event.secretLater * MINUTE, password };
      }
    } else if (this.#blocked() === undefined) {
      await this.#up();
      expect(truth(this.#device)).toEqual([]);
    }
  }

  /** Why a login is impossible at this time; `undefined` if it is possible. */
  #blocked(): "deaf" | "refused" | undefined {
    if (this.#clock.now() < this.#deafUntil) {
      return "deaf";
    }
    return this.#rotation ? "refused" : undefined;
  }

  /** An audit keeps nothing that it finds, as with `refresh --preview-only`. */
  async #audit(): Promise<void> {
    const blocked = this.#blocked();
    const failedBefore = this.#device.failedLogins;
    const held = names.flatMap((name) => (this.#held[name] ? [structuredClone(this.#held[name])] : []));
    const outcomes = await this.#engine.refreshOutcomes(held);
    const errors = outcomes.filter((outcome) => typeof outcome === "string");
    const drifted = names.filter((_name, index) => outcomes[index] === undefined || (outcomes[index]?.length ?? 0) > 0);
    if (blocked === "refused") {
      counts.refused += 1;
      expect(errors).toHaveLength(names.length);
      expect(this.#device.failedLogins - failedBefore).toBeLessThanOrEqual(1);
      return;
    }
    // A device that comes back during the wait may answer the last requests, and truthfully.
    if (blocked === "deaf" && errors.length > 0) {
      counts.deaf += 1;
      const told = names.filter((_name, index) => typeof outcomes[index] !== "string");
      expect(told.filter((name) => drifted.includes(name))).toEqual(
        told.filter((name) => truth(this.#device).includes(name)),
      );
      return;
    }
    expect(errors).toEqual([]);
    expect(drifted).toEqual(truth(this.#device));
    counts[drifted.length === 0 ? "asDeclared" : "drift"] += 1;
    expect(this.#device.failedLogins).toBe(failedBefore);
  }

  /** `pulumi up --refresh`. */
  async #up(): Promise<void> {
    for (const name of names) {
      const { type, inputs } = declared[name];
      const held = this.#held[name];
      const isThere = held && (await this.#engine.refresh(held)) !== undefined;
      if (isThere) {
        await this.#engine.up(held, inputs);
      } else {
        this.#held[name] = await this.#engine.create(type, inputs);
      }
    }
  }
}

test("no audit of a day raises a false alarm or misses a change", async () => {
  await fc.assert(
    fc.asyncProperty(day, async (events) => {
      const clock = manualClock();
      const device = await startSimulator({ clock });
      try {
        await new Pipeline(device, clock).live(events);
        // No login of the day has locked anybody out.
        expect(device.isLockedOut).toBe(false);
      } finally {
        await device.close();
      }
    }),
    { numRuns: 1, seed: 7, endOnFailure: true },
  );
  for (const count of Object.values(counts)) {
    expect(count).toBeGreaterThan(0);
  }
});
