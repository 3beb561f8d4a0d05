/** Sequences of steps: edits of the program followed by `up`s, some with faults, changes by hand, and restarts. */
import fc from "fast-check";
import { type DialectSettings, dialects, type Fault, type FaultKind } from "../../simulator";
import { type DeviceName, deviceNames, type Edit, edits } from "./program";
import type { HandChange, ResourceModel } from "./resource-model";
import { models } from "./resources";

/** A restart of a device. */
export interface Restart {
  readonly device: DeviceName;
  readonly powerLoss: boolean;
  readonly deafMilliseconds: number;
}

/** Which resources are targets: all but number `without` of every `of`, which is 3 or 4. */
export interface Targets {
  readonly of: number;
  readonly without: number;
}

/** A second declaration of resource `number`, before or after all others, with its booleans inverted. */
export interface Twice {
  readonly number: number;
  readonly isFirst: boolean;
}

export type Step =
  | {
      readonly step: "up";
      readonly edits: readonly Edit[];
      readonly refresh: boolean;
      readonly faults: readonly (Fault & { readonly device: DeviceName })[];
      /** A restart during the run, `after` milliseconds of virtual time from its beginning. */
      readonly restart?: Restart & { readonly after: number };
      /** `--target`; default: all resources. */
      readonly targets?: Targets;
      /** Declares something a second time under another name. */
      readonly twice?: Twice;
    }
  | { readonly step: "by hand"; readonly device: DeviceName; readonly change: HandChange }
  | ({ readonly step: "restart" } & Restart);

export interface Scenario {
  /** The dialects of each device. */
  readonly dialects: Readonly<Record<DeviceName, Partial<DialectSettings>>>;
  /** Whether the provider's reads get the declared inputs. */
  readonly plugin: boolean;
  /** How many provider processes share the resources. */
  readonly processes: number;
  readonly steps: readonly Step[];
}

/** How often each kind of step occurs. */
export interface Weights {
  readonly byHand: number;
  readonly restarts: number;
  /** How many of ten `up`s are struck by faults. */
  readonly struck: number;
}

/** Dialects whose effects the model cannot foresee. */
const unforeseeable = new Set<string>([
  // One wrong password locks everybody out.
  "lockoutAttempts",
  // A reboot changes more than it loses.
  "recoveryAtReboot",
  "recoveryRewritesState",
  // The right password of a user without rights is refused like a wrong one.
  "forbiddenStatus",
  // Some accounts are refused.
  "userNameLimit",
  // REST is off to begin with.
  "restFromFactory",
]);

const someDialects: fc.Arbitrary<Partial<DialectSettings>> = fc
  .uniqueArray(fc.constantFrom(...Object.entries(dialects).filter(([name]) => !unforeseeable.has(name))), {
    selector: ([name]) => name,
    maxLength: 3,
  })
  .chain((chosen) =>
    fc.record(
      Object.fromEntries(
        chosen.map(([name, { values }]) => [name, fc.constantFrom(...(values as readonly unknown[]))]),
      ),
    ),
  ) as fc.Arbitrary<Partial<DialectSettings>>;

/** How often each kind strikes, and in which forms; a new kind does not compile until it is here. */
const struck: Record<FaultKind, { readonly weight: number; readonly forms: readonly Omit<Fault, "kind">[] }> = {
  dropBefore: { weight: 7, forms: [{}, { times: 4 }, { times: "always" }] },
  dropAfter: { weight: 5, forms: [{}, { times: "always" }] },
  halfBody: { weight: 3, forms: [{}] },
  garbage: { weight: 3, forms: [{}] },
  // absence.test.ts tries the other forms on reads: null and an empty body are valid responses to a call.
  oddAnswer: { weight: 4, forms: [{}, { times: "always" }] },
  reset: { weight: 3, forms: [{}] },
  delay: { weight: 3, forms: [{ milliseconds: 1 }] },
  status: {
    weight: 36,
    forms: [
      ...[401, 403, 404, 409, 429, 500, 503].map((status) => ({ status })),
      { status: 503, retryAfterSeconds: 2 },
      { status: 500, acts: true },
      { status: 503, times: "always" },
    ],
  },
  // Takes real time, so it is rare.
  slowDrip: { weight: 1, forms: [{ milliseconds: 5 }] },
  // Nothing would ever release it.
  hold: { weight: 0, forms: [] },
};

