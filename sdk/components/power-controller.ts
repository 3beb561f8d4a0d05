/** A whole device as one component. */
import * as pulumi from "@pulumi/pulumi";
import { didYouMean } from "../../provider/runtime/typo";
import {
  AutoPing,
  type AutoPingArgs,
  AutoPingItem,
  type AutoPingItemArgs,
  Outlet,
  type OutletArgs,
  Relay,
  RestApi,
  Script,
  User,
  type UserArgs,
} from "../resources";
import { type Form, type Part, refuseWrongArguments } from "./arguments";
import { SecurityBaseline, type SecurityBaselineArgs, securityBaselinePart } from "./security-baseline";

/** An outlet of a {@link PowerController}; its name is its key. */
export type NamedOutletArgs = Omit<OutletArgs, "name" | "device">;

/** A user of a {@link PowerController}; the name is its key. */
export interface NamedUserArgs extends Omit<UserArgs, "name" | "device" | "outletAccess"> {
  /**
   * Names of the outlets that the user may switch, or `all`.
   * @default []
   */
  outlets?: "all" | readonly string[];
}

/** Addresses that a {@link PowerController} watches. */
export interface WatchArgs extends Omit<AutoPingItemArgs, "device" | "outlets"> {
  /**
   * Names of the outlets to act on.
   * @default The outlet of the same name.
   */
  outlets?: readonly string[];
}

/** Arguments of {@link PowerController}. */
export interface PowerControllerArgs {
  /**
   * Name of the device in configuration (`dli:devices`).
   * @default "default"
   */
  device?: pulumi.Input<string>;
  /** The device's own name. */
  name?: pulumi.Input<string>;
  /** Outlets by name: everything about each. In TypeScript the number printed on the case alone will do. */
  outlets?: Readonly<Record<string, number | NamedOutletArgs>>;
  /** Users by name. Those with outlets can switch them through the REST-style API too. */
  users?: Readonly<Record<string, NamedUserArgs>>;
  /** Addresses to ping, by a name of your choice; `{ router: { addresses: ["192.168.0.1"] } }` cycles outlet `router`. */
  watch?: Readonly<Record<string, WatchArgs>>;
  /** How AutoPing pings. With `watch` it is enabled unless this says otherwise. */
  autoPing?: Omit<AutoPingArgs, "device">;
  /** The device's Lua script. */
  script?: pulumi.Input<string>;
  /**
   * Whether {@link SecurityBaseline} hardens the device, or with which settings: `{ ssh: "leave" }` leaves SSH as it is. The
   * admin's password stays as it is; where that is the factory's, add {@link AdminPassword}.
   * @default false
   */
  hardened?: boolean | Omit<SecurityBaselineArgs, "device">;
}

const outlet: Part = {
  what: "an outlet of PowerController",
  own: {},
  given: ["name", "device"],
  short: "number",
};
const user: Part = {
  what: "a user of PowerController",
  own: { outlets: "access" },
  given: ["name", "device", "outletAccess"],
};
const watched: Part = { what: "what PowerController watches", own: { outlets: "names" }, given: ["device"] };
const hardening: Part = { ...securityBaselinePart, own: withoutDevice(securityBaselinePart.own), short: "boolean" };
const parts = {
  device: "value",
  name: "value",
  outlets: { each: outlet },
  users: { each: user },
  watch: { each: watched },
  autoPing: { one: { what: "`autoPing` of PowerController", own: {}, given: ["device"] } },
  script: "value",
  hardened: { one: hardening },
} as const satisfies Record<keyof PowerControllerArgs, Form>;

/** What it takes apart. */
export const powerControllerPart: Part = { what: "PowerController", own: parts };

/** A whole device: its outlets by name, its users, what it watches, its script and how it is hardened. */
export class PowerController extends pulumi.ComponentResource {
  /** The outlets by name. */
  readonly outlets: Readonly<Record<string, Outlet>>;
  /** The users by name. */
  readonly users: Readonly<Record<string, User>>;
  /** What is watched, by name. */
  readonly watched: Readonly<Record<string, AutoPingItem>>;

