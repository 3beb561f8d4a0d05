/**
 * What is known about the containers in the device's tree (device.md section 3): members that show that an answer is
 * this container and not something else, such as a busy device's notice or a login page.
 */
import { isJsonObject, type Json, ownMember } from "../../client";

/** More outlets than any device has (device.md section 0.4). */
export const mostOutlets = 64;

/** An object on the device. */
export type Members = Readonly<Record<string, Json>>;

type Form = (value: Json) => boolean;

const isText: Form = (value) => typeof value === "string";
const isNumber: Form = (value) => typeof value === "number";
const isFlag: Form = (value) => typeof value === "boolean";
/** Some firmwares keep ids as numbers. */
const isId: Form = (value) => isText(value) || isNumber(value);
const isObject: Form = (value) => isJsonObject(value);
const isFilled: Form = (value) => typeof value === "object" && value !== null && Object.keys(value).length > 0;

/** For each container, members of which any device with any firmware has some, as far as the login may read them. */
const objects: Readonly<Record<string, Readonly<Record<string, Form>>>> = {
  "": { relay: isObject, auth: isObject, config: isObject, network: isObject },
  "relay/": {
    name: isText,
    model: isText,
    version: isId,
    sequence_delay: isNumber,
    cycle_delay: isNumber,
    recovery_mode: isNumber,
    keypad_enabled: isFlag,
    outlets: isFilled,
  },
  "auth/": { users: isFilled, realm: isText, cookie_timeout: isNumber },
  "config/": {
    serial: isId,
    version: isId,
    hardware_id: isId,
    hostname: isText,
    timezone: isText,
    outlet_label: isText,
    brand_name: isText,
    refresh_enabled: isFlag,
    ssh_enabled: isFlag,
    ssh_port: isNumber,
    ntp_server_enabled: isFlag,
    allow_rest: isFlag,
    allow_restapi: isFlag,
    allow_rest_api: isFlag,
    allow_jsonrpc: isFlag,
    allow_plaintext_logins: isFlag,
    lockout_delay_minutes: isNumber,
  },
  "network/": { wired: isObject, wireless: isObject, same_subnet_only: isFlag },
  "autoping/": { enabled: isFlag, ping_interval: isNumber, ping_timeout: isNumber, post_reboot_delay: isNumber },
  "script/": { source: isText, step_delay: isNumber, traced: isFlag, user_function_ui_order: Array.isArray },
  "cred/": { name: isText, is_admin: isFlag },
  "meter/": { values: isTable, power_status: isText, emergency_off_status: isFlag },
  "notification/": { sinks: isTable, rules: isTable, known_sink_types: isFilled },
  "snmp/": { enabled: isFlag, engine_id: isText, oid_subtrees: isTable, users: isTable },
  "upnp/": { enabled: isFlag, outlets: isFilled, profiles: isFilled },
  "mqtt/": { enabled: isFlag, outlets: isFilled, use_ssl: isFlag, topic_root: isText },
  "modbus/": { enabled: isFlag, outlets: isFilled },
  "system/": { time: isNumber, uptime: isNumber },
};

/** For each collection, members of which a proper element has at least one. */
const elements: Readonly<Record<string, Readonly<Record<string, Form>>>> = {
  "relay/outlets/": { state: isFlag, name: isText, transient_state: isFlag, physical_state: isFlag },
  "auth/users/": { name: isText },
  "auth/clients/": { scopes: isTable, access_tokens: isTable, name: isText },
  "autoping/items/": { addresses: isTable },
  "script/snippets/": { source: isText },
  "meter/values/": { value: (value) => value === null || isNumber(value), quantity: isText, name: isText },
};

/** Lists that no device has empty. */
const filledLists = /^(relay\/outlets|auth\/users)\/$/;

/** Lists in which an index always means the same element, as the hardware fixes their number (device.md section 3). */
const fixedLists = /^(relay\/(outlets|buses|ports|pins|nets|user_lines)|(upnp|mqtt|modbus)\/outlets)$/;

