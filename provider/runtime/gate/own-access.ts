/** Whether a request may end this provider's own access to the device, judged from the request alone. */
import type { Json } from "../../client";
import { type Effect, effectsOn, type Place, type WriteRequest } from "./effect";

/** How this provider reaches the device. */
export interface OwnAccess {
  /** Scheme, host and port. */
  readonly url: string;
  /** Whether it logs in with a password, whose digest depends on the realm, and not with a token. */
  readonly usesPassword: boolean;
  /** The device's ports for that scheme, where they are known. */
  readonly ports?: readonly number[];
}

interface Dependency {
  readonly place: Place;
  /** What a change of it does, a clause. */
  readonly reason: string;
  /** Whether our access survives that the place gets this value. */
  readonly survives?: (value: Json, access: OwnAccess) => boolean;
  /** Whether our access depends on the place at all; default: yes. */
  readonly matters?: (access: OwnAccess) => boolean;
}

const isHttps = ({ url }: OwnAccess) => url.startsWith("https:");
const isTrue = (value: Json) => value === true;

const networkReason = "it changes the network that this provider comes through";

const dependencies: readonly Dependency[] = [
  {
    // The REST switch: known by its beginning, next to its twin for other users (device.md section 3.11).
    place: ["config", /^allow_rest(?!.*nonadmin)/],
    reason: "disabling the REST API would lock this provider out",
    survives: isTrue,
  },
  {
    place: ["config", /^http_ports?$/],
    reason: "it changes the port that this provider connects to",
    matters: (access) => !isHttps(access),
    survives: keepsPort,
  },
  {
    place: ["config", /^https_ports?$/],
    reason: "it changes the port that this provider connects to",
    matters: isHttps,
    survives: keepsPort,
  },
  {
    place: ["config", "https_cert"],
    reason: "it changes the certificate that this provider checks",
    matters: isHttps,
  },
  {
    place: ["auth", "realm"],
    reason: "every login with a password depends on the realm",
    matters: ({ usesPassword }) => usesPassword,
  },
  { place: ["network", "same_subnet_only"], reason: networkReason, survives: (value) => value === false },
  { place: ["network", "wireless", "enabled"], reason: networkReason, survives: isTrue },
  { place: ["network", "wireless", /^(?!enabled$)/], reason: networkReason },
  { place: ["network", "wired", /^/], reason: networkReason },
  { place: ["network", /^(?!(same_subnet_only|wired|wireless)$)/], reason: networkReason },
];

/** Why a request may end our own access, a clause; `undefined` when it leaves it alone. */
export function accessLoss(request: WriteRequest, access: OwnAccess): string | undefined {
  const endangered = ({ place, matters, survives }: Dependency) =>
    matters?.(access) !== false && effectsOn(request, place).some((effect) => !leaves(effect, survives, access));
  return dependencies.find(endangered)?.reason;
}

function leaves(effect: Effect, survives: Dependency["survives"], access: OwnAccess): boolean {
  return effect.kind === "set" && survives?.(effect.value, access) === true;
}

function keepsPort(value: Json, access: OwnAccess): boolean {
  const { port } = new URL(access.url);
  const own = Number(port || (isHttps(access) ? 443 : 80));
  const left = Array.isArray(value) ? value : [value];
  return left.includes(own) || (access.ports?.length ? access.ports.every((port) => left.includes(port)) : false);
}