const faultKinds = Object.entries(struck)
  .filter(([, { weight }]) => weight > 0)
  .map(([kind, { weight, forms }]) => ({
    weight,
    arbitrary: fc.constantFrom(...forms).map((form): Fault => ({ kind: kind as FaultKind, ...form })),
  }));

const faults = fc.array(
  fc
    .tuple(
      fc.oneof(...faultKinds),
      fc.constantFrom(...deviceNames),
      fc.integer({ min: 1, max: 25 }),
      fc.constantFrom(undefined, undefined, undefined, "PUT", "POST", "DELETE"),
    )
    .map(([fault, device, nth, method]) => ({
      ...fault,
      device,
      // There are few writes by one method, so a fault at the tenth would never strike.
      nth: method === undefined ? nth : 1 + (nth % 4),
      ...(method !== undefined && { method }),
    })),
  { minLength: 1, maxLength: 3 },
);

const restart = fc.record({
  device: fc.constantFrom(...deviceNames),
  powerLoss: fc.boolean(),
  deafMilliseconds: fc.constantFrom(0, 500, 5_000, 60_000),
});

const seldom = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 6, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });

function steps(pool: readonly ResourceModel[], weights: Weights): fc.Arbitrary<Step> {
  const never = fc.constant([]);
  const struck = (share: number) =>
    fc.oneof({ weight: share, arbitrary: faults }, { weight: 10 - share, arbitrary: never });
  const up = fc
    .record({
      edits: fc.array(edits(pool), { minLength: 1, maxLength: 4 }),
      refresh: fc.boolean(),
      faults: struck(weights.struck),
      targets: seldom(
        fc.constantFrom(...[3, 4].flatMap((of) => Array.from({ length: of }, (_, without) => ({ of, without })))),
      ),
      twice: seldom(fc.record({ number: fc.nat(9), isFirst: fc.boolean() })),
      restart:
        weights.restarts === 0
          ? fc.constant(undefined)
          : fc.option(fc.tuple(restart, fc.constantFrom(0, 60, 300, 2_000)), { freq: 3, nil: undefined }),
    })
    .map(
      ({ restart: chosen, targets, twice, ...rest }): Step => ({
        step: "up",
        ...rest,
        ...(targets && { targets }),
        ...(twice && { twice }),
        ...(chosen && { restart: { ...chosen[0], after: chosen[1] } }),
      }),
    );
  const byHand = fc
    .tuple(
      fc.constantFrom(...deviceNames),
      fc.oneof(...pool.map((model) => model.byHand), fc.oneof(...models.map((model) => model.byHand))),
    )
    .map(([device, change]): Step => ({ step: "by hand", device, change }));
  return fc.oneof(
    { weight: 5, arbitrary: up },
    { weight: weights.byHand, arbitrary: byHand },
    { weight: weights.restarts, arbitrary: restart.map((chosen): Step => ({ step: "restart", ...chosen })) },
  );
}

/** Sequences of 3 to 10 steps with resources of 1 to 4 types, so that they meet. */
export function scenarios(weights: Weights): fc.Arbitrary<Scenario> {
  return fc.shuffledSubarray([...models], { minLength: 1, maxLength: 4 }).chain((pool) =>
    fc.record({
      dialects: fc.record({ left: someDialects, right: someDialects }),
      plugin: fc.boolean(),
      processes: fc.constantFrom(1, 1, 1, 2),
      steps: fc.array(steps(pool, weights), { minLength: 3, maxLength: 10, size: "max" }),
    }),
  );
}