/** Whether an index in the list at this path always means the same element; elsewhere a removal moves later ones up. */
export function isFixedList(path: string): boolean {
  return fixedLists.test(path.replace(/\/$/, ""));
}

/** Whether what is at this path is known to be a list or a map of things, all of one kind. */
export function isCollection(path: string): boolean {
  return Object.hasOwn(elements, path) || isFixedList(path);
}

/** Whether a value is a non-empty list, or the object of numbered elements that a device may send instead. */
export function isFilledList(value: Json | undefined): boolean {
  return Array.isArray(value)
    ? value.length > 0
    : isJsonObject(value) && Object.keys(value).length > 0 && Object.keys(value).every(isIndex);
}

/** Whether a path step is an index as the device writes it, and not another text that JavaScript reads as a number. */
export function isIndex(step: string): boolean {
  return /^(0|[1-9]\d*)$/.test(step);
}

/** Whether a value is an object or a list; an empty one may arrive as either (device.md section 7, quirk 9). */
export function isTable(value: Json): value is Json[] | { [name: string]: Json } {
  return typeof value === "object" && value !== null;
}

/** A list that a device may write as an object of elements numbered from 0; anything else as it is. */
export function asList(value: unknown): unknown {
  if (!isJsonObject(value as Json)) {
    return value;
  }
  const members = value as Readonly<Record<string, Json>>;
  const count = Object.keys(members).length;
  const numbered = Array.from({ length: count }, (_, index) => String(index));
  return numbered.every((index) => Object.hasOwn(members, index)) ? numbered.map((index) => members[index]) : value;
}

export function isEmptyTable(value: Json): boolean {
  return isTable(value) && Object.keys(value as object).length === 0;
}

/** Whether the members of this container are known. */
export function isKnownObject(path: string): boolean {
  return Object.hasOwn(objects, path);
}

/** Whether an object has a known member of the container at this path, in the right form. */
export function isObjectAt(path: string, value: Members): boolean {
  return hasOne(objects[path] ?? {}, value);
}

/**
 * Whether a value can be the container at this path, of whatever kind, in which references may stand for members. An
 * empty container is one, unless something is known of which every device has some.
 */
export function isContainerAt(path: string, value: Json): value is Json[] | Members {
  const known = ownMember(objects, path);
  if (known !== undefined) {
    return isJsonObject(value) && Object.keys(known).some((name) => Object.hasOwn(value, name));
  }
  if (filledLists.test(path)) {
    return isFilledList(value) && Object.values(value as object).some((element) => namesMemberOf(path, element));
  }
  const list = path.replace(/[^/]+\/$/, "");
  return Object.hasOwn(elements, list) ? namesMemberOf(list, value) : isTable(value);
}

/** Whether a value is an element of the collection at this path; if nothing is known about it, any object is. */
export function isElementOf(path: string, value: Json): value is Members {
  const known = elements[path];
  return known === undefined ? isJsonObject(value) || isEmptyTable(value) : isJsonObject(value) && hasOne(known, value);
}

/** Whether a value has a member of an element of the collection at this path, in any form, or refers to one. */
export function namesMemberOf(path: string, value: Json): value is Members {
  return (
    isJsonObject(value) && ["$ref", ...Object.keys(elements[path] ?? {})].some((name) => Object.hasOwn(value, name))
  );
}

function hasOne(known: Readonly<Record<string, Form>>, value: Members): boolean {
  return Object.entries(known).some(([name, isRight]) => {
    const member = ownMember(value, name);
    return member !== undefined && isRight(member);
  });
}

/** The kind of a value, for a message; never the value itself. */
export function kindOf(value: Json): string {
  if (value === null) {
    return "null";
  }
  if (Array.isArray(value)) {
    return value.length === 0 ? "an empty list" : "a list";
  }
  if (typeof value === "object") {
    return Object.keys(value).length === 0 ? "an empty object" : "an object";
  }
  return { string: "a text", number: "a number", boolean: "true or false" }[typeof value as string] ?? "a value";
}
