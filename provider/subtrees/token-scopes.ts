/**
 * Scopes of a token: a path with matrix selectors, and `?access=` with a list of `get`, `modify` and `invoke`; without
 * it, all of them. The vendor's samples (device.md section 3.2): `/relay/outlets/all;/=name/`,
 * `/relay/outlets/=1,3,5/=state,transient_state,physical_state/?access=get`, `/script/start/?access=invoke`.
 */
import { devicePath, isDliError } from "../client";
import { meantBy } from "../runtime/typo";

const accesses = ["get", "modify", "invoke"];

/** The top level of the tree (device.md section 3). */
const subtrees = [
  "relay",
  "auth",
  "config",
  "network",
  "autoping",
  "script",
  "meter",
  "notification",
  "snmp",
  "upnp",
  "mqtt",
  "modbus",
  "cred",
  "system",
];

/** Names that are easily misspelt, by their container. Other names pass, because firmwares differ. */
const members: readonly { readonly inside: RegExp; readonly names: readonly string[] }[] = [
  {
    inside: /^relay\/$/,
    names: ["name", "outlets", "set_outlet_transient_states", "sequence_delay", "cycle_delay", "recovery_mode"],
  },
  {
    inside: /^relay\/outlets\/[^/]+\/$/,
    names: ["name", "state", "transient_state", "physical_state", "locked", "critical", "cycle_delay", "cycle"],
  },
  { inside: /^meter\/$/, names: ["values", "buses"] },
  { inside: /^meter\/values\/[^/]+\/$/, names: ["name", "value", "quantity", "bus"] },
  { inside: /^script\/$/, names: ["source", "snippets", "user_functions", "threads", "start", "stop", "variables"] },
  { inside: /^system\/$/, names: ["time", "uptime", "reboot"] },
];

/** What is wrong with a scope, or `undefined`. */
export function scopeProblem(scope: string): string | undefined {
  const [path = "", query, ...more] = scope.split("?");
  if (!path.startsWith("/") || !path.endsWith("/")) {
    return "must begin and end with a slash, before a `?access=`";
  }
  if (more.length > 0) {
    return "has more than one question mark";
  }
  return accessProblem(query) ?? pathProblem(path);
}

function accessProblem(query: string | undefined): string | undefined {
  if (query === undefined) {
    return undefined;
  }
  const list = /^access=(.*)$/.exec(query)?.[1]?.split(",");
  if (!list) {
    return "has a query where only `?access=` is known";
  }
  if (list.some((access) => !accesses.includes(access))) {
    return `has an access that is none of ${accesses.join(", ")}`;
  }
  return new Set(list).size === list.length ? undefined : "names an access twice";
}

function pathProblem(written: string): string | undefined {
  const path = written.split("/").map(withoutSemicolon).join("/");
  try {
    devicePath.parse(path);
  } catch (error) {
    return isDliError(error) ? error.problem : String(error);
  }
  const [first = "", ...rest] = path.slice(1, -1).split("/");
  if (first === "") {
    return undefined;
  }
  if (namesIn(first).some((name) => !subtrees.includes(name))) {
    return `begins with none of ${subtrees.join(", ")}`;
  }
  let inside = `${first}/`;
  for (const segment of rest) {
    const known = members.find((place) => place.inside.test(inside))?.names ?? [];
    for (const name of namesIn(segment)) {
      const meant = meantBy(name, known);
      if (meant !== undefined) {
        return `has a misspelt segment; did you mean \`${meant}\`?`;
      }
    }
    inside += `${segment}/`;
  }
  return undefined;
}

/** Drops the final semicolon: owners end any selection like `all;`, and devices accept that (seen on firmware 1.13). */
function withoutSemicolon(segment: string): string {
  return /^[^;]*=[^;]*;$/.test(segment) || /^(all|one);[^;]*=[^;]*;$/.test(segment) ? segment.slice(0, -1) : segment;
}

/** The names in a segment: one, or the listed ones. A selection by value names none. */
function namesIn(segment: string): string[] {
  if (segment.startsWith("=")) {
    return segment.slice(1).split(",");
  }
  return /[;=]/.test(segment) ? [] : [segment];
}