  /**
   * @param name - Name of the component in the program; its children are called `NAME-OUTLET` and so on.
   * @param args - What to declare.
   * @param options - Pulumi's options.
   */
  constructor(name: string, args: PowerControllerArgs, options?: pulumi.ComponentResourceOptions) {
    refuseWrongArguments(powerControllerPart, name, args, options, () => unknownOutlets(args));
    super("dli:index:PowerController", name, {}, options);
    const { device, outlets = {}, users = {}, watch = {} } = args;
    const onDevice = { ...(device !== undefined && { device }) };
    const child = { parent: this };

    if (args.name !== undefined) {
      new Relay(`${name}-relay`, { ...onDevice, name: args.name }, child);
    }
    this.outlets = mapped(outlets, (outletName, outlet) => {
      const given = typeof outlet === "number" ? { number: outlet } : outlet;
      return new Outlet(`${name}-${outletName}`, { ...onDevice, ...given, name: outletName }, child);
    });
    const number = (outletName: string) => numberOf(outlets[outletName] as number | NamedOutletArgs);

    const restForUsers = Object.values(users).some((user) => user.outlets !== undefined && user.outlets.length > 0);
    const rest = restForUsers ? [new RestApi(`${name}-rest-api`, { ...onDevice, allowNonAdmin: true }, child)] : [];
    this.users = mapped(users, (userName, { outlets: access = [], ...user }) => {
      const userArgs: UserArgs = {
        ...onDevice,
        ...user,
        name: userName,
        outletAccess: access === "all" ? access : access.map(number),
      };
      return new User(`${name}-${userName}`, userArgs, { ...child, dependsOn: rest });
    });

    const script = args.script;
    const scripts = script !== undefined ? [new Script(`${name}-script`, { ...onDevice, source: script }, child)] : [];
    this.watched = mapped(watch, (watchName, { outlets: acted, ...item }) => {
      const itemArgs = { ...onDevice, ...item, outlets: (acted ?? [watchName]).map(number) };
      return new AutoPingItem(`${name}-watch-${watchName}`, itemArgs, { ...child, dependsOn: scripts });
    });
    const watches = Object.keys(watch).length > 0;
    if (args.autoPing !== undefined || watches) {
      new AutoPing(`${name}-autoping`, { ...onDevice, ...(watches && { enabled: true }), ...args.autoPing }, child);
    }

    const { hardened = false } = args;
    if (hardened !== false) {
      const how = hardened === true ? {} : hardened;
      new SecurityBaseline(`${name}-baseline`, { ...onDevice, ...how }, child);
    }
    this.registerOutputs({ outlets: this.outlets, users: this.users, watched: this.watched });
  }
}

function numberOf(outlet: number | NamedOutletArgs): pulumi.Input<number> {
  return typeof outlet === "number" ? outlet : outlet.number;
}

/** A complaint about every outlet that `users` and `watch` name but `outlets` does not have. */
function unknownOutlets({ outlets = {}, users = {}, watch = {} }: PowerControllerArgs): string[] {
  const named = [
    ...Object.entries(users).flatMap(([user, { outlets: access = [] }]) =>
      access === "all" ? [] : access.map((outlet) => [`users.${user}.outlets`, outlet] as const),
    ),
    ...Object.entries(watch).flatMap(([name, { outlets: acted }]) =>
      acted === undefined
        ? [[`watch.${name}`, name] as const]
        : acted.map((outlet) => [`watch.${name}.outlets`, outlet] as const),
    ),
  ];
  const known = Object.keys(outlets);
  return named
    .filter(([, outlet]) => !known.includes(outlet))
    .map(
      ([path, outlet]) =>
        `${path}: there is no outlet ${JSON.stringify(outlet)}${didYouMean(outlet, known)}; this PowerController has ${known.join(", ") || "none"}`,
    );
}

function withoutDevice({ device: _device, ...others }: Part["own"]): Part["own"] {
  return others;
}

function mapped<A, B>(from: Readonly<Record<string, A>>, make: (name: string, value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(from).map(([name, value]) => [name, make(name, value)]));
}
